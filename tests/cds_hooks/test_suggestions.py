"""Suggestions: real actions, and never one that stops at once what a body may depend on."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from benzosafe.cds_hooks.drafts import Drafts
from benzosafe.cds_hooks.suggestions import Wanted, _lowered
from benzosafe.patient.tables import Bounds, Order

from .asking import NOW, answered, ask, everything, in_mg, only_card, order, searchset

CLONAZEPAM = order("clonazepam 1 mg tablet")


def actions(card):
    return [action for item in card["suggestions"] for action in item["actions"]]


def labels(card):
    return [item["label"] for item in card["suggestions"]]


def test_a_new_opioid_can_be_left_out_naloxone_added_and_a_review_booked(knowledge):
    draft = order("oxycodone 10 mg tablet", status="draft")
    card = only_card(answered(knowledge, ask("order-sign", everything(CLONAZEPAM), [draft])))
    assert card["selectionBehavior"] == "any"
    deleted, naloxone, task = actions(card)
    assert (deleted["type"], deleted["resourceId"]) == ("delete", "MedicationRequest/oxycodone")
    assert naloxone["type"] == task["type"] == "create"
    assert naloxone["resource"]["status"] == "draft"
    assert naloxone["resource"]["medicationCodeableConcept"]["coding"][0]["code"] == "7242"
    assert task["resource"]["restriction"]["period"]["end"] == "2026-12-10"
    assert all(action["description"] for action in actions(card))
    assert len({item["uuid"] for item in card["suggestions"]}) == 3
    assert sum(item.get("isRecommended", False) for item in card["suggestions"]) <= 1


def test_naloxone_that_is_there_is_not_added_again(knowledge):
    home = order("naloxone 4 mg nasal spray", "1 spray as needed")
    draft = order("oxycodone 10 mg tablet", status="draft")
    card = only_card(answered(knowledge, ask("order-sign", everything(CLONAZEPAM, home), [draft])))
    assert not any("naloxone" in label.lower() for label in labels(card))


def test_a_benzodiazepine_already_taken_is_never_left_out_or_cut_by_a_click(knowledge):
    record = everything(CLONAZEPAM, order("oxycodone 10 mg tablet"))
    again = order("clonazepam 1 mg tablet", status="draft", id="again")
    card = only_card(answered(knowledge, ask("order-sign", record, [again])))
    assert not any(action["type"] in ("delete", "update") for action in actions(card))


def test_where_the_medicines_are_not_known_nothing_is_left_out(knowledge):
    """The draft may carry on what is taken: leaving it out would be an abrupt stop."""
    untold = everything()
    del untold["requests"]
    pair = [order("clonazepam 1 mg tablet", status="draft"), order("oxycodone 10 mg tablet", status="draft")]
    card = only_card(answered(knowledge, ask("order-sign", untold, pair)))
    assert not any(action["type"] in ("delete", "update") for action in actions(card))


def test_an_exchange_of_the_new_medicine_comes_before_a_long_taper_and_carries_no_dose_over(knowledge):
    draft = in_mg("clarithromycin 500 mg tablet", 500, status="draft", id="new")
    card = only_card(answered(knowledge, ask("order-sign", everything(order("alprazolam 1 mg tablet")), [draft])))
    (update,) = [action for action in actions(card) if action["type"] == "update"]
    assert update["resource"]["id"] == "new"
    assert update["resource"]["medicationCodeableConcept"]["text"] == "azithromycin"
    assert "dosageInstruction" not in update["resource"]
    (recommended,) = [item for item in card["suggestions"] if item.get("isRecommended")]
    assert "clarithromycin" in str(recommended["actions"]) or "azithromycin" in recommended["label"]
    assert "taper alprazolam" not in card["detail"]


def test_a_lower_dose_is_about_half_and_one_that_tablets_make(knowledge):
    draft = in_mg("clonazepam", 1.5, status="draft") | {
        "note": [{"text": "1.5 mg"}],
        "dispenseRequest": {"quantity": {}},
    }
    draft["dosageInstruction"][0] |= {"text": "1.5 mg", "maxDosePerPeriod": [{}]}
    (dose,) = (item["doseAndRate"][0]["doseQuantity"] for item in lowered(knowledge, draft, 1.5)["dosageInstruction"])
    assert dose["value"] == Decimal("0.75")
    assert "1.5" not in str(lowered(knowledge, draft, 1.5))
    assert "dispenseRequest" not in lowered(knowledge, draft, 1.5)
    assert draft["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 1.5
    assert lowered(knowledge, order("clonazepam 1 mg tablet", status="draft"), 1.5) is None
    assert lowered(knowledge, in_mg("clonazepam", 24, status="draft"), 24) is None, "4 mg is not half of 24"


def lowered(knowledge, draft, milligrams):
    taken = Order("MedicationRequest/x", "clonazepam", "clonazepam", "draft",
                  dose_mg_single=Bounds(milligrams, milligrams))  # fmt: skip
    wanted = Wanted(SimpleNamespace(knowledge=knowledge), Drafts(), None, "p1", NOW.date(), "US")
    action = _lowered(draft, taken, wanted)
    return action and action["resource"]


@pytest.mark.parametrize("condition", ["myasthenia gravis", "acute angle-closure glaucoma"])
def test_no_exchange_for_what_the_card_itself_forbids(knowledge, condition):
    """Lorazepam is no way out of a finding that lorazepam would bring as well."""
    active = {"coding": [{"code": "active"}]}
    problem = {"resourceType": "Condition", "id": "c", "clinicalStatus": active, "code": {"text": condition},
               "subject": {"reference": "Patient/p1"}}  # fmt: skip
    draft = order("clonazepam 1 mg tablet", status="draft", id="new")
    record = everything(conditions=searchset(problem))
    for card in answered(knowledge, ask("order-sign", record, [draft])).body["cards"]:
        assert not any(action["type"] == "update" for action in actions(card)), labels(card)


def test_an_exchanged_order_keeps_nothing_of_the_old_medicine_and_its_version(knowledge):
    record = everything(order("alprazolam 1 mg tablet"))
    old = order("clarithromycin 500 mg tablet", status="draft", id="new") | {
        "text": {"div": "clarithromycin"}, "note": [{"text": "clarithromycin"}],
        "priorPrescription": {"reference": "x"},
    }  # fmt: skip
    newer = {key: value for key, value in old.items() if key != "medicationCodeableConcept"}
    newer["medication"] = {"concept": {"text": "clarithromycin 500 mg tablet"}}
    for draft, field in ((old, "medicationCodeableConcept"), (newer, "medication")):
        card = only_card(answered(knowledge, ask("order-sign", record, [draft])))
        (update,) = (action["resource"] for action in actions(card) if action["type"] == "update")
        assert "clarithromycin" not in str(update)
        assert "azithromycin" in str(update[field])
        assert not {"note", "text", "priorPrescription"} & update.keys()


def test_where_naloxone_is_missing_naloxone_is_what_helps(knowledge):
    draft = order("oxycodone 20 mg tablet", "1 tablet every 6 hours", status="draft")
    card = only_card(answered(knowledge, ask("order-sign", everything(), [draft])))
    (recommended,) = [item for item in card["suggestions"] if item.get("isRecommended")]
    assert "naloxone" in recommended["label"]
    assert not any(action["type"] == "delete" for action in actions(card))
