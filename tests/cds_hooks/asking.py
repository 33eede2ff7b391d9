"""Requests as a record system makes them, and the settings they are answered with."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from benzosafe.cds_hooks.answer import Answer, Setting, answer
from benzosafe.cds_hooks.request import read_request
from benzosafe.cds_hooks.services import PREFETCH, service_of

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1971-03-04"}


def order(name, sig="1 tablet twice daily", status="active", **more):
    """A MedicationRequest by name and directions."""
    number = more.pop("id", name.split()[0])
    return {
        "resourceType": "MedicationRequest", "id": number, "status": status, "intent": "order",
        "medicationCodeableConcept": {"text": name}, "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-20", "dosageInstruction": [{"text": sig}],
    } | more  # fmt: skip


def in_mg(name, milligrams, **more):
    """A MedicationRequest with a structured dose in mg, once a day."""
    dose = {"doseQuantity": {"value": milligrams, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    return order(name, **more) | {"dosageInstruction": [{"timing": timing, "doseAndRate": [dose]}]}


def searchset(*resources):
    """What a search found."""
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources),
            "entry": [{"resource": item} for item in resources]}  # fmt: skip


def everything(*medicines, **parts):
    """All of our prefetch, with nothing found where nothing is given."""
    return dict.fromkeys(PREFETCH) | {"patient": PATIENT, "requests": searchset(*medicines)} | parts


def ask(hook, prefetch, drafts=(), **more):
    """The whole request."""
    context = {"patientId": "p1", "userId": "Practitioner/dr"} | more.pop("context", {})
    if hook != "patient-view":
        key = "medications" if hook == "medication-refill" else "draftOrders"
        context[key] = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": d} for d in drafts]}
    return {"hook": hook, "hookInstance": "4f1c", "context": context, "prefetch": prefetch} | more


def setting(knowledge, **more):
    """Settings without memory."""
    given = {
        "now": NOW, "country": "US", "quiet_days": 90, "key_of": lambda text: f"key of {text}",
        "earlier": lambda key, marks: [],
    } | more  # fmt: skip
    return Setting(knowledge, **given)


def answered(knowledge, request, fetched=(), **more) -> Answer:
    """The answer to a request."""
    service = service_of(f"benzosafe-{request['hook']}")
    return answer(read_request(json.dumps(request).encode(), service), setting(knowledge, **more), dict(fetched))


def only_card(found: Answer) -> dict:
    """The one card."""
    (card,) = found.body["cards"]
    return card
