"""$review, $taper and $simulate without HTTP: what is answered, what is missing, what is refused and where."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime

import pytest

from benzosafe.fhir.places import expression_of, for_callers, place_of_option
from tests.fhir.asking import BUNDLE, LORAZEPAM, ask, inside, issues, kinds, of_kind, parameters
from tests.fhir.builders import PATIENT, bundle, request

ALPRAZOLAM = request("alprazolam 1 mg three times daily", id="new", status="draft")
OXYCODONE = request("oxycodone 10 mg every 6 hours", id="o", authoredOn="2026-11-20")


# --- review --------------------------------------------------------------------------------------------------------


def test_a_bundle_alone_is_reviewed_today(knowledge, fhir_errors):
    answer = ask(knowledge, "review", bundle(*(entry["resource"] for entry in BUNDLE["entry"]), OXYCODONE))
    assert answer.status == 200 and fhir_errors(answer.resource) == []
    assert kinds(answer)[0] == "GuidanceResponse"
    (envelope,), (made,) = of_kind(answer, "GuidanceResponse"), of_kind(answer, "Provenance")
    assert envelope["moduleCanonical"] == f"https://benzosafe.org/fhir/Library/benzosafe-rules|{knowledge.version}"
    assert {issue["identifiedDateTime"] for issue in of_kind(answer, "DetectedIssue")} == {"2026-11-24"}
    together = "opioid_with_benzodiazepine"
    assert any(code["code"] == together for flag in of_kind(answer, "Flag") for code in flag["code"]["coding"])
    assert any(policy.startswith(f"https://benzosafe.org/rule/{together}|") for policy in made["policy"])
    assert knowledge.digest[:12] in made["entity"][0]["what"]["identifier"]["value"]
    written = {entry["fullUrl"] for entry in answer.resource["entry"]}
    assert {target["reference"] for target in made["target"]} < written


def test_what_was_not_checked_is_said_and_asked_for(knowledge):
    answer = ask(knowledge, "review", BUNDLE)
    (envelope,), (said,) = of_kind(answer, "GuidanceResponse"), of_kind(answer, "OperationOutcome")
    assert envelope["status"] == "data-requested"
    assert envelope["evaluationMessage"] == [{"reference": f"urn:uuid:{said['id']}"}]
    asked = [
        code["code"] for item in envelope["dataRequirement"] for f in item.get("codeFilter", ()) for code in f["code"]
    ]
    assert set(knowledge.observations["egfr_ml_per_min"].loinc) <= set(asked)
    assert any(text.startswith("Not checked: ") for _, _, text in issues(said))


@pytest.mark.parametrize(
    "resources", [[request("unheard-of drug", id="u")], []], ids=["a medicine nobody knows", "no list of medicines"]
)
def test_medicines_that_are_not_known_make_the_answer_incomplete(knowledge, fhir_errors, resources):
    answer = ask(knowledge, "review", bundle(PATIENT, *resources))
    assert answer.status == 200 and fhir_errors(answer.resource) == []
    (envelope,) = of_kind(answer, "GuidanceResponse")
    assert envelope["status"] == "data-required"
    assert "MedicationRequest" in {item["type"] for item in envelope["dataRequirement"]}


def test_a_gap_is_said_with_its_place(knowledge):
    broken = bundle(PATIENT, request(authoredOn="24.11.2026"), request("unheard-of drug", id="u"))
    found = issues(of_kind(ask(knowledge, "review", parameters(broken)), "OperationOutcome")[0])
    at = "Parameters.parameter[0].resource.entry[{}].resource.{}"
    assert ("structure", at.format(1, "authoredOn")) in {(code, where) for code, where, _ in found}
    assert any(code == "code-invalid" and where.startswith(at.format(2, "")[:-1]) for code, where, _ in found)


def test_drafts_are_reviewed_as_proposed(knowledge):
    alone = inside(ask(knowledge, "review", parameters(output="json")))
    drafted = inside(ask(knowledge, "review", parameters(drafts=[ALPRAZOLAM], output="json")))
    assert [item["name"] for item in alone["scenarios"]] == ["as_is"]
    assert [item["name"] for item in drafted["scenarios"]] == ["as_is", "as_proposed"]
    assert "two_benzodiazepines" in {item["rule"] for item in drafted["findings"] if item["caused_by_draft"]}


def test_output_json_is_the_review_itself(knowledge, fhir_errors):
    answer = ask(knowledge, "review", parameters(output="json"))
    assert fhir_errors(answer.resource) == []
    assert inside(answer)["schema"] == "benzosafe.review/1"


def test_the_day_may_be_given_and_else_is_today(knowledge):
    later = datetime(2027, 3, 1, tzinfo=UTC)
    assert inside(ask(knowledge, "review", parameters(output="json"), later))["reviewed_on"] == "2027-03-01"
    given = ask(knowledge, "review", parameters(output="json", on="2026-11-20"), later)
    assert inside(given)["reviewed_on"] == "2026-11-20"


def test_the_same_request_gives_the_same_bytes(knowledge):
    assert ask(knowledge, "review", BUNDLE) == ask(knowledge, "review", copy.deepcopy(BUNDLE))


# --- taper ---------------------------------------------------------------------------------------------------------


def test_a_taper_is_a_draft_with_a_task_before_each_step(knowledge, fhir_errors):
    answer = ask(knowledge, "taper", parameters(target=1.0, pace="10/14", levels=False, country="US"))
    assert answer.status == 200 and fhir_errors(answer.resource) == []
    (plan,), tasks = of_kind(answer, "CarePlan"), of_kind(answer, "Task")
    steps = [item["detail"]["scheduledPeriod"]["start"] for item in plan["activity"] if "detail" in item]
    assert plan["status"] == "draft" and {item["status"] for item in of_kind(answer, "MedicationRequest")} == {"draft"}
    assert [task["restriction"]["period"]["end"] for task in tasks] == steps
    assert {task["status"] for task in tasks} == {"draft"}
    assert all("Do not stop suddenly" in task["description"] for task in tasks)
    assert kinds(answer)[-1] == "Provenance"


def test_output_json_is_the_whole_plan(knowledge):
    data = inside(ask(knowledge, "taper", parameters(target=1.0, levels=False, output="json")))
    assert data["drug"] == "lorazepam" and data["steps"] and data["assessment"]["words"]


def test_a_taper_that_cannot_be_is_refused_in_the_taper_s_words(knowledge, fhir_errors):
    answer = ask(knowledge, "taper", parameters(products="tablet:1", levels=False))
    assert answer.status == 422 and fhir_errors(answer.resource) == []
    (code, _, text), *assessed = issues(answer.resource)
    assert code == "business-rule" and "no exact plan to 0 can be made" in text
    assert "--" not in text
    assert any("Whether to taper lorazepam" in said for _, _, said in assessed)


def test_a_pace_beyond_the_limit_is_refused_at_the_parameter(knowledge):
    answer = ask(knowledge, "taper", parameters(pace="60/3"))
    assert answer.status == 422
    ((_, where, text),) = issues(answer.resource)
    assert where == "Parameters.parameter.where(name='pace')" and "more than 25%" in text


def test_a_name_taken_for_another_is_said(knowledge):
    answer = ask(knowledge, "taper", parameters(drug="Ativan", target=1.0, levels=False))
    said = issues(of_kind(answer, "OperationOutcome")[0])
    assert any("read 'Ativan' as lorazepam" in text for _, _, text in said)


def test_a_change_to_another_drug_is_within_the_bundle(knowledge, fhir_errors):
    answer = ask(knowledge, "taper", parameters(via="diazepam", levels=False, country="US"))
    assert answer.status == 200 and fhir_errors(answer.resource) == []
    named = {
        request["medicationCodeableConcept"]["text"].split()[0] for request in of_kind(answer, "MedicationRequest")
    }
    assert named == {"lorazepam", "diazepam"}


def test_a_limit_is_never_set_aside_from_afar(knowledge):
    answer = ask(knowledge, "taper", parameters(pace="60/3", override="Dr A. Smith: because I say so"))
    assert answer.status == 400 and "no parameter 'override'" in issues(answer.resource)[0][2]


# --- simulate ------------------------------------------------------------------------------------------------------

DOSES = {"drug": "clonazepam", "dose": "0.5", "times": "08,20", "days": 4, "people": 5}


def test_a_simulation_cannot_be_taken_for_a_measurement(knowledge, fhir_errors):
    answer = ask(knowledge, "simulate", parameters(None, **DOSES, with_=["carbamazepine:400mg:day2-day3"]))
    assert answer.status == 200 and fhir_errors(answer.resource) == []
    observations = of_kind(answer, "Observation")
    assert observations
    for item in observations:
        assert item["status"] == "registered" and "coding" not in item["code"] and "category" not in item
        assert "model, not measured" in item["code"]["text"] and "subject" not in item


def test_sampled_data_are_the_simulation_at_even_times(knowledge):
    asked = parameters(None, **DOSES)
    plain = inside(ask(knowledge, "simulate", parameters(None, **DOSES, output="json")))
    curve = of_kind(ask(knowledge, "simulate", asked), "Observation")[0]["component"][0]["valueSampledData"]
    levels = [float(value) for value in curve["data"].split()]
    assert curve["period"] == 15 * 60 * 1000 and len(levels) == 4 * 96 + 1
    band = plain["analytes"][0]
    at = {round(hours * 4): level for hours, level in zip(plain["times_h"], band["typical"], strict=True)}
    assert levels == pytest.approx([at[place] for place in range(len(levels))], rel=1e-3)


def test_a_patient_s_simulation_has_the_patient_and_the_days(knowledge, fhir_errors):
    answer = ask(knowledge, "simulate", parameters(days=2, people=5))
    assert fhir_errors(answer.resource) == []
    first = of_kind(answer, "Observation")[0]
    assert first["subject"] == {"reference": "Patient/p"}
    assert first["effectivePeriod"] == {"start": "2026-11-10", "end": "2026-11-26"}


def test_what_the_rules_say_stands_first(knowledge):
    found = ask(
        knowledge, "simulate", parameters(None, **DOSES | {"drug": "midazolam", "dose": "5"}, with_="ketoconazole")
    )
    first = issues(of_kind(found, "OperationOutcome")[0])[0]
    assert first[0] == "business-rule" and "ketoconazole" in first[2]


@pytest.mark.parametrize(("name", "value"), [("people", 501), ("days", 201)])
def test_large_simulations_are_refused(knowledge, name, value):
    answer = ask(knowledge, "simulate", parameters(None, **DOSES | {name: value}))
    assert answer.status == 422 and issues(answer.resource)[0][1] == f"Parameters.parameter.where(name='{name}')"


def test_more_work_than_is_answered_in_seconds_is_refused(knowledge):
    hours = ",".join(f"{hour:02d}" for hour in range(24))
    answer = ask(knowledge, "simulate", parameters(None, **DOSES | {"times": hours, "days": 200, "people": 100}))
    assert answer.status == 422 and "Ask for fewer" in issues(answer.resource)[0][2]


# --- refusals ------------------------------------------------------------------------------------------------------

TWO = bundle(PATIENT, PATIENT | {"id": "q", "birthDate": "1970-01-01"}, LORAZEPAM)
TWO_DAYS = ["2026-11-24", "2026-11-25"]
DRAFT_REFUSED = (422, "business-rule", "Parameters.parameter[1].resource", "no medication order")


def named(name):
    return f"Parameters.parameter.where(name='{name}')"


REFUSED = {
    "not JSON": ("review", b"{", 400, "structure", "", "cut off"),
    "another resource": ("review", PATIENT, 400, "structure", "", "holds a Patient"),
    "misspelt parameter": ("taper", parameters(pac="10/14"), 400, "invalid", "Parameters.parameter[1]", "mean 'pace'"),
    "no Bundle": ("review", parameters(None, on="2026-11-24"), 400, "invalid", named("resource"), "no Bundle"),
    "not a day": ("review", parameters(on="24.11.2026"), 400, "invalid", named("on"), "2026-11-24"),
    "not a number": ("taper", parameters(target="low"), 400, "invalid", named("target"), "'low'"),
    "not a whole number": ("taper", parameters(maxTablets=1.5), 400, "invalid", named("maxTablets"), "whole"),
    "given twice": ("review", parameters(on=TWO_DAYS), 400, "invalid", "Parameters.parameter[2]", "more than once"),
    "unknown output": ("review", parameters(output="jsn"), 400, "invalid", named("output"), "mean 'json'"),
    "two patients": ("review", TWO, 422, "business-rule", "Bundle", "two patients"),
    "a dose beside a patient": ("simulate", parameters(dose="1"), 422, "value", named("dose"), "record says it"),
    "nothing to simulate": ("simulate", parameters(None, drug="clonazepam"), 422, "value", "", "OperationDefinition"),
    "unknown drug": ("taper", parameters(drug="nonsensium"), 422, "value", named("drug"), "no drug is called"),
    "start in the past": ("taper", parameters(start="2020-01-01"), 422, "value", named("start"), "in the past"),
    "a draft that is none": ("review", parameters(drafts=[PATIENT]), *DRAFT_REFUSED),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_say_what_where_and_the_next_step(knowledge, fhir_errors, name):
    code, document, status, kind, where, says = REFUSED[name]
    answer = ask(knowledge, code, document)
    assert answer.status == status and fhir_errors(answer.resource) == []
    found, at, text = issues(answer.resource)[0]
    assert (found, at) == (kind, where)
    assert says in text and "--" not in text, text


def test_places_become_expressions():
    assert expression_of("entry[3] MedicationRequest/a dosageInstruction[0].timing") == (
        "Bundle.entry[3].resource.dosageInstruction[0].timing"
    )
    assert expression_of("entry[1].entry[0] Condition/c") == "Bundle.entry[1].resource.entry[0].resource"
    assert expression_of("lorazepam") == "lorazepam"
    assert place_of_option("--to") == "Parameters.parameter.where(name='target')"


def test_options_become_parameters():
    assert for_callers("add --add 'compounded:0.1' or --to 0.3") == (
        "add parameter 'add' = 'compounded:0.1' or parameter 'target' = 0.3"
    )
    assert json.dumps(for_callers("--override 'NAME: REASON'")).count("only at the command line") == 1
