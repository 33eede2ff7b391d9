"""What was lowered or stopped in the last fortnight counts towards the limit: until when the first step waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order, Record
from benzosafe.taper.limits import ceiling_of

# JUDGEMENT: an order that begins within a week of the end of another of the same drug takes its place.
_REPLACED_WITHIN_DAYS = 7


def earliest_start(knowledge: Knowledge, record: Record, drug: str, on: date) -> tuple[date, tuple[str, ...]]:
    """The first day on which a lower dose is not on top of another fall, and why it is later than `on`.

    Looks at the drug's own dose, and at every benzodiazepine and Z-drug that ended. Source of the limit: asam_2025.
    """
    days = ceiling_of(knowledge).days
    own = [order for order in record.orders if _is_one(knowledge, order)]
    falls = [*_lowered(own, drug), *_ended(own, on)]
    recent = [(when + timedelta(days=days), why) for when, why in falls if on - timedelta(days=days) < when <= on]
    if not recent:
        return on, ()
    last = max(when for when, _ in recent)
    return last, tuple(f"the first step waits until {last}: {why}" for _, why in recent)


def _is_one(knowledge: Knowledge, order: Order) -> bool:
    known = knowledge.drugs.get(order.ingredient or "")
    return known is not None and known.benzodiazepine is not None


def _lowered(orders: Sequence[Order], drug: str) -> list[tuple[date, str]]:
    """Doses of the drug that were lowered, with the day."""
    found = []
    for order in orders:
        changed, before, now = order.dose_changed_on, order.previous_dose_mg_per_day, order.dose_mg_per_day
        if order.ingredient == drug and changed and before is not None and now is not None and before > now.low:
            found.append((changed, f"the dose was lowered from {before:g} mg a day on {changed}"))
    return found


def _ended(orders: Sequence[Order], on: date) -> list[tuple[date, str]]:
    """Orders that ended and were not replaced by as much of the same drug."""
    found = []
    for order in orders:
        end = order.end_on
        if end is not None and end <= on and order.active is not True and not _replaced(order, end, orders):
            mg = f" ({order.dose_mg_per_day.high:g} mg a day)" if order.dose_mg_per_day else ""
            found.append((end, f"{order.ingredient}{mg} ended on {end}"))
    return found


def _replaced(order: Order, end: date, orders: Sequence[Order]) -> bool:
    for other in orders:
        begins = other.start_on
        if other is order or other.ingredient != order.ingredient or begins is None or other.dose_mg_per_day is None:
            continue
        near = abs((begins - end).days) <= _REPLACED_WITHIN_DAYS
        if near and order.dose_mg_per_day is not None and other.dose_mg_per_day.low >= order.dose_mg_per_day.high:
            return True
    return False
