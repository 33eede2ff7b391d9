"""A prescription in FHIR R4: who, for whom, one request per product and fill, the signature, and what was handed out.

JUDGEMENT: fills are told apart by numbered identifiers within one group; `priorPrescription` is not used, for it means
a prescription that is replaced.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from benzosafe import __version__
from benzosafe.audit.canonical import digest
from benzosafe.fhir.taper_requests import UCUM, medication, span
from benzosafe.fhir.write import device_of
from benzosafe.fhir.write_parts import Json, clean, instant, url_of, without_empty
from benzosafe.fhir.write_provenance import Origin, provenance
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, FillPlan, Item, drafts_of
from benzosafe.prescriptions.fhir_dosage import amount_of, dosage
from benzosafe.prescriptions.law import Law, law_of
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.papers import BY_HAND, DO_NOT_STOP, NOT_CERTIFIED, alike, days_apart
from benzosafe.prescriptions.shelf import Held, written
from benzosafe.prescriptions.supply import given

SYSTEM = "https://benzosafe.org/prescription"
_PART = "https://benzosafe.org/prescription-part"
_CONTENT = "https://benzosafe.org/prescription-content"
_PATIENT, _KEY = "https://benzosafe.org/patient", "https://benzosafe.org/signing-key"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, SYSTEM)
_TAG = {
    "system": "https://benzosafe.org/status", "code": "not-certified",
    "display": NOT_CERTIFIED.removeprefix("benzosafe is ").removesuffix("."),
}  # fmt: skip
_DRAFT = (State.requested, State.needs_information, State.drafted, State.reviewed)
_ENDED = "This ends the prescription, not the medicine."


@dataclass(frozen=True)
class _Export:
    """A prescription with all that its resources are made of."""

    one: Held
    content: Content
    fills: Sequence[Mapping[str, Any]]
    law: Law
    knowledge: Knowledge

    @property
    def groups(self) -> list[list[FillPlan]]:
        """Fills that one request stands for: all of them where they are the same, else each by itself."""
        return [list(self.content.fills)] if alike(self.content) else [[fill] for fill in self.content.fills]

    def id(self, *parts: object) -> str:
        """The same whenever the same prescription is written again."""
        return str(uuid.uuid5(_NAMESPACE, json.dumps([self.one.id, *parts])))

    def url(self, *parts: object) -> str:
        """The address of a resource within the Bundle."""
        return url_of(self.id(*parts))


def medication_requests(one: Held, fills: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> Json:
    """The prescription as a FHIR R4 collection; UsageError where nothing is written yet. `fills`: those handed out.

    The same input gives the same ids and bytes. The signature is passed on and not verified here.
    """
    return _bundle(one, _resources(_export(one, fills, knowledge)), "requests")


def medication_dispenses(one: Held, fills: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> Json:
    """The same with every fill that was handed out, each pointing to the request that it is part of."""
    of = _export(one, fills, knowledge)
    return _bundle(one, [*_resources(of), *_dispenses(of)], "dispenses")


def _export(one: Held, fills: Sequence[Mapping[str, Any]], knowledge: Knowledge) -> _Export:
    content = written(one)
    law = law_of(knowledge, content.jurisdiction, content.ingredient, content.written_on)
    return _Export(one, content, fills, law, knowledge)


def _bundle(one: Held, resources: list[Json], name: str) -> Json:
    return {
        "resourceType": "Bundle", "id": str(uuid.uuid5(_NAMESPACE, json.dumps([one.id, name]))),
        "meta": {"tag": [_TAG]}, "type": "collection",
        "entry": [{"fullUrl": url_of(item["id"]), "resource": item} for item in resources],
    }  # fmt: skip


def _resources(of: _Export) -> list[Json]:
    requests = [_request(of, group, place) for group in of.groups for place in range(len(group[0].items))]
    device = device_of({
        "patient": {"id": of.one.id}, "engine_version": __version__, "knowledge_version": of.knowledge.version,
    })  # fmt: skip
    signature = [_signature(of, requests, device)] if of.one.row.get("signature") else []
    return [device, _patient(of), _practitioner(of), *requests, *signature]


def _patient(of: _Export) -> Json:
    who = of.content.patient
    return without_empty({
        "resourceType": "Patient", "id": of.id("patient"),
        "identifier": _identifier(_PATIENT, who.id),
        "name": _texts(who.name), "address": _texts(who.address),
        "birthDate": who.born.isoformat() if who.born else None,
    })  # fmt: skip


def _practitioner(of: _Export) -> Json:
    who, rule = of.content.prescriber, of.law.rule
    number, phone = clean(who.registration), clean(who.phone)
    kind = {"text": rule.registration.name if rule else "registration"}
    return without_empty({
        "resourceType": "Practitioner", "id": of.id("prescriber"),
        "identifier": [{"type": kind, "value": number}] if number else [],
        "name": _texts(who.name), "address": _texts(who.address),
        "telecom": [{"system": "phone", "value": phone, "use": "work"}] if phone else [],
        "qualification": [{"code": item} for item in _texts(who.profession)],
    })  # fmt: skip


def _request(of: _Export, group: Sequence[FillPlan], place: int) -> Json:
    """One product of one fill, or of all fills where they are the same."""
    plan, item = group[0], group[0].items[place]
    orders = [one for one in drafts_of(of.content, of.knowledge, plan.number) if _belongs(one.order_id, place)]
    why, status = clean(of.content.indication), _status(of, group, item)
    return without_empty({
        "resourceType": "MedicationRequest", "id": of.id("request", plan.number, place),
        "meta": {"tag": [_TAG]},
        "identifier": _identifier(_PART, f"{of.one.id}/fill-{plan.number}/{place + 1}"),
        "status": status, "statusReason": {} if status == "completed" else _status_reason(of), "intent": "order",
        "medicationCodeableConcept": _medicine(of, item),
        "subject": {"reference": of.url("patient")},
        "authoredOn": of.content.written_on.isoformat(),
        "requester": {"reference": of.url("prescriber")},
        "reasonCode": [{"text": why}] if why else [],
        "groupIdentifier": {"system": SYSTEM, "value": of.one.id},
        "note": [{"text": text} for text in _notes(of, group)],
        "dosageInstruction": [dosage(item, plan.directions[place], orders)],
        "dispenseRequest": _supply(of, group, item),
    })  # fmt: skip


def _belongs(order: str, place: int) -> bool:
    return order.split("#", maxsplit=1)[0] == f"draft-{place}"


def _medicine(of: _Export, item: Item) -> Json:
    return {**medication(of.knowledge, item.ingredient, None), "text": clean(item.product)}


def _supply(of: _Export, group: Sequence[FillPlan], item: Item) -> Json:
    plan, gaps = group[0], days_apart(of.content)
    # Where the law ends before the planned day, only the day it begins is said: the fill may not be handed out at all.
    last = of.law.last_day(of.content.written_on)
    begins = plan.earliest_on
    pharmacy = clean(of.one.row.get("pharmacy"))
    return without_empty({
        "validityPeriod": span(begins, last) if begins <= last else {"start": begins.isoformat()},
        "dispenseInterval": _days(gaps[0]) if len(group) > 1 and gaps[0] else {},
        "numberOfRepeatsAllowed": len(group) - 1,
        "quantity": amount_of(item, float(item.units)), "expectedSupplyDuration": _days(plan.days),
        "performer": {"display": pharmacy} if pharmacy else {},
    })  # fmt: skip


def _notes(of: _Export, group: Sequence[FillPlan]) -> Iterator[str]:
    law, plan, of_all = of.law, group[0], len(of.content.fills)
    yield NOT_CERTIFIED if law.handed_electronically else f"{NOT_CERTIFIED} {BY_HAND}"
    if len(group) == 1 and of_all > 1:
        yield f"Fill {plan.number} of {of_all}, not before {plan.earliest_on}."
    if law.rule is None and law.refusal is not None:
        yield clean(f"Not to be handed out: {law.refusal.what}.")
    if words := clean(plan.quantity_in_words):
        yield f"Quantity in words: {words}."
    yield DO_NOT_STOP


# --- where it stands -----------------------------------------------------------------------------------------------


def _status(of: _Export, group: Sequence[FillPlan], item: Item) -> str:
    """Completed once all of it is handed out; what ends after a part was handed out is stopped, before it cancelled."""
    numbers = [fill.number for fill in group]
    handed = sum((given(of.fills, number).get(item.product, Decimal(0)) for number in numbers), Decimal(0))
    if handed and handed >= item.units * len(group):
        return "completed"
    state = of.one.state
    if state in (State.declined, State.cancelled):
        return "stopped" if handed else "cancelled"
    ended = {State.held: "on-hold", State.expired: "stopped", **dict.fromkeys(_DRAFT, "draft")}
    return ended.get(state, "active")


def _status_reason(of: _Export) -> Json:
    """Why it waits or has ended; that a prescription ends never means that the medicine is to be stopped."""
    state, reason = of.one.state, clean(of.one.row.get("reason"))
    if state is State.held:
        return {"text": f"On hold: {reason or 'to be clarified'}."}
    if state is State.expired:
        return {"text": f"Its time ended on {of.law.last_day(of.content.written_on)}. {_ENDED} {DO_NOT_STOP}"}
    if state in (State.declined, State.cancelled):
        return {"text": clean(f"{state.capitalize()}: {reason or 'no reason given'}. {_ENDED} {DO_NOT_STOP}")}
    return {}


# --- the signature, and what was handed out ------------------------------------------------------------------------


def _signature(of: _Export, requests: Sequence[Json], device: Json) -> Json:
    """Over the canonical content, which is named by its SHA-256, and not over these resources."""
    row, at = of.one.row, of.one.row["signed_at"]
    assert isinstance(at, datetime)
    origin = Origin(url_of(device["id"]), at, of.knowledge.version, "signed by the prescriber")
    made = provenance(of.id("signature"), [url_of(item["id"]) for item in requests], origin)
    who = without_empty({
        "reference": of.url("prescriber"),
        "identifier": {"system": _KEY, "value": row["key_id"]} if row.get("key_id") else {},
    })  # fmt: skip
    author = {"coding": [{"system": _PARTICIPANT, "code": "author", "display": "Author"}]}
    signed = {
        "role": "source", "what": {
            "identifier": {"system": _CONTENT, "value": digest(of.content)},
            "display": "The canonical content of the prescription by its SHA-256: this is what is signed (Ed25519).",
        },
    }  # fmt: skip
    made["agent"].append({"type": author, "who": who})
    made["entity"].append(signed)
    made["signature"] = [{
        "type": [{
            "system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1", "display": "Author's Signature",
        }],
        "when": instant(at), "who": who, "sigFormat": "application/octet-stream",
        "data": base64.b64encode(bytes.fromhex(row["signature"])).decode(),
    }]  # fmt: skip
    return made


def _dispenses(of: _Export) -> Iterator[Json]:
    first = {fill.number: group[0].number for group in of.groups for fill in group}
    for row in of.fills:
        plan = of.content.fills[row["number"] - 1]
        for place, item in enumerate(plan.items):
            if item.product in row["units"]:
                yield _dispense(of, row, place, of.url("request", first[plan.number], place))


def _dispense(of: _Export, row: Mapping[str, Any], place: int, request: str) -> Json:
    plan = of.content.fills[row["number"] - 1]
    item, units = plan.items[place], Decimal(row["units"][plan.items[place].product])
    part = "" if units == item.units else "part of "
    guide = "The medication guide was handed out." if row["guide_given"] else "No medication guide was handed out."
    on: date = row["dispensed_on"]
    pharmacy = clean(row["pharmacy"])
    return without_empty({
        "resourceType": "MedicationDispense", "id": of.id("dispense", row["id"], place), "status": "completed",
        "type": {"text": f"{part}fill {plan.number} of {len(of.content.fills)}"},
        "medicationCodeableConcept": _medicine(of, item),
        "subject": {"reference": of.url("patient")},
        "performer": [{"actor": {"display": pharmacy}}] if pharmacy else [],
        "authorizingPrescription": [{"reference": request}],
        "quantity": amount_of(item, float(units)), "daysSupply": _days(row["days"]) if row["days"] else {},
        "whenHandedOver": on.isoformat(),
        "note": [{"text": guide}, {"text": DO_NOT_STOP}],
        "dosageInstruction": [dosage(item, plan.directions[place], [])],
    })  # fmt: skip


def _days(days: int) -> Json:
    return {"value": days, "unit": "days", "system": UCUM, "code": "d"}


def _identifier(system: str, value: str) -> list[Json]:
    return [{"system": system, "value": clean(value)}] if clean(value) else []


def _texts(text: str) -> list[Json]:
    return [{"text": clean(text)}] if clean(text) else []
