"""One malformed field costs that field, is listed with its place, and the review goes on."""

from __future__ import annotations

import json

import pytest

from benzosafe.fhir.read import read_bundle, read_draft_orders
from tests.fhir.builders import (
    ON,
    PATIENT,
    SUBJECT,
    as_bytes,
    bundle,
    condition,
    gaps_of,
    observation,
    read,
    request,
)

DOSE = {
    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}],
}


def unreadable_places(record):
    return [gap.where for gap in gaps_of(record, "unreadable")]


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        (request(dosageInstruction=[{"timing": "BID"}]), "dosageInstruction[0].timing"),
        (request(dosageInstruction=[DOSE, {"timing": {"code": 5}}]), "dosageInstruction[1].timing.code"),
        (request(status={"x": 1}), "status"),
        (request(authoredOn="last week"), "authoredOn"),
        (request(authoredOn="2026-13-45"), "authoredOn"),
        (request(dispenseRequest={"validityPeriod": {"start": "soon"}}), "dispenseRequest.validityPeriod.start"),
        (condition({"text": "COPD"}, onsetDateTime="1/2/2020"), "onsetDateTime"),
        (condition({"text": "COPD"}, clinicalStatus=7), "clinicalStatus"),
        (observation({"text": "weight"}, valueQuantity={"value": "heavy"}), "valueQuantity.value"),
    ],
)  # fmt: skip
def test_malformed_field_is_a_gap_with_its_place(resource, place, knowledge):
    record = read(knowledge, resource)
    assert unreadable_places(record) == [f"entry[1] {resource['resourceType']}/{resource['id']} {place}"]
    if resource["resourceType"] == "MedicationRequest":
        assert [order.ingredient for order in record.orders] == ["lorazepam"]


@pytest.mark.parametrize(
    "more",
    [
        {"category": {"coding": [{"code": "community"}]}},
        {"reasonCode": {"text": "anxiety"}},
        {"reasonCode": [None, {"text": "anxiety"}]},
        {"status": None},
        {"intent": None},
        {"dosageInstruction": None},
        {"dosageInstruction": []},
        {"dosageInstruction": DOSE},
        {"dosageInstruction": [DOSE | {"asNeededBoolean": "true"}]},
        {"id": 12},
        {"unknownField": {"a": [1]}},
        {"dispenseRequest": {"numberOfRepeatsAllowed": "3"}},
    ],
)
def test_harmless_liberties_are_no_gap(more, knowledge):
    record = read(knowledge, request() | more)
    assert record.gaps == ()
    assert [order.ingredient for order in record.orders] == ["lorazepam"]


def test_reason_is_read_from_an_object_too(knowledge):
    record = read(knowledge, request(reasonCode={"text": "panic disorder"}))
    assert record.orders[0].indication_text == "panic disorder"


@pytest.mark.parametrize("entry", [None, 5, "x", [], {}, {"resource": 5}, {"resource": {}}, {"resource": {"id": "x"}}])
def test_one_bad_entry_does_not_sink_the_bundle(entry, knowledge):
    data = bundle(PATIENT, request())
    data["entry"].insert(1, entry)
    record = read_bundle(as_bytes(data), "x", knowledge, ON)
    assert len(record.orders) == 1
    assert unreadable_places(record) == ["entry[1]"]


def test_broken_surrogates_and_endless_numbers_are_survived(knowledge):
    raw = as_bytes(bundle(PATIENT, request("lorazepam MARK", note=[])))
    raw = raw.replace(b"MARK", b"\\ud800").replace(b'"note": []', b'"sequence": ' + b"9" * 9000)
    assert [order.ingredient for order in read_bundle(raw, "x", knowledge, ON).orders] == ["lorazepam"]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "9" * 400, '"NaN"', '"Infinity"', "1e-400", "-0.0", "true", "[]"])
def test_absurd_numbers_are_survived(value, knowledge):
    dose = json.dumps([DOSE]).replace('"value": 1', f'"value": {value}')
    raw = as_bytes(bundle(PATIENT, request(dosageInstruction="MARK"))).replace(b'"MARK"', dose.encode())
    record = read_bundle(raw, "x", knowledge, ON)
    assert [order.ingredient for order in record.orders] == ["lorazepam"]


def test_medicine_given_as_plain_text_is_read_and_listed(knowledge):
    record = read(knowledge, request(None, medicationCodeableConcept="lorazepam 1 mg"))
    assert [order.ingredient for order in record.orders] == ["lorazepam"]
    assert len(unreadable_places(record)) == 1


def test_faults_of_a_draft_are_said_with_the_order(knowledge):
    draft = request(dosageInstruction=[{"timing": "BID", "text": "1 tablet twice daily"}])
    (order,) = read_draft_orders(as_bytes(draft), "draft.json", knowledge, ON)
    assert any("dosageInstruction[0].timing" in problem for problem in order.problems)


def test_draft_as_the_public_sandbox_sends_it(knowledge):
    early = {
        "resourceType": "MedicationRequest",
        "id": "d",
        "status": "draft",
        "subject": SUBJECT,
        "category": {"text": "x"},
    }
    (order,) = read_draft_orders(
        as_bytes({"resourceType": "Bundle", "entry": [{"resource": early}]}), "x", knowledge, ON
    )
    assert (order.ingredient, order.active, order.source) == (None, True, "draft")
