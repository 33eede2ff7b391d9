"""Several records of one medicine made one order; where they contradict each other, both are said and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from benzosafe.patient.dose import NOT_STATED
from benzosafe.patient.tables import Bounds, Order, Supply, Tri
from benzosafe.patient.timeline import OrderTimes, decide_active

# Records whose being over says nothing about the medicine: one fill used up, one dose given.
PASSING = ("dispense", "administration")
FILLED = (
    "code_ingredient", "text_ingredient", "strength_mg", "route", "form", "dose_mg_single", "times_per_day",
    "dose_mg_per_day", "days_per_week", "indication", "days_supply", "refills", "status",
)  # fmt: skip
SAME_PART = 0.001  # doses that differ by less are one dose, rounded


def merge(group: Sequence[Order], on: date) -> Order:
    """One order of several records, the leading record first; contradictions go to `conflicts`."""
    if len(group) == 1:
        return group[0]
    first = _with_supplies(group, on)
    votes = [first, *(order for order in group[1:] if order.source not in PASSING)]
    active, because, status_conflict = _active(votes)
    dose_conflict = _dose_conflict(group)
    filled: dict[str, Any] = {name: _first_known(group, name) for name in FILLED}
    if dose_conflict:
        filled |= {name: _hull(group, name) for name in ("dose_mg_single", "times_per_day", "dose_mg_per_day")}
    return replace(
        first,
        **filled,
        active=active,
        active_because=because,
        prn=_common_prn(group),
        sig=first.sig or next((o.sig for o in group if o.sig), ""),
        sig_reading=first.sig_reading or next((o.sig_reading for o in group if o.sig_reading), ""),
        indication_text=first.indication_text or next((o.indication_text for o in group if o.indication_text), ""),
        codes=_distinct(group, "codes"),
        problems=_problems(group),
        same_as=tuple(order.order_id for order in group[1:]),
        conflicts=(*_distinct(group, "conflicts"), *status_conflict, *dose_conflict),
    )


def _name(order: Order) -> str:
    return f"{order.source} {order.order_id}"


def _first_known(group: Sequence[Order], name: str) -> object:
    return next((getattr(o, name) for o in group if getattr(o, name) is not None), None)


def _distinct(group: Sequence[Order], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for order in group for text in getattr(order, name)))


def _problems(group: Sequence[Order]) -> tuple[str, ...]:
    """What one record leaves out is no problem where another one says it."""
    known = any(order.dose_mg_per_day is not None for order in group)
    return tuple(p for p in _distinct(group, "problems") if not (known and p in NOT_STATED))


def _with_supplies(group: Sequence[Order], on: date) -> Order:
    """The leading record with every supply seen anywhere, and 'active' decided again from them."""
    first = group[0]
    supplies = tuple(dict.fromkeys(s for order in group for s in (*order.supplies, *_own_supply(order))))
    supplies = tuple(sorted(supplies, key=lambda s: (str(s.on), s.reference)))
    starts = [order.start_on for order in group if order.start_on]
    first = replace(first, supplies=supplies, start_on=min(starts, default=None))
    if not supplies or (first.source in PASSING and len({o.source for o in group}) == 1 and not first.days_supply):
        return first
    decided = decide_active(_times(first), on)
    if decide_active(_times(group[0]), on).because != group[0].active_because:
        # The reader had another reason ('do not give'); that stands.
        return replace(first, supply_ends_on=decided.supply_ends_on)
    return replace(first, active=decided.active, active_because=decided.because, supply_ends_on=decided.supply_ends_on)


def _times(order: Order) -> OrderTimes:
    return OrderTimes(
        kind=order.source, status=order.status, start_on=order.start_on, end_on=order.end_on,
        days_supply=order.days_supply, refills=order.refills, supplies=order.supplies,
    )  # fmt: skip


def _own_supply(order: Order) -> tuple[Supply, ...]:
    if order.source != "dispense" or order.supplies or order.start_on is None:
        return ()
    return (Supply("dispense", order.order_id, order.start_on, order.days_supply),)


def _active(votes: Sequence[Order]) -> tuple[Tri, str, list[str]]:
    """Active if any record says so and none of a later date denies it; a later denial leaves it open."""
    yes = [order for order in votes if order.active is True]
    no = [order for order in votes if order.active is False]
    words = "; ".join(f"{_name(order)}: {order.active_because}" for order in votes)
    if not yes:
        return (False if len(no) == len(votes) else None), words, []
    if not no:
        return True, words, []
    later = [order for order in no if _told_on(order) > max(_told_on(o) for o in yes)]
    conflict = f"records disagree whether it is taken: {words}"
    return (None if later else True), words, [conflict]


def _told_on(order: Order) -> date:
    """The latest day the record knows about, as far as it tells."""
    days = [d for d in (order.start_on, order.end_on if order.active is False else None) if d]
    return max([*days, *(s.on for s in order.supplies if s.on)], default=date.min)


def _dose_conflict(group: Sequence[Order]) -> list[str]:
    known = [order for order in group if order.dose_mg_per_day is not None]
    different = [order for order in known[1:] if not _same(known[0].dose_mg_per_day, order.dose_mg_per_day)]
    if not different:
        return []
    words = "; ".join(f"{_name(order)}: {_words(order.dose_mg_per_day)}" for order in [known[0], *different])
    return [f"records disagree about the dose: {words}; the range covers all of them"]


def _same(one: Bounds | None, other: Bounds | None) -> bool:
    if one is None or other is None:
        return True
    pairs = ((one.low, other.low), (one.high, other.high))
    return all(abs(a - b) <= SAME_PART * max(abs(a), abs(b)) for a, b in pairs)


def _words(dose: Bounds | None) -> str:
    if dose is None:
        return "not known"
    return f"{dose.low:g} mg a day" if dose.certain else f"{dose.low:g} to {dose.high:g} mg a day"


def _hull(group: Sequence[Order], name: str) -> Bounds | None:
    known = [bounds for bounds in (getattr(order, name) for order in group) if bounds is not None]
    return Bounds(min(b.low for b in known), max(b.high for b in known)) if known else None


def _common_prn(group: Sequence[Order]) -> Tri:
    said = {order.prn for order in group if order.prn is not None}
    return said.pop() if len(said) == 1 else None
