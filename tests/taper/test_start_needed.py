"""Where a taper of as-needed use starts: by fills or a stated amount, never by the most that is allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.tables import Bounds
from tests.taper.starts import AS_NEEDED


def test_as_needed_use_is_what_the_fills_come_to_rounded_up_to_half_a_dose(filled):
    # 15 days' supply at 2 mg a day is 30 mg: 3 fills are used up in 120 days, 0.75 mg a day.
    found = filled(121, 81, 41, 1)
    assert found.doses == ((8.0, 250), (20.0, 500))
    assert any("4 fills" in note and "0.75 mg" in note and "ask" in note for note in found.notes)
    # 30 mg in 38 days is 0.789 mg a day.
    assert filled(40, 2).amount_ug == 1000


def test_the_most_that_is_allowed_is_never_assumed(filled, start):
    for fills in ((), (10,), (20, 2), (400, 300)):
        with pytest.raises(InputRefused, match="only the most is known") as caught:
            filled(*fills)
        assert "--as-regular" in caught.value.message
    with pytest.raises(InputRefused, match="sets no limit"):
        start("alprazolam 0.5 mg as needed")


def test_fills_that_contradict_the_order_or_stopped_long_ago_are_refused(filled):
    with pytest.raises(InputRefused, match="were handed out and the order allows 2 mg"):
        filled(40, 30, 20, 10, 2)
    with pytest.raises(InputRefused, match="less is taken now"):
        filled(180, 140, supply=10.0)


def test_rare_use_is_not_made_daily(filled, start):
    with pytest.raises(InputRefused, match="Physical dependence is rare"):
        filled(170, 2)
    with pytest.raises(InputRefused, match="Physical dependence is rare"):
        start("temazepam 20 mg at bedtime three nights a week")


def test_a_stated_regular_amount_is_taken_exactly_and_only_where_it_belongs(filled, start):
    assert filled(as_regular_mg=1.25).doses == ((8.0, 250), (14.0, 500), (20.0, 500))
    both = ("lorazepam 1 mg at bedtime", "lorazepam 0.5 mg twice daily as needed")
    assert start(*both, as_regular_mg=0.0).amount_ug == 1000
    assert start(*both, as_regular_mg=0.5).amount_ug == 1500
    for wrong in (-1.0, float("nan"), 2.5):
        with pytest.raises(UsageError):
            filled(as_regular_mg=wrong)
    with pytest.raises(UsageError, match="not taken as needed"):
        start("lorazepam 1 mg at bedtime", as_regular_mg=1.0)


def test_the_stated_amount_is_the_as_needed_part_and_the_total_is_said(start):
    found = start("clonazepam 1 mg at night", "clonazepam 0.5 mg once daily as needed", as_regular_mg=0.5)
    assert found.amount_ug == 1500
    assert any("1 mg regular + 0.5 mg as needed taken as regular = 1.5 mg a day" in note for note in found.notes)
    with pytest.raises(UsageError, match="1.5 mg a day is more than the 0.5 mg"):
        start("clonazepam 1 mg at night", "clonazepam 0.5 mg once daily as needed", as_regular_mg=1.5)


@pytest.mark.parametrize(
    "medicine",
    [
        "diazepam 5 mg morning and 5 mg as needed",
        "clonazepam 1 mg daily plus 0.5 mg prn",
        "clonazepam 1 mg daily + 0.5 mg PRN",
        "clonazepam 1 mg at night; 0.5 mg when required",
        "diazepam 5 mg in the morning, 5 mg if needed",
        "lorazepam 1 mg daily, as needed 0.5 mg",
        "lorazepam 1 mg as needed in the morning and 2 mg at night",
        "alprazolam 0.5 mg twice daily and as needed",
        "{drug: diazepam 5 mg, take: 5 mg in the morning and 5 mg at night as needed}",
    ],
)
def test_a_line_that_mixes_regular_and_as_needed_is_refused(start, medicine):
    for stated in (None, 0.5):
        with pytest.raises(InputRefused, match="write the regular and the as-needed part as two medicines"):
            start(medicine, as_regular_mg=stated)


def test_an_as_needed_order_with_a_least_dose_is_refused(filled):
    with pytest.raises(InputRefused, match="as two medicines"):
        filled(order=replace(AS_NEEDED, dose_mg_per_day=Bounds(0.5, 2)), as_regular_mg=0.5)


@pytest.mark.parametrize(
    "medicine",
    [
        "lorazepam 1 mg twice daily as needed",
        "lorazepam 1 mg at night as needed",
        "lorazepam 1 mg twice daily, as needed",
        "lorazepam 1 mg as needed, max 3 mg a day",
        "lorazepam 1 mg prn up to 3 mg a day",
        "lorazepam 1 to 2 mg 1-2 times daily prn",
        "lorazepam 1 mg every 4 to 6 hours as needed",
        "lorazepam 1 mg twice daily as needed for anxiety",
        "{drug: lorazepam 1 mg tablet, take: take 1 tablet (1 mg) by mouth twice daily as needed}",
    ],
)
def test_a_line_that_is_as_needed_alone_is_not_taken_for_mixed(start, medicine):
    assert start(medicine, as_regular_mg=0.5).amount_ug == 500


def test_a_rescue_medicine_is_no_agent(start):
    found = start("clonazepam 1 mg at night", "{drug: midazolam 5 mg, take: 5 mg as needed, route: nasal}")
    assert found.agents == ("clonazepam",)
    assert any("midazolam" in note and "emergencies" in note for note in found.notes)
