"""Rules that could not be decided, over many patients at once: who, how severe it could be, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benzosafe.facts.column import Bools, Ints, unpack
from benzosafe.facts.frame import Frame
from benzosafe.review.condition import Condition, Facts
from benzosafe.review.evaluate import SEVERITY_OF_RANK, Outcome, order_facts, row_facts


@dataclass(frozen=True)
class Undecided:
    """One rule that could not be decided for one row of the frame."""

    row: int
    rule: str
    severity_possible: str
    missing: tuple[str, ...]


def undecided(frame: Frame, outcomes: list[Outcome]) -> list[list[Undecided]]:
    """Of each row the rules that could not be decided, the most severe first and then by name."""
    found: list[list[Undecided]] = [[] for _ in range(frame.size)]
    for outcome in outcomes:
        for item in _of_rule(frame, outcome):
            found[item.row].append(item)
    rank_of = {severity: rank for rank, severity in SEVERITY_OF_RANK.items()}
    for items in found:
        items.sort(key=lambda item: (-rank_of[item.severity_possible], item.rule))
    return found


def _of_rule(frame: Frame, outcome: Outcome) -> Iterator[Undecided]:
    """Over orders the most severe, and everything that is missing for any of them."""
    open_bits = outcome.rows(surely=False) & ~outcome.rows(surely=True) & ~outcome.excluded_bits
    if not open_bits:
        return
    places = np.flatnonzero(unpack(open_bits, outcome.size))
    per_patient = outcome.rule.rule.per == "patient"
    rows = places if per_patient else frame.order_row[places]
    facts = row_facts(frame) if per_patient else order_facts(frame)
    by_row: dict[int, tuple[int, tuple[str, ...]]] = {}
    possible = outcome.possible[places].tolist()
    for row, rank, words in zip(rows.tolist(), possible, _missing(outcome, facts, places), strict=True):
        rank_before, words_before = by_row.get(row, (0, ()))
        together = tuple(dict.fromkeys(words_before + words)) if words_before else words
        by_row[row] = max(rank, rank_before), together
    for row, (rank, words) in by_row.items():
        yield Undecided(row, outcome.rule.rule.id, SEVERITY_OF_RANK[rank], words)


def _missing(outcome: Outcome, facts: Facts, places: Ints) -> list[tuple[str, ...]]:
    """At every place the facts that are not known and would settle or raise the verdict, in the order of the rule."""
    conditions = (outcome.rule.when, *(condition for _, condition in outcome.rule.levels if condition))
    names: list[str] = []
    masks: list[Bools] = []
    everywhere = np.ones(len(places), bool)
    for condition in conditions:
        for leaf, mask in _open_leaves(condition, facts, places, everywhere, outcome.size):
            names += leaf
            masks += [mask] * len(leaf)
    if not names:
        return [()] * len(places)
    table = np.column_stack(masks)
    patterns, which = np.unique(table, axis=0, return_inverse=True)
    words = [tuple(dict.fromkeys(names[at] for at in np.flatnonzero(pattern))) for pattern in patterns]
    return [words[int(at)] for at in which.ravel()]


def _open_leaves(
    condition: Condition, facts: Facts, places: Ints, above: Bools, size: int
) -> Iterator[tuple[tuple[str, ...], Bools]]:
    """The leaves that are neither true nor false, each with the places where everything above it is open too."""
    answer = condition.answer(facts)
    open_here = above & ~unpack(answer.yes, size)[places] & ~unpack(answer.no, size)[places]
    if not open_here.any():
        return
    if not condition.parts:
        yield condition.names, open_here
    for part in condition.parts:
        yield from _open_leaves(part, facts, places, open_here, size)
