"""From medication resources to orders: names, references, strengths, status, links."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.fhir.dosage import read_route
from benzosafe.fhir.elements import CodeableConcept, Coding
from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import (
    ON,
    PATIENT,
    RXNORM,
    SUBJECT,
    as_bytes,
    bundle,
    coded,
    condition,
    gaps_of,
    read,
    request,
)

TWICE_DAILY = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}


def dosage(value, unit, **more):
    return {"timing": TWICE_DAILY, "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]} | more


def medication(*, id="m", **more):
    return {"resourceType": "Medication", "id": id} | more


def ingredient(text, mg, per=1, per_unit="tablet"):
    return {
        "itemCodeableConcept": {"text": text},
        "strength": {
            "numerator": {"value": mg, "unit": "mg"},
            "denominator": {"value": per, "unit": per_unit},
        },
    }


def by_reference(reference, **more):
    return request(None, medicationReference={"reference": reference} | more)


def named(record):
    return sorted(order.ingredient or "?" for order in record.orders)


def test_request_becomes_an_order_with_its_dose(knowledge):
    record = read(knowledge, request(dosageInstruction=[dosage(1, "mg")], authoredOn="2026-11-01"))
    (order,) = record.orders
    assert (order.order_id, order.ingredient, order.source) == (
        "MedicationRequest/r1",
        "lorazepam",
        "request",
    )
    assert order.active is True
    assert (order.dose_mg_per_day.low, order.dose_mg_per_day.high) == (2, 2)


def test_rxnorm_code_alone_resolves(knowledge):
    display = {"system": RXNORM, "code": "197590", "display": "diazepam 5 MG Oral Tablet"}
    record = read(knowledge, request(None, medicationCodeableConcept={"coding": [display]}))
    assert named(record) == ["diazepam"]


@pytest.mark.parametrize(
    ("reference", "resource", "full_url"),
    [
        ("Medication/m", medication(code={"text": "clonazepam 0.5 mg"}), None),
        ("https://ehr.example/fhir/Medication/m", medication(code={"text": "clonazepam 0.5 mg"}), None),
        ("Medication/m/_history/2", medication(code={"text": "clonazepam 0.5 mg"}), None),
        ("urn:uuid:77", {"resourceType": "Medication", "code": {"text": "clonazepam 0.5 mg"}}, "urn:uuid:77"),
        ("Medication/m", medication(ingredient=[ingredient("clonazepam", 0.5)]), None),
    ],
)
def test_medication_found_by_every_kind_of_reference(reference, resource, full_url, knowledge):
    data = bundle(PATIENT, by_reference(reference))
    data["entry"].append({"resource": resource} | ({"fullUrl": full_url} if full_url else {}))
    assert named(read_bundle(as_bytes(data), "x", knowledge, ON)) == ["clonazepam"]


def test_contained_medication(knowledge):
    held = medication(id="in", code={"text": "clonazepam 0.5 mg"})
    other = {"resourceType": "PractitionerRole", "id": "who", "code": [{"text": "x"}, {"text": "y"}]}
    record = read(knowledge, by_reference("#in") | {"contained": [other, held]})
    assert named(record) == ["clonazepam"]
    assert record.gaps == ()


@pytest.mark.parametrize("reference", ["Medication/none", "#none", "urn:uuid:none", ""])
def test_reference_that_leads_nowhere_is_listed(reference, knowledge):
    record = read(knowledge, by_reference(reference))
    assert [order.ingredient for order in record.orders] == [None]
    assert gaps_of(record, "unresolved_drug")


def test_display_of_a_lost_reference_is_used_and_said(knowledge):
    record = read(knowledge, by_reference("Medication/none", display="clonazepam 0.5 mg tablet"))
    assert named(record) == ["clonazepam"]
    assert "leads to no Medication" in gaps_of(record, "notice")[0].what


def test_reference_to_something_else_is_not_a_medicine(knowledge):
    assert named(read(knowledge, by_reference("Condition/c1"), condition({"text": "COPD"}))) == ["?"]


def test_combination_becomes_an_order_for_each_ingredient(knowledge):
    parts = [ingredient("oxycodone", 5), ingredient("paracetamol", 325)]
    record = read(knowledge, by_reference("Medication/m"), medication(code={"text": "pain tablet"}, ingredient=parts))
    assert named(record) == ["oxycodone", "paracetamol"]
    assert len({order.order_id for order in record.orders}) == 2


def test_strength_of_the_listed_ingredient_is_used(knowledge):
    held = medication(code={"text": "lorazepam"}, ingredient=[ingredient("lorazepam", 2)])
    record = read(knowledge, by_reference("Medication/m") | {"dosageInstruction": [dosage(1, "tablet")]}, held)
    assert record.orders[0].dose_mg_per_day.high == 4


def test_inactive_ingredients_are_no_medicine(knowledge):
    parts = [ingredient("lorazepam", 1), {**ingredient("lactose", 50), "isActive": False}]
    assert named(read(knowledge, by_reference("Medication/m"), medication(ingredient=parts))) == ["lorazepam"]


def test_product_and_ingredients_that_disagree_are_shown(knowledge):
    held = medication(code={"text": "lorazepam 1 mg"}, ingredient=[ingredient("diazepam", 5)])
    assert gaps_of(read(knowledge, by_reference("Medication/m"), held), "conflict")


def test_text_and_display_that_disagree_are_shown(knowledge):
    concept = {
        "text": "clonazepam 1 mg",
        "coding": [{"system": "local", "code": "1", "display": "Diazepam 5 MG"}],
    }
    record = read(knowledge, request(None, medicationCodeableConcept=concept))
    assert gaps_of(record, "conflict")
    assert record.orders[0].problems


def test_unresolved_medicine_is_kept_and_listed(knowledge):
    record = read(knowledge, request("zzyzx forte 3 mg"))
    assert [(order.ingredient, order.text) for order in record.orders] == [(None, "zzyzx forte 3 mg")]
    assert [gap.kind for gap in record.gaps] == ["unresolved_drug"]


def test_request_without_medicine_is_kept_and_listed(knowledge):
    record = read(knowledge, request(None))
    assert [order.ingredient for order in record.orders] == [None]
    assert gaps_of(record, "unresolved_drug")


@pytest.mark.parametrize(
    ("more", "active"),
    [
        ({}, True),
        ({"doNotPerform": True}, False),
        ({"intent": "plan"}, False),
        ({"intent": "proposal"}, False),
        ({"intent": "plan", "reportedBoolean": True}, True),
        ({"status": "stopped"}, False),
        ({"status": "cancelled"}, False),
    ],
)
def test_what_counts_as_taken(more, active, knowledge):
    record = read(knowledge, request(authoredOn="2026-11-20", **more))
    assert record.orders[0].active is active
    assert record.orders[0].active_because


def test_statement_not_taken(knowledge):
    statement = request(resourceType="MedicationStatement", status="not-taken")
    assert read(knowledge, statement).orders[0].active is False


def test_entered_in_error_is_left_out(knowledge):
    assert read(knowledge, request(status="entered-in-error")).orders == ()


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("MedicationRequest", "request"),
        ("MedicationStatement", "statement"),
        ("MedicationAdministration", "administration"),
        ("MedicationDispense", "dispense"),
    ],
)
def test_every_kind_of_record(kind, source, knowledge):
    record = read(knowledge, request(resourceType=kind))
    assert [(order.ingredient, order.source) for order in record.orders] == [("lorazepam", source)]
    assert record.coverage.orders


def test_dispense_of_a_request_is_one_member(knowledge):
    dispense = {
        "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "lorazepam 1 mg oral tablet"}, "whenHandedOver": "2026-11-10",
        "daysSupply": {"value": 30, "unit": "days"}, "authorizingPrescription": [{"reference": "MedicationRequest/r1"}],
    }  # fmt: skip
    record = read(knowledge, request(dosageInstruction=[dosage(1, "mg")], authoredOn="2026-11-10"), dispense)
    (order,) = record.orders
    assert {order.order_id, *order.same_as} == {"MedicationRequest/r1", "MedicationDispense/d1"}


def test_reason_is_read_from_the_referenced_condition(knowledge):
    record = read(
        knowledge,
        request(reasonReference=[{"reference": "Condition/c1"}]),
        condition({"text": "Panic disorder"}),
    )
    assert record.orders[0].indication_text == "Panic disorder"
    assert record.orders[0].indication == "panic_disorder"


def test_as_needed_for_is_a_reason(knowledge):
    record = read(
        knowledge,
        request(dosageInstruction=[dosage(1, "mg", asNeededCodeableConcept={"text": "panic disorder"})]),
    )
    assert record.orders[0].prn is True
    assert record.orders[0].indication_text == "panic disorder"


def test_reversed_and_future_dates_are_listed(knowledge):
    period = {"start": "2026-11-20", "end": "2026-10-01"}
    backwards = request(dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": period}}}])
    record = read(knowledge, backwards, request(id="r2", authoredOn="2062-01-01"))
    assert len(gaps_of(record, "implausible")) == 2


def test_endless_period_has_no_end(knowledge):
    statement = request(resourceType="MedicationStatement", effectivePeriod={"start": "2026-01", "end": "9999-12-31"})
    order = read(knowledge, statement).orders[0]
    assert (order.start_on, order.end_on, order.active) == (date(2026, 1, 1), None, True)


@pytest.mark.parametrize("days", [-5, 0, 99999])
def test_absurd_days_of_supply_are_listed(days, knowledge):
    record = read(knowledge, request(dispenseRequest={"expectedSupplyDuration": {"value": days, "unit": "d"}}))
    assert gaps_of(record, "implausible")
    assert record.orders[0].days_supply is None


def test_infusion_rate_is_an_amount_each_hour(knowledge):
    rate = {"doseAndRate": [{"rateQuantity": {"value": 2, "unit": "mg/h"}}]}
    record = read(knowledge, request("midazolam injection", dosageInstruction=[rate]))
    assert record.orders[0].dose_mg_per_day.high == 48


@pytest.mark.parametrize(
    ("route", "read_as"),
    [
        (coded("http://snomed.info/sct", "26643006"), "oral"),
        ({"text": "Intramuscular route"}, "intramuscular"),
        ({"text": "via the moon"}, "via the moon"),
        ({}, None),
    ],
)
def test_route(route, read_as):
    codings = [Coding(**item) for item in route.get("coding", [])]
    assert read_route(CodeableConcept(coding=codings, text=route.get("text"))) == read_as


@pytest.mark.parametrize(
    ("quantity", "days"),
    [
        ({"value": 60}, 30),
        ({"value": 60, "unit": "tablets"}, 30),
        ({"value": 60, "unit": "mg"}, 30),
        ({"value": 60, "unit": "mL"}, None),
        ({"value": -60}, None),
        ({"value": 0}, None),
    ],
)
def test_supply_follows_from_the_quantity(quantity, days, knowledge):
    record = read(knowledge, request(dosageInstruction=[dosage(1, "tablet")], dispenseRequest={"quantity": quantity}))
    assert record.orders[0].days_supply == days


def test_supply_as_needed_has_no_certain_length(knowledge):
    as_needed = [dosage(1, "tablet", asNeededBoolean=True)]
    record = read(knowledge, request(dosageInstruction=as_needed, dispenseRequest={"quantity": {"value": 60}}))
    assert record.orders[0].days_supply is None
