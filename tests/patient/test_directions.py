"""Directions in words: what is understood is right, what is not understood says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.patient.directions import read_directions
from benzosafe.patient.tables import Bounds

# text, dose, unit, doses a day, amount a day
READ = [
    ("1 tab bid", 1, "tablet", 2, 2),
    ("one tablet b.i.d.", 1, "tablet", 2, 2),
    ("1 tab tid", 1, "tablet", 3, 3),
    ("take 1 tablet qid", 1, "tablet", 4, 4),
    ("1 tab q.d.", 1, "tablet", 1, 1),
    ("1 tab qhs", 1, "tablet", 1, 1),
    ("1 hs", 1, None, 1, 1),
    ("2 nocte", 2, None, 1, 2),
    ("1 mane", 1, None, 1, 1),
    ("1 bd", 1, None, 2, 2),
    ("1 tds", 1, None, 3, 3),
    ("1 qds", 1, None, 4, 4),
    ("1 od", 1, None, 1, 1),
    ("1 tab q6h", 1, "tablet", 4, 4),
    ("1 tab every 8 hours", 1, "tablet", 3, 3),
    ("1 tab every six hours", 1, "tablet", 4, 4),
    ("2 mg 8 hourly", 2, "mg", 3, 6),
    ("one tablet every other day", 1, "tablet", 0.5, 0.5),
    ("1 on alternate nights", 1, None, 0.5, 0.5),
    ("1 tab twice weekly", 1, "tablet", 2 / 7, 2 / 7),
    ("2.5 mg weekly", 2.5, "mg", 1 / 7, 2.5 / 7),
    ("1 tablet three times a day", 1, "tablet", 3, 3),
    ("1 tab 3 x daily with meals", 1, "tablet", 3, 3),
    ("1 tablet 4 times a day with meals and at bedtime", 1, "tablet", 4, 4),
    ("one half tablet at bedtime", 0.5, "tablet", 1, 0.5),
    ("1/2 tab bid", 0.5, "tablet", 2, 1),
    ("1½ tablets nocte", 1.5, "tablet", 1, 1.5),
    ("1-1/2 tablets daily", 1.5, "tablet", 1, 1.5),
    ("one and a half tablets daily", 1.5, "tablet", 1, 1.5),
    ("half a tablet at night", 0.5, "tablet", 1, 0.5),
    ("three quarters of a tablet daily", 0.75, "tablet", 1, 0.75),
    ("two (2) tablets daily", 2, "tablet", 1, 2),
    ("Take 1 tablet by mouth 2 (two) times a day", 1, "tablet", 2, 2),
    ("1-0-1", 1, None, 2, 2),
    ("0-0-1", 1, None, 1, 1),
    ("1-0-0-1 tab", 1, "tablet", 2, 2),
    ("0.5 mg 1-0-1", 0.5, "mg", 2, 1),
    ("1 tablet morning and night", 1, "tablet", 2, 2),
    ("1 tab in the evening at bedtime", 1, "tablet", 1, 1),
    ("at 8 am and 6 pm 1 tablet", 1, "tablet", 2, 2),
    ("twice daily 2 tablets", 2, "tablet", 2, 4),
    ("500 micrograms at night", 500, "mcg", 1, 500),
    ("1 teaspoon tid", 5, "ml", 3, 15),
    ("2 x 10 ml daily", 20, "ml", 1, 20),
    ("two 5 mg tablets at night", 10, "mg", 1, 10),
    ("0,5 mg bid", 0.5, "mg", 2, 1),
    (".5 mg bid", 0.5, "mg", 2, 1),
    ("30 mg/day in 3 divided doses", 10, "mg", 3, 30),
    ("30 mg daily divided tid", 10, "mg", 3, 30),
    ("take 1 tablet a day", 1, "tablet", 1, 1),
    # Spanish
    ("1 cada 12 horas", 1, None, 2, 2),
    ("1 comp c/12h", 1, "tablet", 2, 2),
    ("1 gota cada 8 hs", 1, "drop", 3, 3),
    ("una tableta dos veces al día", 1, "tablet", 2, 2),
    ("una tableta al acostarse", 1, "tablet", 1, 1),
    ("media tableta antes de dormir", 0.5, "tablet", 1, 0.5),
    ("2 mg cada noche", 2, "mg", 1, 2),
    ("1 tableta por vía oral diaria", 1, "tablet", 1, 1),
    ("1 comprimido en días alternos", 1, "tablet", 0.5, 0.5),
]


@pytest.mark.parametrize(("text", "dose", "unit", "times", "a_day"), READ, ids=[row[0] for row in READ])
def test_regular_directions(text, dose, unit, times, a_day):
    read = read_directions(text)
    assert read.understood, read.reading
    assert (read.dose, read.dose_unit) == (Bounds(dose, dose), unit)
    assert read.times_per_day.low == read.times_per_day.high == pytest.approx(times, abs=1e-5)
    assert read.amount_per_day.high == pytest.approx(a_day, abs=1e-5)
    assert not read.prn


RANGES = [
    ("1-2 tabs q4-6h prn", (1, 2), (0, 6), (0, 12), True),
    ("take one to two tablets at bedtime", (1, 2), (1, 1), (1, 2), False),
    ("1/2-1 tablet at night", (0.5, 1), (1, 1), (0.5, 1), False),
    ("0.5mg-1mg at night", (0.5, 1), (1, 1), (0.5, 1), False),
    ("1 tablet once or twice daily", (1, 1), (1, 2), (1, 2), False),
    ("1 tab by mouth twice daily as needed for anxiety, max 3 per day", (1, 1), (0, 2), (0, 2), True),
    ("1 tablet every 6 hours as needed, up to 3 times a day", (1, 1), (0, 3), (0, 3), True),
    ("1-2 tablets every 4-6 hours as needed, maximum 6 tablets in 24 hours", (1, 2), (0, 6), (0, 6), True),
    ("take up to 2 tablets at night", (0, 2), (1, 1), (0, 2), False),
    ("1 tab qhs prn may repeat once", (1, 1), (0, 2), (0, 2), True),
    ("1 mg am and 2 mg hs", (1, 2), (2, 2), (3, 3), False),
    ("1-0-2", (1, 2), (2, 2), (3, 3), False),
    ("1 tablet in the morning, 1 at noon and 2 at bedtime", (1, 2), (3, 3), (4, 4), False),
    ("in the morning 1 mg, at night 2 mg", (1, 2), (2, 2), (3, 3), False),
    ("1 mg twice a day and 2 mg at bedtime", (1, 2), (3, 3), (4, 4), False),
    ("1 tableta en la mañana y 2 en la noche", (1, 2), (2, 2), (3, 3), False),
    ("1 comprimido cada 8 horas si es necesario, máximo 2 al día", (1, 1), (0, 2), (0, 2), True),
    ("1-2 tabletas cada 6-8 horas por razón necesaria", (1, 2), (0, 4), (0, 8), True),
    ("may take 1 tablet at bedtime", (1, 1), (0, 1), (0, 1), True),
]


@pytest.mark.parametrize(("text", "dose", "times", "a_day", "prn"), RANGES, ids=[row[0] for row in RANGES])
def test_ranges_and_as_needed(text, dose, times, a_day, prn):
    read = read_directions(text)
    assert read.understood, read.reading
    assert read.dose == Bounds(*dose)
    assert read.times_per_day == Bounds(*times)
    assert read.amount_per_day == Bounds(*a_day)
    assert read.prn is prn


NOT_UNDERSTOOD = [
    "",
    "as directed",
    "1 am 2 pm",  # eight in the morning, or eight tablets in the morning?
    "1,000 mg daily",  # a thousand or one?
    "2 x 1 daily",
    "2 (three) tablets daily",
    "1 tablet twice daily at bedtime",
    "1 tab bid then 1 tab daily",
    "4 tablets daily for 7 days then stop",
    "1 mg bid increase to 2 mg",
    "1 tab bid/tid",
    "1 tablet daily or as directed",
    "1 mg daily, 2 mg",
    "1 mg am and 2 at night",
    "1 mg as needed, max 3 per day",
    "take 3 tablets, max 2 tablets per day",
    "0.1 mg/kg daily",
    "take 1 tablet every other",
    "do not take",
    "no more 1 tablet",
    "one/two daily",
    "14 times daily",
    "tablets daily",
    "5 mg mon, 2.5 mg tue",
    "1 tab at night and 1 extra if needed",
    "1 tablet 4 hrly or 5 hrly",
    "1-2-3-4-5",
    "4 mg daily (2 mg am, 2 mg pm)",  # four or eight?
    "2 x 1",
    "1 tablet daily, may take additional tab if needed",
    "1-2 tabletas cada 6 horas por wibble",
    "x" * 501,
]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_clear_is_not_guessed(text):
    read = read_directions(text)
    assert not read.understood
    assert read.dose is None
    assert read.amount_per_day is None
    assert read.reading.startswith("not understood")


def test_the_words_left_over_are_named():
    assert read_directions("1 tab bid then wibble").leftover == ("then", "wibble")


def test_both_units_of_a_dose_are_kept():
    read = read_directions(
        "Take 0.5 tablets (0.25 mg total) by mouth nightly as needed for Sleep. Max Daily Amount: 1 mg"
    )
    assert (read.dose, read.dose_unit, read.also, read.also_unit) == (
        Bounds(0.25, 0.25),
        "mg",
        Bounds(0.5, 0.5),
        "tablet",
    )
    assert (read.max_per_day, read.max_per_day_unit, read.route, read.purpose) == (1, "mg", "oral", "sleep")


def test_a_maximum_in_another_unit_is_kept_for_later():
    read = read_directions("1 tablet every 4 hours as needed, max 3 mg per day")
    assert (read.max_per_day, read.max_per_day_unit, read.amount_per_day.high) == (3, "mg", 6)


def test_a_maximum_without_a_period_is_not_used():
    read = read_directions("1 tablet four times a day as needed, max 4 tablets")
    assert read.amount_per_day == Bounds(0, 4)
    assert "names no period" in read.reading


def test_as_needed_without_frequency_leaves_it_open():
    read = read_directions("take 1 tablet as needed")
    assert read.understood
    assert read.times_per_day is None
    assert read.amount_per_day is None


def test_only_a_maximum_bounds_it():
    assert read_directions("1 tablet as needed, no more than 3 tablets daily").amount_per_day == Bounds(0, 3)
    assert read_directions("up to 4 mg daily").amount_per_day == Bounds(0, 4)


def test_a_daily_total_is_not_a_single_dose():
    read = read_directions("total daily dose 30 mg")
    assert read.is_daily_total
    assert read.dose is None
    assert read.amount_per_day == Bounds(30, 30)


def test_course_length_route_and_days_of_the_week():
    assert read_directions("1 tab bid x 7 days").duration_days == Bounds(7, 7)
    assert read_directions("una tableta al dia por 2 semanas").duration_days == Bounds(14, 14)
    assert read_directions("2 mg im stat").route == "intramuscular"
    assert read_directions("2 mg im stat").once
    assert read_directions("1 tablet monday, wednesday and friday").days_per_week == 3
    assert read_directions("1 tablet hs 5 nights a week").days_per_week == 5
    assert read_directions("1 tablet twice daily").days_per_week == 7
    assert read_directions("1 tablet twice daily as needed").days_per_week is None


def test_before_a_procedure_is_once():
    read = read_directions("1 tablet 1 hour before procedure, may repeat once")
    assert (read.once, read.amount_per_day, read.duration_days) == (True, Bounds(1, 2), None)


def test_a_bare_once_needs_something_that_tells():
    assert not read_directions("1 tablet once").understood
    assert read_directions("1 tablet once at bedtime").amount_per_day == Bounds(1, 1)
    assert read_directions("0.2 mg IV once").duration_days == Bounds(1, 1)
    rescue = read_directions("5 mg nasal once as needed for seizure cluster")
    assert (rescue.dose, rescue.amount_per_day, rescue.duration_days) == (Bounds(5, 5), None, None)


def test_a_patch_releases_by_the_hour():
    read = read_directions("25 mcg/hr patch every 72 hours")
    assert (read.dose, read.dose_unit, read.amount_per_day) == (Bounds(25, 25), "mcg/h", None)


def test_the_reading_can_be_checked_by_a_person():
    read = read_directions("take 1-2 tablets by mouth every 6 hours as needed for pain, max 6 per day for 10 days")
    assert read.reading == (
        "1 to 2 tablets, every 6 hours, as needed, at most 6 tablets a day, in all 0 to 6 tablets a day, "
        "for 10 days, route oral, for pain"
    )


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text):
    read = read_directions(text)
    assert read.understood or read.amount_per_day is None


VOCABULARY = """take 1 2 0.5 1/2 - to or mg tablet tablets bid daily twice every 6 hours at night morning and , as
needed max per day for 10 days anxiety 1-0-1 half ( ) x week may repeat once total in divided doses up a times"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=12))
def test_no_mixture_of_known_words_makes_it_fail(words):
    read = read_directions(" ".join(words))
    for bounds in (read.dose, read.times_per_day, read.amount_per_day):
        assert bounds is None or 0 <= bounds.low <= bounds.high
