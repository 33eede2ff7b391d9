"""CMS506: every exclusion, on both sides of its edge, in both editions where they differ."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.cms506 import BENZODIAZEPINES, INPATIENT, OPIOIDS
from benzosafe.population.measures.cms506_exclusions import (
    CANCER_PAIN,
    DISPOSITIONS,
    EMERGENCY,
    MAT,
    MOUD,
    OBSERVATION,
    OPIOID_USE_DISORDER,
    PALLIATIVE,
    SICKLE_CELL,
)
from tests.population.measures.builders import concept, condition, counts, order, patient, resource, visit

STAY = visit(INPATIENT, "2026-03-01T10:00:00Z", "2026-03-05T10:00:00Z")
BOTH = [patient(), order(OPIOIDS, "2026-03-04T09:00:00Z"), order(BENZODIAZEPINES, "2026-03-04T09:00:00Z")]


def excluded(*resources, edition=2026, stay=STAY):
    """Whether the encounter is left out; whichever it is, the numerator follows."""
    ((initial, denominator, out, numerator),) = counts("cms506", *BOTH, stay, *resources, edition=edition).values()
    assert (initial, denominator) == (1, 1) and numerator == 1 - out
    return bool(out)


def in_both(*resources):
    return excluded(*resources, edition=2024), excluded(*resources, edition=2026)


def test_nothing_excludes_without_a_reason():
    assert in_both() == (False, False)


@pytest.mark.parametrize("name", [CANCER_PAIN, SICKLE_CELL])
@pytest.mark.parametrize(
    ("change", "both"),
    [
        ({}, True), ({"category": "health-concern"}, True), ({"clinical": "relapse"}, True),
        ({"onset": "2026-03-05T23:00:00Z"}, True), ({"onset": "2026-03-06T00:00:00Z"}, False),
        ({"onset": "2026-03"}, False), ({"onset": "2026"}, False), ({"onset": "2025"}, True),
        ({"clinical": "resolved"}, False),  # ended, and when is not known
        ({"clinical": "resolved", "abatementDateTime": "2026-03-01T00:00:00Z"}, True),
        ({"clinical": "resolved", "abatementDateTime": "2026-02-28T23:00:00Z"}, False),
        ({"clinical": "active", "abatementDateTime": "2026-02-28"}, False),
        ({"onset": None, "onsetPeriod": {"start": "2026-03-05"}}, True),
        ({"onset": None, "onsetPeriod": {"start": "2026-03-06"}}, False),
        ({"onset": None, "onsetAge": {"value": 75, "code": "a"}}, True),
        ({"onset": None, "onsetAge": {"value": 76, "code": "a"}}, False),  # 76 on 5 May 2026
        ({"onset": "2026-01-01", "abatementAge": {"value": 74, "code": "a"}}, False),  # until 4 May 2025
        ({"onset": "2024-01-01", "abatementAge": {"value": 75, "code": "a"}, "clinical": "resolved"}, True),
    ],
)  # fmt: skip
def test_a_condition_present_on_a_day_of_the_stay(name, change, both):
    assert in_both(condition(name, **change)) == (both, both)


@pytest.mark.parametrize(
    ("name", "change", "by_edition"),
    [
        (CANCER_PAIN, {"category": None}, (False, False)),
        (CANCER_PAIN, {"category": "encounter-diagnosis"}, (False, False)),
        (SICKLE_CELL, {"category": None}, (True, False)),
        (SICKLE_CELL, {"category": "encounter-diagnosis"}, (True, False)),
        (CANCER_PAIN, {"verified": "refuted"}, (True, False)),
        (SICKLE_CELL, {"verified": "entered-in-error"}, (True, False)),
        (SICKLE_CELL, {"verified": "differential"}, (True, True)),
        (CANCER_PAIN, {"verified": "confirmed"}, (True, True)),
    ],
)
def test_categories_and_verification_by_edition(name, change, by_edition):
    assert in_both(condition(name, **change)) == by_edition


def test_the_diagnosis_of_the_encounter_stands_elsewhere_in_each_edition():
    pain = condition(CANCER_PAIN, category="encounter-diagnosis", onset="2020", clinical="resolved")
    pointer = {"reference": f"Condition/{pain['id']}"}
    by_diagnosis = STAY | {"diagnosis": [{"condition": pointer}]}
    by_reference = STAY | {"reasonReference": [pointer]}
    by_code = STAY | {"reasonCode": [concept(CANCER_PAIN)]}
    for stay, by_edition in ((by_diagnosis, (1, 0)), (by_reference, (0, 1)), (by_code, (0, 1))):
        assert (excluded(pain, stay=stay, edition=2024), excluded(pain, stay=stay, edition=2026)) == by_edition


def test_since_2026_one_such_encounter_of_the_denominator_excludes_all_of_the_patient():
    other = visit(INPATIENT, "2026-06-01", "2026-06-02", name="w", reasonCode=[concept(CANCER_PAIN)])
    drug = order(OPIOIDS, "2026-06-02")
    assert [out for _, _, out, _ in counts("cms506", *BOTH, STAY, other, drug).values()] == [1, 1]
    assert list(counts("cms506", *BOTH, STAY, other).values()) == [(1, 1, 0, 1)]  # not of the denominator
    pain = condition(CANCER_PAIN, category=None)
    old = other | {"reasonCode": None, "diagnosis": [{"condition": {"reference": f"Condition/{pain['id']}"}}]}
    assert counts("cms506", *BOTH, STAY, {k: v for k, v in old.items() if v}, drug, pain, edition=2024) == {
        "v": (1, 1, 0, 1), "w": (1, 1, 1, 0),
    }  # fmt: skip


def treatment(at="2026-03-02T09:00:00Z", **more):
    return order(MOUD, at, **more)


def procedure(start, end=None, code=MAT, **more):
    when = {"performedPeriod": {"start": start, "end": end}} if end else {"performedDateTime": start}
    return resource("Procedure", "d", status="completed", code=concept(code)) | when | more


@pytest.mark.parametrize(
    ("start", "end", "both"),
    [("2026-03-02T23:00:00Z", None, True), ("2026-03-03T00:00:00Z", None, False), ("2026-02-01", "2026-03-02", True),
     ("2026-02-01", "2026-03-01", False)],
)  # fmt: skip
def test_treatment_written_on_a_day_of_the_procedure(start, end, both):
    assert in_both(treatment(), procedure(start, end)) == (both, both)


@pytest.mark.parametrize(
    ("at", "both"),
    [("2026-02-28T23:59:59Z", False), ("2026-03-01T00:00:00Z", True), ("2026-03-05T23:59:59Z", True),
     ("2026-03-06T00:00:00Z", False)],
)  # fmt: skip
def test_treatment_written_on_a_day_of_the_stay_while_the_disorder_is_present(at, both):
    assert in_both(treatment(at), condition(OPIOID_USE_DISORDER)) == (both, both)


def test_the_disorder_alone_or_the_treatment_alone_excludes_nobody():
    assert in_both(condition(OPIOID_USE_DISORDER)) == (False, False)
    assert in_both(treatment()) == (False, False)


@pytest.mark.parametrize("edition", [2024, 2026])
@pytest.mark.parametrize(
    ("at", "reason", "out"),
    [
        ("2026-01-01", procedure("2026-01-01"), 1), ("2025-12-31", procedure("2025-12-31"), 0),
        ("2025-12-31", condition(OPIOID_USE_DISORDER, onset="2020"), 1),  # the disorder reaches into it
        ("2025-12-31", condition(OPIOID_USE_DISORDER, onset="2020", abatementDateTime="2026-01-01"), 1),
        ("2025-12-31", condition(OPIOID_USE_DISORDER, onset="2020", abatementDateTime="2025-12-31"), 0),
    ],
)  # fmt: skip
def test_treatment_over_the_turn_of_the_year(at, reason, out, edition):
    stay = visit(INPATIENT, "2025-12-30", "2026-01-02")
    found = counts("cms506", patient(), stay, order(OPIOIDS, "2026-01-02"), treatment(at), reason, edition=edition)
    assert found == {"v": (1, 1, out, 0)}


@pytest.mark.parametrize("change", [{"status": "draft"}, {"intent": "plan"}, {"category": None}])
def test_the_newer_edition_asks_more_of_the_treatment(change):
    assert in_both(treatment(**change), condition(OPIOID_USE_DISORDER)) == (True, False)


def test_the_newer_edition_asks_more_of_the_procedure_and_the_disorder():
    assert in_both(treatment(), procedure("2026-03-02", status="not-done")) == (True, False)
    assert in_both(treatment(), procedure("2026-03-02", status="in-progress")) == (True, True)
    assert in_both(treatment(), condition(OPIOID_USE_DISORDER, category=None)) == (True, False)
    assert in_both(treatment(), condition(OPIOID_USE_DISORDER, verified="refuted")) == (True, False)


def asked(at, status="active", **more):
    return resource(
        "ServiceRequest", "a", status=status, intent="order", code=concept(PALLIATIVE), authoredOn=at, **more
    )


@pytest.mark.parametrize(
    ("at", "by_edition"),
    [
        ("2026-03-01T10:00:00Z", (True, True)), ("2026-03-05T10:00:00Z", (True, True)),
        ("2026-03-05T10:01:00Z", (True, False)),  # a minute after discharge, on the same day
        ("2026-03-01T09:59:00Z", (True, False)), ("2026-03-06T00:00:00Z", (False, False)),
        ("2026-02-28T23:59:00Z", (False, False)), ("2026-03-05", (True, False)), ("2026-03-03", (True, True)),
    ],
)  # fmt: skip
def test_palliative_care_by_day_and_since_2026_to_the_instant(at, by_edition):
    assert in_both(asked(at)) == by_edition
    assert in_both(procedure(at, code=PALLIATIVE)) == by_edition


def test_statuses_of_palliative_care_are_asked_since_2026():
    assert in_both(asked("2026-03-03", status="draft")) == (True, False)
    assert in_both(asked("2026-03-03", status="on-hold")) == (True, True)
    assert in_both(procedure("2026-03-03", code=PALLIATIVE, status="not-done")) == (True, False)


def test_an_observation_stay_and_an_emergency_visit_just_before_belong_to_the_stay():
    care = asked("2026-02-27T20:00:00Z")
    observed = visit(OBSERVATION, "2026-02-28T08:00:00Z", "2026-03-01T09:00:00Z", name="o")
    emergency = visit(EMERGENCY, "2026-02-27T19:00:00Z", "2026-02-28T07:00:00Z", name="e")
    assert in_both(care, observed, emergency) == (True, True)
    assert in_both(care, observed) == (False, False)
    assert in_both(care, emergency) == (False, False)  # it ended long before the stay
    assert in_both(care, observed, emergency | {"status": "in-progress"}) == (False, False)
    late = {"period": {"start": "2026-02-28T08:00:00Z", "end": "2026-03-01T08:59:59Z"}}
    assert in_both(care, observed | late, emergency) == (False, False)
    after = {"period": {"start": "2026-02-28T08:00:00Z", "end": "2026-03-01T10:00:01Z"}}
    assert in_both(care, observed | after, emergency) == (False, False)


@pytest.mark.parametrize("name", DISPOSITIONS)
def test_discharges_after_which_no_prescription_is_the_hospitals(name):
    stay = STAY | {"hospitalization": {"dischargeDisposition": concept(name)}}
    assert excluded(stay=stay, edition=2024) and excluded(stay=stay, edition=2026)


def test_a_discharge_home_excludes_nobody():
    assert not excluded(stay=STAY | {"hospitalization": {"dischargeDisposition": concept("home")}})
