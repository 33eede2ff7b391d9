"""A dose below nothing is reported as not understood, never read without its sign."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.patient.handwritten import read_handwritten, read_medicine_line

ON = date(2026, 11, 24)


def orders(knowledge, text):
    return read_medicine_line(text, knowledge, order_id="m", source="handwritten", on=ON)


@pytest.mark.parametrize(
    "text",
    [
        "clonazepam -1 mg twice daily",
        "clonazepam -1mg twice daily",
        "clonazepam -.5 mg twice daily",
        "clonazepam, -1 mg twice daily",
        "clonazepam: -1 mg twice daily",
        "clonazepam - -1 mg twice daily",
        "clonazepam (Klonopin) -1 mg twice daily",
        "clonazepam tablets -1 mg at night",
        "clonazepam −1 mg twice daily",
        "clonazepam –1 mg twice daily",
        "clonazepam twice daily -1 mg",
        "clonazepam 1 mg tablet -1 tablet at night",
        "clonazepam 0.5 mg -0.5 tablet at night",
    ],
)
def test_a_negative_dose_is_not_understood(knowledge, text):
    (order,) = orders(knowledge, text)
    assert order.ingredient == "clonazepam"
    assert order.dose_mg_per_day is None
    assert order.dose_mg_single is None
    assert any(problem.startswith("directions not understood") for problem in order.problems)
    assert order.sig.count("-") + order.sig.count("−") + order.sig.count("–") == 1


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("clonazepam - 1 mg twice daily", 2, 2),
        ("clonazepam - 1 mg - twice daily", 2, 2),
        ("clonazepam 1 mg -twice daily", 2, 2),
        ("clonazepam 1 mg 1-0-1", 2, 2),
        ("clonazepam 0.5-1 mg at night", 0.5, 1),
        ("clonazepam 0.5 mg-1 mg at night", 0.5, 1),
    ],
)
def test_a_dash_between_words_and_in_a_range_stays_readable(knowledge, text, low, high):
    (order,) = orders(knowledge, text)
    assert (order.dose_mg_per_day.low, order.dose_mg_per_day.high) == (low, high)
    assert order.problems == ()


def test_the_second_strength_of_a_combination_is_no_dose_of_the_first(knowledge):
    found = orders(knowledge, "chlordiazepoxide-clidinium 5 mg-2.5 mg capsule three times daily")
    assert [order.dose_mg_per_day for order in found] == [None, None]


@pytest.mark.parametrize(
    "entry",
    [
        "clonazepam -1 mg twice daily",
        "{drug: clonazepam, take: -1 mg twice daily}",
        "{drug: clonazepam 1 mg tablet, take: -1 tablet twice daily}",
    ],
)
def test_the_record_lists_it_as_a_gap_for_the_review(knowledge, entry):
    record = read_handwritten(f"patient: {{age: 50}}\nmedicines:\n  - {entry}\n", "p.yaml", knowledge, ON)
    assert record.orders[0].dose_mg_per_day is None
    assert [(gap.kind, gap.where) for gap in record.gaps] == [("unreadable", "medicines[1]")]
    assert "-1" in record.gaps[0].what
