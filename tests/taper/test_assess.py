"""Whether, before how: dependence, both harms, what is not known, and the words they are said in."""

from __future__ import annotations

import json

import pytest

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.knowledge.taper_advice_model import TaperAdvice
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Observation
from benzosafe.taper.assess import assess, check_advice
from benzosafe.taper.assess_words import assessment_data, assessment_words
from tests.conftest import ON
from tests.taper.assessed import names, order, state


def test_every_condition_of_the_advice_can_be_asked(knowledge):
    assert check_advice(knowledge) == []


def test_a_misspelt_fact_behind_a_first_answer_is_still_found(knowledge):
    wrong = TaperAdvice(
        part="flag", title="x", when="epilepsy or epilepsie", words="x", evidence=(Evidence(source="house"),)
    )
    broken = Knowledge(**{**knowledge.__dict__, "taper_advice": {"x": wrong}, "digest": "broken"})
    assert "epilepsie" in check_advice(broken)[0].what


def test_every_reason_and_flag_says_where_it_stands_and_every_obstacle_what_to_do(knowledge):
    for name, advice in knowledge.taper_advice.items():
        assert all(item.source in knowledge.sources for item in advice.evidence), name
        assert (advice.level in ("block", "caution")) == (advice.part == "hold"), name
        assert (advice.level in ("major", "other")) == (advice.part == "flag"), name
        assert advice.instead or advice.part not in ("refusal", "hold"), name


def test_nothing_suggests_a_sudden_stop_or_calls_dependence_addiction(knowledge):
    text = " ".join(f"{a.title} {a.words} {a.instead}".lower() for a in knowledge.taper_advice.values())
    assert "addict" not in text
    for phrase in ("stop it now", "stop the drug", "discontinue", "cold turkey"):
        assert phrase not in text


def test_pregnancy_and_a_patient_who_is_not_ready_warn(judge):
    seen = (Observation("1", "pregnancy_status", category="pregnant"),
            Observation("2", "taper_readiness", category="not_ready"))  # fmt: skip
    found = judge(order("clonazepam", 1, 90, indication="panic_disorder"), age=30, sex="female", observations=seen)
    assert {"pregnant", "not_ready"} <= names(found.holds)
    assert found.decision == "may be proposed"


@pytest.mark.parametrize(("mg", "expected"), [(40, "absent"), (40.1, "present")])
def test_very_high_dose_begins_above_what_outpatient_schedules_start_from(judge, mg, expected):
    assert state(judge(order("diazepam", mg, 60), drug="diazepam").flags, "flag_very_high_dose") == expected


def test_likelihood_rests_on_what_is_known_and_unknown_is_said(judge):
    known = judge(order("clonazepam", 1, 400)).dependence
    assert known.likelihood == ("likely",)
    assert {ground.label: ground.value for ground in known.rests_on}["days of use"] == "400"
    unknown = judge(order("lorazepam", 1, None, prn=True), drug="lorazepam").dependence
    assert unknown.likelihood == ("rare", "possible", "likely")
    assert "treated as likely" in unknown.words
    recorded = judge(order("clonazepam", 0.5, 60), conditions=["physical_dependence_recorded"])
    assert "treated as likely" in recorded.dependence.words
    assert recorded.pace.days > 14


def test_without_a_problem_list_flags_and_holds_are_not_known_never_absent(judge):
    found = judge(order("clonazepam", 1, 400), known=False)
    assert state(found.flags, "flag_withdrawal_history") == "not known"
    assert state(found.holds, "seizure_indication") == "not known"
    assert found.decision == "may be proposed"
    assert "epilepsy" in dict(found.not_known)
    assert "not known" in found.pace.why


def test_heart_disease_on_record_leaves_its_stability_open(judge):
    found = judge(order("clonazepam", 1, 400), conditions=["heart_failure"])
    assert state(found.flags, "flag_heart_or_lung") == "not known"
    assert any("stable" in label for label, _ in found.not_known)


def test_both_harms_are_chosen_by_the_patients_facts(judge):
    orders = (order("clonazepam", 1, 400, indication="panic_disorder"), order("oxycodone", 20, 60))
    old = judge(*orders, age=80, conditions=["falls"])
    assert {"continue_opioid", "continue_older", "continue_falls"} <= names(old.harm_of_continuing)
    assert {"stop_withdrawal", "stop_mortality", "stop_return"} <= names(old.harm_of_stopping)
    assert any(point.name.startswith("review:") for point in old.harm_of_continuing)
    assert "first_naloxone" in names(old.first)
    young = judge(order("clonazepam", 0.5, 20))
    assert not {"continue_opioid", "continue_older", "continue_falls"} & names(young.harm_of_continuing)
    assert not {"stop_mortality", "stop_seizure"} & names(young.harm_of_stopping)
    assert "first_naloxone" not in {point.name for point in young.first}


def test_what_is_already_in_place_is_said_to_be(judge):
    seen = (Observation("1", "naloxone_at_home", category="yes"),)
    found = judge(order("clonazepam", 1, 400), order("oxycodone", 20, 60), observations=seen)
    assert next(point for point in found.first if point.name == "first_naloxone").done
    assert not next(point for point in found.first if point.name == "first_pdmp").done


def test_a_lower_dose_is_an_accepted_end(judge):
    assert "accepted end" in judge(order("clonazepam", 1, 400)).ends[0].title


def test_words_and_data_say_the_same_and_say_draft(knowledge):
    text = """
patient: {id: ann, born: 1951-03-04, sex: female}
medicines:
  - clonazepam 1 mg twice daily since 2024-02-01 for panic disorder
  - oxycodone 10 mg every 6 hours since 2026-10-20
conditions: [COPD, epilepsy]
observations: {readiness to taper: not ready}
"""
    record = read_handwritten(text, "ann.yaml", knowledge, ON)
    found = assess(knowledge, record, "clonazepam", ON)
    data = json.loads(json.dumps(assessment_data(found), allow_nan=False))
    words = dict(assessment_words(found))
    assert data["status"] == "draft"
    assert "(draft)" in next(iter(words))
    assert {p["name"] for p in data["holds"] if p["state"] == "present"} == {"epilepsy_other_reason", "not_ready"}
    assert words["Setting"][0].startswith("Discuss specialist")
    assert words["Suggested pace"][0].startswith("5 % of the current dose every 28 days")
    assert any(line.startswith("The review of all medicines finds") for line in words["Harm of continuing"])
    assert all(item["sources"] for part in ("flags", "first", "harm_of_stopping") for item in data[part])
    assert assessment_data(found) == assessment_data(assess(knowledge, record, "clonazepam", ON))
