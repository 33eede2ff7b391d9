"""A taper as FHIR: one dosage step per period, the same amounts as the plan, and nothing that FHIR would refuse."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused
from benzosafe.fhir.care_plan import taper_bundle
from benzosafe.taper.plan import Override
from tests.taper.test_supply import CAPSULE, HALF_MG, LIQUID, ONE_MG, plan_of

STEPS = (
    (20, [(8.0, ONE_MG, 2), (13.5, HALF_MG, 1), (20.0, ONE_MG, 3)]), (21, [(8.0, HALF_MG, 2), (20.0, HALF_MG, 2)]),
    (28, [(8.0, LIQUID, 7), (20.0, CAPSULE, 1)]), (7, []),
)  # fmt: skip
OVERRIDE = Override("Dr A", "moves abroad")
PLANS = {
    "usual": plan_of(*STEPS),
    "overridden": plan_of(*STEPS, override=OVERRIDE),
    "goes on": plan_of((30, [(22.0, HALF_MG, 1)])),
    "nothing": plan_of((7, [])),
}


MIND = {
    "step": 2, "starts_on": "2026-12-21", "drug": "itraconazole", "what": "Itraconazole ends: exposure falls 67 %",
    "do": "Begin step 2 two weeks later", "plain": "Before step 2: call.",
}  # fmt: skip


def of_kind(bundle: dict, kind: str) -> list[dict]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


@pytest.fixture
def bundle(knowledge):
    return taper_bundle(knowledge, PLANS["overridden"], "p-1", "US")


def test_everything_is_a_draft(bundle):
    (care_plan,) = of_kind(bundle, "CarePlan")
    requests = of_kind(bundle, "MedicationRequest")
    assert {(one["status"], one["intent"]) for one in (care_plan, *requests)} == {("draft", "plan")}
    assert all(one["dispenseRequest"]["numberOfRepeatsAllowed"] == 0 for one in requests)
    assert all(one["subject"] == {"reference": "Patient/p-1"} for one in requests)


def test_dosages_deliver_the_plan(bundle):
    """Summed over days and times, the dosage steps hold what the plan's steps take."""
    plan, held = PLANS["overridden"], Fraction(0)
    strength = {f"clonazepam {one.name}": one.strength_ug for one in (ONE_MG, HALF_MG, LIQUID, CAPSULE)}
    for request in of_kind(bundle, "MedicationRequest"):
        for dosage in request["dosageInstruction"]:
            repeat = dosage["timing"]["repeat"]
            assert repeat["frequency"] == len(repeat["timeOfDay"])
            first, last = (date.fromisoformat(repeat["boundsPeriod"][end]) for end in ("start", "end"))
            amount = Fraction(str(dosage["doseAndRate"][0]["doseQuantity"]["value"]))
            doses = ((last - first).days + 1) * len(repeat["timeOfDay"])
            held += amount * doses * strength[request["medicationCodeableConcept"]["text"]]
    assert held == sum(step.delivered_ug * step.days for step in plan.steps)


def test_periods_are_in_sequence_and_unequal_doses_share_one(bundle):
    requests = of_kind(bundle, "MedicationRequest")
    first = next(one for one in requests if one["medicationCodeableConcept"]["text"].endswith("0.5 mg tablet"))
    assert [(one["sequence"], one["timing"]["repeat"]["timeOfDay"]) for one in first["dosageInstruction"]] == [
        (1, ["13:30:00"]), (2, ["08:00:00", "20:00:00"]),
    ]  # fmt: skip
    unequal = requests[0]["dosageInstruction"]
    assert [(one["sequence"], one["doseAndRate"][0]["doseQuantity"]["value"]) for one in unequal] == [(1, 1), (1, 1.5)]
    assert "every day at 20:00: 1½ × 1 mg tablet." in unequal[1]["text"]


