"""The arithmetic of one published schedule: its doses day by day, held against the ceiling on falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from benzosafe.knowledge.taper_model import TaperPhase
from benzosafe.taper.limits import Ceiling, Stretch, falls
from benzosafe.taper.product import UG_PER_MG, mg_words


@dataclass(frozen=True)
class Run:
    """One way of reading a schedule, from one dose. Amounts in micrograms a day of `drug`.

    equivalence: what the dose taken was said to be worth, with the table, when `drug` is not the one taken; stretches:
    every dose, the last one nothing; rolling_falls: for each the largest share lost within the ceiling's days, the stop
    excepted where it comes from a dose so small that stopping is not limited; breaches: numbers (from 0) of the
    stretches above the ceiling.
    """

    reading: str
    drug: str
    before_ug: int
    equivalence: str
    stretches: tuple[Stretch, ...]
    rolling_falls: tuple[Fraction, ...]
    breaches: tuple[int, ...]
    ceiling: Ceiling

    @property
    def days(self) -> int:
        """Days from the first cut until nothing is taken."""
        return sum(stretch.days for stretch in self.stretches[:-1])

    @property
    def largest_fall(self) -> Fraction:
        """The largest share of a dose lost within the ceiling's days."""
        return max(self.rolling_falls)

    @property
    def stops_from_ug(self) -> int:
        """The last dose before nothing [ug a day]."""
        return self.stretches[-2].amount_ug if len(self.stretches) > 1 else self.before_ug

    @property
    def words(self) -> str:
        """The reading in a sentence or two."""
        start = f"{mg_words(self.before_ug)} mg {self.drug} a day{f' ({self.equivalence})' if self.equivalence else ''}"
        worst = self.stretches[self.rolling_falls.index(self.largest_fall)].amount_ug
        limit = f"{_percent(self.ceiling.share)} in {self.ceiling.days} days"
        verdict = (
            f"breaks the ceiling of {limit} at {len(self.breaches)} of {len(self.stretches)} steps"
            if self.breaches
            else f"keeps to the ceiling of {limit}"
        )
        return (
            f"{self.reading}: from {start} to nothing in {self.days} days and {len(self.stretches)} steps, the last "
            f"from {mg_words(self.stops_from_ug)} mg; largest fall within {self.ceiling.days} days "
            f"{_percent(self.largest_fall)}, to {mg_words(worst)} mg; {verdict}."
        )


def stretches_of(
    phases: Sequence[TaperPhase], quick: bool, first_ug: int, last_ug: int, ceiling: Ceiling
) -> list[Stretch]:
    """Every dose in turn, the first cut on the first day; the last stretch, of nothing, is as long as the ceiling.

    JUDGEMENT: cuts of a share of the current dose never reach nothing; they end at the dose from which stopping is not
    limited. A fraction of a microgram is rounded up, to the smaller cut.
    """
    found: list[Stretch] = []
    dose = first_ug
    for phase in phases:
        days, cuts, least = phase.every_days[0 if quick else 1], 0, ceil(_down_to(phase, first_ug))
        while dose > least and (phase.cuts is None or cuts < phase.cuts):
            cuts += 1
            if phase.cut == "none" and found:
                found[-1] = Stretch(found[-1].amount_ug, found[-1].days + days)
                continue
            dose = _next(phase, quick, dose, first_ug, last_ug, least)
            if dose > 0:
                found.append(Stretch(dose, days))
    return [*found, Stretch(0, ceiling.days)]


def _next(phase: TaperPhase, quick: bool, dose: int, first_ug: int, last_ug: int, least: int) -> int:
    """The dose after one cut [ug a day]."""
    if phase.cut == "none":
        return dose
    if phase.cut == "share of current dose" and dose <= last_ug:
        return 0
    cut = _cut(phase, quick, dose, first_ug)
    return max(min(ceil(dose - cut), dose - 1), least)


def _down_to(phase: TaperPhase, first_ug: int) -> Fraction:
    if phase.down_to_mg is not None:
        return exact(phase.down_to_mg) * UG_PER_MG
    return exact(phase.down_to_share or 0) * first_ug


def _cut(phase: TaperPhase, quick: bool, dose: int, first_ug: int) -> Fraction:
    """Micrograms a day taken off at once."""
    size = exact(phase.size[1 if quick else 0]) if phase.size else Fraction(0)
    return size * {"mg": UG_PER_MG, "share of first dose": first_ug}.get(phase.cut, dose)


def shares_lost(before_ug: int, stretches: Sequence[Stretch], last_ug: int, ceiling: Ceiling) -> tuple[Fraction, ...]:
    """Largest share lost within the ceiling's days; the stop counts, unless it is from `last_ug` or less.

    JUDGEMENT: as in a plan of our own, no share can limit a stop from the smallest dose; any other stop loses all.
    """
    shares = falls(before_ug, stretches, ceiling)
    if (stretches[-2].amount_ug if len(stretches) > 1 else before_ug) <= last_ug:
        shares[-1] = Fraction(0)
    return tuple(shares)


def exact(number: float) -> Fraction:
    """The number as it was written, 0.1 as one tenth."""
    return Fraction(str(number))


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.3g} %"
