"""Days with supply against an oracle that writes every day down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.population.measures.coverage_days import (
    Claim,
    at_least_three,
    certain,
    least_and_most,
    possible,
    year_days,
)

YEAR = 365
known = st.builds(Claim, st.integers(0, YEAR - 1), st.integers(1, 365))
claims = st.lists(known, max_size=12)
unsure = st.lists(st.builds(Claim, st.none() | st.integers(0, YEAR - 1), st.none() | st.integers(1, 365)), max_size=8)


def days_of(claim):
    return {day for day in range(claim.day, claim.day + claim.days) if day < YEAR}


def covered_by(claims):
    return set().union(*map(days_of, claims))


def as_set(bits):
    return {day for day in range(YEAR + 400) if bits >> day & 1}


@given(claims)
def test_days_dates_and_sums_are_those_of_the_oracle(claims):
    found = certain(claims, YEAR)
    by_date = {claim.day: max(len(days_of(c)) for c in claims if c.day == claim.day) for claim in claims}
    assert as_set(found.covered) == covered_by(claims)
    assert (found.dates, found.total_days) == (len(by_date), sum(by_date.values()))
    assert found.first == min(by_date, default=None)
    assert least_and_most(claims, YEAR) == (found, possible(claims, YEAR)) == (found, found)


@given(claims, claims)
def test_days_of_both(first, second):
    both = certain(first, YEAR).covered & certain(second, YEAR).covered
    assert both.bit_count() == len(covered_by(first) & covered_by(second))


@given(st.lists(claims, max_size=7))
def test_days_of_three_or_more(medicines):
    covered = [covered_by(claims) for claims in medicines]
    expected = {day for day in range(YEAR) if sum(day in days for days in covered) >= 3}
    assert as_set(at_least_three(certain(claims, YEAR).covered for claims in medicines)) == expected


@given(unsure, st.data())
def test_whatever_was_not_known_the_truth_lies_between(claims, data):
    truth = [
        Claim(
            data.draw(st.integers(0, YEAR - 1)) if claim.day is None else claim.day,
            data.draw(st.integers(1, 365)) if claim.days is None else claim.days,
        )
        for claim in claims
    ]
    true, (least, most) = certain(truth, YEAR), least_and_most(claims, YEAR)
    assert least.dates <= true.dates <= most.dates
    assert least.total_days <= true.total_days <= most.total_days
    assert as_set(least.covered) <= as_set(true.covered) <= as_set(most.covered)
    assert most.first is None or most.first <= true.first


@pytest.mark.parametrize(
    ("claim", "days"),
    [
        (Claim(0, 1), {0}), (Claim(0, 2), {0, 1}), (Claim(364, 1), {364}), (Claim(364, 30), {364}),
        (Claim(360, 5), set(range(360, 365))),
    ],
)  # fmt: skip
def test_a_supply_begins_on_its_day_and_ends_with_the_year(claim, days):
    assert as_set(certain([claim], YEAR).covered) == days and certain([claim], YEAR).total_days == len(days)


def test_the_same_medicine_again_before_it_ran_out_is_not_moved_to_later():
    assert as_set(certain([Claim(0, 30), Claim(20, 30)], YEAR).covered) == set(range(50))
    assert certain([Claim(0, 30), Claim(20, 30)], YEAR).total_days == 60


def test_leap_years():
    assert (year_days(2026), year_days(2028), year_days(2100)) == (365, 366, 365)
