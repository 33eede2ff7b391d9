"""Which lists are known: an entry of none known makes one, an absent list never does."""

from __future__ import annotations

import pytest

from tests.fhir.builders import (
    IPS,
    LOINC,
    SNOMED,
    allergy,
    coded,
    condition,
    gaps_of,
    read,
    request,
)  # fmt: skip


def known(record):
    cover = record.coverage
    return {name for name in ("orders", "conditions", "allergies") if getattr(cover, name)}


def statement(code):
    return request(None, resourceType="MedicationStatement", medicationCodeableConcept=code)


def empty(code, why):
    return {"code": coded(LOINC, code), "emptyReason": {"coding": [{"code": why}]}}


@pytest.mark.parametrize(
    ("resource", "lists"),
    [
        (statement(coded(SNOMED, "787481004")), {"orders"}),
        (statement(coded(IPS, "no-known-medications")), {"orders"}),
        (statement(coded(IPS, "no-medication-info")), set()),
        (condition(coded(SNOMED, "160245001")), {"conditions"}),
        (condition(coded(IPS, "no-problem-info")), set()),
        (allergy(coded(SNOMED, "716186003")), {"allergies"}),
        (allergy(coded(SNOMED, "409137002")), {"allergies"}),
        (allergy(coded(IPS, "no-allergy-info")), set()),
        (allergy({"text": "codeine"}), {"allergies"}),
        ({"resourceType": "List", "id": "l"} | empty("10160-0", "nilknown"), {"orders"}),
        ({"resourceType": "List", "id": "l"} | empty("10160-0", "withheld"), set()),
        (
            {"resourceType": "Composition", "id": "d", "section": [empty("11450-4", "nilknown")]},
            {"conditions"},
        ),
    ],
)
def test_what_makes_a_list_known(resource, lists, knowledge):
    record = read(knowledge, resource)
    assert known(record) == lists
    assert (record.orders, record.conditions) == ((), ())


def test_none_known_beside_something_is_a_conflict(knowledge):
    none = request(
        None,
        id="none",
        resourceType="MedicationStatement",
        medicationCodeableConcept=coded(SNOMED, "787481004"),
    )
    record = read(knowledge, request(), none)
    assert gaps_of(record, "conflict")
    assert len(record.orders) == 1
