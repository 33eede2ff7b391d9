"""Small FHIR resources to build test bundles from."""

from __future__ import annotations

import json
from datetime import date

from benzosafe.fhir.read import read_bundle

ON = date(2026, 11, 24)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950-03-01"}
SUBJECT = {"reference": "Patient/p"}


def coded(system, code, text=None):
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


COPD = coded(ICD10CM, "J44.9")
WEIGHT = coded(LOINC, "29463-7")


def request(text="lorazepam 1 mg oral tablet", *, id="r1", **more):
    base = {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
    }
    if text is not None:
        base["medicationCodeableConcept"] = {"text": text}
    return base | more


def condition(code=None, *, id="c1", **more):
    status = {"coding": [{"code": "active"}]}
    base = {"resourceType": "Condition", "id": id, "subject": SUBJECT, "clinicalStatus": status}
    return base | ({"code": code} if code else {}) | more


def allergy(code=None, **more):
    return (
        {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT} | ({"code": code} if code else {}) | more
    )


def observation(code, *, id="o1", **more):
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "subject": SUBJECT,
        "code": code,
    } | more


def bundle(*resources, **more):
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries} | more


def as_bytes(data):
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def read(knowledge, *resources, on=ON):
    """The record of a bundle with the usual patient and these resources."""
    return read_bundle(as_bytes(bundle(PATIENT, *resources)), "test.json", knowledge, on)


def gaps_of(record, kind):
    return [gap for gap in record.gaps if gap.kind == kind]
