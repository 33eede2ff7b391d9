"""An order replayed gets the card the service gives; the gate hides nothing; the past never sees the future."""

from __future__ import annotations

import copy
import json
import random
from datetime import date

import pytest

from benzosafe.cli.forecast_decision import decide_signing
from benzosafe.population.buckets.partition import temporary_buckets
from benzosafe.population.forecast.decision import MEDICINE_NOT_KNOWN, NO_DATE, NO_MEDICINE, RECORD_REFUSED
from benzosafe.population.forecast.gate import OrderGate
from benzosafe.population.forecast.history import History
from benzosafe.population.forecast.replay import END_UNDATED, UNDATED, Replay, Replayed
from benzosafe.population.forecast.signed import not_signed
from benzosafe.population.intake.find import find_source
from benzosafe.population.rows import by_patient
from tests.population.forecast.signing import FIRST, LAST, asked_by_hand, history_of, passed, people, replayed
from tests.population.people import write_bulk
from tests.population.screened import person

OXYCODONE = ("oxycodone 5 mg tablet", "1 tablet every 6 hours")
CLONAZEPAM = ("clonazepam 1 mg tablet", "1 tablet twice daily")


def told(found):
    return {
        name: (item.card and (item.card.rule, item.card.indicator), item.why_not, item.ingredients, item.repeated)
        for name, item in found.items()
    }


def signed_on(days, *medicines, **about):
    """One person with medicines ordered on days, in their order."""
    resources = person("p1", medicines, **about)
    orders = [one for one in resources if one["resourceType"] == "MedicationRequest"]
    for one, day in zip(orders, days, strict=True):
        one["authoredOn"] = day
    return resources


def test_every_order_gets_the_card_the_service_gives(knowledge):
    orders = cards = 0
    for resources in people(120):
        found = replayed(resources, knowledge)
        written = [one for one in resources if one["resourceType"] == "MedicationRequest" and "authoredOn" in one]
        assert found.keys() == {one["id"] for one in written if not not_signed(one)}
        for one in written:
            if one["id"] in found:
                card = found[one["id"]].card
                said = asked_by_hand(one, resources, knowledge)
                assert (card and (card.rule, card.indicator)) == said, one["id"]
                orders, cards = orders + 1, cards + (said is not None)
    assert orders > 150 and cards > 30


@pytest.mark.parametrize("seed", [3, 4])
def test_the_gate_hides_nothing(knowledge, seed):
    some = 0
    for resources in people(150, seed):
        quick, full = (replayed(resources, knowledge, in_full=in_full) for in_full in (False, True))
        assert told(quick) == told(full)
        some += any(item.card for item in full.values())
    assert some > 20


def test_the_gate_hides_nothing_of_odd_lines_either(tmp_path, knowledge):
    with temporary_buckets(find_source(write_bulk(tmp_path / "bulk", 150, seed=9))) as buckets:
        crowd = list(by_patient(batch for number in range(buckets.count) for batch in buckets.batches(number)))
    for one in crowd:
        ways = [Replay(knowledge, decide_signing, FIRST, LAST, in_full=in_full) for in_full in (False, True)]
        quick, full = (
            told({item.order_id: item for item in way.of(History(one)) if isinstance(item, Replayed)}) for way in ways
        )
        assert quick == full


_ODD = (None, 0, 1e308, "", "x", [], {}, [[]], [None], {"reference": 7}, {"coding": "x"}, {"coding": [7]}, "9999-12-31",
        "2026-13-45", True, "\u0000", "\ud800", [{"coding": [{"code": None}]}])  # fmt: skip


def _bent(one, draw):
    """A resource with one value, however deep, made odd."""
    one = copy.deepcopy(one)
    inside, names = one, [name for name in one if name not in ("resourceType", "id")]
    while names:
        name = draw.choice(names)
        deeper = inside[name]
        if isinstance(deeper, dict | list) and deeper and draw.random() < 0.7:
            inside, names = deeper, list(deeper) if isinstance(deeper, dict) else list(range(len(deeper)))
            continue
        inside[name] = draw.choice(_ODD)
        break
    return one


def test_odd_values_stop_nothing_and_hide_nothing(knowledge):
    draw, orders = random.Random(2), 0
    for resources in people(250, seed=31):
        bent = [_bent(one, draw) if draw.random() < 0.4 else one for one in resources]
        quick, full = (replayed(bent, knowledge, in_full=in_full) for in_full in (False, True))
        assert told(quick) == told(full), json.dumps(bent)
        orders += len(full)
    assert orders > 300


