"""A leaflet as plain text, and as a text to be read aloud: no signs a voice stumbles over, numbers to call by digit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from benzosafe.render.leaflet_blocks import Block, blocks_of
from benzosafe.render.wrapped import wrapped

Data = Mapping[str, Any]
_ORIGINAL = "  (en)"  # the mark of a line that repeats the one above in English


def text_leaflet(data: Data) -> str:
    """The leaflet for a terminal or a plain printer, at most a hundred columns wide."""
    words = data["words"]
    lines = [data["title"], f"{words['for_patient']} · {words['made_on']}", ""]
    for note in data["notes"]:
        lines += wrapped(f"! {note}")
    for section in data["sections"]:
        lines += ["", section["title"].upper(), ""]
        for mark, text in _section(section, words):
            lines += wrapped(f"{mark} {text}" if mark else text, "  " if mark in ("", "*") else "    ")
    lines += ["", f"{words['sources_title']}:"]
    for name, citation in data["sources"].items():
        lines += wrapped(f"{name}: {citation}", "  ")
    return "\n".join(lines)


def aloud_leaflet(data: Data) -> str:
    """The leaflet as it is read aloud: every part announced with its number, a sentence a line."""
    words = data["words"]
    lines = [data["title"], *data["notes"], ""]
    for number, section in enumerate(data["sections"], start=1):
        lines.append(words[f"audio_part_{number}"])
        lines += [text for mark, text in _section(section, words) if mark != _ORIGINAL]
        lines.append("")
    numbers = _numbers(data)
    return "\n".join(_spoken(line, words, numbers) for line in [*lines, words["audio_end"]])


def _section(section: Data, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The lines of a part with the mark before each: nothing, a dash below an intro, an asterisk."""
    if section["topic"] == "start" and section["periods"]:
        yield "", f"{words['today_title']}:"
        for period in section["periods"]:
            yield from _period(period)
    for block in blocks_of(section, words):
        yield from _block(block)
    if section["topic"] == "taper" and section["periods"]:
        yield "", f"{words['steps_title']}:"
        for period in section["periods"]:
            yield "*", f"{period['words']}:"
            yield from _period(period)
    yield from (("", sentence) for sentence in section["after"])
    if section["choice"]:
        yield from _choice(section["choice"])
    for group in section["groups"]:
        yield "", f"{group['title']}:"
        for entry in group["entries"]:
            yield "-", ". ".join([entry["name"], *entry["reach"], *entry["about"]]).replace("..", ".")


def _block(block: Block) -> Iterator[tuple[str, str]]:
    if block.heading:
        yield "", block.heading
    if block.intro:
        yield "*", block.intro["text"]
    mark = "-" if block.kind == "signs" else "*"
    for line in block.lines:
        where = f" ({line['where']})" if line["where"] else ""
        yield mark, f"{line['text']}{where}"


def _period(period: Data) -> Iterator[tuple[str, str]]:
    for drug in period["drugs"]:
        yield "*", f"{drug['drug']}:"
        for line in drug["lines"]:
            yield "-", line["text"]
            if line["original"]:
                yield _ORIGINAL, line["original"]
        yield from (("-", text) for text in (drug["ask"], drug["total"]) if text)


def _choice(choice: Data) -> Iterator[tuple[str, str]]:
    if choice["none"]:
        yield "", choice["none"]
    for group in choice["groups"]:
        yield "", f"{group['title']}:"
        for figure in group["figures"]:
            yield from (("*", count["text"]) for count in figure["counts"])
            yield "-", " ".join(figure["about"])
    if choice["gaps"]:
        yield "", f"{choice['gap_title']}:"
        yield from (("*", f"{gap['asks']} {gap['why']}") for gap in choice["gaps"])


def _numbers(data: Data) -> dict[str, str]:
    """Telephone numbers as they are printed, and digit by digit."""
    entries = [entry for section in data["sections"] for group in section["groups"] for entry in group["entries"]]
    found = {number: " ".join(digits) for entry in entries for number, digits in entry["numbers"].items()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _spoken(line: str, words: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    """A line without signs: units in full, numbers to call digit by digit, brackets as pauses."""
    for printed, digits in numbers.items():
        line = re.sub(rf"(?<![\w.,-]){re.escape(printed)}(?![\w-])", digits, line)
    for unit in ("mg", "ml"):
        line = re.sub(rf"(?<=[\d ]){re.escape(words[f'unit_{unit}'])}\b", words[f"unit_{unit}_aloud"], line)
    line = re.sub(r"\s*\(", ", ", line).replace(")", ",").replace(" · ", ", ").replace("*", "")
    return re.sub(r",\s*([.,:;])", r"\1", line).rstrip(",")
