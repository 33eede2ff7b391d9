"""What was being taken on the day of a urine sample, by the record; and what makes that unsure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.course import Stay
from benzosafe.patient.tables import Order, Record
from benzosafe.patient.timeline import NEVER_TAKEN

State = Literal["taken", "maybe", "ended", "not_yet"]
_BEST: tuple[State, ...] = ("taken", "maybe", "ended", "not_yet")
_WEEK_DAYS = 7


@dataclass(frozen=True)
class Taken:
    """One drug on the day of the sample.

    `days`: since it ended, or until it begins [d]; `unsure`: why not finding it says little even if it was prescribed.
    """

    drug: str
    state: State
    why: str
    orders: tuple[Order, ...]
    days: int | None = None
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Day:
    """The day of the sample [collected], the day of the review, and the limits that hold."""

    collected: date
    on: date
    knowledge: Knowledge

    def limit_days(self, name: str) -> timedelta:
        """A limit of the knowledge [d]."""
        return timedelta(days=self.knowledge.urine.limits[name].lowest)


def taken_then(record: Record, collected: date, on: date, knowledge: Knowledge) -> dict[str, Taken]:
    """Every benzodiazepine and Z-drug of the record with what it was on the day of the sample."""
    day, found = _Day(collected, on, knowledge), dict[str, list[Taken]]()
    for order in record.orders:
        if order.ingredient in knowledge.urine.drugs and order.source != "draft" and order.status not in NEVER_TAKEN:
            found.setdefault(order.ingredient, []).append(_of_order(order, day))
    return {drug: _together(several) for drug, several in found.items()}


def _together(several: list[Taken]) -> Taken:
    """Several orders of a drug as one: the surest state, the least time, and doubts only where every order has one."""
    best = min(several, key=lambda one: _BEST.index(one.state)).state
    chosen = [one for one in several if one.state == best]
    nearest = min(chosen, key=lambda one: one.days if one.days is not None else 0)
    unsure = () if any(not one.unsure for one in chosen) else tuple(d for one in chosen for d in one.unsure)
    orders = tuple(order for one in chosen for order in one.orders)
    return Taken(nearest.drug, best, nearest.why, orders, nearest.days, tuple(dict.fromkeys(unsure)))


def _of_order(order: Order, day: _Day) -> Taken:
    drug, begin, end = order.ingredient or "", order.continuous_since or order.start_on, order.end_on
    if begin and day.collected < begin:
        return Taken(drug, "not_yet", f"by the record it began on {begin}", (order,), (begin - day.collected).days)
    if order.active is False and end is None:
        end = order.supply_ends_on
        if end is None or end >= day.collected:
            return Taken(drug, "maybe", "it was stopped, on which day is not on record", (order,))
    if end and end < day.collected:
        return Taken(drug, "ended", f"by the record it ended on {end}", (order,), (day.collected - end).days)
    if order.active is None:
        return Taken(drug, "maybe", f"whether it was taken is not known ({order.active_because})", (order,))
    if begin is None and day.collected < day.on - day.limit_days("list_stands_for_days"):
        return Taken(drug, "maybe", "since when it is taken is not on record, and the sample is old", (order,))
    return Taken(drug, "taken", f"on the list: {order.text}", (order,), unsure=tuple(_doubts(order, begin, day)))


def _doubts(order: Order, begin: date | None, day: _Day) -> Iterator[str]:
    """Why a prescribed drug may not have been taken in the days before the sample."""
    if order.prn:
        yield "it is taken as needed, so there may have been no dose for days"
    elif order.prn is None:
        yield "whether it is taken every day is not on record"
    elif order.days_per_week is not None and order.days_per_week < _WEEK_DAYS:
        yield f"it is taken on {order.days_per_week:g} days a week"
    if begin and day.collected - begin < day.limit_days("begun_days"):
        yield f"it was begun only on {begin}"
    if order.supply_ends_on and order.supply_ends_on < day.collected:
        yield f"by the record the supply ended on {order.supply_ends_on}, before the sample"


def stay_near(record: Record, collected: date, knowledge: Knowledge) -> Stay | None:
    """A stay in hospital or the like during the sample or shortly before it: other medicines may have been given."""
    back = timedelta(days=knowledge.urine.limits["stay_reaches_back_days"].lowest)
    near = [s for s in record.course.stays if s.start <= collected and (s.end is None or s.end >= collected - back)]
    return max(near, key=lambda stay: stay.start, default=None)


def not_resolved(record: Record) -> tuple[str, ...]:
    """Medicines of the record that could not be told: any of them may be what was found."""
    return tuple(o.text for o in record.orders if o.ingredient is None and o.active is not False)


def inducers(record: Record, drug: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Medicines of the record that speed up the breakdown of a drug, by its enzymes."""
    enzymes = {path.enzyme for path in knowledge.drugs[drug].metabolism if path.role != "none"}
    names = dict.fromkeys(o.ingredient for o in record.orders if o.active and o.ingredient in knowledge.drugs)
    return tuple(
        name
        for name in names
        if name and any(
            acts.action == "induction" and acts.enzyme in enzymes for acts in knowledge.drugs[name].perpetrator
        )
    )  # fmt: skip
