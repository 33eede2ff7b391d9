"""The lines of a leaflet in the blocks they are read in: acts, an intro with its signs, what not to do, the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Block:
    """Lines that belong together: a heading or an intro above them; `kind`: how they are listed."""

    kind: str
    heading: str = ""
    intro: Mapping[str, Any] | None = None
    lines: list[Mapping[str, Any]] = field(default_factory=list)


def blocks_of(section: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[Block]:
    """The lines of a section in the blocks they are read in: acts, an intro with its signs, what not to do, the law."""
    block: Block | None = None
    for line in section["lines"]:
        kind, heading = _kind(line, section["topic"], words)
        if line["kind"] == "intro":
            if block:
                yield block
            block = Block("signs", intro=line)
            continue
        if block is None or block.kind != kind:
            if block:
                yield block
            block = Block(kind, heading)
        block.lines.append(line)
    if block:
        yield block


def _kind(line: Mapping[str, Any], topic: str, words: Mapping[str, str]) -> tuple[str, str]:
    name = str(line["id"])
    if line["kind"] == "sign":
        return "signs", ""
    if name.startswith("law_") and topic == "driving" and name != "law_ask":
        return "law", words["law_title"]
    if name.startswith("returns_"):
        return "returns", words["returns_title"]
    if topic == "overdose" and line["kind"] == "dont":
        return "dont", words["do_not_title"]
    return "acts", ""
