"""Days covered, possession and gaps: against numbers worked out by hand and against another way of counting."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.knowledge.load import load_knowledge
from benzosafe.monitoring.adherence import adherence
from benzosafe.patient.tables import Bounds
from tests.monitoring.histories import ON, ago, course, event, fill, fills, order, record, stay

KNOWLEDGE = load_knowledge()


def of(knowledge, *parts, who=None, given=None):
    history = course(*parts) if given is None else course(*parts, given=given)
    (found,) = adherence(who or record(), history, knowledge, ON)
    return found


def gaps(found):
    return [(one.first, one.last, one.least_days, one.most_days) for one in found.gaps]


def test_all_days_covered(knowledge):
    found = of(knowledge, fills(90, 60, 30))
    assert (found.days, found.pdc.low, found.pdc.likely, found.pdc.high) == (90, 1, 1, 1)
    assert (gaps(found), found.estimated, found.tail.least_days) == ([], 0, 1)


def test_a_gap_has_its_dates(knowledge):
    found = of(knowledge, fills(100, 60, 30))
    assert gaps(found) == [(ago(70), ago(61), 10, 10)]
    assert found.pdc.likely == pytest.approx(90 / 100)
    assert found.mpr.likely == pytest.approx(90 / 100)


def test_early_fills_are_carried_over(knowledge):
    found = of(knowledge, fills(100, 80, 40))
    assert gaps(found) == []
    assert found.pdc.likely == 1
    # Ninety days of supply in the ninety days from the first fill to the end of the last one.
    assert (found.days, found.mpr.likely) == (90, 1)


def test_possession_goes_above_one_and_days_covered_does_not(knowledge):
    found = of(knowledge, fills(60, 50, 40, 30))
    assert found.pdc.likely == 1
    assert found.mpr.likely == pytest.approx(120 / 61, abs=1e-4)


def test_days_in_hospital_are_left_out_and_use_nothing_up(knowledge):
    without = of(knowledge, fills(100, 60, 30))
    found = of(knowledge, fills(100, 60, 30), stay(75, 66))
    assert (without.pdc.likely, found.pdc.likely) == (0.9, 1.0)
    assert (found.days, found.away_days, gaps(found)) == (90, 10, [])


def test_only_the_last_year_counts(knowledge):
    found = of(knowledge, fills(700, 400), fill(364, 30), fill(200, 30))
    assert found.first == ago(364)
    assert found.pdc.likely == pytest.approx(60 / (364 - 171 + 1), abs=1e-4)


def test_what_is_carried_into_the_year_counts(knowledge):
    assert of(knowledge, fill(380, 90), fill(200, 30)).first == ago(364)


def test_the_time_after_the_last_supply_is_told_apart(knowledge):
    found = of(knowledge, fills(100, 70))
    assert (found.last, found.pdc.likely) == (ago(41), 1)
    assert (found.tail.first, found.tail.last, found.tail.least_days) == (ago(40), ON, 41)


def test_estimates_make_limits(knowledge):
    # 60 tablets, one or two a day: 30 to 60 days; the next fill 45 days later.
    found = of(knowledge, fill(105, None, 60, dose_mg_per_day=Bounds(1, 2)), fills(60, 30))
    assert gaps(found) == [(ago(75), ago(61), 0, 15)]
    assert not found.gaps[0].certain
    # The longest lengths carry 15 days beyond today; the shortest leave 15 of 105 days, and today, uncovered.
    assert (found.days, found.estimated) == (106, 1)
    assert (found.pdc.low, found.pdc.high) == (pytest.approx(90 / 106, abs=1e-4), 1)


def test_a_supply_of_unknown_length_has_no_likely_share(knowledge):
    found = of(knowledge, fill(100, None, None), fills(60, 30))
    assert found.pdc.likely is None and found.mpr.likely is None
    assert found.pdc.low < found.pdc.high
    assert "1 of 3 supplies is an estimate" in found.words


def test_as_needed_is_not_meaningful(knowledge):
    found = of(knowledge, fills(100, 30), who=record(order(prn=True)))
    assert (found.pdc, found.mpr, found.as_needed) == (None, None, True)
    assert "not meaningful" in found.words


@pytest.mark.parametrize(("prn", "answer"), [((True, False), False), ((True,), True), ((None,), None), ((), None)])
def test_as_needed_beside_a_regular_order_is_regular(knowledge, prn, answer):
    who = record(*(order(prn=one) for one in prn))
    assert of(knowledge, fills(60, 30), who=who).as_needed is answer


def test_strengths_side_by_side_cover_the_same_days(knowledge):
    found = of(knowledge, fills(90, 60, 30), fills(90, 60, 30, strength_mg=0.5))
    assert found.side_by_side
    assert (found.days, found.mpr.likely) == (90, 1)


def test_strengths_one_after_the_other_cover_all_of_them(knowledge):
    found = of(knowledge, fill(90, 15), fill(75, 15, strength_mg=0.5), fill(60, 15), fill(45, 15, strength_mg=0.5))
    assert not found.side_by_side
    assert found.pdc.likely == 1


def test_strengths_of_one_day_may_be_meant_one_after_the_other(knowledge):
    pairs = [(fill(day, 15), fill(day, 15, strength_mg=0.5)) for day in (90, 60, 30)]
    found = of(knowledge, *pairs)
    assert not found.side_by_side
    assert (found.pdc.low, found.pdc.likely, found.pdc.high) == (0.5, 1, 1)
    assert not any(one.certain for one in found.gaps)


def test_lost_supply_may_leave_days_without(knowledge):
    found = of(knowledge, fills(90, 60, 30), event(50, "lost_supply"))
    assert gaps(found) == [(ago(50), ago(31), 0, 20)]


def test_a_list_that_was_not_given_as_whole_is_said(knowledge):
    found = of(knowledge, fills(60, 30), given=frozenset())
    assert found.incomplete and "not given as complete" in found.words


def test_opioids_and_other_medicines_are_left_out(knowledge):
    history = course(fills(60, 30), fills(60, 30, drug="zolpidem"), fills(60, 30, drug="oxycodone"))
    assert [one.ingredient for one in adherence(record(), history, knowledge, ON)] == ["clonazepam", "zolpidem"]


def test_nothing_handed_out_is_nothing(knowledge):
    assert adherence(record(), course(), knowledge, ON) == []


def by_pointer(days_ago, lengths, away):
    """Days covered counted the other way: each supply takes the next free days at home, from its own day on, and on
    days to come (below nought).
    """
    covered: set[int] = set()
    free = None
    for on, length in sorted(zip(days_ago, lengths, strict=True), reverse=True):
        day = on if free is None else min(on, free)
        for _ in range(length):
            while day in away:
                day -= 1
            covered.add(day)
            day -= 1
        free = day
    return covered


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from((1, 7, 14, 30, 60))), min_size=1, max_size=10,
             unique_by=lambda one: one[0]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=3),
)  # fmt: skip
def test_counts_as_another_way_of_counting(handed, houses):
    days_ago, lengths = zip(*handed, strict=True)
    away = {day for start, length in houses for day in range(max(0, start - length), start + 1)}
    who = [stay(start, max(0, start - length)) for start, length in houses]
    found = of(KNOWLEDGE, tuple(fill(on, float(n)) for on, n in zip(days_ago, lengths, strict=True)), *who)
    ever = by_pointer(days_ago, lengths, away)
    covered = {day for day in ever if day >= 0}
    home = [day for day in range(max(days_ago), -1, -1) if day not in away]
    if found.pdc is not None:
        window = [day for day in home if day >= min(ever)]
        assert found.pdc.likely == pytest.approx(len(covered) / len(window), abs=1e-4)
    without = [day for day in home if day not in covered]
    assert sum(one.most_days for one in found.gaps) + (found.tail.most_days if found.tail else 0) == len(without)


def test_a_strength_that_is_not_said_is_the_only_one_there_is(knowledge):
    found = of(knowledge, fills(90, 30), fill(60, strength_mg=None))
    assert (found.side_by_side, gaps(found), found.pdc.low) == (False, [], 1)


def test_what_is_long_ago_leaves_nothing_to_count(knowledge):
    found = of(knowledge, fills(800, 770))
    assert (found.days, found.pdc, found.tail, found.gaps) == (0, None, None, ())
    assert "no supply in the last year" in found.words