@pytest.mark.parametrize("name", ["ecqm-2024/CMS506", "synthea"])
def test_the_gate_hides_nothing_of_data_nobody_here_wrote(shared_data, knowledge, name):
    with temporary_buckets(find_source(shared_data / name)) as buckets:
        crowd = list(by_patient(batch for number in range(buckets.count) for batch in buckets.batches(number)))
    days = date(1990, 1, 1), date(2030, 1, 1)
    cards = 0
    for one in random.Random(1).sample(crowd, min(len(crowd), 70)):
        ways = [Replay(knowledge, decide_signing, *days, in_full=in_full) for in_full in (False, True)]
        quick, full = (
            told({item.order_id: item for item in way.of(History(one)) if isinstance(item, Replayed)}) for way in ways
        )
        assert quick == full
        cards += sum(card is not None for card, *_ in full.values())
    assert cards


def test_a_list_on_which_nothing_counts_is_no_list(knowledge):
    medicines = ("amoxicillin 500 mg capsule", "1 daily"), ("a medicine nobody knows", "1 daily")
    resources = signed_on(["2026-03-01", "2026-03-02"], *medicines)
    next(one for one in resources if one["id"] == "p1-m0")["status"] = "entered-in-error"
    quick, full = (replayed(resources, knowledge, in_full=in_full) for in_full in (False, True))
    assert told(quick) == told(full) and quick["p1-m1"].card.rule == "not_checked"


def test_of_several_versions_the_newest_counts_whatever_their_order(knowledge):
    resources = signed_on(["2026-03-01"], OXYCODONE)
    old = resources[-1] | {"meta": {"lastUpdated": "2026-03-01T08:00:00Z"}, "status": "entered-in-error"}
    new = resources[-1] | {"meta": {"lastUpdated": "2026-03-01T09:00:00Z"}}
    for versions in ([old, new], [new, old]):
        assert list(replayed([resources[0], *versions], knowledge)) == ["p1-m0"]
    newer = old | {"meta": {"lastUpdated": "2026-03-01T10:00:00Z"}}
    assert replayed([resources[0], newer, new], knowledge) == {}


def test_a_medicine_that_an_order_points_to_is_sent_with_it(knowledge):
    resources = signed_on(["2026-03-01", "2026-03-02"], CLONAZEPAM, OXYCODONE)
    for one in (one for one in resources if one["resourceType"] == "MedicationRequest"):
        name = f"product-{one['id']}"
        resources.append({"resourceType": "Medication", "id": name, "code": one.pop("medicationCodeableConcept")})
        one["medicationReference"] = {"reference": f"Medication/{name}"}
    found = replayed(resources, knowledge)
    assert [item.ingredients for item in found.values()] == [("clonazepam",), ("oxycodone",)]
    assert [item.card and item.card.rule for item in found.values()] == [None, "opioid_with_benzodiazepine"]


def test_the_gate_passes_most_orders_over(knowledge):
    gate, history = (
        OrderGate(knowledge),
        history_of(person("p1", [("amoxicillin 500 mg capsule", "1 daily"), OXYCODONE])),
    )
    speaks = {order.row.id: gate.may_speak(order, history.on_record(order), history) for order in history.orders}
    assert speaks == {"p1-m0": False, "p1-m1": True}


def test_an_order_does_not_see_the_future(knowledge):
    alone = signed_on(["2026-03-01"], CLONAZEPAM)
    later = signed_on(["2026-03-01", "2026-03-02"], CLONAZEPAM, OXYCODONE)
    earlier = signed_on(["2026-03-01", "2026-02-27"], CLONAZEPAM, OXYCODONE)
    assert replayed(later, knowledge)["p1-m0"] == replayed(alone, knowledge)["p1-m0"]
    assert replayed(alone, knowledge)["p1-m0"].card is None
    assert replayed(later, knowledge)["p1-m1"].card.rule == "opioid_with_benzodiazepine"
    assert replayed(earlier, knowledge)["p1-m0"].card.rule == "opioid_with_benzodiazepine"


@pytest.mark.parametrize("seed", [11, 12])
def test_nothing_that_comes_later_changes_a_card(knowledge, seed):
    """Everything dated after an order is taken away, and how what was before it ended is changed: no card changes."""
    cards = 0
    for resources in people(60, seed):
        whole = told(replayed(resources, knowledge))
        for order in (one for one in resources if one["id"] in whole):
            known = [copy.deepcopy(one) for one in resources if _date(one) <= order["authoredOn"]]
            for one in known:
                if one["resourceType"] == "MedicationRequest" and one["status"] == "completed":
                    one["status"] = "stopped"
            assert told(replayed(known, knowledge))[order["id"]] == whole[order["id"]]
            cards += whole[order["id"]][0] is not None
    assert cards > 10


def _date(one):
    return one.get("authoredOn") or one.get("recordedDate") or one.get("effectiveDateTime") or ""


def test_of_one_moment_the_pair_is_said_once(knowledge):
    found = replayed(signed_on(["2026-03-01", "2026-03-01"], CLONAZEPAM, OXYCODONE), knowledge)
    assert [item.card and item.card.rule for item in found.values()] == [None, "opioid_with_benzodiazepine"]


