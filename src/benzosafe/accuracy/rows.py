"""Reads files of published studies: interaction rows and single-drug rows, in one format each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benzosafe.errors import InputRefused

PUBLISHED = Path(__file__).parent.parent / "knowledge" / "observed"


@dataclass(frozen=True)
class Deck:
    """The rows of one file, in order; `single` when they are single-drug rows."""

    name: str
    rows: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, Any]
    single: bool


def read_deck(path: Path) -> Deck:
    """The rows of a YAML file; InputRefused says what is wrong with it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        raw = YAML(typ="safe", pure=True).load(path.read_bytes())
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}.", where=str(path), next_step="Check the path.") from None
    except (YAMLError, ValueError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise InputRefused("is not readable YAML.", where=where, next_step="Mend that line.") from None
    rows = raw.get("rows") if isinstance(raw, Mapping) else raw
    if not isinstance(rows, list) or not rows:
        raise InputRefused("holds no 'rows'.", where=str(path), next_step="Write rows: and a list under it.")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise InputRefused(
                f"row {number} is not a mapping.", where=str(path), next_step="Write id:, victim: ... in it."
            )
    sources = raw.get("sources") if isinstance(raw, Mapping) else None
    return Deck(path.name, tuple(rows), sources or {}, any("observed" in row for row in rows))
