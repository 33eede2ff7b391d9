"""Diagnoses and care within the year: where they may stand, and when they count."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.moments import year_span
from benzosafe.population.measures.noted import has_care, has_diagnosis
from benzosafe.population.measures.value_sets import Codes
from tests.population.measures.builders import MADE_UP, cohort_of, concept, condition, patient, resource, visit

HOLDS = Codes(frozenset({(MADE_UP, "x")}))


def noted(*resources):
    """Whether it is noted as a diagnosis, and as a diagnosis or a kind of care."""
    chart = cohort_of(patient(), *resources).charts["p"]
    return has_diagnosis(chart, HOLDS, year_span(2026)), has_care(chart, HOLDS, year_span(2026))


def asked(status, intent, on):
    return resource("ServiceRequest", "s", status=status, intent=intent, code=concept("x"), authoredOn=on)


YES, NO, CARE = (True, True), (False, False), (False, True)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, YES), ({"onset": None}, YES), ({"onset": "2020"}, YES), ({"onset": "2026-12-31"}, YES),
        ({"onset": "2027-01-01"}, NO), ({"onset": "2020", "clinical": "resolved"}, NO),
        ({"onset": "2026-01-01", "clinical": "resolved"}, YES), ({"onset": "2026-06", "clinical": None}, YES),
        ({"onset": "2025-12-31", "clinical": None}, NO),
        ({"onset": "2020", "clinical": "resolved", "abatementDateTime": "2026-01-01"}, YES),
        ({"onset": "2020", "clinical": "resolved", "abatementDateTime": "2025-12-31"}, NO),
        ({"verified": "refuted"}, NO), ({"verified": "entered-in-error"}, NO), ({"verified": "provisional"}, YES),
        ({"category": None}, YES), ({"category": "encounter-diagnosis"}, YES),
    ],
)  # fmt: skip
def test_a_condition_counts_where_it_was_present_or_began_in_the_year(more, expected):
    assert noted(condition("x", **more)) == expected


@pytest.mark.parametrize(
    ("start", "end", "status", "expected"),
    [
        ("2025-12-30", "2026-01-01", "finished", YES), ("2026-12-31", "2027-01-02", "finished", YES),
        ("2025-12-30", "2025-12-31", "finished", NO), ("2027-01-01", None, "in-progress", NO),
        ("2026-05-01", None, "in-progress", YES), ("2026-05-01", "2026-05-02", "cancelled", NO),
        ("2026-05-01", "2026-05-02", "planned", NO), ("2026-05-01", "2026-05-02", "entered-in-error", NO),
    ],
)  # fmt: skip
def test_the_reason_of_a_visit_in_the_year_is_a_diagnosis(start, end, status, expected):
    assert noted(visit("office", start, end, status=status, reasonCode=[concept("x")])) == expected


def test_a_diagnosis_that_a_visit_points_to_counts_whatever_its_own_dates():
    old = condition("x", onset="2019-01-01", clinical=None)
    pointer = {"reference": f"Condition/{old['id']}"}
    assert noted(old) == NO
    assert noted(old, visit("office", "2026-05-01", "2026-05-02", diagnosis=[{"condition": pointer}])) == YES
    assert noted(old, visit("office", "2026-05-01", "2026-05-02", reasonReference=[pointer])) == YES


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (visit("x", "2026-05-01", "2026-05-02"), CARE),
        (visit("x", "2025-05-01", "2025-05-02"), NO),
        (visit("office", "2026-05-01", "2026-05-02", hospitalization={"dischargeDisposition": concept("x")}), CARE),
        (resource("Procedure", "d", status="completed", code=concept("x"), performedDateTime="2026-05-01"), CARE),
        (resource("Procedure", "d", status="not-done", code=concept("x"), performedDateTime="2026-05-01"), NO),
        (resource("Procedure", "d", status="completed", code=concept("x"), performedDateTime="2025-05-01"), NO),
        (asked("active", "order", "2026-05-01"), CARE),
        (asked("active", "plan", "2026-05-01"), NO),
        (asked("draft", "order", "2026-05-01"), NO),
        (asked("active", "order", "2027-05-01"), NO),
    ],
)  # fmt: skip
def test_care_is_also_a_kind_or_end_of_a_visit_a_procedure_or_an_order(made, expected):
    assert noted(made) == expected


def test_an_order_to_give_no_care_is_none():
    made = asked("active", "order", "2026-05-01")
    assert noted(made | {"doNotPerform": True}) == NO
