"""Reads files of published studies: interaction rows and single-drug rows, told apart row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from benzosafe.errors import InputRefused

PUBLISHED = Path(__file__).parent.parent / "knowledge" / "observed"
FORMATS = "docs/reference/accuracy_rows.md"
_FIELDS = frozenset({"victim", "perpetrator", "auc_ratio", "auc_ratio_assumed", "drug", "observed"})


@dataclass(frozen=True)
class Deck:
    """The rows of one file, in order.

    `faults`: place in `rows` to why that row cannot be read at all; such a row holds nothing but its name.
    """

    name: str
    rows: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, Any]
    faults: Mapping[int, str]
    content: bytes

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The line each row begins on; found only when asked for, as it takes as long as reading."""
        node = _composed(self.content)
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == "rows"), None)
        marks = [item.start_mark.line + 1 for item in node.value] if isinstance(node, SequenceNode) else []
        return tuple(marks) if len(marks) == len(self.rows) else (0,) * len(self.rows)

    def fault(self, place: int) -> str:
        """Why a row cannot be read at all; empty when it can."""
        return self.faults.get(place, "")


def is_single(row: Mapping[str, Any]) -> bool:
    """Whether a row is about one drug alone."""
    return "observed" in row or ("drug" in row and "victim" not in row)


def read_deck(path: Path) -> Deck:
    """The rows of a YAML file; InputRefused says what is wrong with the file as a whole."""
    content, raw = _parsed(path)
    rows = raw.get("rows") if isinstance(raw, Mapping) else raw
    sources = raw.get("sources") if isinstance(raw, Mapping) else None
    step = f"Write rows: and a list under it, see {FORMATS}."
    if not isinstance(rows, list) or not rows:
        raise InputRefused("rows: missing, empty or not a list.", where=f"{path}:1", next_step=step)
    if sources is not None and not isinstance(sources, Mapping):
        raise InputRefused("sources: not a mapping.", where=str(path), next_step=f"See {FORMATS}.")
    faults = {place: fault for place, row in enumerate(rows) if (fault := _fault(row))}
    named = tuple(_named(row, number) for number, row in enumerate(rows, start=1))
    deck = Deck(path.name, named, sources or {}, faults, content)
    if len(faults) == len(rows):
        what = f"row 1 {faults[0]}, and no other row can be scored either."
        raise InputRefused(what, where=f"{path}:{deck.lines[0]}", next_step=f"See {FORMATS}.")
    return deck


def _parsed(path: Path) -> tuple[bytes, Any]:
    """The bytes of a file and what they say."""
    try:
        content = path.read_bytes()
        return content, YAML(typ="safe", pure=True).load(content)
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}.", where=str(path), next_step="Check the path.") from None
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None)
        why = f": {problem}" if problem else ""
        raise InputRefused(f"is not readable YAML{why}.", where=where, next_step="Mend that line.") from None


def _composed(content: bytes) -> Any:
    """The same as nodes, which know their lines."""
    return YAML(typ="safe", pure=True).compose(content)


def _fault(row: Any) -> str:
    if not isinstance(row, Mapping):
        return "is not a mapping of fields"
    if not _FIELDS & {key for key in row if isinstance(key, str)}:
        return "has neither 'victim', 'perpetrator' and 'auc_ratio' (interaction) nor 'drug' and 'observed' (one drug)"
    return ""


def _named(row: Any, number: int) -> Mapping[str, Any]:
    """The row with an id: its own, or its number in the file."""
    own = row.get("id") if isinstance(row, Mapping) else None
    known = isinstance(own, str | int | float) and str(own).strip() != ""
    return {**(row if isinstance(row, Mapping) else {}), "id": str(own) if known else f"row {number}"}
