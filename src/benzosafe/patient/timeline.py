"""Whether an order is active on a date, and from which words and dates that was decided.

A day's supply that starts on 1 March and lasts 30 days runs out on 31 March: `supply_ends_on` is the first day without.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from benzosafe.patient.tables import SourceKind, Supply, Tri

# JUDGEMENT: a list that still says 'active' is believed to be open for half a year after the supply ran out. People
# stretch tablets, pay cash or use another pharmacy, and a US schedule IV prescription can be refilled for six months;
# after that the entry is taken as one that nobody closed.
LAPSED_ACTIVE_DAYS = 180
# JUDGEMENT: with no status at all the supply alone speaks, and one month of slack covers late refills and leftovers.
LAPSED_NO_STATUS_DAYS = 30
# JUDGEMENT: where refills are not stated the authorised supply may be longer; a prescription expires after a year.
LAPSED_REFILLS_UNKNOWN_DAYS = 365

ENDED = ("stopped", "completed", "ended")
NEVER_TAKEN = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "not-taken": "recorded as not taken",
    "not-done": "not given",
    "draft": "a draft that was never issued",
    "preparation": "being prepared, not handed over",
    "declined": "declined",
}
ONGOING = ("active", "in-progress")


@dataclass(frozen=True)
class OrderTimes:
    """Everything dated about one order; None means not stated.

    `start_on`/`end_on` are stated limits (effectivePeriod, dosage boundsPeriod, validity); `supplies` are dispenses
    with their day and days' supply; `duration_days` is a course length in the directions ("for 10 days").
    """

    kind: SourceKind
    status: str | None = None
    authored_on: date | None = None
    start_on: date | None = None
    end_on: date | None = None
    days_supply: float | None = None
    refills: int | None = None
    supplies: tuple[Supply, ...] = ()
    duration_days: float | None = None


@dataclass(frozen=True)
class Decided:
    """Whether the order is active, why, and the dates that were used."""

    active: Tri
    because: str
    start_on: date | None = None
    end_on: date | None = None
    supply_ends_on: date | None = None


@dataclass(frozen=True)
class _Case:
    """The order with its dates worked out."""

    times: OrderTimes
    on: date
    start_on: date | None
    end_on: date | None
    supply_ends_on: date | None
    authorised_until: date | None

    @property
    def lapsed_days(self) -> int | None:
        """Days since the supply ran out [d]; negative while it lasts; None when the supply is not known."""
        return None if self.supply_ends_on is None else (self.on - self.supply_ends_on).days

    def decided(self, active: Tri, because: str) -> Decided:
        """The answer with the dates it rests on."""
        return Decided(active, because, self.start_on, self.end_on, self.supply_ends_on)


def decide_active(times: OrderTimes, on: date) -> Decided:
    """Whether the order is active on the day, with the words saying what decided it."""
    starts = [d for d in (times.start_on, *(s.on for s in times.supplies)) if d]
    start = times.start_on or (times.authored_on if times.authored_on else min(starts, default=None))
    runs_out = supply_end(times.supplies) or _authorised(times, start, refills=times.refills or 0)
    authorised = _authorised(times, start, refills=times.refills or 0)
    case = _Case(times, on, start, times.end_on or _course_end(times, start), runs_out, authorised)
    for rule in (_never_taken, _not_yet, _given, _draft, _ended, _past_end, _on_hold, _by_supply):
        decided = rule(case)
        if decided is not None:
            return decided
    if times.status in ONGOING:
        return case.decided(True, f"status {times.status}; supply not stated")
    return case.decided(None, "neither status nor supply tells whether it is taken")


def supply_end(supplies: Sequence[Supply]) -> date | None:
    """The first day without supply [date], early refills carried over; None when no supply has both day and length."""
    end: date | None = None
    for supply in sorted((s for s in supplies if s.on and s.days), key=lambda s: str(s.on)):
        assert supply.on is not None and supply.days is not None
        begin = max(supply.on, end) if end else supply.on
        end = _later(begin, supply.days)
    return end


def _later(start: date, days: float) -> date:
    """Some days later; a supply no calendar can hold counts as the last day there is."""
    try:
        return start + timedelta(days=math.ceil(days))
    except OverflowError:
        return date.max


def _authorised(times: OrderTimes, start: date | None, refills: int) -> date | None:
    if start is None or not times.days_supply or times.days_supply <= 0:
        return None
    return _later(start, times.days_supply * (1 + max(refills, 0)))


def _course_end(times: OrderTimes, start: date | None) -> date | None:
    """The last day of a course of stated length; refills prolong it."""
    if start is None or not times.duration_days or times.duration_days <= 0:
        return None
    return _later(start, times.duration_days * (1 + (times.refills or 0)) - 1)


# --- rules, in the order in which they are asked -----------------------------------------------------------------


def _never_taken(case: _Case) -> Decided | None:
    status = case.times.status or ""
    if status not in NEVER_TAKEN or case.times.kind == "draft":
        return None
    return case.decided(False, f"status {status}: {NEVER_TAKEN[status]}")


def _not_yet(case: _Case) -> Decided | None:
    if case.start_on is None or case.start_on <= case.on or case.times.kind == "draft":
        return None
    return case.decided(False, f"starts on {case.start_on}, after the review date")


def _given(case: _Case) -> Decided | None:
    """An administration acts on the days it was given."""
    if case.times.kind != "administration" or case.start_on is None or case.times.status == "on-hold":
        return None
    last = case.end_on or case.start_on
    if case.times.status == "in-progress" and case.end_on is None:
        return case.decided(True, f"being given since {case.start_on}")
    return case.decided(case.on <= last, f"given on {case.start_on}" + (f" to {last}" if last > case.start_on else ""))


def _draft(case: _Case) -> Decided | None:
    return case.decided(True, "proposed in the draft") if case.times.kind == "draft" else None


def _ended(case: _Case) -> Decided | None:
    """Stopped or completed; a review of an earlier day still finds it active."""
    status, kind = case.times.status, case.times.kind
    if status not in ENDED or (status == "completed" and kind == "dispense"):
        return None
    if case.end_on is not None and case.end_on > case.on:
        return case.decided(True, f"status {status}, but only from {case.end_on}, after the review date")
    lapsed = case.lapsed_days
    if status == "completed" and kind == "request" and case.end_on is None and lapsed is not None and lapsed < 0:
        return case.decided(True, f"status completed (fully dispensed), supply lasts until {case.supply_ends_on}")
    return case.decided(False, f"status {status}" + (f", ended on {case.end_on}" if case.end_on else ""))


def _past_end(case: _Case) -> Decided | None:
    if case.end_on is None or case.end_on >= case.on:
        return None
    if case.times.end_on is not None:
        return case.decided(False, f"its stated end {case.end_on} has passed")
    if case.lapsed_days is not None and case.lapsed_days < 0:
        return None
    return case.decided(False, f"a course of {case.times.duration_days:g} days, ended on {case.end_on}")


def _on_hold(case: _Case) -> Decided | None:
    return case.decided(None, "status on-hold: whether it is taken now is not known") if _held(case) else None


def _held(case: _Case) -> bool:
    return case.times.status in ("on-hold", "intended")


def _by_supply(case: _Case) -> Decided | None:
    """Active while the supply lasts; for a while after that not known; later no longer."""
    lapsed = case.lapsed_days
    if lapsed is None:
        return None
    status = case.times.status if case.times.status in ONGOING else None
    said = f"status {status}" if status else "no status that tells"
    if lapsed < 0:
        return case.decided(True, f"{said}; supply lasts until {case.supply_ends_on}")
    left = case.authorised_until is not None and case.authorised_until > case.on
    rest = ", refills are left" if left else ", refills not stated" if _refills_unknown(case) else ""
    because = f"supply ran out on {case.supply_ends_on}{rest}; {said}"
    if status is None:
        return case.decided(None if lapsed <= LAPSED_NO_STATUS_DAYS else False, because)
    limit = LAPSED_REFILLS_UNKNOWN_DAYS if _refills_unknown(case) else LAPSED_ACTIVE_DAYS
    return case.decided(None if left or lapsed <= limit else False, because)


def _refills_unknown(case: _Case) -> bool:
    return case.times.refills is None and not case.times.supplies
