"""Scores a deck of rows and sums up; what the accuracy command and the published report are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from benzosafe.accuracy.coverage import coverage_of
from benzosafe.accuracy.interactions import KEEP, Leave, score_interactions
from benzosafe.accuracy.rows import Deck, is_single
from benzosafe.accuracy.scored import NOT_STATED, Scored, by, direction, negatives, summarise
from benzosafe.accuracy.single_drug import score_single
from benzosafe.exposure.draws import typical
from benzosafe.knowledge.load import Knowledge

DRAWS = 60
SEED = 1
Progress = Callable[[int, int], None]


def score_deck(deck: Deck, knowledge: Knowledge, leave: Leave = KEEP, progress: Progress | None = None) -> list[Scored]:
    """Every row of a deck scored or skipped, in order; `progress` is told how many of how many are done."""
    found: list[Scored] = []
    for place in range(len(deck.rows)):
        found += [replace(scored, line=deck.lines[place]) for scored in _score(deck, place, knowledge, leave)]
        if progress is not None:
            progress(place + 1, len(deck.rows))
    return found


def _score(deck: Deck, place: int, knowledge: Knowledge, leave: Leave) -> list[Scored]:
    row = deck.rows[place]
    if deck.fault(place):
        return [Scored(row["id"], "", "", NOT_STATED, "static", None, skipped=deck.fault(place))]
    if is_single(row):
        return score_single([dict(row)], knowledge, DRAWS, SEED, dict(deck.sources))
    return score_interactions([row], knowledge, DRAWS, SEED, leave)


def summary_of(rows: Sequence[Scored], knowledge: Knowledge) -> dict[str, Any]:
    """Agreement over all counted rows, by victim, mechanism (or metric) and kind; how often intervals hold; what was
    skipped and why."""
    low = typical(knowledge.parameters["negative_study_ratio_from"])
    high = typical(knowledge.parameters["negative_study_ratio_to"])
    found = summarise(rows)
    found["by_victim"] = by(rows, lambda row: row.victim)
    found["by_mechanism"] = by(rows, lambda row: row.group)
    found["by_kind"] = by(rows, lambda row: row.kind)
    found["by_direction"] = by([row for row in rows if row.kind == "static"], direction)
    if any(row.kind != "single" for row in rows):
        found["negative_studies"] = negatives([row for row in rows if row.kind != "single"], low, high)
        found["interval_coverage_by"] = coverage_of([row for row in rows if row.kind != "single"])
    found["skipped"] = [
        {"id": row.id, "line": row.line or None, "reason": row.skipped, "hint": row.hint or None}
        for row in rows if row.skipped
    ]  # fmt: skip
    return found


def row_dict(row: Scored) -> dict[str, Any]:
    """One scored row as plain data."""
    done = not row.skipped
    return {
        "id": row.id, "line": row.line or None, "victim": row.victim, "perpetrator": row.perpetrator,
        "mechanism": row.group, "kind": row.kind,
        "predicted": _figures(row.predicted), "low": _figures(row.low), "high": _figures(row.high),
        "observed": row.observed,
        "assumed_unchanged": row.assumed, "fold_error": _figures(row.fold_error) if done else None,
        "within_2_fold": row.within_2_fold if done else None, "within_guest": row.within_guest if done else None,
        "skipped": row.skipped or None, "hint": row.hint or None, "notes": list(row.notes),
    }  # fmt: skip


def _figures(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
