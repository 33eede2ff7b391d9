"""Medication resources into orders: the regimen, with what could not be resolved."""

from __future__ import annotations

from dataclasses import replace

from benzosafe.fhir.coverage import entered_in_error, is_absence
from benzosafe.fhir.dosage import read_dosage, read_dosages
from benzosafe.fhir.drug import NamedDrug, drugs_of
from benzosafe.fhir.elements import Reference, present
from benzosafe.fhir.reading import Code, Entry, Reading, codes_of, text_of
from benzosafe.fhir.times import SOURCE_OF_KIND, read_times, with_supply_of_quantity
from benzosafe.patient import dose
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.tables import DataGap, Order
from benzosafe.patient.timeline import OrderTimes

_NOT_ORDERED = frozenset({"proposal", "plan", "option"})


def read_orders(reading: Reading, *, draft: bool = False) -> list[Order]:
    """One order for each ingredient of each medication resource; records entered in error are left out."""
    orders: list[Order] = []
    for entry in reading.of_kind(*SOURCE_OF_KIND):
        if not entered_in_error(entry) and not is_absence(entry):
            orders += _orders_of_entry(entry, reading, draft)
    return sorted(orders, key=lambda order: (order.order_id, order.ingredient or "", order.text))


def _orders_of_entry(entry: Entry, reading: Reading, draft: bool) -> list[Order]:
    before = len(reading.gaps)
    drugs = drugs_of(entry, reading)
    times = read_times(entry, reading)
    if draft:
        times = replace(times, kind="draft")
    orders: list[Order] = []
    for place, drug in enumerate(drugs):
        name = f"{entry.reference}#{place + 1}" if len(drugs) > 1 else entry.reference
        medicine = replace(_medicine(entry, drug, reading), order_id=name, times=times)
        made, gaps = _made(entry, medicine, reading)
        said = {gap.text for gap in reading.gaps[before:] if gap.kind == "unresolved_drug"}
        orders += made
        for gap in gaps:
            if gap.kind != "unresolved_drug" or gap.text not in said:
                reading.gaps.append(replace(gap, where=f"{entry.where} {gap.where}"))
    return [_overruled(entry, order, draft) for order in orders]


def _made(entry: Entry, medicine: Medicine, reading: Reading) -> tuple[list[Order], list[DataGap]]:
    """The orders of one medicine; made again where its dose tells how long the quantity handed out will last."""
    orders, gaps = orders_of(medicine, reading.knowledge, reading.on)
    times = with_supply_of_quantity(medicine.times, entry, orders)
    if times is not medicine.times:
        orders, gaps = orders_of(replace(medicine, times=times), reading.knowledge, reading.on)
    return orders, gaps


def _medicine(entry: Entry, drug: NamedDrug, reading: Reading) -> Medicine:
    dosages = _dosages(entry, reading)
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
