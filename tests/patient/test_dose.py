"""Doses in milligrams, from structured dosage and from text, and what is said when they do not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benzosafe.patient.dose import Dosage, MaxDose, Product, work_out_dose
from benzosafe.patient.tables import Bounds

TABLET = Product(strength_mg=1, form="tablet")
TWICE = Dosage(
    amount_low=1, amount_high=1, unit="{tablet}", frequency_low=2, frequency_high=2, period_low=1, period_high=1,
    period_unit="d",
)  # fmt: skip


def work(dosage: Dosage = TWICE, product: Product = TABLET, **changes):
    return work_out_dose([replace(dosage, **changes)], product)


@pytest.mark.parametrize(
    ("changes", "single", "a_day"),
    [
        ({}, 1, 2),
        ({"unit": "mg", "amount_low": 0.5, "amount_high": 0.5}, 0.5, 1),
        ({"unit": "ug", "amount_low": 500, "amount_high": 500}, 0.5, 1),
        ({"unit": "mcg", "amount_low": 500, "amount_high": 500}, 0.5, 1),
        ({"unit": "TAB"}, 1, 2),
        ({"unit": ""}, 1, 2),
        ({"frequency_low": 1, "frequency_high": 1, "period_low": 8, "period_high": 8, "period_unit": "h"}, 1, 3),
        ({"frequency_low": 3, "frequency_high": 3, "period_unit": "wk"}, 1, 3 / 7),
        ({"frequency_low": 1, "frequency_high": 1, "days_of_week": ("mon", "thu")}, 1, 2 / 7),
        ({"frequency_low": None, "frequency_high": None, "period_low": None, "period_high": None, "period_unit": "",
          "when": ("MORN", "HS")}, 1, 2),
        ({"frequency_low": None, "frequency_high": None, "period_low": None, "period_high": None, "period_unit": "",
          "times_of_day": ("08:00", "14:00", "20:00")}, 1, 3),
        ({"frequency_low": None, "frequency_high": None, "period_low": None, "period_high": None, "period_unit": "",
          "timing_code": "Q6H"}, 1, 4),
    ],
)  # fmt: skip
def test_structured_dosage(changes, single, a_day):
    worked = work(**changes)
    assert worked.dose_mg_single == Bounds(single, single)
    assert worked.dose_mg_per_day.high == pytest.approx(a_day, abs=1e-5)
    assert worked.prn is False
    assert worked.problems == worked.conflicts == ()


def test_ranges_of_dose_and_period():
    worked = work(amount_high=2, frequency_low=1, frequency_high=1, period_low=4, period_high=6, period_unit="h")
    assert worked.dose_mg_per_day == Bounds(4, 12)


def test_decimals_stay_exact():
    assert work(
        unit="mg", amount_low=0.1, amount_high=0.1, frequency_low=3, frequency_high=3
    ).dose_mg_per_day == Bounds(0.3, 0.3)


def test_as_needed_goes_from_nothing_to_the_most_allowed():
    worked = work(as_needed=True, frequency_low=4, frequency_high=4, max_doses=(MaxDose(3, "{tablet}", 1, "d"),))
    assert (worked.dose_mg_per_day, worked.prn) == (Bounds(0, 3), True)
    worked = work(as_needed=True, frequency_low=6, frequency_high=6, max_doses=(MaxDose(2, "mg", 12, "h"),))
    assert worked.dose_mg_per_day == Bounds(0, 4)


def test_as_needed_without_a_maximum_is_open():
    worked = work_out_dose([Dosage(amount_low=1, amount_high=1, unit="{tablet}", as_needed=True)], TABLET)
    assert worked.dose_mg_single == Bounds(1, 1)
    assert worked.dose_mg_per_day is None
    assert worked.problems == ("how often it may be taken is not stated",)


@pytest.mark.parametrize(
    ("product", "changes", "problem"),
    [
        (Product(), {}, "strength of one tablet is not stated"),
        (Product(strength_mg=-1), {}, "a strength of -1 mg is not above zero"),
        (Product(strength_mg=0), {}, "a strength of 0 mg is not above zero"),
        (TABLET, {"amount_low": -1, "amount_high": -1}, "not above zero"),
        (TABLET, {"amount_low": 0, "amount_high": 0}, "not above zero"),
        (TABLET, {"unit": "banana"}, "unit 'banana' is not known"),
        (TABLET, {"unit": "[drp]"}, "one drop holds is not known"),
        (TABLET, {"unit": "[IU]"}, "one unit holds is not known"),
        (TABLET, {"unit": "mL"}, "concentration"),
        (TABLET, {"unit": "", "amount_low": 50, "amount_high": 50}, "has no unit"),
        (TABLET, {"unit": "{patch}"}, "release rate"),
    ],
)
def test_what_stands_in_the_way_is_named(product, changes, problem):
    worked = work(product=product, **changes)
    assert worked.dose_mg_per_day is None
    assert any(problem in said for said in worked.problems), worked.problems


def test_an_unknown_unit_of_time_is_named():
    worked = work(period_unit="fortnight")
    assert worked.dose_mg_per_day is None
    assert any("unit of time 'fortnight'" in said for said in worked.problems)


def test_liquids_patches_and_infusions():
    liquid = Product(strength_mg=10, per_ml=5)
    assert work(product=liquid, unit="mL", amount_low=5, amount_high=5).dose_mg_per_day == Bounds(20, 20)
    patch = Product(form="patch", rate_mg_per_h=0.025)
    worn = work(
        product=patch, unit="{patch}", frequency_low=1, frequency_high=1, period_low=72, period_high=72, period_unit="h"
    )
    assert (worn.dose_mg_per_day, worn.dose_mg_single, worn.days_per_week) == (Bounds(0.6, 0.6), None, 7)
    assert work(unit="mg/h", product=Product()).dose_mg_per_day == Bounds(24, 24)


def test_milligrams_of_a_combination_product_mean_the_ingredient_they_fit():
    oxycodone = Product(strength_mg=5, form="tablet", other_strengths_mg=(325,))
    paracetamol = Product(strength_mg=325, form="tablet", other_strengths_mg=(5,))
    assert work_out_dose([], oxycodone, directions="10 mg bid").dose_mg_per_day == Bounds(20, 20)
    assert work_out_dose([], paracetamol, directions="10 mg bid").dose_mg_per_day == Bounds(1300, 1300)
    unclear = work_out_dose([], oxycodone, directions="7 mg bid")
    assert unclear.dose_mg_per_day is None
    assert "not clear to which ingredient" in unclear.problems[0]


# --- structured beside written -----------------------------------------------------------------------------------


def test_agreement_is_quiet():
    worked = work(text="take 1 tablet twice daily")
    assert (worked.dose_mg_per_day, worked.conflicts, worked.problems) == (Bounds(2, 2), (), ())


def test_disagreement_keeps_both_and_says_so():
    worked = work(text="take 3 tablets twice daily")
    assert worked.dose_mg_per_day == Bounds(2, 6)
    (conflict,) = worked.conflicts
    assert "gives 2 mg a day" in conflict
    assert "gives 6 mg a day" in conflict


def test_a_factor_of_ten_is_named():
    worked = work(unit="mg", amount_low=10, amount_high=10, text="1 tablet twice daily")
    assert "factor of ten" in worked.conflicts[0]
    assert worked.dose_mg_per_day == Bounds(2, 20)


def test_a_daily_dose_given_as_a_single_dose_is_named():
    worked = work(
        unit="mg", amount_low=3, amount_high=3, frequency_low=3, frequency_high=3, text="1 mg three times daily"
    )
    assert any("equals the whole day's dose in the text" in problem for problem in worked.problems)


def test_the_text_fills_what_the_structure_leaves_out():
    amount_only = Dosage(amount_low=1, amount_high=1, unit="{tablet}", text="twice daily as needed")
    assert work_out_dose([amount_only], TABLET).dose_mg_per_day == Bounds(0, 2)
    timing_only = replace(TWICE, amount_low=None, amount_high=None, unit="", text="take 2 tablets")
    assert work_out_dose([timing_only], TABLET).dose_mg_per_day == Bounds(4, 4)


def test_as_needed_from_the_text():
    assert work(text="1 tablet twice daily prn").dose_mg_per_day == Bounds(0, 2)
    assert work(text="1 tablet twice daily prn").prn is True
    disputed = work(as_needed=False, text="1 tablet twice daily prn")
    assert (disputed.prn, disputed.dose_mg_per_day) == (None, Bounds(0, 2))
    assert "not as needed" in disputed.conflicts[0]


def test_text_that_cannot_be_read():
    alone = work_out_dose([Dosage(text="wibble")], TABLET)
    assert alone.dose_mg_per_day is None
    assert "directions not understood: 'wibble'" in alone.problems[0]
    beside = work(text="wibble")
    assert beside.dose_mg_per_day == Bounds(2, 2)
    assert beside.prn is None  # the unread words may say 'as needed'
    assert "not understood" in beside.sig_reading


def test_text_against_the_strength_of_the_product():
    worked = work_out_dose([], TABLET, directions="take 1 tablet (0.5 mg) twice daily")
    assert worked.dose_mg_per_day == Bounds(1, 2)
    assert "by the strength of the product it is 1 mg" in worked.conflicts[0]


def test_a_maximum_in_milligrams_closes_a_dose_in_tablets():
    worked = work_out_dose([], TABLET, directions="1 tablet every 4 hours as needed, max 3 mg per day")
    assert worked.dose_mg_per_day == Bounds(0, 3)


def test_a_dose_above_its_own_maximum_is_named():
    worked = work(max_doses=(MaxDose(1, "mg"),))
    assert any("above its own maximum" in problem for problem in worked.problems)


# --- several dosages ---------------------------------------------------------------------------------------------


def test_dosages_taken_together_are_added_up():
    morning = replace(TWICE, frequency_low=1, frequency_high=1, when=("MORN",))
    night = replace(morning, when=("HS",), amount_low=2, amount_high=2)
    worked = work_out_dose([morning, night], TABLET)
    assert (worked.dose_mg_per_day, worked.dose_mg_single) == (Bounds(3, 3), Bounds(1, 2))


def test_the_same_dosage_twice_is_one():
    assert work_out_dose([TWICE, TWICE], TABLET).dose_mg_per_day == Bounds(2, 2)


def test_dosages_that_follow_one_another_give_the_range():
    worked = work_out_dose(
        [replace(TWICE, sequence=1), replace(TWICE, sequence=2, amount_low=2, amount_high=2)], TABLET
    )
    assert worked.dose_mg_per_day == Bounds(2, 4)
    assert "follow one another" in worked.problems[0]


def test_nothing_at_all():
    worked = work_out_dose([], TABLET)
    assert worked.dose_mg_per_day is None
    assert worked.problems == ("how much is taken is not stated",)


def every(period: float, unit: str = "d", **changes):
    return {
        "frequency_low": 1,
        "frequency_high": 1,
        "period_low": period,
        "period_high": period,
        "period_unit": unit,
    } | changes


@pytest.mark.parametrize(("days", "times_by_hours"), [(6, 4), (8, 3), (12, 2), (24, 1)])
def test_days_that_look_like_hours_leave_open_how_often(days, times_by_hours):
    """Seen in published test data: a sleeping tablet every 12 days, with a supply for 30 days."""
    worked = work(**every(days))
    assert worked.dose_mg_per_day.low == pytest.approx(1 / days, abs=1e-5)
    assert worked.dose_mg_per_day.high == times_by_hours
    assert (worked.days_per_week, worked.prn) == (None, None)
    assert any("days may have been written for hours" in problem for problem in worked.problems)
    assert work(**every(days, as_needed=False)).prn is None, "regular use is no surer than its interval"
    assert work(**every(days, as_needed=True)).prn is True


@pytest.mark.parametrize(
    "changes",
    [every(12, "h"), every(1), every(2), every(3), every(7), every(14), every(28), every(12, "wk"), every(10)],
)
def test_intervals_that_are_meant_are_taken_as_they_are(changes):
    worked = work(**changes)
    assert worked.dose_mg_per_day.certain
    assert worked.prn is False
    assert worked.problems == ()


def test_text_settles_how_often_where_days_look_like_hours():
    worked = work(**every(12, text="1 tablet twice daily"))
    assert (worked.days_per_week, worked.prn, worked.dose_mg_per_day.high) == (7, False, 2)


def test_a_doubtful_interval_beside_another_dosage():
    twice_a_week = replace(TWICE, frequency_low=2, frequency_high=2, period_unit="wk", sequence=1)
    doubtful = replace(TWICE, **every(12), sequence=2)
    assert work_out_dose([twice_a_week, doubtful], TABLET).days_per_week is None
    assert work_out_dose([replace(TWICE, sequence=1), doubtful], TABLET).days_per_week == 7