def test_care_plan_has_every_step_and_every_request(bundle):
    (care_plan,) = of_kind(bundle, "CarePlan")
    details = [one["detail"] for one in care_plan["activity"] if "detail" in one]
    assert [one["dailyAmount"]["value"] for one in details] == [2.75, 1, 2.07, 0]
    assert "nothing is taken" in details[-1]["description"]
    referred = {one["reference"]["reference"] for one in care_plan["activity"] if "reference" in one}
    requests = of_kind(bundle, "MedicationRequest")
    assert referred == {f"urn:uuid:{one['id']}" for one in requests}
    assert {one["basedOn"][0]["reference"] for one in requests} == {f"urn:uuid:{care_plan['id']}"}
    groups = {one["groupIdentifier"]["value"] for one in requests}
    assert len(groups) == 3, "one group per fill"


def test_override_and_reason_are_in_every_resource_that_could_be_printed(bundle):
    for one in (*of_kind(bundle, "CarePlan"), *of_kind(bundle, "MedicationRequest")):
        assert one["note"][0]["text"] == "OVERRIDE by Dr A: moves abroad"
        assert any("NOT SIGNED" in note["text"] for note in one["note"]) or one["resourceType"] == "CarePlan"


def test_a_step_to_ask_about_is_noted_in_plan_step_and_the_fill_it_begins_in(knowledge):
    plain = taper_bundle(knowledge, PLANS["overridden"], "p-1", "US")
    data = taper_bundle(knowledge, PLANS["overridden"], "p-1", "US", minds=[MIND])
    assert taper_bundle(knowledge, PLANS["overridden"], "p-1", "US", minds=()) == plain
    assert [one["fullUrl"] for one in data["entry"]] == [one["fullUrl"] for one in plain["entry"]]
    (care_plan,) = of_kind(data, "CarePlan")
    assert "exposure falls 67 %. Begin step 2 two weeks later." in care_plan["note"][1]["text"]
    details = [one["detail"] for one in care_plan["activity"] if "detail" in one]
    assert [number for number, one in enumerate(details, 1) if "statusReason" in one] == [2]
    assert details[1]["status"] == "not-started"
    assert "Begin step 2 two weeks later." in details[1]["statusReason"]["text"]
    assert details[1]["description"].startswith("Step 2. Do not start before the prescriber has decided.")
    for request in of_kind(data, "MedicationRequest"):
        span = request["dispenseRequest"]["validityPeriod"]
        begins = span["start"] <= MIND["starts_on"] <= span["end"]
        assert any("has to decide" in note["text"] for note in request["note"]) == begins
    with pytest.raises(InputRefused, match="no step 2 that starts on 2026-12-22"):
        taper_bundle(knowledge, PLANS["usual"], "p", "US", minds=[MIND | {"starts_on": "2026-12-22"}])


def test_only_verified_codes_are_written(knowledge, bundle):
    known = knowledge.drugs["clonazepam"].codes
    verified = {code.value for code in (*known.atc, *([known.rxcui] if known.rxcui else []))
                if code.confidence == "verified"}  # fmt: skip
    for request in of_kind(bundle, "MedicationRequest"):
        assert {one["code"] for one in request["medicationCodeableConcept"].get("coding", ())} == verified


@pytest.mark.parametrize("name", PLANS)
def test_same_plan_same_bytes_and_no_empty_values(knowledge, name):
    data = taper_bundle(knowledge, PLANS[name], "the patient Ä", "DE", 14)
    assert data == taper_bundle(knowledge, PLANS[name], "the patient Ä", "DE", 14)
    ids = [one["resource"]["id"] for one in data["entry"]]
    assert len(ids) == len(set(ids))

    def walk(node):
        assert node not in ("", [], {}, None)
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(child)

    walk(data)


@pytest.mark.parametrize(
    ("name", "minds"), [*((name, []) for name in PLANS), *((name, [MIND]) for name in ("usual", "overridden"))]
)
def test_validators_find_nothing(knowledge, fhir_errors, name, minds):
    assert fhir_errors(taper_bundle(knowledge, PLANS[name], "p", "UK", minds=minds)) == []
