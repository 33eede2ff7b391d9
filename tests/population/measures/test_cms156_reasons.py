"""CMS156: when a diagnosis protects in rate 2, and hospice and palliative care, to the edges of the period."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.cms156_sets import BENZODIAZEPINES, CLASSES
from tests.population.measures.builders import concept, condition, counts, order, patient, resource, visit

OFFICE = visit("Office Visit", "2026-05-01T09:00:00Z", "2026-05-01T09:30:00Z")
REASON = "Seizure Disorder"
INDEX = "2026-03-01T09:00:00Z"
ORDERS = [order(BENZODIAZEPINES, INDEX), order(BENZODIAZEPINES, "2026-04-01T09:00:00Z")]
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def protects(edition=2026, **change):
    """Whether the diagnosis keeps two orders of a benzodiazepine out of rate 2."""
    return not counts("cms156", patient(), OFFICE, *ORDERS, condition(REASON, **change), edition=edition)["2"][3]


@pytest.mark.parametrize(
    ("change", "protected"),
    [
        ({"onset": "2001"}, True),  # prevalence, not onset, must reach into the period
        ({"onset": INDEX}, True), ({"onset": "2026-03-01T09:00:01Z"}, False),
        ({"onset": "2026-03-01"}, False),  # a date is not certainly before the instant of that day
        ({"onset": "2026-02-28"}, True), ({"onset": None}, True),
        ({"onset": "2001", "clinical": "inactive"}, False), ({"onset": "2001", "clinical": None}, False),
        ({"onset": "2001", "clinical": "recurrence"}, True), ({"onset": "2001", "clinical": "relapse"}, True),
        ({"onset": "2001", "clinical": "resolved", "abatementDateTime": "2025-01-01T00:00:00Z"}, True),
        ({"onset": "2001", "clinical": "resolved", "abatementDateTime": "2024-12-31T23:59:59Z"}, False),
        ({"onset": "2001", "clinical": "resolved", "abatementPeriod": {"end": "2025-02-01"}}, True),
        ({"onset": "2001", "clinical": "active", "abatementPeriod": {"start": "2020"}}, True),
        ({"onset": "2001", "clinical": "active", "abatementDateTime": "no idea"}, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("edition", [2024, 2026])
def test_the_diagnosis_is_present_from_a_year_before_the_period_to_the_first_order(change, protected, edition):
    assert protects(edition, **change) is protected


@pytest.mark.parametrize(
    ("change", "by_edition"),
    [
        ({"category": None}, (True, False)), ({"category": "health-concern"}, (True, True)),
        ({"category": "encounter-diagnosis"}, (True, True)), ({"verified": "refuted"}, (True, False)),
        ({"verified": "provisional"}, (True, True)), ({"verified": "unconfirmed"}, (True, True)),
    ],
)  # fmt: skip
def test_categories_and_verification_are_asked_since_2026(change, by_edition):
    assert (protects(2024, **change), protects(2026, **change)) == by_edition


def test_the_index_is_the_first_order_within_the_period():
    early = order(BENZODIAZEPINES, "2025-11-01T09:00:00Z")
    drugs = [early, *ORDERS, condition(REASON, onset="2026-02-01")]
    assert counts("cms156", patient(), OFFICE, *drugs)["2"][3] == 0
    no_order = order(BENZODIAZEPINES, "2026-01-02T09:00:00Z", status="cancelled")
    assert counts("cms156", patient(), OFFICE, no_order, *drugs)["2"][3] == 0
    first = order(BENZODIAZEPINES, "2026-01-02T09:00:00Z")
    assert counts("cms156", patient(), OFFICE, first, *drugs)["2"][3] == 1


def test_a_hypnotic_is_of_rate_1_and_each_patient_counts_once_in_rate_3():
    hypnotic = next(name for name in CLASSES if "Nonbenzodiazepine" in name)
    drugs = [order(hypnotic, INDEX), order(hypnotic, "2026-04-01")]
    assert [value[3] for value in counts("cms156", patient(), OFFICE, *drugs).values()] == [1, 0, 1]
    assert [value[3] for value in counts("cms156", patient(), OFFICE, *drugs, *ORDERS).values()] == [1, 1, 1]
    mixed = [order(hypnotic, INDEX), ORDERS[1]]
    assert [value[3] for value in counts("cms156", patient(), OFFICE, *mixed).values()] == [0, 0, 0]


def out(*resources, edition=2026):
    """Whether the patient is left out of all three rates; the numerator is then nought."""
    found = counts("cms156", patient(), OFFICE, *ORDERS, *resources, edition=edition)
    ((initial, _, excluded, numerator),) = {found["2"], found["3"]}
    assert initial == 1 and numerator == 1 - excluded and found["1"][2] == excluded
    return bool(excluded)


def in_both(*resources):
    return out(*resources, edition=2024), out(*resources, edition=2026)


def test_nobody_is_left_out_without_a_record_of_such_care():
    assert in_both() == (False, False)


EDGES = [("2025-12-31T23:59:59Z", False), ("2026-01-01T00:00:00Z", True), ("2026-12-31T23:59:59Z", True),
         ("2026-12-31", True), ("2027-01-01", False), ("2026", False), (None, False)]  # fmt: skip


@pytest.mark.parametrize(("at", "both"), EDGES)
def test_hospice_care_ordered_in_the_period(at, both):
    fields = {"status": "active", "intent": "order", "code": concept("Hospice Care Ambulatory"), "authoredOn": at}
    assert in_both(resource("ServiceRequest", "a", **fields)) == (both, both)
    assert in_both(resource("ServiceRequest", "a", **fields | {"status": "draft"})) == (False, False)
    assert in_both(resource("ServiceRequest", "a", **fields | {"intent": "reflex-order"})) == (False, both)


@pytest.mark.parametrize("name", ["Hospice Care Ambulatory", "Palliative Care Intervention"])
@pytest.mark.parametrize(("at", "both"), EDGES)
def test_care_performed_in_the_period(name, at, both):
    done = resource("Procedure", "d", status="completed", code=concept(name), performedDateTime=at)
    assert in_both(done) == (both, both)
    assert in_both(done | {"status": "in-progress"}) == (False, False)


@pytest.mark.parametrize(
    ("code", "value", "asks"), [("45755-6", "373066001", True), ("45755-6", "373067005", False), ("71007-9", "0", True)]
)
def test_care_that_a_survey_tells_of(code, value, asks):
    survey = {"category": [concept("survey", "http://terminology.hl7.org/CodeSystem/observation-category")]}
    answer = {"code": concept(code, LOINC), "valueCodeableConcept": concept(value, SNOMED)}
    period = {"effectivePeriod": {"start": "2025-12-01", "end": "2026-01-01"}}
    told = resource("Observation", "o", status="final", **survey, **answer, **period)
    assert in_both(told) == (asks, asks)
    assert in_both(told | {"status": "preliminary"}) == (False, False)
    assert in_both(told | {"category": [concept("survey")]}) == (False, False)
    assert in_both(told | {"effectivePeriod": {"start": "2025-12-01", "end": "2025-12-31"}}) == (False, False)


@pytest.mark.parametrize("name", ["Hospice Diagnosis", "Palliative Care Diagnosis"])
def test_a_diagnosis_of_such_care(name):
    assert in_both(condition(name, onset="2026-12-31")) == (True, True)
    assert in_both(condition(name, onset="2027-01-01")) == (False, False)
    assert in_both(condition(name, verified="refuted")) == (True, False)
    assert in_both(condition(name, clinical="resolved")) == (False, False)


@pytest.mark.parametrize("name", ["Hospice Encounter", "Palliative Care Encounter"])
def test_a_visit_of_such_care(name):
    assert in_both(visit(name, "2025-12-01", "2026-01-01", name="h")) == (True, True)
    assert in_both(visit(name, "2025-12-01", "2025-12-31", name="h")) == (False, False)
    assert in_both(visit(name, "2026-12-31", None, name="h")) == (True, True)
    assert in_both(visit(name, "2026-02-01", "2026-02-02", name="h", status="in-progress")) == (True, False)


@pytest.mark.parametrize("code", ["428371000124100", "428361000124107"])
def test_a_stay_that_ended_with_hospice(code):
    left = {"hospitalization": {"dischargeDisposition": concept(code, SNOMED)}}
    stay = visit("Encounter Inpatient", "2025-12-30", "2026-01-01", name="s", **left)
    assert in_both(stay) == (True, True)
    assert in_both(stay | {"period": {"start": "2025-12-30", "end": "2025-12-31"}}) == (False, False)
    assert in_both(stay | {"type": [concept("Office Visit")]}) == (False, False)
    assert in_both(stay | {"hospitalization": {"dischargeDisposition": concept("home", SNOMED)}}) == (False, False)
