"""A medicine written as one sentence: name, strength, directions, dates and reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused
from benzosafe.patient.handwritten import read_medicine_line
from benzosafe.patient.tables import Bounds


@pytest.fixture
def read(knowledge, on):
    def read(text, source="draft"):
        return read_medicine_line(text, knowledge, order_id="draft 1", source=source, on=on)

    return read


@pytest.mark.parametrize(
    ("text", "ingredient", "single", "a_day"),
    [
        ("clonazepam 1 mg twice daily", "clonazepam", (1, 1), (2, 2)),
        ("clonazepam 1mg po bid prn anxiety max 3mg/day", "clonazepam", (1, 1), (0, 2)),
        ("Klonopin 0.5 mg 2 tablets at bedtime", "clonazepam", (1, 1), (1, 1)),
        ("clonazepam 1 mg 2 at night", "clonazepam", (2, 2), (2, 2)),
        ("clonazepam 1 mg tablet: take 1/2 tablet at night", "clonazepam", (0.5, 0.5), (0.5, 0.5)),
        ("clonazepam 0.5 mg 1-0-1", "clonazepam", (0.5, 0.5), (1, 1)),
        ("clonazepam 1 mg (Klonopin) twice daily", "clonazepam", (1, 1), (2, 2)),
        ("diazepam 5 mg in the morning and 10 mg at night", "diazepam", (5, 10), (15, 15)),
        ("lorazepam 0.5-1 mg at night prn", "lorazepam", (0.5, 1), (0, 1)),
        ("lorazepam 2 mg/mL 0.5 mL at night", "lorazepam", (1, 1), (1, 1)),
        ("zolpidem ER 12.5 mg at bedtime", "zolpidem", (12.5, 12.5), (12.5, 12.5)),
        ("oxycodone 10 mg 5 mg every 4 hours", "oxycodone", (5, 5), (30, 30)),
        ("gabapentin 300 mg 3 times a day", "gabapentin", (300, 300), (900, 900)),
        ("phenobarbital 60 mg/day", "phenobarbital", None, (60, 60)),
        ("rivotril 2 mg una tableta cada 12 horas", "clonazepam", (2, 2), (4, 4)),
        ("morphine sulfate ER 30 mg every 12 hours", "morphine", (30, 30), (60, 60)),
        ("fentanyl patch 25 mcg/h every 72 hours", "fentanyl", None, (0.6, 0.6)),
        ("St John's wort 300 mg three times a day", None, (300, 300), (900, 900)),
        ("triazolam 0.25 mg 1 hour before procedure for dental anxiety", "triazolam", (0.25, 0.25), (0.25, 0.25)),
    ],
)
def test_sentences(read, text, ingredient, single, a_day):
    (order,) = read(text)
    assert ingredient is None or order.ingredient == ingredient
    assert order.dose_mg_single == (single and Bounds(*single))
    assert order.dose_mg_per_day == Bounds(*a_day)
    assert order.problems == order.conflicts == ()


@pytest.mark.parametrize(
    ("text", "a_day"),
    [
        ("Percocet 5/325 1-2 tabs q6h prn", (0, 40)),
        ("oxycodone/acetaminophen 5/325 every 6 hours", (20, 20)),
        ("Percocet 5/325 mg tablet: take 1 tablet every 6 hours", (20, 20)),
    ],
)
def test_combinations(read, text, a_day):
    oxycodone, paracetamol = read(text)
    assert (oxycodone.ingredient, oxycodone.dose_mg_per_day) == ("oxycodone", Bounds(*a_day))
    assert paracetamol.strength_mg == 325


def test_dates_supply_and_reason(read):
    (order,) = read(
        "oxycodone 10 mg tablet 1 tablet every 6 hours since 2026-10-20, 30 days supply, 2 refills for chronic pain",
        source="handwritten",
    )
    assert (order.start_on, order.days_supply, order.refills) == (date(2026, 10, 20), 30, 2)
    assert (order.indication, order.indication_text, order.active) == ("chronic_pain", "chronic pain", True)


def test_a_stopped_one(read):
    (order,) = read("clonazepam 1 mg bid since 2024-02 until 2026-11-10", source="handwritten")
    assert (order.start_on, order.end_on, order.active) == (date(2024, 2, 1), date(2026, 11, 10), False)


def test_a_number_after_to_is_no_year(read):
    (order,) = read("gabapentin 600 mg bid increase to 2000 mg")
    assert order.end_on is None
    assert "not understood" in order.problems[0]


def test_directions_that_are_not_understood_keep_the_order(read):
    (order,) = read("clonazepam 1 mg bid increase to 2 mg")
    assert (order.ingredient, order.dose_mg_per_day, order.active) == ("clonazepam", None, True)
    assert order.problems[0].startswith("directions not understood")


def test_a_draft_may_start_later_only_if_its_date_exists(read):
    with pytest.raises(InputRefused, match="draft 1"):
        read("clonazepam 1 mg bid since 2026-13-01")


def test_no_directions_is_said(read):
    assert read("diazepam")[0].problems == ("how much is taken is not stated",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=50))
def test_no_sentence_makes_it_fail(read, text):
    try:
        orders = read(text)
    except InputRefused:
        return
    assert len(orders) >= 1
