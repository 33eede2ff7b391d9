"""The dose that is really taken now, and what was taken before it: taken is compared with taken, not with the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_days import DayTaken
from benzosafe.taper.follow_decision import number_of
from benzosafe.taper.limits import ceiling_of


@dataclass(frozen=True)
class Fall:
    """From the most that was usual within the ceiling's days to what is taken now [micrograms a day]."""

    from_ug: int
    to_ug: int

    @property
    def share(self) -> Fraction:
        """The share lost; 0 when nothing was."""
        return Fraction(max(self.from_ug - self.to_ug, 0), self.from_ug) if self.from_ug else Fraction(0)


def dose_now(knowledge: Knowledge, days: Sequence[DayTaken], planned: int) -> int:
    """What is really taken a day [ug]: the plan's dose, unless the last days in a row were all above or all below it.

    JUDGEMENT: of those days the dose nearest to the plan counts; days missed at the very end are not a dose. After an
    interruption one smaller dose is enough: it is not raised again at once. Where larger days alternate with planned
    ones, the dose is not let fall by more than the limit below the larger ones.
    """
    settled = int(number_of(knowledge, "follow_settled_days"))
    taken = list(days)
    while taken and taken[-1].missed:
        taken.pop()
    last = taken[-settled:]
    if not last or last[-1].low_ug == 0:
        return planned
    valid = int(number_of(knowledge, "follow_reading_valid_days"))
    if _resumed_lower(knowledge, taken[-valid:]):
        return last[-1].low_ug
    if len(last) == settled and all(0 < day.high_ug < day.planned_ug for day in last):
        return max(day.high_ug for day in last)
    if len(last) == settled and all(day.low_ug > day.planned_ug for day in last):
        return min(day.low_ug for day in last)
    if any(day.low_ug > day.planned_ug for day in last):
        return max(planned, _floor_ug(knowledge, taken[-valid:], settled))
    return planned


def _floor_ug(knowledge: Knowledge, recent: Sequence[DayTaken], settled: int) -> int:
    """The limit below the amount above the plan that was taken on as many days as make a dose usual; else 0."""
    above = sorted((day.low_ug for day in recent if day.low_ug > day.planned_ug), reverse=True)
    return ceil((1 - ceiling_of(knowledge).share) * above[settled - 1]) if len(above) >= settled else 0


def _resumed_lower(knowledge: Knowledge, recent: Sequence[DayTaken]) -> bool:
    """Whether an interruption longer than is simply gone on from was followed by smaller doses only."""
    since = next((number for number, day in enumerate(reversed(recent)) if day.missed), len(recent))
    after = recent[len(recent) - since :]
    run = 0
    for day in reversed(recent[: len(recent) - since]):
        if not day.missed:
            break
        run += 1
    longer = run > number_of(knowledge, "follow_missed_days_go_on")
    return longer and all(0 < day.high_ug < day.planned_ug for day in after)


def fall_to(knowledge: Knowledge, days: Sequence[DayTaken], now_ug: int, before_ug: int) -> Fall:
    """How far what is taken fell within the ceiling's days; `before_ug` was taken before the first of `days`.

    JUDGEMENT: from the largest amount that was taken on as many days as make a dose usual; one extra dose is no level
    to fall from.
    """
    window, settled = ceiling_of(knowledge).days, int(number_of(knowledge, "follow_settled_days"))
    amounts = [*(day.low_ug for day in days[-window:]), *[before_ug] * max(window - len(days), 0)]
    return Fall(sorted(amounts, reverse=True)[settled - 1], now_ug)


def lower_since(knowledge: Knowledge, days: Sequence[DayTaken], now_ug: int) -> date | None:
    """The day from which a further reduction no longer adds to one that was taken lately; None when none was."""
    larger = [day.on for day in days if day.low_ug > now_ug]
    return max(larger) + timedelta(days=ceiling_of(knowledge).days + 1) if larger else None


def usual_ug(knowledge: Knowledge, days: Sequence[DayTaken], number: int, before_ug: int) -> int:
    """What a person is used to on day `number`: the plan's dose, or the amount taken on several of the days before.

    JUDGEMENT: never more than was taken before the taper, so that a large amount does not become usual by repetition.
    """
    settled = int(number_of(knowledge, "follow_settled_days"))
    valid = int(number_of(knowledge, "follow_reading_valid_days"))
    earlier = sorted((day.low_ug for day in days[max(number - valid, 0) : number]), reverse=True)
    steady = earlier[settled - 1] if len(earlier) >= settled else 0
    return max(days[number].planned_ug, min(steady, before_ug))