def test_what_was_handed_out_on_an_order_is_not_there_before_it(knowledge):
    resources = signed_on(["2026-03-01"], CLONAZEPAM)
    handed = {
        "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": OXYCODONE[0]}, "whenHandedOver": "2026-03-01",
        "daysSupply": {"value": 30, "unit": "d"},
    }  # fmt: skip
    undated = {name: value for name, value in handed.items() if name != "whenHandedOver"}
    of_it = undated | {"authorizingPrescription": [{"reference": "MedicationRequest/p1-m0"}]}
    before = handed | {"whenHandedOver": "2026-02-20"}
    for dispense, alerted in ((handed, False), (of_it, False), (before, True)):
        card = replayed([*resources, dispense], knowledge)["p1-m0"].card
        assert (card is not None) == alerted, dispense


def test_an_end_counts_from_its_day(knowledge):
    """An opioid that had ended then, one that ended later, and one of which nobody can tell."""
    for end, status, rule in (("2026-02-01", "stopped", None), ("2026-04-01", "stopped", "opioid_with_benzodiazepine")):
        resources = signed_on(["2026-01-02", "2026-03-01"], OXYCODONE, CLONAZEPAM)
        opioid = next(one for one in resources if one["id"] == "p1-m0")
        opioid |= {"status": status, "dispenseRequest": {}}
        opioid["dosageInstruction"][0]["timing"] = {"repeat": {"boundsPeriod": {"start": "2026-01-02", "end": end}}}
        card = replayed(resources, knowledge)["p1-m1"].card
        assert (card and card.rule) == rule
        del opioid["dosageInstruction"][0]["timing"]
        item = replayed(resources, knowledge)["p1-m1"]
        assert item.card is None and END_UNDATED in item.notes


def test_a_problem_that_ended_later_was_there(knowledge):
    apnoea = {
        "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "recordedDate": "2026-01-01",
        "clinicalStatus": {"coding": [{"code": "resolved"}]}, "code": {"text": "Chronic respiratory failure"},
    }  # fmt: skip
    resources = signed_on(["2026-03-01"], CLONAZEPAM)
    rules = {}
    for end in ("2026-02-01", "2026-05-01"):
        card = replayed([*resources, apnoea | {"abatementDateTime": end}], knowledge)["p1-m0"].card
        rules[end] = card and (card.rule, card.hard)
    assert rules == {"2026-02-01": None, "2026-05-01": ("respiratory_failure_with_bzra", True)}


def test_repeats_within_thirty_days_are_marked(knowledge):
    days = ["2026-03-01", "2026-03-02", "2026-04-01", "2026-05-02"]
    found = replayed(signed_on(days, CLONAZEPAM, OXYCODONE, OXYCODONE, OXYCODONE), knowledge)
    assert [item.card is not None for item in found.values()] == [False, True, True, True]
    assert [item.repeated for item in found.values()] == [False, False, True, False]


def test_what_cannot_be_judged_is_never_no_alert(knowledge):
    resources = signed_on(
        ["2026-03-01", "", "2026-03-03"], ("a medicine nobody knows", "1 daily"), CLONAZEPAM, OXYCODONE
    )
    (no_date,) = (one for one in resources if one["id"] == "p1-m1")
    (nameless,) = (one for one in resources if one["id"] == "p1-m2")
    del no_date["authoredOn"], nameless["medicationCodeableConcept"]
    found = replayed(resources, knowledge)
    assert passed(resources, knowledge) == [NO_DATE]
    # A benzodiazepine without a date is on record all along, so the service says that the unknown was not checked.
    assert found["p1-m0"].card.rule == "not_checked" and found["p1-m0"].notes == (UNDATED,)
    assert (found["p1-m2"].card, found["p1-m2"].why_not) == (None, NO_MEDICINE)
    alone = signed_on(["2026-03-01"], ("a medicine nobody knows", "1 daily"))
    assert replayed(alone, knowledge)["p1-m0"].why_not == MEDICINE_NOT_KNOWN


def test_a_record_the_service_refuses_is_not_judged(knowledge):
    resources = signed_on(["2026-03-01"], CLONAZEPAM)
    resources[-1]["subject"] = {"reference": "Patient/p1"}
    stranger = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/other"},
        "code": {"text": "x"},
    }
    assert replayed([*resources, stranger], knowledge)["p1-m0"].why_not == RECORD_REFUSED


@pytest.mark.parametrize(
    "more, why",
    [
        ({"intent": "plan"}, "proposed or planned, not ordered"),
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "draft"}, "a draft"),
        ({"reportedBoolean": True}, "reported by the patient or others, not ordered"),
    ],
)
def test_what_nobody_signed_is_counted_apart(knowledge, more, why):
    resources = signed_on(["2026-03-01"], CLONAZEPAM)
    resources[-1] |= more
    assert passed(resources, knowledge) == [why] and not replayed(resources, knowledge)
