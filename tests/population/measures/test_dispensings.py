"""Supplies as claims: which count, on which day, for how long, and what is left out or worked out and said."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.coverage_days import Claim
from benzosafe.population.measures.dispensing_sets import OPIOIDS
from benzosafe.population.measures.dispensings import (
    DUPLICATES,
    NO_SUPPLY,
    NOT_RECOGNISED,
    NOTHING,
    REVERSED,
    UNDATED,
    WORKED_OUT,
    handed_over,
)
from benzosafe.population.measures.medicine_lists import Lookup, medicine_list
from tests.population.measures.builders import MADE_UP, cohort_of, concept, order, patient
from tests.population.measures.supplies import given_sets, supply

OPIOID_LIST = Lookup(medicine_list(given_sets(), OPIOIDS))


def claims(*resources, year=2026):
    """The claims of the opioid list, and the notes."""
    chart = cohort_of(patient(), *resources).charts["p"]
    found = handed_over(chart, OPIOID_LIST, year)
    return found.of(OPIOIDS), dict(found.notes)


def dosed(amount, unit, *, times=1, period=1, per="d", **more):
    dose = {"value": amount, "unit": unit}
    repeat = {"frequency": times, "period": period, "periodUnit": per}
    return {"dosageInstruction": [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": dose}]} | more]}


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("completed", True), ("in-progress", True), ("unknown", True), ("preparation", False), ("cancelled", False),
        ("on-hold", False), ("entered-in-error", False), ("stopped", False), ("declined", False),
    ],
)  # fmt: skip
def test_what_was_not_handed_over_is_no_claim(status, counts):
    assert claims(supply(OPIOIDS, "2026-01-01", 30, status=status)) == (
        ([Claim(0, 30)], {}) if counts else ([], {NOTHING: 1})
    )


@pytest.mark.parametrize(
    ("on", "day"),
    [
        ("2025-12-31", None), ("2026-01-01", 0), ("2026-12-31", 364), ("2027-01-01", None),
        ("2026-01-01T00:30:00+10:00", 0), ("2025-12-31T23:30:00-10:00", None),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_year_as_written(on, day):
    assert claims(supply(OPIOIDS, on, 30))[0] == ([] if day is None else [Claim(day, 30)])


def test_the_last_day_of_a_leap_year():
    assert claims(supply(OPIOIDS, "2028-12-31", 30), year=2028)[0] == [Claim(365, 30)]


def test_prepared_stands_in_for_handed_over_and_no_day_is_said():
    assert claims(supply(OPIOIDS, None, 30, whenPrepared="2026-01-03"))[0] == [Claim(2, 30)]
    assert claims(supply(OPIOIDS, "2026-01-04", 30, whenPrepared="2026-01-03"))[0] == [Claim(3, 30)]
    assert claims(supply(OPIOIDS, None, 30)) == ([Claim(None, 30)], {UNDATED: 1})
    assert claims(supply(OPIOIDS, "2026-05", 30)) == ([Claim(None, 30)], {UNDATED: 1})
    assert claims(supply(OPIOIDS, "2025-05", 30)) == ([], {NOTHING: 1})
    two = [supply(OPIOIDS, None, 30, name, quantity=60) for name in "12"]
    assert claims(*two) == ([Claim(None, 30)] * 2, {UNDATED: 2})


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        (1, 1), (30, 30), (365, 365), (366, None), (0, None), (-5, None), (29.9, 29), (0.5, 1),
        ({"value": 4, "code": "wk"}, 28), ({"value": 1, "unit": "month"}, 30), ({"value": 30}, 30),
        ({"value": 30, "unit": "tablet"}, None), ({"unit": "d"}, None), ({"value": "NaN"}, None),
    ],
)  # fmt: skip
def test_days_supply_as_written_or_not_known(days, counted):
    written = days if isinstance(days, dict) else {"value": days, "code": "d"}
    found, notes = claims(supply(OPIOIDS, "2026-01-01", daysSupply=written, quantity=60))
    assert found == [Claim(0, counted)] and notes == ({NO_SUPPLY: 1} if counted is None else {})


@pytest.mark.parametrize(
    ("quantity", "how", "days"),
    [
        ({"value": 60, "unit": "tablet"}, dosed(1, "tablet", times=2), 30),
        ({"value": 60, "unit": "tablets"}, dosed(1, "tablet(s)", times=2), 30),
        ({"value": 60, "code": "{tablet}"}, dosed(2, "Tablet"), 30),
        ({"value": 10, "unit": "tablet"}, dosed(1, "tablet", times=3), 3),
        ({"value": 1, "unit": "tablet"}, dosed(1, "tablet", times=2), 1),
        ({"value": 4, "unit": "patch"}, dosed(1, "patch", period=1, per="wk"), 28),
        ({"value": 300, "unit": "mL"}, dosed(10, "mL", asNeededBoolean=True), 30),
        ({"value": 60, "unit": "tablet"}, dosed(10, "mg", times=2), None),
        ({"value": 60}, dosed(1, "tablet", times=2), None),
        ({"value": 60, "unit": "tablet"}, dosed(0, "tablet"), None),
        ({"value": 6000, "unit": "tablet"}, dosed(1, "tablet"), None),
        ({"value": 60, "unit": "tablet"}, {}, None),
        ({"value": "NaN", "unit": "tablet"}, dosed(1, "tablet"), None),
        ({"unit": "tablet"}, dosed(1, "tablet"), None),
    ],
)
def test_days_supply_worked_out_only_where_quantity_and_dose_are_in_one_unit(quantity, how, days):
    found, notes = claims(supply(OPIOIDS, "2026-01-01", quantity=quantity, **how))
    assert found == [Claim(0, days)] and notes == ({NO_SUPPLY: 1} if days is None else {WORKED_OUT: 1})


def test_days_that_are_written_are_not_worked_out_and_absurd_ones_are():
    asked = dosed(1, "tablet", times=2)
    quantity = {"value": 60, "unit": "tablet"}
    assert claims(supply(OPIOIDS, "2026-01-01", 7, quantity=quantity, **asked)) == ([Claim(0, 7)], {})
    assert claims(supply(OPIOIDS, "2026-01-01", 999, quantity=quantity, **asked)) == ([Claim(0, 30)], {WORKED_OUT: 1})


def test_two_directions_leave_the_supply_open():
    how = dosed(1, "tablet")
    how["dosageInstruction"] *= 2
    assert claims(supply(OPIOIDS, "2026-01-01", quantity={"value": 60, "unit": "tablet"}, **how))[1] == {NO_SUPPLY: 1}


@pytest.mark.parametrize(
    ("second", "left", "notes"),
    [
        (supply(OPIOIDS, "2026-01-01", 30, "2", quantity=60), 1, {DUPLICATES: 1}),
        (supply(OPIOIDS, "2026-01-01", 20, "2", quantity=60), 1, {DUPLICATES: 1}),
        (supply(OPIOIDS, "2026-01-01", 30, "2", quantity=61), 2, {}),
        (supply(OPIOIDS, "2026-01-02", 30, "2", quantity=60), 2, {}),
        (supply(f"{OPIOIDS} 2", "2026-01-01", 30, "2", quantity=60), 2, {}),
        (supply(OPIOIDS, "2026-01-01", -30, "2", quantity=-60), 0, {REVERSED: 1}),
        (supply(OPIOIDS, "2026-01-01", None, "2", quantity=-60), 0, {REVERSED: 1}),
        (supply(OPIOIDS, "2026-01-01", 30, "2", quantity=-61), 1, {REVERSED: 1}),
        (supply(OPIOIDS, "2026-01-02", 30, "2", quantity=-60), 1, {REVERSED: 1}),
        (supply(OPIOIDS, "2026-01-01", 30, "2", quantity=60, status="entered-in-error"), 1, {}),
    ],
)
def test_the_same_supply_again_is_one_and_one_taken_back_undoes_it(second, left, notes):
    found, said = claims(supply(OPIOIDS, "2026-01-01", 30, "1", quantity=60), second)
    assert len(found) == left and said == notes


def test_of_three_the_same_one_taken_back_leaves_one_claim():
    three = [supply(OPIOIDS, "2026-01-01", 30, str(name), quantity=60) for name in range(2)]
    back = supply(OPIOIDS, "2026-01-01", -30, "back", quantity=-60)
    assert claims(*three, back) == ([Claim(0, 30)], {REVERSED: 1})
    assert claims(back, *three) == ([Claim(0, 30)], {REVERSED: 1})


def test_of_the_same_supply_the_days_that_are_known_count():
    same = [supply(OPIOIDS, "2026-01-01", days, str(days), quantity=60) for days in (None, 28)]
    assert claims(*same) == ([Claim(0, 28)], {DUPLICATES: 1})


def test_a_medicine_by_reference_contained_or_nowhere():
    drug = {"resourceType": "Medication", "id": "m", "code": concept(OPIOIDS)}
    pointing = supply(OPIOIDS, "2026-01-01", 30, medicationCodeableConcept=None)
    outside = pointing | {"medicationReference": {"reference": "Medication/m"}}
    inside = pointing | {"medicationReference": {"reference": "#m"}, "contained": [drug]}
    assert claims(outside, drug)[0] == claims(inside)[0] == [Claim(0, 30)]
    cohort = cohort_of(patient(), outside)
    assert "its medicine is not known, so it was not counted" in cohort.rejected[0].what
    assert handed_over(cohort.charts["p"], OPIOID_LIST, 2026).notes == {NOT_RECOGNISED: 1}


def test_words_alone_are_in_no_list_of_codes_and_that_is_said():
    assert claims(supply(None, "2026-01-01", 30, text="oxycodone 5 mg")) == ([], {NOT_RECOGNISED: 1})
    assert claims(supply("something else", "2026-01-01", 30)) == ([], {})
    assert claims(supply(None, "2025-01-01", 30, text="oxycodone 5 mg")) == ([], {NOTHING: 1})


def test_a_record_without_any_supply_is_not_one_without_medicines():
    prescribed = order(OPIOIDS, "2026-01-01")
    assert claims() == claims(prescribed) == ([], {NOTHING: 1})
    assert claims(prescribed, supply("something else", "2026-01-01", 30)) == ([], {})


def test_any_of_several_codes_will_do():
    several = {"coding": [{"system": "urn:x", "code": "?"}, {"system": MADE_UP, "code": OPIOIDS}]}
    assert claims(supply(OPIOIDS, "2026-01-01", 30, medicationCodeableConcept=several))[0] == [Claim(0, 30)]
