"""Medication resources into orders: the regimen, with what could not be resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from benzosafe.fhir.coverage import entered_in_error, is_absence
from benzosafe.fhir.dosage import bounds_span, days_of, read_dosage, read_dosages
from benzosafe.fhir.drug import NamedDrug, drugs_of
from benzosafe.fhir.elements import Quantity, Reference, present
from benzosafe.fhir.reading import Code, Entry, Reading, codes_of, number, text_of
from benzosafe.patient import dose
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.tables import Order, SourceKind, Supply
from benzosafe.patient.timeline import OrderTimes

SOURCE_OF_KIND: dict[str, SourceKind] = {
    "MedicationRequest": "request",
    "MedicationStatement": "statement",
    "MedicationAdministration": "administration",
    "MedicationDispense": "dispense",
}
_NOT_ORDERED = frozenset({"proposal", "plan", "option"})


def read_orders(reading: Reading, *, draft: bool = False) -> list[Order]:
    """One order for each ingredient of each medication resource; records entered in error are left out."""
    orders: list[Order] = []
    for entry in reading.of_kind(*SOURCE_OF_KIND):
        if not entered_in_error(entry) and not is_absence(entry):
            orders += _orders_of_entry(entry, reading, draft)
    return sorted(orders, key=lambda order: (order.order_id, order.ingredient or "", order.text))


def _orders_of_entry(entry: Entry, reading: Reading, draft: bool) -> list[Order]:
    drugs = drugs_of(entry, reading)
    times = _times(entry, reading)
    dosages = _dosages(entry, reading)
    orders: list[Order] = []
    for place, drug in enumerate(drugs):
        medicine = _medicine(entry, drug, dosages, reading)
        medicine = replace(medicine, times=replace(times, kind="draft") if draft else times)
        if len(drugs) > 1:
            medicine = replace(medicine, order_id=f"{medicine.order_id}#{place + 1}")
        made, gaps = orders_of(medicine, reading.knowledge, reading.on)
        reading.gaps += [replace(gap, where=f"{entry.where} {gap.where}") for gap in gaps]
        orders += made
    return [_overruled(entry, order, draft) for order in orders]


def _medicine(entry: Entry, drug: NamedDrug, dosages: tuple[dose.Dosage, ...], reading: Reading) -> Medicine:
    reason, reason_codes = _reason(entry, reading)
    return Medicine(
        order_id=entry.reference, text=drug.text, times=OrderTimes(kind=SOURCE_OF_KIND[entry.kind]), codes=drug.codes,
        dosages=dosages, strength_mg=drug.strength_mg, form=drug.form,
        route=next((item.route for item in dosages if item.route), None),
        indication_text=reason, indication_codes=reason_codes,
        same_as=_links(entry, reading), problems=drug.problems,
    )  # fmt: skip


def _overruled(entry: Entry, order: Order, draft: bool) -> Order:
    """What the record says beyond its status: not to be given, only planned, or a draft under review."""
    body = entry.body
    if getattr(body, "do_not_perform", None):
        return replace(order, active=False, active_because="the record says not to give it (doNotPerform)")
    if draft:
        return replace(order, active=True, active_because="proposed")
    if body.status in ("not-taken", "not-done"):
        return replace(order, active=False, active_because=f"status is '{body.status}'")
    if getattr(body, "intent", None) in _NOT_ORDERED and not _reported(entry):
        return replace(order, active=False, active_because=f"intent is '{body.intent}': not ordered")
    return order


def _reported(entry: Entry) -> bool:
    """Whether a request records what the patient says they take, which US Core writes with intent 'plan'."""
    return bool(entry.body.reported_boolean or entry.body.reported_reference)


def _dosages(entry: Entry, reading: Reading) -> tuple[dose.Dosage, ...]:
    body = entry.body
    if entry.kind == "MedicationAdministration":
        return (read_dosage(entry, "dosage", body.dosage, reading),) if body.dosage else ()
    if entry.kind == "MedicationStatement":
        return read_dosages(entry, "dosage", body.dosage, reading)
    return read_dosages(entry, "dosageInstruction", body.dosage_instruction, reading)


def _reason(entry: Entry, reading: Reading) -> tuple[str, tuple[Code, ...]]:
    """Why it is taken: the reason, the Condition it points to, else what an as-needed dose is for."""
    concepts = present(entry.body.reason_code)
    for reference in present(entry.body.reason_reference):
        found = reading.find(reference.reference)
        if found is not None and found.kind == "Condition" and found.body.code:
            concepts.append(found.body.code)
    if not concepts:
        written = getattr(entry.body, "dosage_instruction", None) or getattr(entry.body, "dosage", None)
        items = present(written) if isinstance(written, list) else []
        concepts = [item.as_needed_codeable_concept for item in items if item.as_needed_codeable_concept]
    texts = dict.fromkeys(text for concept in concepts if (text := text_of(concept)))
    return "; ".join(texts), tuple(dict.fromkeys(code for concept in concepts for code in codes_of(concept)))


def _links(entry: Entry, reading: Reading) -> tuple[str, ...]:
    """The records this one was made from, by the names they have in this file."""
    body = entry.body
    linked: list[Reference] = present(body.based_on)
    for field in ("derived_from", "authorizing_prescription"):
        linked += present(getattr(body, field, None))
    linked += present([getattr(body, "request", None)])
    named = [reading.find(item.reference) for item in linked]
    return tuple(sorted({found.reference for found in named if found and found.kind in SOURCE_OF_KIND}))


def _times(entry: Entry, reading: Reading) -> OrderTimes:
    build = {"MedicationRequest": _request_times, "MedicationDispense": _dispense_times}.get(
        entry.kind, _taken_times
    )
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
    valid_from, valid_to = reading.span(
        entry, "dispenseRequest.validityPeriod", supply and supply.validity_period
    )
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
    entry: Entry, path: str, written: list[object] | None, reading: Reading
) -> tuple[list[date], list[date]]:
    """Starts and ends of all dosages; ends only where every dosage has one, for an open one goes on."""
    spans = [
        bounds_span(entry, f"{path}[{place}]", item.timing.repeat, reading)  # type: ignore[attr-defined]
        if item.timing else (None, None)  # type: ignore[attr-defined]
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
    if days is None or not 0 < days <= 3660:
        reading.gap(
            entry,
            path,
            f"{quantity.value} {quantity.unit or quantity.code or ''} is no number of days' supply".strip(),
            "implausible",
        )
        return None
    return days
