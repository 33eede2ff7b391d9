"""A change to another drug as it is followed: which products of both drugs on which days, counted in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from benzosafe.taper.crossover import AS_WANTED, Crossover
from benzosafe.taper.crossover_equivalence import Equivalent
from benzosafe.taper.product import Dose
from benzosafe.taper.stages import MadeStage

Doses = tuple[tuple[float, int], ...]
Pair = tuple[int, int]


@dataclass(frozen=True)
class ChangeStage:
    """The same doses of both drugs every day for some days; `back`: a return to the doses of an earlier stage.

    `number` is that of the doses: a stage that is held or returned to keeps its number.
    """

    number: int
    starts_on: date
    days: int
    old: tuple[Dose, ...]
    new: tuple[Dose, ...]
    back: bool = False

    @property
    def ends_on(self) -> date:
        """The last day of the stage."""
        return self.starts_on + timedelta(days=self.days - 1)

    @property
    def pair_ug(self) -> Pair:
        """Micrograms a day of the old and of the new drug, as their portions add up."""
        return amount_of(self.old), amount_of(self.new)


@dataclass(frozen=True)
class Changeover:
    """The whole change: both drugs, what was taken before it, its stages, and the equivalence with all its sources.

    `ratio`: mg of the new drug for 1 mg of the old, by the table `used`. `since`: the day from which papers count, when
    the change was revised; stages before it stay, so that all is counted again.
    """

    old: str
    new: str
    before: Doses
    stages: tuple[ChangeStage, ...]
    ratio: Fraction
    used: str
    why: str
    values: tuple[Equivalent, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    since: date | None = None

    @property
    def begins_on(self) -> date:
        """The first day of the first stage."""
        return self.stages[0].starts_on

    @property
    def ends_on(self) -> date:
        """The last day of the last stage."""
        return self.stages[-1].ends_on

    @property
    def before_pair(self) -> Pair:
        """Micrograms a day of the old and of the new drug before the change."""
        return sum(amount for _, amount in self.before), 0

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The lowest and the highest published mg of the new drug for 1 mg of the old."""
        return min(value.low for value in self.values), max(value.high for value in self.values)

    @property
    def shown(self) -> tuple[ChangeStage, ...]:
        """The stages that papers are made of: all, or those from the day of the revision on, cut to that day."""
        since = self.since or self.begins_on
        return tuple(
            stage if stage.starts_on >= since
            else ChangeStage(stage.number, since, (stage.ends_on - since).days + 1, stage.old, stage.new, stage.back)
            for stage in self.stages if stage.ends_on >= since
        )  # fmt: skip

    def total_ug(self, pair: Pair, ratio: Fraction | None = None) -> Fraction:
        """Both as micrograms of the new drug, by the ratio that is used or by another."""
        return (self.ratio if ratio is None else ratio) * pair[0] + pair[1]

    def stage_on(self, day: date) -> ChangeStage | None:
        """The stage of a day; None outside the change."""
        return next((stage for stage in self.stages if stage.starts_on <= day <= stage.ends_on), None)


def amount_of(doses: Sequence[Dose]) -> int:
    """Micrograms in the doses of a day, portion by portion."""
    return sum(dose.amount_ug for dose in doses)


def changeover(change: Crossover, made: Sequence[MadeStage]) -> Changeover:
    """The change that is planned, made of products."""
    stages = tuple(ChangeStage(item.stage.number, item.stage.starts_on, item.stage.days, item.old, item.new)
                   for item in made)  # fmt: skip
    return Changeover(
        change.drug, change.to, change.before, stages, change.ratio, change.chosen.table, change.why_chosen,
        change.values, change.warnings, tuple(note for note in change.notes if note != AS_WANTED),
    )  # fmt: skip
