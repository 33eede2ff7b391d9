"""US Core, International Patient Summary and UK Core, as their specifications say, are read without special cases.

Product codes of the UK's dm+d are made up: benzosafe does not hold them, so that the display has to do.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import ON

FOLDER = Path(__file__).parent / "profiles"


def record_of(name, knowledge):
    return read_bundle((FOLDER / f"{name}.json").read_bytes(), name, knowledge, ON)


@pytest.mark.parametrize("name", ["ips", "uk_core", "us_core"])
def test_nothing_of_it_is_lost(name, knowledge):
    record = record_of(name, knowledge)
    said = [gap for gap in record.gaps if gap.kind in ("unreadable", "unresolved_drug", "implausible")]
    assert not said, f"{name}: {said}"
    assert record.coverage.orders and record.coverage.conditions
    assert record.sex and record.birth_on


def doses(record):
    found = {order.ingredient: order.dose_mg_per_day for order in record.orders}
    return {name: dose and (dose.low, dose.high) for name, dose in found.items()}


def test_international_patient_summary(knowledge):
    record = record_of("ips", knowledge)
    assert doses(record) == {"diazepam": (5, 5), "oxycodone": (20, 20)}
    assert all(order.active for order in record.orders)
    assert record.coverage.allergies and not record.allergies
    assert "copd" in record.conditions[0].concepts


def test_uk_core(knowledge):
    record = record_of("uk_core", knowledge)
    found = doses(record)
    assert found["diazepam"] == (6, 6)
    assert found["zopiclone"] == (0, 7.5)
    assert found["codeine"] == (240, 240)
    assert all(order.active for order in record.orders)
    assert not record.coverage.allergies


def test_us_core(knowledge):
    record = record_of("us_core", knowledge)
    assert doses(record)["lorazepam"] == (2, 2)
    taken = {order.ingredient for order in record.orders if order.active is not False}
    assert taken == {"lorazepam", "diphenhydramine"}
    weight = next(item for item in record.observations if item.concept == "weight_kg")
    assert weight.value == pytest.approx(59.87, abs=0.01)
    assert [allergy.ingredient for allergy in record.allergies] == ["codeine"]
