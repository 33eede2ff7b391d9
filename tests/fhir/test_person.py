"""Who the person is: dates of every precision, birth, sex, and whether the person has died."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.fhir.dates import read_date
from benzosafe.fhir.read import read_bundle
from tests.fhir.builders import (
    ON,
    PATIENT,
    as_bytes,
    bundle,
    gaps_of,
    request,
)  # fmt: skip


def person(knowledge, **more):
    return read_bundle(as_bytes(bundle(PATIENT | more)), "x", knowledge, ON)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "year"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2026-11-24", date(2026, 11, 24), date(2026, 11, 24), "day"),
        ("2026-11-24T23:59:00-05:00", date(2026, 11, 24), date(2026, 11, 24), "day"),
        ("2026-11-24T23:59:00.123Z", date(2026, 11, 24), date(2026, 11, 24), "day"),
    ],
)
def test_dates_of_every_precision(text, first, last, precision):
    found = read_date(text)
    assert (found.first, found.last, found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text", ["", "today", "24.11.2026", "2026-02-30", "2026-1-1", "20261124", "0000", "2026-11-24Tx"]
)
def test_what_is_no_date(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("written", "born", "precision"),
    [
        ("1950-03-01", date(1950, 3, 1), "day"),
        ("1950-03", date(1950, 3, 1), "month"),
        ("1950", date(1950, 1, 1), "year"),
    ],
)
def test_birth_date_keeps_its_precision(written, born, precision, knowledge):
    record = person(knowledge, birthDate=written)
    assert (record.birth_on, record.birth_precision) == (born, precision)


@pytest.mark.parametrize("written", ["2062-01-01", "1066-10-14", "1890-01-01"])
def test_birth_date_that_cannot_be_is_not_used(written, knowledge):
    record = person(knowledge, birthDate=written)
    assert record.birth_on is None


def test_future_birth_date_is_listed(knowledge):
    assert gaps_of(person(knowledge, birthDate="2062-01-01"), "implausible")


@pytest.mark.parametrize(
    ("gender", "sex"),
    [("female", "female"), ("male", "male"), ("other", None), ("unknown", None), (None, None)],
)
def test_sex(gender, sex, knowledge):
    assert person(knowledge, gender=gender).sex == sex


@pytest.mark.parametrize(
    ("more", "deceased"),
    [
        ({}, None),
        ({"deceasedBoolean": False}, False),
        ({"deceasedBoolean": True}, True),
        ({"deceasedDateTime": "2026-01-01"}, True),
        ({"deceasedDateTime": "2026-12-01"}, False),
    ],
)
def test_deceased(more, deceased, knowledge):
    assert person(knowledge, **more).deceased is deceased


def test_no_patient_resource_is_said(knowledge):
    record = read_bundle(as_bytes(bundle(request())), "x", knowledge, ON)
    assert (record.patient_id, record.birth_on, record.sex) == ("p", None, None)
    assert any("no Patient resource" in gap.what for gap in gaps_of(record, "missing"))
