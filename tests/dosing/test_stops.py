"""What stops a dose or its rises: the label of the country, the liver, the review itself; and what is said first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.dosing.report import dose_data
from benzosafe.dosing.stops import too_high
from benzosafe.render.dose_text import text_dose
from tests.dosing.people import patient, proposal

PANIC = ("clonazepam", "panic disorder")
SEDATED = {"route": "intravenous"}
OLD_AND_ILL = ("frailty", "chronic kidney disease", "liver disease", "COPD")


@pytest.mark.parametrize("ill", OLD_AND_ILL[:2] + OLD_AND_ILL[3:])
def test_no_rise_is_laid_out_where_no_source_says_how(knowledge, ill):
    found = proposal(knowledge, *PANIC, patient(knowledge, conditions=[ill]))
    assert found.status == "proposed" and len(found.plan.rungs) == 1
    assert "no source here says" in dose_data(found, patient(knowledge))["plan"]["no_rise"]


def test_age_alone_lays_out_no_rise(knowledge):
    assert len(proposal(knowledge, *PANIC, patient(knowledge, born="1961-11-25")).plan.rungs) == 3  # 64
    assert len(proposal(knowledge, *PANIC, patient(knowledge, born="1961-11-24")).plan.rungs) == 1  # 65 today


def test_who_begins_lower_is_not_raised_like_everybody(knowledge):
    frail, well = (proposal(knowledge, "lorazepam", "anxiety disorder", patient(knowledge, conditions=ill))
                   for ill in (["frailty"], []))  # fmt: skip
    assert any(item.surely and item.adjustment.start for item in frail.plan.adjustments)
    assert frail.plan.step is None and len(frail.plan.rungs) == 1
    assert frail.plan.rungs[0].day_ug <= well.plan.rungs[0].day_ug


@pytest.mark.parametrize(
    ("drug", "reason", "country"),
    [("lorazepam", "anxiety disorder", "US"), ("zaleplon", "insomnia", "US"), ("clobazam", "anxiety disorder", "UK"),
     ("chlordiazepoxide", "anxiety disorder", "US"), ("triazolam", "insomnia", "US"), ("estazolam", "insomnia", "US")],
)  # fmt: skip
def test_no_dose_in_liver_failure_unless_a_source_gives_one(knowledge, drug, reason, country):
    found = proposal(knowledge, drug, reason, patient(knowledge, conditions=["liver failure"]), country=country)
    assert found.status in ("avoid", "contraindicated") and not (found.plan and found.plan.rungs)


def test_liver_failure_that_is_not_known_is_asked_for(knowledge):
    found = proposal(knowledge, "lorazepam", "anxiety disorder", patient(knowledge, conditions=None))
    assert found.status == "proposed" and "liver_failure" in found.not_known
    known = proposal(knowledge, "lorazepam", "anxiety disorder", patient(knowledge))
    assert "liver_failure" not in known.not_known


def test_a_source_that_speaks_of_liver_failure_is_heard(knowledge):
    found = proposal(knowledge, "alprazolam", "panic disorder", patient(knowledge, conditions=["liver failure"]))
    assert found.status == "proposed" and any(item.adjustment.id == "advanced_liver_disease" and item.surely
                                              for item in found.plan.adjustments)  # fmt: skip


@pytest.mark.parametrize(("country", "status"), [("UK", "contraindicated"), ("US", "proposed")])
def test_the_label_of_the_country_decides(knowledge, country, status):
    apnoea = patient(knowledge, conditions=["sleep apnoea"])
    found = proposal(knowledge, "clonazepam", "epilepsy", apnoea, country=country)
    assert found.status == status


def test_pregnancy_is_said_before_any_number(knowledge):
    who = patient(knowledge, conditions=["pregnancy"])
    data = dose_data(proposal(knowledge, *PANIC, who), who)
    assert data["first"][0].startswith("Benzodiazepine or Z-drug in pregnancy")
    text = text_dose(data)
    assert text.index("FIRST: Benzodiazepine or Z-drug in pregnancy") < text.index(" mg ")


def test_whether_she_is_pregnant_is_asked_where_she_may_be(knowledge):
    people = (("1986-01-01", "female"), ("1986-01-01", "male"), ("1936-01-01", "female"))
    asked = [
        "pregnant" in proposal(knowledge, *PANIC, patient(knowledge, conditions=None, born=born, sex=sex)).not_known
        for born, sex in people
    ]
    assert asked == [True, False, False]


def test_a_heavy_child_has_no_more_than_adults(knowledge):
    child, adult = (proposal(knowledge, "clonazepam", "epilepsy", patient(knowledge, born=born, weight=200))
                    for born in ("2017-11-01", "1986-01-01"))  # fmt: skip
    assert child.plan.rungs[0].day_ug <= adult.plan.rungs[0].day_ug
    assert child.plan.limit.per_day <= adult.plan.limit.per_day == 20_000
    assert child.plan.target.per_day is None or child.plan.target.per_day[1] <= 20_000


def test_the_mean_of_trials_is_no_goal(knowledge):
    who = patient(knowledge)
    found = proposal(knowledge, "alprazolam", "panic disorder", who)
    assert found.plan.target.per_day is None and found.plan.regimen.mean_in_trials is not None
    text = " ".join(text_dose(dose_data(found, who)).split())
    assert "mean in the trials 5 to 6 mg a day, no goal" in text and "target: " not in text


@pytest.mark.parametrize(
    ("drug", "reason", "asked", "words"),
    [
        ("diazepam", "alcohol withdrawal", {}, "diazepam for alcohol withdrawal (US)"),
        ("midazolam", "sedation for a procedure", SEDATED, "midazolam for sedation for a procedure (US)"),
        ("lorazepam", "status epilepticus", SEDATED, "lorazepam for status epilepticus (US)"),
    ],
)  # fmt: skip
def test_the_reason_is_not_said_as_something_past(knowledge, drug, reason, asked, words):
    who = patient(knowledge)
    found = proposal(knowledge, drug, reason, who, **asked)
    assert text_dose(dose_data(found, who)).startswith(words) and found.status == "proposed"


def test_one_dose_is_not_said_as_so_many_a_day(knowledge):
    who = patient(knowledge)
    data = dose_data(proposal(knowledge, "lorazepam", "status epilepticus", who, **SEDATED), who)
    assert "4 mg as one dose" in text_dose(data) and "once a day" not in text_dose(data)
    assert data["plan"]["look_again"] is data["plan"]["decide"] is data["plan"]["steady_state_days"] is None


def test_what_is_for_the_night_is_said_to_be_for_the_night(knowledge):
    who = patient(knowledge)
    said = text_dose(dose_data(proposal(knowledge, "zolpidem", "insomnia", who), who))
    assert "5 mg at bedtime: 1 × 5 mg tablet" in said and "once a day" not in said


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_nothing_that_a_rule_finds_too_high_is_proposed_and_no_rise_doubles(knowledge, data):
    rules = sorted({(name, item.indication, item.jurisdiction, item.route) for name, dosing in knowledge.dosing.items()
                    for item in dosing.regimens})  # fmt: skip
    drug, reason, country, route = data.draw(st.sampled_from(rules))
    who = patient(
        knowledge, born=f"{data.draw(st.integers(1932, 2024))}-01-15",
        sex=data.draw(st.sampled_from(["female", "male"])),
        weight=data.draw(st.sampled_from([9.5, 30, 48, 61, 200])),
        conditions=data.draw(st.lists(st.sampled_from(OLD_AND_ILL), max_size=2, unique=True)),
    )  # fmt: skip
    found = proposal(knowledge, drug, reason, who, country=country, route=route)
    if found.status != "proposed":
        assert not (found.plan and found.plan.rungs)
        return
    assert too_high(found.said.findings) is None
    days = [rung.day_ug for rung in found.plan.rungs]
    assert all(later <= 2 * earlier for earlier, later in pairwise(days))
    target, limit = found.plan.target.per_day, found.plan.limit.per_day
    assert not target or not limit or target[1] <= limit


def test_a_ceiling_says_no_more_than_is_known(knowledge):
    who = patient(knowledge, medicines=["fluvoxamine 100 mg daily since 2026-01-01"])
    found = proposal(knowledge, "diazepam", "anxiety disorder", who)
    shown = dose_data(found, who)["plan"]["ceiling"]["mg_per_day"]
    assert shown * 1000 <= found.plan.limit.per_day and len(f"{shown:g}".replace(".", "").strip("0")) <= 3
