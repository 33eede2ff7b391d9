"""Problems: their course, what is known to be absent, and stays and procedures that count as one."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fhir.builders import (
    COPD,
    SUBJECT,
    condition,
    gaps_of,
    read,
)  # fmt: skip


def test_condition_resolves_by_code_and_by_text(knowledge):
    record = read(knowledge, condition(COPD), condition({"text": "sleep apnoea"}, id="c2"))
    assert ["copd" in c.concepts or "sleep_apnoea" in c.concepts for c in record.conditions] == [True, True]
    assert record.coverage.conditions
    assert record.conditions[0].active is True


@pytest.mark.parametrize(
    ("more", "active", "present"),
    [
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, False, True),
        ({"clinicalStatus": None}, None, True),
        ({"clinicalStatus": None, "abatementDateTime": "2020-01-01"}, False, True),
        ({"abatementDateTime": "2020-01-01"}, None, True),
        ({"abatementDateTime": "2030-01-01"}, True, True),
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, True, False),
        ({"verificationStatus": {"coding": [{"code": "provisional"}]}}, True, True),
    ],
)
def test_course_of_a_condition(more, active, present, knowledge):
    (found,) = read(knowledge, condition(COPD, **more)).conditions
    assert (found.active, found.present) == (active, present)


def test_refuted_diagnosis_is_known_absent(knowledge):
    refuted = condition(COPD, verificationStatus={"coding": [{"code": "refuted"}]})
    assert "copd" in read(knowledge, refuted).known_absent
    assert "copd" not in read(knowledge, refuted, condition(COPD, id="c2")).known_absent


@pytest.mark.parametrize("more", [{"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}])
def test_condition_entered_in_error_is_left_out(more, knowledge):
    record = read(knowledge, condition(COPD, **more))
    assert record.conditions == ()
    assert not record.coverage.conditions


def test_reversed_course_is_listed(knowledge):
    record = read(knowledge, condition(COPD, onsetDateTime="2026-06-01", abatementDateTime="2026-01-01"))
    assert gaps_of(record, "implausible")
    assert (record.conditions[0].onset_on, record.conditions[0].ended_on) == (None, None)


def test_future_onset_keeps_the_condition(knowledge):
    record = read(knowledge, condition(COPD, onsetDateTime="2062-06-01"))
    assert gaps_of(record, "implausible")
    assert record.conditions[0].onset_on is None


def test_unresolved_condition_is_kept_in_words(knowledge):
    record = read(knowledge, condition({"text": "ingrown toenail"}))
    assert [(c.text, c.concepts) for c in record.conditions] == [("ingrown toenail", ())]


def encounter(**more):
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "subject": SUBJECT,
        "class": {"code": "IMP"},
    } | more


def test_ongoing_stay_is_said(knowledge):
    assert gaps_of(read(knowledge, encounter(period={"start": "2026-11-20"})), "notice")
    assert not gaps_of(
        read(knowledge, encounter(status="finished", period={"start": "2026-11-01", "end": "2026-11-05"})),
        "notice",
    )


@pytest.mark.parametrize(("start", "end", "ongoing"), [("2026-11-20", None, True), ("2026-10-01", "2026-10-05", False)])
def test_hospice_stay_is_a_condition(start, end, ongoing, knowledge):
    period = {"start": start} | ({"end": end} if end else {})
    record = read(knowledge, encounter(type=[{"text": "Hospice care"}], period=period))
    (found,) = [c for c in record.conditions if "hospice" in c.concepts]
    assert found.active is ongoing


def test_procedure_is_a_condition_only_by_code_or_kind_of_care(knowledge):
    test = {
        "resourceType": "Procedure",
        "id": "t",
        "status": "completed",
        "code": {"text": "Hepatitis C antibody test"},
    }
    care = {
        "resourceType": "Procedure",
        "id": "u",
        "status": "in-progress",
        "code": {"text": "Palliative care"},
        "performedPeriod": {"start": "2026-11-01"},
    }
    record = read(knowledge, test, care)
    assert [(c.condition_id, c.active) for c in record.conditions] == [("Procedure/u code", True)]


def test_procedure_not_done_says_nothing(knowledge):
    care = {"resourceType": "Procedure", "id": "u", "status": "not-done", "code": {"text": "Palliative care"}}
    assert read(knowledge, care).conditions == ()


@pytest.mark.parametrize(("status", "ongoing"), [("in-progress", True), ("finished", False)])
def test_stay_without_dates_follows_its_status(status, ongoing, knowledge):
    record = read(knowledge, encounter(status=status, type=[{"text": "Hospice care"}]))
    assert [c.active for c in record.conditions] == [ongoing]


def test_discharge_to_hospice_goes_on(knowledge):
    where_to = {"dischargeDisposition": {"text": "Hospice"}}
    stay = encounter(status="finished", period={"start": "2026-10-01", "end": "2026-10-05"}, hospitalization=where_to)
    record = read(knowledge, stay)
    assert [("hospice" in c.concepts, c.active, c.onset_on) for c in record.conditions] == [
        (True, None, date(2026, 10, 5))
    ]
