"""What a call gets: one card or none, about the draft, with what was not checked."""

from __future__ import annotations

import json

import pytest

from benzosafe.cds_hooks.prefetch import not_sent
from benzosafe.cds_hooks.request import read_request
from benzosafe.cds_hooks.services import PREFETCH, service_of
from benzosafe.errors import InputRefused

from .asking import PATIENT, answered, ask, everything, only_card, order, searchset

CLONAZEPAM, OXYCODONE = order("clonazepam 1 mg tablet"), order("oxycodone 10 mg tablet", status="draft")


def test_an_opioid_beside_a_benzodiazepine_interrupts_with_one_card(knowledge):
    card = only_card(answered(knowledge, ask("order-sign", everything(CLONAZEPAM), [OXYCODONE])))
    assert card["indicator"] == "warning"
    assert "clonazepam" in card["summary"]
    assert "oxycodone" in card["summary"]
    assert len(card["summary"]) < 140
    assert "naloxone" in card["detail"].lower()
    assert "Draft" in card["detail"]
    assert card["source"]["label"]
    assert card["source"]["topic"]["code"]
    assert {"will-monitor"} <= {reason["code"] for reason in card["overrideReasons"]}


@pytest.mark.parametrize("hook", ["order-select", "order-sign", "medication-refill", "patient-view"])
def test_a_medicine_that_harms_nobody_here_gets_no_card(knowledge, hook):
    safe = order("amoxicillin 500 mg capsule", "1 capsule three times daily", status="draft")
    found = answered(knowledge, ask(hook, everything(), [safe]))
    assert found.body["cards"] == []
    assert found.call.showings == ()


def test_what_stands_in_the_record_does_not_interrupt_an_order_that_has_nothing_to_do_with_it(knowledge):
    record = everything(CLONAZEPAM, order("oxycodone 10 mg tablet"))
    safe = order("amoxicillin 500 mg capsule", "1 capsule three times daily", status="draft")
    assert answered(knowledge, ask("order-sign", record, [safe])).body["cards"] == []
    assert only_card(answered(knowledge, ask("patient-view", record)))["indicator"] == "warning"


def test_only_the_chosen_draft_speaks_while_ordering(knowledge):
    safe = order("amoxicillin 500 mg capsule", "1 capsule three times daily", status="draft")
    request = ask("order-select", everything(CLONAZEPAM), [OXYCODONE, safe])
    request["context"]["selections"] = ["MedicationRequest/amoxicillin"]
    assert answered(knowledge, request).body["cards"] == []
    request["context"]["selections"] = ["MedicationRequest/oxycodone"]
    assert only_card(answered(knowledge, request))


def test_a_null_is_none_and_an_absent_key_is_not_told(knowledge):
    """The core of safety here: no answer must not look like the answer 'nothing'."""
    draft = order("clonazepam 0.5 mg tablet", "1 tablet daily", status="draft")
    told = answered(knowledge, ask("order-sign", everything(), [draft]))
    assert told.body["cards"] == []
    untold = everything()
    del untold["requests"]
    card = only_card(answered(knowledge, ask("order-sign", untold, [draft])))
    assert card["indicator"] == "info"
    assert "prescriptions" in card["detail"]
    assert "does not mean" in card["detail"]


@pytest.mark.parametrize(
    "empty",
    [
        None,
        searchset(),
        {"resourceType": "Bundle", "type": "searchset"},
        {"resourceType": "Bundle", "type": "searchset", "entry": None},
    ],
)
def test_a_search_that_found_nothing_is_an_empty_list_however_it_is_written(knowledge, empty):
    request = ask("order-sign", everything(CLONAZEPAM, conditions=empty, allergies=empty), [OXYCODONE])
    (whole,) = answered(knowledge, request).body["cards"]
    (spoken,) = answered(knowledge, ask("order-sign", everything(CLONAZEPAM), [OXYCODONE])).body["cards"]
    assert whole["detail"] == spoken["detail"]


@pytest.mark.parametrize(
    "failed",
    [
        {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]},
        "unreadable", 7, [], True,
    ],
)  # fmt: skip
def test_a_failed_search_is_not_an_empty_list(knowledge, failed):
    draft = order("clonazepam 0.5 mg tablet", "1 tablet daily", status="draft")
    found = answered(knowledge, ask("order-sign", everything(requests=failed), [draft]))
    assert only_card(found)["indicator"] == "info"
    assert "requests" in found.call.not_checked


