"""Whether, before how: what blocks a plan, what is only a caution, what is not known, and the pace it suggests."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.knowledge.taper_advice_model import TaperAdvice
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Bounds, Condition, Coverage, Observation, Order, Record
from benzosafe.taper.assess import assess, check_advice, require_go_ahead
from benzosafe.taper.assess_words import assessment_data, assessment_words
from benzosafe.taper.plan import Override
from tests.conftest import ON


def order(drug, mg=1.0, days=None, **more):
    since = None if days is None else ON - timedelta(days=days)
    dose = None if mg is None else Bounds(mg, mg)
    given = {"active": True, "prn": False, "route": "oral", **more}
    return Order(drug, drug, drug, "handwritten", dose_mg_per_day=dose, continuous_since=since, **given)


def patient(*orders, conditions=(), age=45, sex="male", known=True, **more):
    listed = tuple(Condition(name, name, (name,), active=True) for name in conditions)
    coverage = Coverage(orders=True, conditions=known)
    return Record("p", age_years=age, sex=sex, orders=orders, conditions=listed, coverage=coverage, **more)


def state(points, name):
    return next((point.state for point in points if point.name == name), "absent")


def names(points):
    return {point.name for point in points if point.state == "present"}


@pytest.fixture
def judge(knowledge):
    def run(*orders, drug="clonazepam", **more):
        return assess(knowledge, patient(*orders, **more), drug, ON)

    return run


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


@pytest.mark.parametrize(
    ("orders", "drug", "more", "reason"),
    [
        ([order("bromazolam", 1, 90)], "bromazolam", {}, "drug_is_novel"),
        ([order("clonazepam", 1, 90), order("etizolam", 1, 90)], "clonazepam", {}, "other_novel_taken"),
        ([order("clonazepam", None, 90)], "clonazepam", {}, "dose_not_known"),
        ([order("clonazepam", None, 90, problems=("directions not understood: x",))], "clonazepam", {},
         "directions_not_understood"),
        ([order("clonazepam", 1, 90, text_ingredient="clonidine", code_ingredient="clonazepam")], "clonazepam", {},
         "drug_not_certain"),
        ([order("clonazepam", 1, 90)], "clonazepam", {"age": 17}, "under_18"),
    ],
)  # fmt: skip
def test_where_no_plan_may_be_computed_it_says_why_and_what_to_do(judge, orders, drug, more, reason):
    found = judge(*orders, drug=drug, **more)
    assert names(found.refusals) == {reason}
    assert found.decision == "not computed"
    assert found.pace is None
    with pytest.raises(InputRefused) as refused:
        require_go_ahead(found, Override("Dr A", "because"))
    assert found.refusals[0].instead in refused.value.message


def test_an_adult_with_a_known_dose_is_not_refused(judge):
    found = judge(order("clonazepam", 1, 90), age=18)
    assert found.refusals == ()
    assert found.decision == "may be proposed"
    require_go_ahead(found)


@pytest.mark.parametrize(
    ("conditions", "indication", "block", "caution"),
    [
        (["epilepsy", "seizure_history"], "epilepsy", {"seizure_indication"}, set()),
        ([], "epilepsy", {"seizure_indication"}, set()),
        (["epilepsy", "seizure_history"], None, {"seizure_indication"}, set()),
        (["epilepsy", "seizure_history"], "panic_disorder", set(), {"epilepsy_other_reason"}),
        (["hospice"], "panic_disorder", {"palliative"}, set()),
        (["bipolar_disorder"], "panic_disorder", set(), {"bipolar"}),
        ([], "catatonia", set(), {"catatonia_treated"}),
        ([], "rem_sleep_behaviour_disorder", set(), {"rem_sleep"}),
        (["suicidality"], "panic_disorder", set(), {"suicidality_now"}),
        ([], "panic_disorder", set(), set()),
    ],
)
def test_seizures_and_palliative_care_block_and_the_rest_warns(judge, conditions, indication, block, caution):
    found = judge(order("clonazepam", 1, 90, indication=indication), conditions=conditions)
    assert names(found.blocks) == block
    assert names(found.holds) - block == caution
    assert found.decision == ("not proposed" if block else "may be proposed")


def test_a_block_gives_way_only_to_a_named_override(judge):
    found = judge(order("clonazepam", 1, 90, indication="epilepsy"))
    with pytest.raises(InputRefused, match="epilepsy team"):
        require_go_ahead(found)
    require_go_ahead(found, Override("Dr A", "seizure free for 10 years, agreed with neurology"))


def test_pregnancy_and_a_patient_who_is_not_ready_warn(judge):
    seen = (Observation("1", "pregnancy_status", category="pregnant"),
            Observation("2", "taper_readiness", category="not_ready"))  # fmt: skip
    found = judge(order("clonazepam", 1, 90, indication="panic_disorder"), age=30, sex="female", observations=seen)
    assert {"pregnant", "not_ready"} <= names(found.holds)
    assert found.decision == "may be proposed"


@pytest.mark.parametrize(
    ("flag", "more"),
    [
        ("flag_withdrawal_history", {"conditions": ["withdrawal_seizure"]}),
        ("flag_seizure_disorder", {"conditions": ["epilepsy"]}),
        ("flag_other_sedative_dependence", {"conditions": ["alcohol_use_disorder"]}),
    ],
)
def test_one_of_the_first_flags_asks_for_a_specialist_and_the_slowest_pace(judge, flag, more):
    found = judge(order("clonazepam", 0.5, 60, indication="panic_disorder"), **more)
    assert state(found.flags, flag) == "present"
    assert found.setting == "specialist"
    assert (found.pace.share, found.pace.days) == (Fraction(1, 20), 28)


@pytest.mark.parametrize(("mg", "expected"), [(40, "absent"), (40.1, "present")])
def test_very_high_dose_begins_above_what_outpatient_schedules_start_from(judge, mg, expected):
    assert state(judge(order("diazepam", mg, 60), drug="diazepam").flags, "flag_very_high_dose") == expected


@pytest.mark.parametrize(
    ("orders", "more", "share", "days"),
    [
        # dependence likely, no flag: the middle
        ([order("clonazepam", 1.0, 200)], {}, "1/10", 21),
        # one lesser flag (a year of use): the middle
        ([order("clonazepam", 1.0, 400)], {}, "1/10", 21),
        # two lesser flags: old and a year of use, old and a high dose
        ([order("clonazepam", 1.0, 400)], {"age": 65}, "1/20", 28),
        ([order("clonazepam", 1.0, 400)], {"age": 64}, "1/10", 21),
        ([order("clonazepam", 1.6, 200)], {"age": 65}, "1/20", 28),
        # low dose under three months: the fastest; not from the day on which dependence is likely
        ([order("clonazepam", 0.5, 89)], {}, "1/10", 14),
        ([order("clonazepam", 0.5, 90)], {}, "1/10", 21),
        ([order("clonazepam", 1.0, 60)], {}, "1/10", 21),
        # a short-acting drug does not by itself forbid a short taper after a short use
        ([order("lorazepam", 1.0, 40)], {}, "1/10", 14),
        # what is not known never makes it faster
        ([order("clonazepam", 0.5, 60)], {"known": False}, "1/10", 21),
        ([order("clonazepam", 0.5, None)], {}, "1/10", 21),
    ],
)
def test_pace(judge, orders, more, share, days):
    pace = judge(*orders, drug=orders[0].ingredient, **more).pace
    assert (pace.share, pace.days) == (Fraction(share), days)
    assert pace.why.count(".") == 1


def test_pace_stays_inside_the_range_of_the_guideline(judge, knowledge):
    share, days = knowledge.parameters["taper_initial_share"], knowledge.parameters["taper_initial_days"]
    for use in (10, 80, 200, 4000):
        pace = judge(order("clonazepam", 2, use)).pace
        assert share.lowest <= float(pace.share) <= share.highest
        assert days.lowest <= pace.days <= days.highest


def test_years_to_an_eighth_of_the_dose():
    """5 % every 28 days: 0.95^n = 1/8, n = 40.5, 1135 days (guidelines B-65: about 3.1 years)."""
    from benzosafe.taper.assess import SuggestedPace

    assert SuggestedPace(Fraction(1, 20), 28, "", ()).days_to_an_eighth == 1135


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


def test_refused_names_and_drugs_that_are_not_taken(knowledge):
    record = patient(order("clonazepam", 1, 90), order("diazepam", 5, 90, active=False))
    with pytest.raises(UsageError, match="Did you mean 'lorazepam'"):
        assess(knowledge, record, "lorazepan", ON)
    with pytest.raises(UsageError, match="not a benzodiazepine"):
        assess(knowledge, record, "sertraline", ON)
    with pytest.raises(InputRefused, match="It lists: clonazepam"):
        assess(knowledge, record, "diazepam", ON)
    with pytest.raises(InputRefused, match="has died"):
        assess(knowledge, patient(order("clonazepam"), deceased=True), "clonazepam", ON)


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


# --- brief use, slow release, illicit supply -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orders", "more", "share", "days"),
    [
        # under a month: quicker; not from the thirtieth day on
        ([order("lorazepam", 1.0, 14)], {}, "1/5", 14),
        ([order("clonazepam", 0.5, 29)], {}, "1/5", 14),
        ([order("clonazepam", 0.5, 30)], {}, "1/10", 14),
        ([order("zolpidem", 10.0, 14)], {}, "1/5", 14),
        # one lesser flag beside the length of action is not enough against it, two are
        ([order("lorazepam", 1.0, 14)], {"age": 70}, "1/5", 14),
        ([order("lorazepam", 1.0, 14)], {"age": 70, "conditions": ["traumatic_brain_injury"]}, "1/20", 28),
        # one of the first four, a high dose, and recorded dependence each forbid it
        ([order("clonazepam", 0.5, 14)], {"conditions": ["alcohol_use_disorder"]}, "1/20", 28),
        ([order("clonazepam", 4.0, 14)], {}, "1/10", 21),
        ([order("clonazepam", 0.5, 14)], {"conditions": ["physical_dependence_recorded"]}, "1/10", 21),
        # what is not known never makes it faster: the conditions, the length of use
        ([order("clonazepam", 0.5, 14)], {"known": False}, "1/10", 21),
        ([order("clonazepam", 0.5, None)], {}, "1/10", 21),
        ([order("clonazepam", 0.5, None, start_on=ON - timedelta(days=14))], {"known": False}, "1/10", 21),
    ],
)
def test_pace_after_brief_use(judge, orders, more, share, days):
    pace = judge(*orders, drug=orders[0].ingredient, **more).pace
    assert (pace.share, pace.days) == (Fraction(share), days)
    assert pace.why.count(".") == 1


def test_the_pace_after_brief_use_stays_below_the_ceiling(judge, knowledge):
    ceiling, ceiling_days = (knowledge.parameters[f"taper_ceiling_{name}"].lowest for name in ("share", "days"))
    pace = judge(order("lorazepam", 1.0, 14), drug="lorazepam").pace
    assert 1 - float(1 - pace.share) ** (ceiling_days / pace.days) <= ceiling
    assert any(item.at == "key takeaway 5a" for item in pace.evidence)


def test_long_action_is_no_reason_for_a_slow_pace_and_the_short_one_is_named(judge, knowledge):
    diazepam = judge(order("diazepam", 10.0, 400), drug="diazepam", age=70)
    assert state(diazepam.flags, "flag_short_half_life") == "absent"
    assert "long-acting" not in diazepam.pace.why
    assert "action" not in diazepam.pace.why
    lorazepam = judge(order("lorazepam", 1.0, 400), drug="lorazepam")
    assert "long use" in lorazepam.pace.why
    assert "the shorter action of lorazepam" in lorazepam.pace.why


def test_after_a_change_to_a_long_acting_drug_the_pace_does_not_count_the_short_action(knowledge):
    record = patient(order("lorazepam", 1.0, 400))
    found = assess(knowledge, record, "lorazepam", ON, via="diazepam")
    assert state(found.flags, "flag_short_half_life") == "present"
    assert "lorazepam" not in found.pace.why
    assert (found.pace.share, found.pace.days) == (Fraction(1, 10), 21)


@pytest.mark.parametrize(
    ("orders", "conditions", "reason"),
    [
        ([order("alprazolam", 2.0, 90, form="extended-release")], (), "slow_release"),
        ([order("alprazolam", 2.0, 90, sig="2 mg once daily, prolonged release")], (), "slow_release"),
        ([order("alprazolam", 2.0, 90, indication_text="sleep, bought on the street")], (), "illicit_supply"),
        ([order("alprazolam", 2.0, 90, sig="counterfeit, 2 mg daily")], (), "illicit_supply"),
        ([order("alprazolam", 2.0, 90)], ("street benzodiazepines",), "illicit_supply"),
    ],
)
def test_no_override_reaches_a_slow_release_or_illicit_supply(knowledge, orders, conditions, reason):
    listed = tuple(Condition(text, text, active=True) for text in conditions)
    record = Record("p", age_years=45, orders=tuple(orders), conditions=listed, coverage=Coverage(orders=True))
    found = assess(knowledge, record, "alprazolam", ON)
    assert names(found.refusals) == {reason}
    assert found.pace is None
    with pytest.raises(InputRefused) as refused:
        require_go_ahead(found, Override("Dr A", "because"))
    assert refused.value.next_step == found.refusals[0].instead


def test_a_block_names_the_option_that_overrides_it(judge):
    found = judge(order("clonazepam", 1, 90, indication="epilepsy"))
    with pytest.raises(InputRefused, match="--override 'NAME: REASON'"):
        require_go_ahead(found)


def test_another_medicine_is_no_misspelling(knowledge):
    with pytest.raises(UsageError) as refused:
        assess(knowledge, patient(order("clonazepam", 1, 90)), "clozapine", ON)
    assert "Did you mean" not in refused.value.message
