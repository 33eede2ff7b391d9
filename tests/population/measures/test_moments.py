"""Dates as CQL compares them: the day as written, instants in UTC, and what a coarse date leaves unknown."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.moments import (
    Span,
    at_or_before,
    during,
    has_age,
    inside,
    overlap,
    read_moment,
    span_of,
    year_span,
    years_before,
)

YEAR = year_span(2026)


@pytest.mark.parametrize(
    ("text", "day", "fields"),
    [
        ("2026", (2026,), (2026,)),
        ("2026-03", (2026, 3), (2026, 3)),
        ("2026-03-01", (2026, 3, 1), (2026, 3, 1)),
        ("2026-03-01T23:30:00-05:00", (2026, 3, 1), (2026, 3, 2, 4, 30, 0)),
        ("2026-03-01T00:30:00.250Z", (2026, 3, 1), (2026, 3, 1, 0, 30, 250_000)),
        ("2026-03-01T00:30", (2026, 3, 1), (2026, 3, 1, 0, 30)),
        ("2026-03-01T00:30:10", (2026, 3, 1), (2026, 3, 1, 0, 30, 10_000_000)),
    ],
)
def test_a_moment_keeps_its_day_and_its_precision(text, day, fields):
    moment = read_moment(text)
    assert (moment.day, moment.fields) == (day, fields)


@pytest.mark.parametrize("text", [None, "", "soon", "2026-02-30", "2026-13", "26-01-01", "2026-01-01T25:00:00Z"])
def test_what_is_no_date_is_none(text):
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [("2026-03-01", "2026-03-02", True), ("2026-03-02", "2026-03-01", False), ("2026-03-01", "2026-03-01", True),
     ("2026-03", "2026-04-01", True), ("2026-03", "2026-03-01", None), ("2026", "2026-03-01", None)],
)  # fmt: skip
def test_a_coarse_date_may_not_tell_which_is_first(first, second, answer):
    assert at_or_before(read_moment(first).day, read_moment(second).day) is answer


@pytest.mark.parametrize(
    ("text", "by_instant", "by_day"),
    [
        ("2026-01-01T00:00:00.000Z", True, True),
        ("2025-12-31T23:59:59.999Z", False, False),
        ("2026-12-31T23:59:59.999Z", True, True),
        ("2026-12-31T23:59:59Z", True, True),
        ("2027-01-01T00:00:00Z", False, False),
        ("2026-12-31T23:30:00-05:00", False, True),  # 1 January in UTC, 31 December as written
        ("2027-01-01T00:30:00+02:00", True, False),
        ("2026-12-31", False, True),  # a date is not certainly before the last millisecond of its day
        ("2026-01-01", False, True),
        ("2026-06-15", True, True),
        ("2026-06", True, True),
        ("2026", False, False),
    ],
)
def test_the_edges_of_the_measurement_period(text, by_instant, by_day):
    moment = read_moment(text)
    assert during(moment, YEAR, by_day=False) is by_instant
    assert during(moment, YEAR, by_day=True) is by_day


def test_an_open_span_reaches_on_and_one_of_unknown_end_answers_nothing():
    start = read_moment("2025-06-01")
    assert overlap(Span(start, None), YEAR, by_day=True)
    assert not overlap(Span(start, None, end_known=False), YEAR, by_day=True)
    assert not during(read_moment("2026-06-01"), Span(start, None, end_known=False), by_day=True)
    assert during(read_moment("2026-06-01"), Span(None, None), by_day=False)


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [("2025-01-01", "2025-12-31", False), ("2025-01-01", "2026-01-01", True), ("2026-12-31", None, True),
     ("2027-01-01", None, False), (None, "2026-01-01", True), ("2025-01-01", "2026", False)],
)  # fmt: skip
def test_overlap_by_day(start, end, shares):
    assert overlap(span_of(start, end), YEAR, by_day=True) is shares


def test_a_period_without_dates_is_none_and_an_unreadable_end_is_not_known():
    assert span_of(None, None) is None and span_of("soon", None) is None
    assert not span_of("2026-01-01", "later").end_known
    assert span_of("2026-01-01", None).end_known


def test_inside_needs_both_ends():
    assert inside(span_of("2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z"), YEAR)
    assert not inside(span_of("2026-02-01T00:00:00Z", None), YEAR)
    assert not inside(None, YEAR)


@pytest.mark.parametrize(
    ("birth", "on", "reached"),
    [("2008-03-01", "2026-03-01", True), ("2008-03-02", "2026-03-01", False), ("2008-02-29", "2026-02-28", False),
     ("2008-02-29", "2026-03-01", True), ("2008-03", "2026-03-31", False), ("2008-02", "2026-03-01", True),
     ("2007", "2026-01-01", True), ("2008", "2026-12-31", False)],
)  # fmt: skip
def test_an_age_is_reached_only_when_certain(birth, on, reached):
    assert has_age(read_moment(birth), read_moment(on), 18) is reached


def test_nobody_has_an_age_without_a_birth_date():
    assert not has_age(None, read_moment("2026-01-01"), 0)


def test_a_year_before_a_leap_day_is_the_28th():
    assert years_before(read_moment("2024-02-29"), 1).day == (2023, 2, 28)
    assert years_before(read_moment("2024-02-29"), 4).day == (2020, 2, 29)
