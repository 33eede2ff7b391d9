"""Measurements: converted, believable, of the past, and said where they are only a limit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fhir.builders import (
    LOINC,
    WEIGHT,
    coded,
    gaps_of,
    observation,
    read,
)  # fmt: skip


def test_weight_is_converted(knowledge):
    record = read(
        knowledge,
        observation(WEIGHT, valueQuantity={"value": 154, "unit": "[lb_av]"}, effectiveDateTime="2026-11-01"),
    )
    (weight,) = record.observations
    assert weight.concept == "weight_kg"
    assert weight.value == pytest.approx(69.85, abs=0.01)
    assert weight.taken_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"value": 7000, "unit": "kg"}, "implausible"),
        ({"value": -70, "unit": "kg"}, "implausible"),
        ({"value": 70, "unit": "parsec"}, "unreadable"),
    ],
)
def test_measurement_that_cannot_be_is_left_out(value, kind, knowledge):
    record = read(knowledge, observation(WEIGHT, valueQuantity=value))
    assert record.observations == ()
    assert len(gaps_of(record, kind)) == 1


def test_limit_of_a_measurement_is_used_and_said(knowledge):
    egfr = {"value": 90, "comparator": ">", "unit": "mL/min/{1.73_m2}"}
    record = read(knowledge, observation(coded(LOINC, "33914-3"), valueQuantity=egfr))
    assert [item.value for item in record.observations] == [90]
    assert gaps_of(record, "notice")


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_observation_that_does_not_stand(status, knowledge):
    assert (
        read(knowledge, observation(WEIGHT, status=status, valueQuantity={"value": 70, "unit": "kg"})).observations
        == ()
    )


@pytest.mark.parametrize(
    "value", [{"valueInteger": 5}, {"valueQuantity": {"value": 5, "unit": "{score}"}}, {"valueString": "5"}]
)
def test_score_in_every_form(value, knowledge):
    record = read(knowledge, observation(coded(LOINC, "75626-2"), **value))
    assert [(item.concept, item.value) for item in record.observations] == [("audit_c_score", 5)]


def test_components_are_read(knowledge):
    part = {"code": WEIGHT, "valueQuantity": {"value": 70, "unit": "kg"}}
    record = read(knowledge, observation({"text": "vital signs panel"}, component=[None, part]))
    assert [item.value for item in record.observations] == [70]


def test_category_is_read(knowledge):
    smoker = observation(coded(LOINC, "72166-2"), valueCodeableConcept={"text": "Never smoker"})
    assert [(o.concept, o.category) for o in read(knowledge, smoker).observations] == [("smoking_status", "never")]


def test_two_values_on_one_day_are_shown(knowledge):
    when = {"effectiveDateTime": "2026-11-01"}
    first = observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"}, **when)
    second = observation(WEIGHT, id="o2", valueQuantity={"value": 50, "unit": "kg"}, **when)
    assert gaps_of(read(knowledge, first, second), "conflict")


def test_observation_of_the_future_is_listed(knowledge):
    record = read(
        knowledge,
        observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"}, effectiveDateTime="2027-01-01"),
    )
    assert gaps_of(record, "implausible")


def test_no_observation_makes_the_list_known(knowledge):
    assert not read(knowledge, observation(WEIGHT, valueQuantity={"value": 70, "unit": "kg"})).coverage.observations
