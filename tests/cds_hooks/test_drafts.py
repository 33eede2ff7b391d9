"""Drafts: new orders, orders that end what is taken, and what cannot be read or is not known."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused

from .asking import PATIENT, answered, ask, everything, only_card, order, searchset

LONG = order("clonazepam 1 mg tablet") | {
    "authoredOn": "2025-01-10", "dosageInstruction": [{"text": "1 tablet twice daily"}],
}  # fmt: skip


def ending(status="stopped", **more):
    return order("clonazepam 1 mg tablet", status=status) | {"authoredOn": "2025-01-10"} | more


@pytest.mark.parametrize(
    "draft", [ending(), ending("cancelled"), ending("entered-in-error"), ending("active", doNotPerform=True)]
)
def test_stopping_a_benzodiazepine_at_once_is_the_card(knowledge, draft):
    card = only_card(answered(knowledge, ask("order-sign", everything(LONG), [draft])))
    assert "stopped" in card["summary"].lower()
    assert "clonazepam is stopped" in card["detail"]
    assert not any(action["type"] in ("delete", "update") for item in card["suggestions"] for action in item["actions"])


def test_an_exchange_of_one_benzodiazepine_for_another_is_not_two_together(knowledge):
    new = order("lorazepam 1 mg tablet", status="draft")
    found = answered(knowledge, ask("order-sign", everything(LONG), [ending(), new]))
    assert not any("Two benzodiazepines" in card["summary"] for card in found.body["cards"])


def test_ending_an_opioid_is_no_opioid_with_a_benzodiazepine(knowledge):
    opioid = order("oxycodone 10 mg tablet")
    draft = order("oxycodone 10 mg tablet", status="cancelled")
    found = answered(knowledge, ask("order-sign", everything(LONG, opioid), [draft]))
    assert not any("together" in card["summary"] for card in found.body["cards"])


def test_stopping_and_ordering_the_same_medicine_is_a_change_of_dose(knowledge):
    new = order("clonazepam 0.5 mg tablet", "3 tablets daily", status="draft", id="new")
    found = answered(knowledge, ask("order-sign", everything(LONG), [ending(), new]))
    assert not any("stopped at once" in card["summary"].lower() for card in found.body["cards"])


def test_a_raised_dose_is_said(knowledge):
    opioid = order("oxycodone 10 mg tablet")
    more = order("clonazepam 2 mg tablet", "1 tablet three times daily", status="draft", id="more")
    card = only_card(answered(knowledge, ask("order-sign", everything(LONG, opioid), [more])))
    assert "clonazepam goes from 2 to 6 mg a day" in card["detail"]


@pytest.mark.parametrize("name", ["zorblaxin 10 mg tablet", "oxycod 10mg tab"])
def test_a_medicine_that_is_not_known_beside_a_sedative_is_said(knowledge, name):
    found = answered(knowledge, ask("order-sign", everything(LONG), [order(name, status="draft", id="odd")]))
    card = only_card(found)
    assert card["indicator"] == "info"
    assert name.split()[0] in card["detail"]
    assert "unknownMedicine" in found.call.not_checked


def test_a_medicine_that_is_not_known_by_itself_is_only_noted(knowledge):
    found = answered(knowledge, ask("order-sign", everything(), [order("zorblaxin 10 mg tablet", status="draft")]))
    assert found.body["cards"] == []
    assert found.body["extension"]["org.benzosafe"]["notChecked"] == ["unknownMedicine"]


def test_a_reference_that_leads_nowhere_is_not_known(knowledge):
    draft = {key: value for key, value in order("x", status="draft").items() if key != "medicationCodeableConcept"}
    draft["medicationReference"] = {"reference": "Medication/lost"}
    found = answered(knowledge, ask("order-sign", everything(LONG), [draft]))
    assert only_card(found)["indicator"] == "info"


@pytest.mark.parametrize(
    "given",
    ["orders", {"resourceType": "Bundle", "entry": "nope"}, {"entry": []}, {"resourceType": "Patient"},
     {"resourceType": "Bundle", "entry": [{"resource": {"status": "draft"}}]}, 7],
)  # fmt: skip
def test_drafts_that_cannot_be_read_are_not_none(knowledge, given):
    request = ask("order-sign", everything(LONG))
    request["context"]["draftOrders"] = given
    card = only_card(answered(knowledge, request))
    assert card["indicator"] == "info"
    assert "could not be read" in card["detail"]


@pytest.mark.parametrize("given", [{"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": []}])
def test_no_drafts_are_no_drafts(knowledge, given):
    request = ask("order-sign", everything(LONG))
    request["context"]["draftOrders"] = given
    assert answered(knowledge, request).body["cards"] == []


@pytest.mark.parametrize("absent", [True, False])
def test_a_hook_about_orders_without_any_is_refused(knowledge, absent):
    request = ask("order-sign", everything(LONG))
    request["context"]["draftOrders"] = None
    if absent:
        del request["context"]["draftOrders"]
    with pytest.raises(InputRefused) as refusal:
        answered(knowledge, request)
    assert "draftOrders" in refusal.value.where


@pytest.mark.parametrize(
    "partial",
    [
        searchset(LONG) | {"link": [{"relation": "next", "url": "https://fhir.example.org/next"}], "total": 250},
        {"resourceType": "Bundle", "type": "searchset", "total": 3},
        searchset({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}),
        searchset(LONG, {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}),
        LONG,
    ],
)
def test_a_list_that_did_not_come_whole_is_not_told(knowledge, partial):
    draft = order("lorazepam 0.5 mg tablet", "1 tablet daily", status="draft")
    found = answered(knowledge, ask("order-sign", everything(requests=partial), [draft]))
    assert "requests" in found.call.not_checked
    assert found.body["cards"]


def test_more_drafts_than_anybody_signs_are_refused(knowledge):
    many = [order("paracetamol 500 mg tablet", status="draft", id=f"d{number}") for number in range(101)]
    with pytest.raises(InputRefused, match="101"):
        answered(knowledge, ask("order-sign", everything(), many))


def test_a_contraindication_that_cannot_be_decided_for_want_of_a_weight_is_said(knowledge):
    child = PATIENT | {"birthDate": "2018-03-01"}
    draft = order("clonazepam 2 mg tablet", "1 tablet three times daily", status="draft")
    found = answered(knowledge, ask("order-sign", everything(patient=child), [draft]))
    assert "kg" in only_card(found)["detail"] or "weight" in only_card(found)["detail"]
    assert "child_dose_per_kg_above_label" in found.call.not_checked
    usual = order("clonazepam 1 mg tablet", status="draft")
    assert answered(knowledge, ask("order-sign", everything(), [usual])).call.not_checked == ()
