"""A change in words: what of both drugs is taken when, what it comes to in one of them, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.crossover_equivalence import Equivalent
from benzosafe.taper.product import Dose, mg_words
from benzosafe.taper.supply_words import taken_words


def stage_words(change: Changeover, stage: ChangeStage) -> str:
    """'lorazepam at 08:00 1 × 1 mg tablet (1 mg a day); diazepam at 20:00 1 × 5 mg tablet (5 mg a day)'."""
    parts = [f"{drug} {taken_words(doses)}" for drug, doses in both(change, stage) if doses]
    return "; ".join([*parts, *([] if stage.old else [f"no more {change.old}"])])


def stage_lines(change: Changeover) -> list[str]:
    """Every stage in a line: its days, both drugs by the hour, and what both come to."""
    return [
        f"Stage {stage.number}, {stage.starts_on} to {stage.ends_on}: {stage_words(change, stage)};"
        f" {total_words(change, stage)}"
        for stage in change.shown
    ]  # fmt: skip


def both(change: Changeover, stage: ChangeStage) -> tuple[tuple[str, Sequence[Dose]], ...]:
    """Each drug with its doses in a stage, the old one first."""
    return (change.old, stage.old), (change.new, stage.new)


def total_words(change: Changeover, stage: ChangeStage) -> str:
    """What both come to as the new drug, by the value that is used and by every published one."""
    used = mg_words(float(change.total_ug(stage.pair_ug)))
    low, high = (mg_words(float(change.total_ug(stage.pair_ug, ratio))) for ratio in change.range)
    span = f"{low}" if low == high else f"{low} to {high}"
    return f"both together are like {used} mg of {change.new} a day ({span} mg by all published tables)"


def range_words(change: Changeover) -> str:
    """How much of the new drug 1 mg of the old is said to equal, and what is used."""
    low, high = change.range
    span = number(low) if low == high else f"{number(low)} to {number(high)}"
    return f"1 mg of {change.old} is said to equal {span} mg of {change.new}; used: {number(change.ratio)} mg"


def value_words(value: Equivalent) -> str:
    """The value of one table [mg of the new drug for 1 mg of the old]: '5', or '5 to 10' where it prints a range."""
    return number(value.low) if value.low == value.high else f"{number(value.low)} to {number(value.high)}"


def cited(value: Equivalent) -> str:
    """The source of a table, and how it was read unless in the source itself."""
    return value.source if value.confidence == "verified" else f"{value.source} ({value.confidence})"


def source_lines(change: Changeover) -> list[str]:
    """Every table that holds both drugs, with its value and source; the one that is used is marked."""
    return [
        f"{value.title}: {value_words(value)} [{cited(value)}]{' USED' if value.table == change.used else ''}"
        for value in change.values
    ]


def number(value: Fraction) -> str:
    """A ratio to three figures."""
    return f"{float(value):.3g}"
