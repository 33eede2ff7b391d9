"""The finding each patient is listed for: the most urgent one the screen showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe.population.screen.parts import read_part
from benzosafe.population.worklist.candidates import INTERRUPTING

_BRIEF = ("patient", "state", "rule", "tier", "severity")
_WHOLE = (*_BRIEF, "topic", "version", "severity_possible", "reason", "ingredients", "orders", "missing")


@dataclass(frozen=True, slots=True)
class TopFinding:
    """A finding as the screen wrote it, and how many others it showed of the patient; `row` has more where asked."""

    rule: str
    tier: int
    severity: str
    others: int
    row: Mapping[str, Any] | None = None


def top_findings(folder: Path, of_part: Mapping[str, Collection[str]], whole: Collection[str]) -> dict[str, TopFinding]:
    """Of the patients of each part the most urgent finding; with all its columns for the patients in `whole`."""
    found: dict[str, TopFinding] = {}
    for part, patients in of_part.items():
        wanted = pa.array(sorted(patients), pa.string())
        table = read_part(folder / "findings" / part, _WHOLE)
        mine = pc.and_(pc.equal(table["state"], "shown"), pc.is_in(table["patient"], wanted))
        shown = table.filter(mine)
        counts = Counter(shown["patient"].to_pylist())
        urgent = shown.filter(pc.less_equal(shown["tier"], INTERRUPTING))
        for row in sorted(_rows(urgent, whole), key=lambda row: row["tier"]):
            patient = row["patient"]
            if patient not in found:
                kept = row if patient in whole else None
                found[patient] = TopFinding(row["rule"], row["tier"], row["severity"], counts[patient] - 1, kept)
    return found


def _rows(urgent: pa.Table, whole: Collection[str]) -> list[dict[str, Any]]:
    """All columns where they are wanted, else only the brief ones."""
    chosen = pc.is_in(urgent["patient"], pa.array(sorted(whole), pa.string()))
    rest = urgent.filter(pc.invert(chosen)).select(list(_BRIEF))
    rows: list[dict[str, Any]] = [*urgent.filter(chosen).to_pylist(), *rest.to_pylist()]
    return rows
