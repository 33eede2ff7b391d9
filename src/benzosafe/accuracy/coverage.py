"""How often the 90 % interval holds what was observed, group by group: a good total may hide a poor group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benzosafe.accuracy.scored import Scored, direction

ALL = "all interactions"
CLASS_ONLY = "strength of the perpetrator from its class only"
_STRONG_FALL = 0.5  # exposure halved or less
_FEWEST_ROWS = 5  # a share of fewer rows says nothing


def coverage_groups(rows: Sequence[Scored], by_class: Sequence[Scored] = ()) -> dict[str, list[Scored]]:
    """Rows that count, by group; a victim with few rows has none. `by_class`: scores without perpetrators' own data."""
    counted = [row for row in rows if row.counted]
    found: dict[str, list[Scored]] = {ALL: counted}
    for way in ("inhibition", "induction"):
        found[way] = [row for row in counted if direction(row) == way]
    found[f"observed ratio {_STRONG_FALL:g} or less"] = [row for row in counted if (row.observed or 1) <= _STRONG_FALL]
    if by_class:
        found[CLASS_ONLY] = [row for row in by_class if row.counted]
    victims = sorted({row.victim for row in counted})
    own = {victim: [row for row in counted if row.victim == victim] for victim in victims}
    found |= dict(sorted(
        (item for item in own.items() if len(item[1]) >= _FEWEST_ROWS), key=lambda item: -len(item[1])
    ))  # fmt: skip
    return {name: group for name, group in found.items() if group}


def coverage_of(rows: Sequence[Scored], by_class: Sequence[Scored] = ()) -> dict[str, Mapping[str, Any]]:
    """For each group how many rows, and in what share of them the interval holds the observation."""
    return {
        name: {"n": len(group), "interval_coverage": round(sum(row.covered for row in group) / len(group), 3)}
        for name, group in coverage_groups(rows, by_class).items()
    }
