"""How long a supply lasts: every rung of the ladder, every doubt, and that no estimate is silent."""

from __future__ import annotations

import pytest

from benzosafe.monitoring.days_supply import days_supplies
from benzosafe.patient.tables import Bounds
from tests.monitoring.histories import ON, ago, course, fill, order, record


def lengths(knowledge, *fills, who=None):
    found = days_supplies(who or record(), course(*fills), knowledge, ON)
    return [(one.method, one.low, one.likely, one.high) for one in found]


def last(knowledge, *fills, who=None):
    return days_supplies(who or record(), course(*fills), knowledge, ON)[-1]


def test_stated_is_as_stated(knowledge):
    one = last(knowledge, fill(10, 30))
    assert (one.method, one.low, one.likely, one.high, one.estimate) == ("stated", 30, 30, 30, False)


@pytest.mark.parametrize("days", [None, 0.0, -30.0, 366.5, 9999.0])
def test_what_cannot_be_believed_goes_by_directions(knowledge, days):
    one = last(knowledge, fill(10, days, 60, dose_mg_per_day=Bounds(2, 2)))
    assert (one.method, one.low, one.likely, one.high, one.estimate) == ("directions", 30, 30, 30, True)
    assert ("not believed" in one.words) == (days is not None)


@pytest.mark.parametrize(("days", "method"), [(366.0, "stated"), (367.0, "not known"), (0.5, "stated")])
def test_limits_of_belief(knowledge, days, method):
    assert lengths(knowledge, fill(10, days, None))[0][0] == method


@pytest.mark.parametrize(
    ("days", "method"), [(299.0, "stated"), (300.0, "directions"), (3.1, "stated"), (3.0, "directions")]
)
def test_tenfold_off_units_and_dose_is_a_slip(knowledge, days, method):
    assert lengths(knowledge, fill(10, days, 30, dose_mg_per_day=Bounds(1, 1)))[0][0] == method


def test_tenfold_off_the_order_is_a_slip_where_there_are_no_directions(knowledge):
    who = record(order(dose_mg_per_day=Bounds(1, 1)))
    assert lengths(knowledge, fill(10, 300, 30), who=who) == [("order", 30, 30, 30)]


def test_a_range_of_doses_is_a_range_of_days_and_the_highest_dose_is_likely(knowledge):
    assert lengths(knowledge, fill(10, None, 60, dose_mg_per_day=Bounds(1, 2))) == [("directions", 30, 30, 60)]


def test_a_dose_that_may_be_nothing_may_last_a_year(knowledge):
    assert lengths(knowledge, fill(10, None, 60, dose_mg_per_day=Bounds(0, 2))) == [("directions", 30, 30, 366)]


def test_the_order_of_that_time_counts(knowledge):
    who = record(
        order(dose_mg_per_day=Bounds(2, 2), previous_dose_mg_per_day=1.0, dose_changed_on=ago(50)),
        order("zolpidem", dose_mg_per_day=Bounds(10, 10)),
    )
    found = lengths(knowledge, fill(60, None, 30), fill(50, None, 30), who=who)
    assert found == [("order", 30, 30, 30), ("order", 15, 15, 15)]


@pytest.mark.parametrize(
    "unfit",
    [
        {"start_on": ago(5)}, {"end_on": ago(20)}, {"source": "draft"}, {"source": "dispense"},
        {"status": "entered-in-error"}, {"active": False}, {"ingredient": "zolpidem"},
    ],
    ids=["later", "earlier", "draft", "a fill", "in error", "stopped on an unknown day", "another medicine"],
)  # fmt: skip
def test_an_order_of_another_time_or_kind_does_not_count(knowledge, unfit):
    from dataclasses import replace

    known = replace(order(dose_mg_per_day=Bounds(1, 1)), **unfit)
    assert lengths(knowledge, fill(10, None, 30), who=record(known))[0][0] == "not known"


def test_like_the_other_supplies_of_the_same_units(knowledge):
    others = fill(130, 28, 30), fill(100, 30, 30), fill(70, 30, 30), fill(40, 15, 15)
    assert lengths(knowledge, *others, fill(10, None, 30))[-1] == ("like others", 28, 30, 30)


def test_of_the_others_the_most_that_is_told_counts(knowledge):
    other = fill(40, 28, 30, source="a"), fill(40, 30, 30, source="b")
    assert lengths(knowledge, *other, fill(10, None, 30))[-1] == ("like others", 30, 30, 30)


def test_directions_of_several_sources_cover_all_and_the_most_is_likely(knowledge):
    doses = {"a": Bounds(2, 2), "b": Bounds(1, 1)}
    told = [fill(10, None, 60, source=source, dose_mg_per_day=dose) for source, dose in doses.items()]
    assert lengths(knowledge, *told) == [("directions", 30, 60, 60)]


@pytest.mark.parametrize("other", [{"units": 60}, {"strength_mg": 0.5}, {"drug": "zolpidem"}, {"days": 999}])
def test_other_units_strength_or_medicine_are_not_like_it(knowledge, other):
    known = {"days": 30, "units": 30, **other}
    assert lengths(knowledge, fill(40, **known), fill(10, None, 30))[-1][0] == "not known"


def test_nothing_known_is_said_and_has_no_likely_length(knowledge):
    one = last(knowledge, fill(10, None, None))
    assert (one.method, one.low, one.likely, one.high, one.estimate) == ("not known", 1, None, 90, True)
    assert "nothing tells how long it lasts" in one.words


def test_sources_that_disagree_cover_both_and_the_most_is_likely(knowledge):
    one = last(knowledge, fill(10, 28, source="a"), fill(10, 30, source="b"))
    assert (one.method, one.low, one.likely, one.high, one.estimate) == ("stated", 28, 30, 30, True)


def test_a_source_that_says_nothing_takes_nothing_away(knowledge):
    one = last(knowledge, fill(10, 30, source="a"), fill(10, None, 30, source="b"))
    assert (one.method, one.low, one.high) == ("stated", 30, 30)


def test_what_may_be_told_again_may_last_no_day(knowledge):
    one = last(knowledge, fill(10, source="a"), fill(10, source="b", pharmacy=""))
    assert (one.low, one.high, one.estimate) == (0, 30, True)
    assert "may be none" in one.words


def test_what_was_taken_back_lasts_no_day(knowledge):
    assert last(knowledge, fill(10), fill(10, -30, -30)).method == "taken back"


def test_every_estimate_says_why(knowledge):
    fills = [fill(10 * n, days, units) for n, (days, units) in enumerate([(None, None), (0, 30), (-3, 30), (999, 30)])]
    for one in days_supplies(record(), course(*fills), knowledge, ON):
        assert one.estimate and one.words.startswith(("days not stated", "0 days", "-3 days", "999 days"))


def test_fills_after_the_day_are_not_there_yet(knowledge):
    assert lengths(knowledge, fill(-1)) == []
