"""Fills from several sources: the same supply once, the most that any tells, and every disagreement shown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from benzosafe.prescriptions.history import HERE, Handed, told
from benzosafe.prescriptions.supply import Supply, covered_until

DAY = date(2026, 11, 24)
UNKNOWN_DAYS = 30


def fill(source, units=60, days=30, on=DAY, pharmacy="Corner Pharmacy", medicine="clonazepam"):
    return Handed(medicine, on, pharmacy, Decimal(units), days, source)


def test_the_same_supply_told_by_two_counts_once():
    (one,) = told([fill(HERE), fill("programme", pharmacy="  CORNER   pharmacy ")])
    assert one.days == 30 and one.conflict == "" and set(one.by_source) == {HERE, "programme"}


def test_where_they_disagree_the_most_counts_and_it_is_said():
    (one,) = told([fill(HERE), fill("programme", units=90, days=45)])
    assert one.days == 45
    assert (
        one.conflict == "its sources disagree (here: 60 units, 30 days; programme: 90 units, 45 days); the most counts"
    )


def test_days_that_one_source_does_not_say_are_those_of_the_other():
    (one,) = told([fill(HERE), fill("programme", days=None)])
    assert one.days == 30 and "days not said" in one.conflict
    (alone,) = told([fill("programme", days=None)])
    assert alone.days is None


def test_two_fills_of_one_source_on_one_day_are_two():
    (one,) = told([fill("programme", 30, 15), fill("programme", 30, 15), fill(HERE)])
    assert one.days == 30 and one.conflict == ""


def test_another_day_medicine_or_pharmacy_is_another_supply():
    rows = [
        fill(HERE),
        fill("p", on=DAY + timedelta(days=1)),
        fill("p", medicine="lorazepam"),
        fill("p", pharmacy="Far"),
    ]
    assert len(told(rows)) == 4
    assert {one.conflict for one in told(rows)} == {""}


def test_a_fill_without_a_pharmacy_counts_beside_the_others_and_says_why():
    found = told([fill(HERE), fill("programme", pharmacy="")])
    assert [one.days for one in found] == [30, 30]
    assert {one.conflict for one in found} == {"it may be the same as another fill of that day; both count"}


fills = st.lists(
    st.builds(
        fill, st.sampled_from([HERE, "a", "b"]), st.integers(1, 90), st.none() | st.integers(1, 60),
        st.dates(DAY, DAY + timedelta(days=40)), st.sampled_from(["Corner", "Far", ""]),
    ), max_size=8,
)  # fmt: skip


def until(rows):
    supplies = [Supply(one.on, one.days, one.pharmacy) for one in told(rows)]
    return covered_until(supplies, UNKNOWN_DAYS) or DAY


@given(rows=fills, order=st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(rows, order):
    mixed = list(rows)
    order.shuffle(mixed)
    assert told(mixed) == told(rows)


@given(rows=fills, more=fills)
def test_a_source_that_repeats_what_is_known_with_its_days_never_lets_a_fill_come_earlier(rows, more):
    known = [one for one in rows if one.days is not None]
    repeated = [fill("c", int(one.units), one.days, one.on, one.pharmacy) for one in known]
    assert until(known + repeated) >= until(known)
    assert until(known + [one for one in more if one.days is not None]) >= until(known)
