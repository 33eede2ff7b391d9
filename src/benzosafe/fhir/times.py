"""Everything dated about a medication record: limits, supply, refills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from benzosafe.fhir.dosage import bounds_span, days_of
from benzosafe.fhir.elements import Dosage, Quantity, present
from benzosafe.fhir.reading import Entry, Reading, number, unit_of
from benzosafe.patient.tables import Order, SourceKind, Supply
from benzosafe.patient.timeline import OrderTimes

SOURCE_OF_KIND: dict[str, SourceKind] = {
    "MedicationRequest": "request",
    "MedicationStatement": "statement",
    "MedicationAdministration": "administration",
    "MedicationDispense": "dispense",
}
_ONE_PIECE = ("", "1", "tablet", "tab", "capsule", "cap", "caplet", "each", "ea", "unit", "pill", "piece")
_LONGEST_SUPPLY_DAYS = 3660


def read_times(entry: Entry, reading: Reading) -> OrderTimes:
    """When a medicine is taken or supplied; days after the review date and reversed limits are listed."""
    build = {"MedicationRequest": _request_times, "MedicationDispense": _dispense_times}.get(entry.kind, _taken_times)
    times = build(entry, reading)
    for field, day in (("authored", times.authored_on), ("start", times.start_on)):
        if day and day > reading.on:
            reading.gap(entry, field, f"dated {day}, after the review date {reading.on}", "implausible")
    if times.start_on and times.end_on and times.start_on > times.end_on:
        reading.gap(
            entry,
            "",
            f"starts on {times.start_on}, after its end on {times.end_on}; neither is used",
            "implausible",
        )
        times = replace(times, start_on=None, end_on=None)
    return times


def _request_times(entry: Entry, reading: Reading) -> OrderTimes:
    body = entry.body
    supply = body.dispense_request
    starts, ends = _bounds(entry, "dosageInstruction", body.dosage_instruction, reading)
    valid_from, valid_to = reading.span(entry, "dispenseRequest.validityPeriod", supply and supply.validity_period)
    days = _positive(
        entry, "dispenseRequest.expectedSupplyDuration", supply and supply.expected_supply_duration, reading
    )
    refills = number(supply.number_of_repeats_allowed) if supply else None
    authored = reading.date(entry, "authoredOn", body.authored_on)
    if valid_to and days:  # JUDGEMENT: a supply handed out on the last valid day is still taken to its end.
        valid_to += timedelta(days=days)
    return OrderTimes(
        kind="request", status=body.status, authored_on=authored.first if authored else None,
        start_on=min(starts, default=valid_from), end_on=max(ends, default=None) if ends else valid_to,
        days_supply=days, refills=int(refills) if refills is not None and 0 <= refills < 1000 else None,
    )  # fmt: skip


def _bounds(
    entry: Entry, path: str, written: list[Dosage | None] | None, reading: Reading
) -> tuple[list[date], list[date]]:
    """Starts and ends of all dosages; ends only where every dosage has one, for an open one goes on."""
    spans = [
        bounds_span(entry, f"{path}[{place}]", item.timing.repeat, reading)
        if item.timing else (None, None)
        for place, item in enumerate(present(written))
    ]  # fmt: skip
    ends = [end for _, end in spans if end]
    return [start for start, _ in spans if start], ends if len(ends) == len(spans) else []


def _dispense_times(entry: Entry, reading: Reading) -> OrderTimes:
    body = entry.body
    handed = reading.date(entry, "whenHandedOver", body.when_handed_over)
    prepared = reading.date(entry, "whenPrepared", body.when_prepared)
    given = handed or prepared
    day = given.first if given else None
    days = _positive(entry, "daysSupply", body.days_supply, reading)
    supply = Supply("dispense", entry.reference, day, days)
    return OrderTimes(
        kind="dispense",
        status=body.status,
        authored_on=day,
        start_on=day,
        days_supply=days,
        supplies=(supply,),
    )


def _taken_times(entry: Entry, reading: Reading) -> OrderTimes:
    body = entry.body
    start, end = reading.span(entry, "effectivePeriod", body.effective_period)
    at = reading.date(entry, "effectiveDateTime", body.effective_date_time)
    asserted = reading.date(entry, "dateAsserted", getattr(body, "date_asserted", None))
    if entry.kind == "MedicationAdministration" and at:
        start, end = at.first, at.last
    said = asserted or at
    return OrderTimes(
        kind=SOURCE_OF_KIND[entry.kind], status=body.status, authored_on=said.first if said else start,
        start_on=start or (at.first if at else None), end_on=end,
    )  # fmt: skip


def _positive(entry: Entry, path: str, quantity: Quantity | None, reading: Reading) -> float | None:
    """A number of days [d]; a negative, absurd or unreadable one is listed and not used."""
    if quantity is None or quantity.value is None:
        return None
    days = days_of(quantity)
    if days is None or not 0 < days <= _LONGEST_SUPPLY_DAYS:
        reading.gap(
            entry,
            path,
            f"{quantity.value} {quantity.unit or quantity.code or ''} is no number of days' supply".strip(),
            "implausible",
        )
        return None
    return days


def with_supply_of_quantity(times: OrderTimes, entry: Entry, orders: list[Order]) -> OrderTimes:
    """Days' supply [d] worked out from the quantity handed out and the daily dose, where the record gives no days.

    Only for a certain daily dose: a supply used as needed may last any time.
    """
    supply = getattr(entry.body, "dispense_request", None)
    quantity = supply.quantity if supply else getattr(entry.body, "quantity", None)
    count = number(quantity.value) if quantity else None
    dose = orders[0].dose_mg_per_day if len(orders) == 1 else None
    if (
        times.days_supply
        or not quantity
        or not count
        or count <= 0
        or dose is None
        or not dose.certain
        or dose.low <= 0
    ):
        return times
    unit = unit_of(quantity).lower().strip("{}")
    one_piece_mg = 1.0 if unit == "mg" else orders[0].strength_mg if unit.removesuffix("s") in _ONE_PIECE else None
    days = count * one_piece_mg / dose.low if one_piece_mg else 0.0
    if not 0 < days <= _LONGEST_SUPPLY_DAYS:
        return times
    supplies = tuple(replace(item, days=days) if item.days is None else item for item in times.supplies)
    return replace(times, days_supply=days, supplies=supplies)
