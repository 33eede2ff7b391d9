"""Directions of a prescription as a FHIR Dosage: always the words, and numbers where they say exactly the same."""

from __future__ import annotations

from benzosafe.fhir.taper_requests import UCUM, quantity
from benzosafe.fhir.write_parts import Json, clean, without_empty
from benzosafe.patient.directions import read_directions
from benzosafe.patient.tables import Bounds, Order
from benzosafe.prescriptions.content import Item
from benzosafe.prescriptions.papers import product_of

# Doses are worked out to a millionth of a mg; what differs by less is the same.
_SAME = 1e-5


def dosage(item: Item, directions: str, orders: list[Order]) -> Json:
    """One dosage of a product; `orders`: its directions as the review read them."""
    said = {"text": clean(directions) or "No directions are written."}
    order = orders[0] if len(orders) == 1 else None
    if order is None or order.dose_mg_single is None or not _whole(order):
        return said
    timing, dose = _timing(order, directions), _dose(item, order.dose_mg_single)
    if not timing or not dose:
        return said
    return without_empty({
        **said, "timing": {"repeat": timing}, "asNeededBoolean": order.prn, "doseAndRate": [dose],
        "maxDosePerPeriod": _most(order) if order.prn else {},
    })  # fmt: skip


def amount_of(item: Item, units: float) -> Json:
    """So many units of a product: tablets and capsules as UCUM annotations, liquids in mL, others by their word."""
    product = product_of(item)
    if product.liquid or product.form.endswith(("tablet", "capsule")):
        return quantity(units, product)
    return {"value": _number(units), "unit": clean(product.form) or "unit"}


def _whole(order: Order) -> bool:
    """Whether one dose times the doses a day is the whole day's dose: unequal doses of one day are left to words."""
    single, times, a_day = order.dose_mg_single, order.times_per_day, order.dose_mg_per_day
    if single is None or times is None or a_day is None or order.prn is None or order.problems or order.conflicts:
        return False
    return all(abs(getattr(single, end) * getattr(times, end) - getattr(a_day, end)) < _SAME for end in ("low", "high"))


def _timing(order: Order, directions: str) -> Json:
    """How often, and for how long where the directions end; empty where days of the week or the like are meant."""
    said, times = read_directions(directions), order.times_per_day
    bounds = said.duration_days
    if times is None or not said.understood or (bounds is not None and not bounds.certain):
        return {}
    often = _hours(said.every_hours) if said.every_hours else _times(times, bool(order.prn))
    if not often:
        return {}
    ends = {"value": _number(bounds.low), "unit": "days", "system": UCUM, "code": "d"} if bounds else {}
    return without_empty({"boundsDuration": ends, **often})


def _hours(every: Bounds) -> Json:
    most = {} if every.certain else {"periodMax": _number(every.high)}
    return {"frequency": 1, "period": _number(every.low), **most, "periodUnit": "h"}


def _times(times: Bounds, prn: bool) -> Json:
    """Whole times a day, or once in whole days that are no pattern of weekdays."""
    low, high = (times.high if prn else times.low), times.high
    if low == high == 0.5:
        return {"frequency": 1, "period": 2, "periodUnit": "d"}
    if low < 1 or low != int(low) or high != int(high):
        return {}
    most = {} if low == high else {"frequencyMax": int(high)}
    return {"frequency": int(low), **most, "period": 1, "periodUnit": "d"}


def _dose(item: Item, single: Bounds) -> Json:
    """Quarters of a unit at the least; what is no such part of the product is left to words."""
    low, high = (4 * end / float(item.strength_mg) for end in (single.low, single.high))
    if any(end <= 0 or abs(end - round(end)) > _SAME for end in (low, high)):
        return {}
    ends = [amount_of(item, round(end) / 4) for end in (low, high)]
    return {"doseQuantity": ends[0]} if ends[0] == ends[1] else {"doseRange": {"low": ends[0], "high": ends[1]}}


def _most(order: Order) -> Json:
    if order.dose_mg_per_day is None:
        return {}
    return {
        "numerator": {"value": _number(order.dose_mg_per_day.high), "unit": "mg", "system": UCUM, "code": "mg"},
        "denominator": {"value": 1, "unit": "day", "system": UCUM, "code": "d"},
    }


def _number(value: float) -> float:
    """A whole number without its '.0'."""
    return int(value) if value == int(value) else value