def test_what_is_missing_is_named_on_the_card_that_is_shown(knowledge):
    partial = {"patient": PATIENT, "requests": searchset(CLONAZEPAM)}
    card = only_card(answered(knowledge, ask("order-sign", partial, [OXYCODONE])))
    assert card["indicator"] == "warning"
    assert "not available: conditions" in card["detail"]
    assert "not available: allergies" in card["detail"]


def test_no_prefetch_at_all_for_a_patient_is_said(knowledge):
    request = ask("patient-view", {})
    del request["prefetch"]
    assert only_card(answered(knowledge, request))["indicator"] == "info"


def test_what_was_not_sent_is_asked_for_and_read(knowledge):
    request = ask("order-sign", {"patient": PATIENT}, [OXYCODONE])
    wanted = not_sent(read_request(json.dumps(request).encode(), service_of("benzosafe-order-sign")))
    assert wanted["requests"].startswith("MedicationRequest?patient=p1&")
    assert "patient" not in wanted
    assert "{{" not in "".join(wanted.values())
    found = answered(knowledge, request, {"requests": json.dumps(searchset(CLONAZEPAM)).encode()})
    assert only_card(found)["indicator"] == "warning"
    assert "requests" not in found.call.not_checked
    assert "conditions" in found.call.not_checked


def test_data_under_other_names_is_read_all_the_same(knowledge):
    """Record systems that were set up for another definition name their prefetch otherwise."""
    sent = {"item1": PATIENT, "item2": None, "item3": CLONAZEPAM}
    assert only_card(answered(knowledge, ask("order-sign", sent, [OXYCODONE])))["indicator"] == "warning"
    quiet = answered(knowledge, ask("order-sign", {"item1": PATIENT, "item2": None}, [CLONAZEPAM]))
    assert quiet.body["cards"] == []
    assert set(quiet.body["extension"]["org.benzosafe"]["notChecked"]) == set(PREFETCH)


def test_a_draft_without_a_medicine_is_not_chosen_yet(knowledge):
    """The public sandbox sends this first: no medicine, no intent, category as an object."""
    empty = {"resourceType": "MedicationRequest", "id": "x", "status": "draft", "category": {"coding": []}}
    request = ask("order-select", everything(CLONAZEPAM), [empty])
    del request["context"]["draftOrders"]["type"]
    assert answered(knowledge, request).body["cards"] == []


def test_data_of_another_patient_is_refused(knowledge):
    other = PATIENT | {"id": "p2"}
    with pytest.raises(InputRefused, match="p2"):
        answered(knowledge, ask("patient-view", everything(patient=other, requests=None)))
    with pytest.raises(InputRefused, match="p2"):
        answered(knowledge, ask("patient-view", everything(CLONAZEPAM | {"subject": {"reference": "Patient/p2"}})))
    draft = OXYCODONE | {"subject": {"reference": "Patient/p2"}}
    with pytest.raises(InputRefused, match="p2"):
        answered(knowledge, ask("order-sign", everything(CLONAZEPAM), [draft]))


def test_text_of_the_record_is_never_markup(knowledge):
    odd = order("<img src=x onerror=alert(1)> [click](http://evil) tablet", status="draft")
    found = answered(knowledge, ask("order-sign", everything(CLONAZEPAM, odd), [OXYCODONE]))
    assert "<img" not in only_card(found)["detail"].replace("\\<", "")
    assert "](http" not in only_card(found)["detail"].replace("\\]", "")


def test_the_same_call_gets_the_same_answer(knowledge):
    request = ask("order-sign", everything(CLONAZEPAM), [OXYCODONE])
    assert answered(knowledge, request).body == answered(knowledge, request).body


def test_keys_tell_nothing_of_the_patient_and_the_reference_is_kept_only_with_a_card(knowledge):
    shown = answered(knowledge, ask("order-sign", everything(CLONAZEPAM), [OXYCODONE]), key_of=lambda text: "k")
    assert shown.call.patient_key == shown.call.user_key == "k"
    assert shown.call.patient == "Patient/p1"
    assert answered(knowledge, ask("order-sign", everything(), [OXYCODONE])).call.patient == ""
