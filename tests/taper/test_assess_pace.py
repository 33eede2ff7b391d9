"""The pace an assessment suggests: slower by flags, quicker after brief use, never faster by what is not known."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from benzosafe.taper.assess import assess
from tests.conftest import ON
from tests.taper.assessed import order, patient, state


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
