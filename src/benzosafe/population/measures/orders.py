"""Medication orders as the measures see them, and how many days their supply lasts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation

from msgspec import Struct

from benzosafe.fhir.elements import CodeableConcept, Quantity, Repeat, codings, present
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.moments import Moment, Span, during, read_moment, same_day
from benzosafe.population.measures.resources import Directions, Medicinal, Request

_CATEGORY = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
_TAKEN_HOME = frozenset({"community", "discharge"})
_STATUSES = frozenset({"active", "completed"})

# Days in a unit, with the months of 30 and years of 365 days that the measures use.
_DAYS = {
    "s": Decimal(1) / 86400, "min": Decimal(1) / 1440, "h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7),
    "mo": Decimal(30), "a": Decimal(365),
}  # fmt: skip
_WORDS = {"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a"}


def is_order(request: Request, edition: Edition) -> bool:
    """Whether it is an order that was made and not one to give nothing (P6)."""
    return request.status in _STATUSES and request.intent in edition.order_intents and not request.do_not_perform


def is_taken_home(request: Request) -> bool:
    """Whether its category says community or discharge; an order for the ward, or one that says nothing, is not."""
    return any(
        coding.system == _CATEGORY and coding.code in _TAKEN_HOME
        for concept in request.category or ()
        for coding in codings(concept)
    )


def authored(request: Request) -> Moment | None:
    """When it was written."""
    return read_moment(request.authored_on)


def medicine_of(concept: CodeableConcept | None) -> frozenset[tuple[str | None, str | None]] | str:
    """What makes two orders the same medicine: the same codes, or where there are none the same text."""
    pairs = frozenset((coding.system, coding.code) for coding in codings(concept))
    return pairs or ((concept.text or "") if concept else "")


class Ordered(Struct, frozen=True):
    """An order that was made, with what `more_than_one` asks of it."""

    request: Request
    at: Moment | None
    in_period: bool


def ordered(request: Request, period: Span) -> Ordered:
    """An order with when it was written, and whether that was in the period."""
    at = authored(request)
    return Ordered(request, at, during(at, period, by_day=False))


def more_than_one(orders: Sequence[Ordered], period: Span) -> list[Request]:
    """The orders that count as repeated: with a refill, with another on another day, or for another start.

    The class is the value set, not the medicine: two different antihistamines are two orders of one class.
    """
    return [first.request for first in orders if first.in_period and _repeated(first, orders, period)]


def _repeated(first: Ordered, orders: Sequence[Ordered], period: Span) -> bool:
    if refills(first.request) >= 1:
        return True
    return any(_makes_two(first, second, period) for second in orders)


def _makes_two(first: Ordered, second: Ordered, period: Span) -> bool:
    if first.at is None or second.at is None:
        return False
    if not same_day(first.at, second.at):
        return second.in_period
    starts = period_start(first.request), period_start(second.request)
    if starts[0] is None or starts[1] is None or same_day(starts[0], starts[1]):
        return False
    return all(during(start, period, by_day=True) for start in starts)


def refills(request: Request) -> Decimal:
    """How many repeats are allowed; none where nothing is said."""
    supply = request.dispense_request
    return (supply.number_of_repeats_allowed if supply else None) or Decimal(0)


def period_start(request: Request) -> Moment | None:
    """The day the medicine begins; None where neither the days' supply nor an end of the period is known."""
    bounds = _bounds(request)
    if days_supply(request) is None and (bounds is None or read_moment(bounds[1]) is None):
        return None
    supply = request.dispense_request
    valid = supply.validity_period if supply else None
    starts = (bounds[0] if bounds else None, request.authored_on, valid.start if valid else None)
    return next((moment for start in starts if (moment := read_moment(start))), None)


def days_supply(request: Request) -> Decimal | None:
    """How long all allowed supplies last together [d]; None where it cannot be worked out."""
    supply = request.dispense_request
    if supply is None:
        return None
    one = in_days(supply.expected_supply_duration)
    if one is None and supply.quantity:
        one = quantity_lasts(supply.quantity, request)
    return one * (1 + refills(request)) if one is not None else None


def quantity_lasts(quantity: Quantity, medicine: Medicinal) -> Decimal | None:
    """How long a quantity lasts at the highest dose written [d]; the units of both are not compared."""
    dose, per_day = dose_of(medicine), _doses_per_day(medicine)
    if quantity.value is None or dose is None or dose.value is None or per_day is None:
        return None
    try:
        return quantity.value / (dose.value * per_day)
    except (DivisionByZero, InvalidOperation):
        return None


def in_days(quantity: Quantity | None) -> Decimal | None:
    """A duration in days [d]; one without a unit is taken as days, one of another unit is not known."""
    if quantity is None or quantity.value is None:
        return None
    days = _DAYS.get(_unit(quantity.code or quantity.unit or "d"))
    return quantity.value * days if days is not None else None


def _unit(written: str) -> str:
    word = written.strip()
    return _WORDS.get(word.lower().removesuffix("s"), word)


def _dosage(medicine: Medicinal) -> Directions | None:
    """The one dosage; several leave the dose unknown, as the measures expect exactly one."""
    found = present(medicine.dosage_instruction)
    return found[0] if len(found) == 1 else None


def _repeat(medicine: Medicinal) -> Repeat | None:
    dosage = _dosage(medicine)
    return dosage.timing.repeat if dosage and dosage.timing else None


def _bounds(request: Request) -> tuple[str | None, str | None] | None:
    repeat = _repeat(request)
    period = repeat.bounds_period if repeat else None
    return (period.start, period.end) if period else None


def dose_of(medicine: Medicinal) -> Quantity | None:
    """The highest single dose written."""
    dosage = _dosage(medicine)
    found = present(dosage.dose_and_rate) if dosage else []
    if len(found) != 1:
        return None
    return (found[0].dose_range and found[0].dose_range.high) or found[0].dose_quantity


def _doses_per_day(medicine: Medicinal) -> Decimal | None:
    """Doses a day: the highest frequency a period, else the times of day that are listed."""
    repeat = _repeat(medicine)
    if repeat is None:
        return None
    times = repeat.frequency_max if repeat.frequency_max is not None else repeat.frequency
    length = _DAYS.get(repeat.period_unit or "")
    if times is not None and repeat.period and length is not None:
        return times / (repeat.period * length)
    return Decimal(len(present(repeat.time_of_day)))
