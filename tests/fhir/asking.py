"""Requests for the operations, and the answers taken apart."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from benzosafe.fhir.operations import operate
from tests.fhir.builders import PATIENT, SUBJECT, bundle, condition, request

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TWICE = {
    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}], "asNeededBoolean": False,
}  # fmt: skip
LORAZEPAM = request(dosageInstruction=[TWICE], authoredOn="2026-11-01")
NO_ALLERGY = {"resourceType": "AllergyIntolerance", "id": "a", "patient": SUBJECT, "code": {"text": "nkda"}}
BUNDLE = bundle(PATIENT, LORAZEPAM, condition({"text": "panic disorder"}, onsetDateTime="2020"), NO_ALLERGY)
VALUES = {str: "valueString", bool: "valueBoolean", int: "valueInteger", float: "valueDecimal"}


def parameters(resource=BUNDLE, drafts=(), **values):
    """Parameters with a Bundle, drafts, and values whose lists are repeated; a name may end in '_', as with_."""
    parts = [{"name": "resource", "resource": resource}] if resource else []
    parts += [{"name": "draft", "resource": draft} for draft in drafts]
    for name, given in values.items():
        for value in given if isinstance(given, list) else [given]:
            parts.append({"name": name.rstrip("_"), VALUES[type(value)]: value})
    return {"resourceType": "Parameters", "parameter": parts}


def ask(knowledge, code, document, now=NOW):
    return operate(code, document if isinstance(document, bytes) else json.dumps(document).encode(), knowledge, now)


def kinds(answer):
    return [entry["resource"]["resourceType"] for entry in answer.resource["entry"]]


def of_kind(answer, kind):
    return [entry["resource"] for entry in answer.resource["entry"] if entry["resource"]["resourceType"] == kind]


def issues(resource):
    return [(issue["code"], issue.get("expression", [""])[0], issue["diagnostics"]) for issue in resource["issue"]]


def inside(answer):
    """The JSON within a Binary."""
    assert answer.resource["resourceType"] == "Binary" and answer.resource["contentType"] == "application/json"
    return json.loads(base64.b64decode(answer.resource["data"]))
