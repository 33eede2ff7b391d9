"""A museum of files that are refused: each message names the place and the next step."""

from __future__ import annotations

import json

import pytest

from benzosafe.errors import InputRefused
from benzosafe.fhir import refusals
from benzosafe.fhir.read import read_bundle, read_draft_orders
from tests.fhir.builders import ON, PATIENT, SUBJECT, as_bytes, bundle, condition, request

GOOD = json.dumps(bundle(PATIENT, request()), indent=1).encode()
LINKED = [
    {**PATIENT, "link": [{"other": {"reference": "Patient/q"}, "type": "seealso"}]},
    {**PATIENT, "id": "q"},
]
BAD = {
    "empty file": (b"", "empty"),
    "only spaces": (b" \n\t ", "empty"),
    "plain words": (b"lorazepam 1 mg", "not JSON: invalid character at line 1 column 1"),
    "malformed": (b'{"resourceType":\n "Bundle", nope}', "line 2 column"),
    "truncated": (GOOD[: len(GOOD) // 2], "cut off"),
    "single quotes": (b"{'resourceType': 'Bundle'}", "line 1 column 2"),
    "latin-1": (b'{"resourceType": "Bundle", "id": "caf\xe9"}', "not UTF-8: byte 37"),
    "utf-16": ('{"resourceType": "Bundle"}'.encode("utf-16"), "UTF-16"),
    "xml": (b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>', "XML"),
    "gzip": (b"\x1f\x8b\x08\x00rest", "gunzip"),
    "zip": (b"PK\x03\x04rest", "ZIP"),
    "ndjson": (as_bytes(PATIENT) + b"\n" + as_bytes(request()), "NDJSON"),
    "two values": (b"{}{}", "after the end of the first value"),
    "a number": (b"42", "single value"),
    "null": (b"null", "single value"),
    "nested lists": (b"[" * 200_000, "nested too deeply"),
    "nested objects": (b'{"a":' * 200_000, "nested too deeply"),
    "nested within an entry": (b'{"resourceType":"Bundle","entry":[{"resource":' + b"[" * 100_000, "nested"),
    "empty object": (b"{}", "no resourceType"),
    "empty list": (b"[]", "nothing"),
    "list of numbers": (b"[1, 2]", "no FHIR resources"),
    "bundle of nothing": (b'{"resourceType": "Bundle"}', "Bundle of nothing"),
    "bundle of empty list": (as_bytes(bundle()), "Bundle of nothing"),
    "bundle of empty bundles": (as_bytes(bundle(bundle(), bundle())), "Bundle of nothing"),
    "bundle of null entries": (b'{"resourceType":"Bundle","entry":[null,{}]}', "Bundle of nothing"),
    "single patient": (as_bytes(PATIENT), "single Patient"),
    "single observation": (b'{"resourceType": "Observation"}', "single Observation"),
    "parameters": (b'{"resourceType": "Parameters"}', "single Parameters"),
    "resourceType is a number": (b'{"resourceType": 7}', "no resourceType"),
    "cds hooks request": (b'{"hook": "order-sign", "context": {}}', "CDS Hooks request"),
    "history": (as_bytes(bundle(PATIENT, request(), type="history")), "history Bundle"),
    "organisations only": (
        as_bytes(bundle({"resourceType": "Organization", "id": "o"})),
        "neither a Patient",
    ),
    "medication only": (as_bytes(bundle({"resourceType": "Medication", "id": "m"})), "neither a Patient"),
    "two patients": (as_bytes(bundle(PATIENT, {**PATIENT, "id": "q"})), "two patients"),
    "two patients in pages": (
        as_bytes(bundle(bundle(PATIENT), bundle({**PATIENT, "id": "q"}))),
        r"entry\[1\]\.entry\[0\] Patient/q",
    ),
    "one id, two people": (as_bytes(bundle(PATIENT, {**PATIENT, "birthDate": "1999-01-01"})), "two patients"),
    "another patient's order": (
        as_bytes(bundle(PATIENT, request(subject={"reference": "Patient/q"}))),
        r"entry\[1\] MedicationRequest/r1 subject, which is Patient/q",
    ),
    "orders of two, no Patient": (
        as_bytes(bundle(request(), condition(subject={"reference": "Patient/q"}))),
        "two patients",
    ),
    "another patient by uuid": (
        as_bytes(bundle(PATIENT, request(subject={"reference": "urn:uuid:0d1c"}))),
        "two patients",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_refused_with_place_and_next_step(name, knowledge):
    data, says = BAD[name]
    with pytest.raises(InputRefused, match=says) as refused:
        read_bundle(data, "patient.json", knowledge, ON)
    assert refused.value.where == "patient.json"
    assert refused.value.next_step
    assert refused.value.exit_code == 4
    assert len(refused.value.message) < 500


def test_size_is_checked_before_anything_is_decoded(knowledge, monkeypatch):
    monkeypatch.setattr(refusals, "MOST_BYTES", 100)
    with pytest.raises(InputRefused, match="may have"):
        read_bundle(b"\xff" * 101, "huge.json", knowledge, ON)


@pytest.mark.parametrize(
    "resources",
    [
        [PATIENT, PATIENT],
        [PATIENT, {**PATIENT, "birthDate": "1950"}],
        [PATIENT, {**PATIENT, "name": [{"family": "X"}]}],
        LINKED,
        [PATIENT, request(subject={"reference": "https://example.org/fhir/Patient/p/_history/3"})],
        [PATIENT, request(subject={"reference": "p"})],
        [PATIENT, request(subject={"identifier": {"value": "123"}})],
        [PATIENT, request(subject={})],
        [request()],
    ],
)
def test_copies_of_one_patient_are_one_patient(knowledge, resources):
    assert read_bundle(as_bytes(bundle(*resources)), "x", knowledge, ON).patient_id == "p"


def test_byte_order_mark_is_accepted(knowledge):
    assert read_bundle(b"\xef\xbb\xbf" + GOOD, "x", knowledge, ON).patient_id == "p"


def test_patient_by_full_url(knowledge):
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    data = bundle(request(subject={"reference": "urn:uuid:5f2"}))
    data["entry"].append({"fullUrl": "urn:uuid:5f2", "resource": nameless})
    assert read_bundle(as_bytes(data), "x", knowledge, ON).patient_id == "5f2"


def test_malformed_subject_is_said_not_guessed_in_silence(knowledge):
    record = read_bundle(as_bytes(bundle(PATIENT, request(subject={"reference": "p-context"}))), "x", knowledge, ON)
    assert [gap.kind for gap in record.gaps if "p-context" in gap.what] == ["conflict"]


def test_resources_about_a_group_are_left_out(knowledge):
    record = read_bundle(as_bytes(bundle(PATIENT, condition(subject={"reference": "Group/g"}))), "x", knowledge, ON)
    assert not record.conditions
    assert any("Group/g" in gap.what for gap in record.gaps)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"resourceType":', as_bytes(bundle(PATIENT)), b'{"resourceType":"Patient"}']
)
def test_bad_drafts_are_refused(data, knowledge):
    with pytest.raises(InputRefused) as refused:
        read_draft_orders(data, "draft.json", knowledge, ON)
    assert refused.value.next_step


def test_subject_of_a_draft_does_not_matter(knowledge):
    orders = read_draft_orders(as_bytes(request(subject=SUBJECT)), "draft.json", knowledge, ON)
    assert [(order.ingredient, order.source, order.active) for order in orders] == [("lorazepam", "draft", True)]
