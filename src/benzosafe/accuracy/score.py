"""Scores a deck of rows and sums up; what the accuracy command and the published report are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benzosafe.accuracy.interactions import KEEP, Leave, score_interactions
from benzosafe.accuracy.rows import Deck
from benzosafe.accuracy.scored import Scored, by, negatives, summarise
from benzosafe.exposure.draws import typical
from benzosafe.knowledge.load import Knowledge

DRAWS = 60
SEED = 1
Progress = Callable[[int, int], None]


def score_deck(deck: Deck, knowledge: Knowledge, leave: Leave = KEEP, progress: Progress | None = None) -> list[Scored]:
    """Every row of a deck scored, in order; `progress` is told how many of how many are done."""
    if deck.single:
        from benzosafe.accuracy.single_drug import score_single

        sources = dict(deck.sources)
        return _each(deck, lambda row: score_single([dict(row)], knowledge, DRAWS, SEED, sources), progress)
    return _each(deck, lambda row: score_interactions([row], knowledge, DRAWS, SEED, leave), progress)


def _each(deck: Deck, score: Callable[[Any], list[Scored]], progress: Progress | None) -> list[Scored]:
    found: list[Scored] = []
    for number, row in enumerate(deck.rows, start=1):
        found += score(row)
        if progress is not None:
            progress(number, len(deck.rows))
    return found


def summary_of(rows: Sequence[Scored], knowledge: Knowledge) -> dict[str, Any]:
    """Agreement over all counted rows, by victim, mechanism (or metric) and kind; what was skipped and why."""
    low = typical(knowledge.parameters["negative_study_ratio_from"])
    high = typical(knowledge.parameters["negative_study_ratio_to"])
    found = summarise(rows)
    found["by_victim"] = by(rows, lambda row: row.victim)
    found["by_mechanism"] = by(rows, lambda row: row.group)
    found["by_kind"] = by(rows, lambda row: row.kind)
    found["by_direction"] = by([row for row in rows if row.kind == "static"], direction)
    if any(row.kind != "single" for row in rows):
        found["negative_studies"] = negatives([row for row in rows if row.kind != "single"], low, high)
    found["skipped"] = [{"id": row.id, "reason": row.skipped} for row in rows if row.skipped]
    return found


def direction(row: Scored) -> str:
    """Inhibition, induction or nothing expected, from the mechanism's name."""
    if "induction" in row.group:
        return "induction"
    return "none" if row.group.startswith("none") else "inhibition"


def row_dict(row: Scored) -> dict[str, Any]:
    """One scored row as plain data."""
    done = not row.skipped
    return {
        "id": row.id, "victim": row.victim, "perpetrator": row.perpetrator, "mechanism": row.group, "kind": row.kind,
        "predicted": _figures(row.predicted), "low": _figures(row.low), "high": _figures(row.high),
        "observed": row.observed,
        "assumed_unchanged": row.assumed, "fold_error": _figures(row.fold_error) if done else None,
        "within_2_fold": row.within_2_fold if done else None, "within_guest": row.within_guest if done else None,
        "skipped": row.skipped or None, "notes": list(row.notes),
    }  # fmt: skip


def _figures(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
