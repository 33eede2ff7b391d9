"""What was taken on each day of a plan: the diary laid over the planned doses, with what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from benzosafe.errors import InputRefused
from benzosafe.taper.log_entries import DayLog, Log, Stay, Taken
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import Dose

_AS_PLANNED = Taken("as planned")


@dataclass(frozen=True)
class DayTaken:
    """One day [micrograms]: planned, least and most that can have been taken; `written`: the diary says so."""

    on: date
    planned_ug: int
    low_ug: int
    high_ug: int
    written: bool
    by: str = ""

    @property
    def missed(self) -> bool:
        """Whether nothing may have been taken though something was planned or expected."""
        return self.low_ug == 0 and self.planned_ug > 0


def step_on(plan: TaperPlan, day: date) -> int:
    """Place of the step a day belongs to; -1 before the first, the last one ever after."""
    return sum(step.starts_on <= day for step in plan.steps) - 1


def planned_ug(plan: TaperPlan, day: date) -> int:
    """What the plan says for a day [micrograms]."""
    place = step_on(plan, day)
    return plan.before_ug if place < 0 else plan.steps[place].delivered_ug


def doses_of(plan: TaperPlan, place: int) -> tuple[Dose, ...]:
    """The doses of a step; of what was taken before the first for -1."""
    return plan.before if place < 0 else plan.steps[place].doses


def first_day(plan: TaperPlan, since: date | None, *, changed: bool) -> date:
    """The first day of the taper a diary may be about; after a change to another drug it is that of the first step."""
    return plan.steps[0].starts_on if changed and plan.steps else begins_on(plan, since)


def begins_on(plan: TaperPlan, since: date | None) -> date:
    """The first day a diary may be about: the plan's first step, or the day a revised plan was made."""
    if not plan.steps:
        raise InputRefused("holds no steps.", where="the plan", next_step="Design it again.")
    return min(since, plan.steps[0].starts_on) if since else plan.steps[0].starts_on


def check_against(log: Log, on: date, first: date) -> None:
    """Refuses a diary that cannot belong here: before the plan, after `on`, at home while in hospital."""
    spans = [(day.on, day.on, day.place) for day in log.days]
    spans += [(stay.first, stay.last, stay.place) for stay in log.stays]
    for begins, ends, place in spans:
        if begins < first:
            place.refuse(
                f"{begins} is before the plan begins ({first}).",
                "Scores from before go under 'baseline'; drop the rest.",
            )
        if ends > on:
            place.refuse(f"{ends} is after {on}.", "Check the year, or use a later --on.")
    for day in log.days:
        stay = _stay_around(log.stays, day.on)
        if stay is not None and day.taken is not None and day.taken.kind != "unknown":
            day.place.refuse(
                f"{day.on} is inside the hospital stay of line {stay.place.line}, yet a dose is written for home.",
                "Write what was given there under 'given', or correct the dates.",
            )


def refuse_several(log: Log, first: date) -> None:
    """Refuses amounts of several medicines from a day on: one drug is tapered, and the change has ended."""
    spans = [(day.on, day.taken, day.place) for day in log.days] + [(s.last, s.given, s.place) for s in log.stays]
    for on, taken, place in spans:
        if taken is not None and taken.kind == "each" and on >= first:
            place.refuse(
                f"{on}: several medicines under what was taken, but one is tapered then.",
                "Write the day's amount of it, as in '4 mg'. If another was still taken, call the prescriber today.",
            )


def _stay_around(stays: tuple[Stay, ...], day: date) -> Stay | None:
    """The stay a day lies inside; on the days of coming and going a dose at home is possible."""
    return next((stay for stay in stays if stay.first < day < stay.last), None)


def days_taken(plan: TaperPlan, log: Log, on: date, first: date) -> list[DayTaken]:
    """Every day from `first` to the day before `on`, and `on` itself when something is written about it.

    JUDGEMENT: a day nobody wrote about is like the last one that was written: as planned, the same amount, larger or
    smaller, or nothing. To take a larger one for the planned one would hide a sudden drop. After lost supply nothing
    is taken until a dose is written.
    """
    written = {day.on: day for day in log.days}
    found: list[DayTaken] = []
    like = _AS_PLANNED
    for number in range((on - first).days + 1):
        day = first + timedelta(days=number)
        said, entry = said_of(log, written.get(day), day), written.get(day)
        if entry is not None and entry.supply_lost and said is None:
            like = Taken("missed")
        if day == on and said is None and not (entry and entry.supply_lost):
            break
        planned = planned_ug(plan, day)
        found.append(_day(day, planned, said or like, said is not None, plan.before_ug))
        if said is not None:
            like = Taken("missed") if entry is not None and entry.supply_lost else said
    return found


def said_of(log: Log, entry: DayLog | None, day: date) -> Taken | None:
    """What the diary says was taken on a day, at home or in hospital; None when it says nothing."""
    if entry is not None and entry.taken is not None and _stay_around(log.stays, day) is None:
        return entry.taken
    return next((stay.given for stay in log.stays if stay.first <= day <= stay.last), None)


def _day(day: date, planned: int, taken: Taken, written: bool, most: int) -> DayTaken:
    low, high = {
        "as planned": (planned, planned), "missed": (0, 0), "unknown": (0, max(planned, most)),
        "amount": (taken.amount_ug, taken.amount_ug),
    }[taken.kind]  # fmt: skip
    return DayTaken(day, planned, low, high, written, taken.by)


def dose_change_after(plan: TaperPlan, on: date) -> TaperStep | None:
    """The next step after `on` that takes less than the one of that day; None when no reduction is left."""
    now = planned_ug(plan, on)
    return next((step for step in plan.steps if step.starts_on > on and step.delivered_ug < now), None)
