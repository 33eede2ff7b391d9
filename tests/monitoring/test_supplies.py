"""One supply of many records: doubles, parts, sources, and what was taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benzosafe.monitoring.supplies import supplies
from benzosafe.patient.tables import Bounds
from tests.monitoring.histories import fill


def made(knowledge, *records):
    return [one for one in supplies(records, knowledge) if not one.taken_back]


def test_one_record_told_twice_is_one(knowledge):
    one = fill(10)
    assert made(knowledge, one, one) == made(knowledge, one)
    assert len(made(knowledge, one, one)) == 1


def test_one_id_told_differently_counts_the_most_that_can_be_believed(knowledge):
    one = fill(10, 28, fill_id="x")
    (supply,) = made(knowledge, one, replace(one, days=30.0, units=30.0), replace(one, days=3000.0))
    assert (supply.units, supply.told[0].days) == (30, 30)


def test_one_id_of_two_medicines_is_two(knowledge):
    both = fill(10, fill_id="x"), fill(10, fill_id="x", drug="oxycodone")
    assert [one.ingredient for one in made(knowledge, *both)] == ["clonazepam", "oxycodone"]


def test_parts_of_one_day_are_added_up(knowledge):
    (supply,) = made(knowledge, fill(10, 10), fill(10, 20))
    assert (supply.units, supply.told[0].days) == (30, 30)


def test_a_part_without_days_leaves_them_unknown(knowledge):
    (supply,) = made(knowledge, fill(10, 10), fill(10, None, 20))
    assert (supply.units, supply.told[0].days) == (30, None)


@pytest.mark.parametrize(
    "other",
    [{"pharmacy": "Other"}, {"strength_mg": 0.5}, {"drug": "zolpidem"}, {"days_ago": 9}],
    ids=["pharmacy", "strength", "medicine", "day"],
)
def test_what_differs_is_another_supply(knowledge, other):
    known = {"days_ago": 10, **other}
    assert len(made(knowledge, fill(10), fill(**known))) == 2


def test_sources_that_agree_are_one_without_conflict(knowledge):
    (supply,) = made(knowledge, fill(10, source="a"), fill(10, source="b"))
    assert (supply.units, supply.conflict) == (30, "")


def test_sources_that_disagree_are_one_and_the_most_counts_and_it_is_said(knowledge):
    (supply,) = made(knowledge, fill(10, 28, source="a"), fill(10, 30, source="b"))
    assert supply.units == 30
    assert supply.conflict == "its sources disagree (a: 28 units, 28 days; b: 30 units, 30 days); the most counts"


def test_a_source_that_tells_of_two_means_two(knowledge):
    records = (fill(10, source="a"), fill(10, source="b"), fill(10, source="b"))
    (supply,) = made(knowledge, *records)
    assert supply.units == 60


def test_the_pharmacy_may_be_written_in_two_ways(knowledge):
    assert len(made(knowledge, fill(10, pharmacy="CVS  #12", source="a"), fill(10, pharmacy="cvs 12", source="b"))) == 1


def test_a_source_without_the_strength_tells_of_the_only_one_there_is(knowledge):
    (supply,) = made(knowledge, fill(10, source="a"), fill(10, source="b", strength_mg=None))
    assert (supply.strength_mg, supply.units, supply.maybe_same) == (1.0, 30, False)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"source": "b", "pharmacy": ""}, True),
        ({"source": "b", "pharmacy": "Usual Pharmacy of Town"}, True),
        ({"source": "b", "pharmacy": "Other", "prescriber": "Dr Other"}, False),
        ({"source": "b", "pharmacy": "Other", "days": 28.0}, False),
        ({"source": "b", "pharmacy": "", "strength_mg": 0.5}, False),
        ({"source": "a", "pharmacy": ""}, False),
    ],
    ids=["no pharmacy", "same amount", "other prescriber", "other amount", "other strength", "same source"],
)
def test_what_may_be_told_again_is_kept_and_marked(knowledge, other, same):
    found = made(knowledge, fill(10, source="a"), fill(10, **other))
    assert [one.maybe_same for one in found] == [False, same]
    assert ("told again" in found[1].conflict) == same


def test_a_minus_on_the_same_day_takes_back(knowledge):
    assert made(knowledge, fill(10), fill(10, -30, -30)) == []
    (rest,) = made(knowledge, fill(10), fill(10, -10, -10))
    assert rest.units == 20


def test_a_minus_under_the_same_id_takes_back(knowledge):
    one = fill(10, fill_id="x")
    assert made(knowledge, one, replace(one, units=-30.0)) == []


def test_a_minus_on_a_later_day_takes_back_the_last_that_fits(knowledge):
    found = supplies([fill(40), fill(10), fill(5, -30, -30)], knowledge)
    assert [one.taken_back for one in found] == [False, True, True]
    assert "taken back on" in found[1].conflict


def test_a_minus_that_fits_nothing_is_shown(knowledge):
    found = supplies([fill(40), fill(5, -28, -28)], knowledge)
    assert [one.taken_back for one in found] == [False, True]
    assert found[1].conflict == "takes back a supply that is not on the list"


def test_records_are_named_and_do_not_make_supplies_differ(knowledge):
    (one,) = made(knowledge, fill(10, fill_id="a"))
    (other,) = made(knowledge, fill(10, fill_id="b"))
    assert (one.records, other.records) == (("a",), ("b",))
    assert one == other


def test_numbers_that_are_none_are_not_known(knowledge):
    (supply,) = made(knowledge, fill(10, float("nan"), float("inf"), strength_mg=-1.0))
    assert (supply.units, supply.told[0].days, supply.strength_mg, supply.amount_mg) == (None, None, None, None)


def test_directions_of_parts_are_covered_by_one_range(knowledge):
    parts = fill(10, 10, dose_mg_per_day=Bounds(1, 1)), fill(10, 10, dose_mg_per_day=Bounds(1, 2))
    (supply,) = made(knowledge, *parts)
    assert supply.told[0].dose_mg_per_day == Bounds(1, 2)
