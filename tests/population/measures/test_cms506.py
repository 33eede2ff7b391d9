"""CMS506: who is counted, what counts as concurrent, and where each date rule begins and ends."""

from __future__ import annotations

import pytest

from benzosafe.population.measures.cms506 import BENZODIAZEPINES, INPATIENT, OPIOIDS
from tests.population.measures.builders import concept, counts, made_up_sets, order, patient, resource, visit

START, END = "2026-03-01T10:00:00Z", "2026-03-05T10:00:00Z"
OUT, IN, EXCLUDED, MEETS = {}, {"v": (1, 1, 0, 0)}, {"v": (1, 1, 1, 0)}, {"v": (1, 1, 0, 1)}


def stay(start=START, end=END, **more):
    return visit(INPATIENT, start, end, **more)


def opioid(at="2026-03-04T09:00:00Z", code=OPIOIDS, **more):
    return order(code, at, **more)


def benzodiazepine(at="2026-03-04T09:30:00Z", code=BENZODIAZEPINES, **more):
    return order(code, at, **more)


def counted(*resources, **more):
    return counts("cms506", *resources, **more)


@pytest.mark.parametrize("edition", [2024, 2026])
@pytest.mark.parametrize("drug", [opioid, benzodiazepine])
def test_a_stay_with_one_medicine_is_in_the_denominator_only(edition, drug):
    assert counted(patient(), stay(), drug(), edition=edition) == IN


@pytest.mark.parametrize(
    ("end", "expected"),
    [("2025-12-31T23:59:59Z", OUT), ("2026-01-01T00:00:00Z", IN), ("2026-12-31T23:59:59Z", IN),
     ("2026-12-31T23:30:00-05:00", IN), ("2027-01-01T00:00:00Z", OUT), ("2026-12-31", IN), ("2026", OUT), (None, OUT)],
)  # fmt: skip
def test_the_stay_ends_on_a_day_of_the_period(end, expected):
    drug = opioid("2025-12-30T08:00:00Z")
    assert counted(patient(), stay("2025-12-30T08:00:00Z", end), drug) == expected


@pytest.mark.parametrize(
    ("birth", "expected"),
    [("2008-03-01", IN), ("2008-03-02", OUT), ("2008-03", OUT), ("2007", IN), (None, OUT)],
)
def test_adults_on_the_day_of_admission(birth, expected):
    assert counted(patient(birth), stay(), opioid()) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-02-28T23:59:59Z", OUT), ("2026-03-01T00:00:00Z", IN), ("2026-03-05T23:59:59Z", IN), ("2026-03-05", IN),
     ("2026-03-06T00:00:00Z", OUT), ("2026-03", OUT), (None, OUT), ("2026-03-05T23:30:00-08:00", IN)],
)  # fmt: skip
def test_the_order_is_written_on_a_day_of_the_stay(at, expected):
    assert counted(patient(), stay(), opioid(at)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "completed"}, IN), ({"status": "draft"}, OUT), ({"status": "stopped"}, OUT),
        ({"category": "community"}, IN), ({"category": "inpatient"}, OUT), ({"category": "outpatient"}, OUT),
        ({"category": None}, OUT), ({"intent": "plan"}, OUT), ({"doNotPerform": True}, OUT),
        ({"doNotPerform": False}, IN), ({"medicationCodeableConcept": concept(OPIOIDS, "urn:other")}, OUT),
    ],
)  # fmt: skip
def test_an_order_at_discharge(change, expected):
    assert counted(patient(), stay(), opioid(**change)) == expected


@pytest.mark.parametrize("intent", ["original-order", "reflex-order", "filler-order", "instance-order"])
def test_other_intents_of_an_order_count_since_2026(intent):
    assert counted(patient(), stay(), opioid(intent=intent), edition=2026) == IN
    assert counted(patient(), stay(), opioid(intent=intent), edition=2024) == OUT


@pytest.mark.parametrize(
    "change", [{"status": "in-progress"}, {"type": [concept("Office Visit")]}, {"type": None}, {"period": None}]
)
def test_only_finished_inpatient_stays_count(change):
    assert counted(patient(), stay() | change, opioid()) == OUT


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([opioid(), opioid(code=f"{OPIOIDS} 2")], MEETS),
        ([opioid(), opioid("2026-03-05T09:00:00Z")], IN),  # one medicine twice is one medicine
        ([benzodiazepine(), benzodiazepine(code=f"{BENZODIAZEPINES} 2")], IN),
        ([opioid(), benzodiazepine()], MEETS),
        ([opioid(), benzodiazepine("2026-02-28T09:00:00Z")], IN),
        ([opioid(), benzodiazepine(category="inpatient")], IN),
        ([opioid(), opioid("2026-03-06T00:00:00Z", code=f"{OPIOIDS} 2")], IN),
        ([opioid("2026-03-01T01:00:00Z"), benzodiazepine("2026-03-05T22:00:00Z")], MEETS),
    ],
)
def test_concurrent_is_two_opioids_or_an_opioid_with_a_benzodiazepine(orders, expected):
    assert counted(patient(), stay(), *orders) == expected


def test_the_medicine_may_be_a_reference_to_a_medication():
    given = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m"}}
    drug = resource("Medication", "m", code=concept(BENZODIAZEPINES), subject=None)
    assert counted(patient(), stay(), opioid(), order("x", "2026-03-04", **given), drug) == MEETS
    inside = {"medicationReference": {"reference": "#m"}, "contained": [drug]}
    assert counted(patient(), stay(), opioid(), order("x", "2026-03-04", **given | inside)) == MEETS


def test_each_encounter_is_a_unit_of_its_own():
    later = stay("2026-05-01T10:00:00Z", "2026-05-02T10:00:00Z", name="w")
    found = counted(patient(), stay(), later, opioid(), benzodiazepine(), opioid("2026-05-02", name="o2"))
    assert found == {"v": (1, 1, 0, 1), "w": (1, 1, 0, 0)}


def test_without_the_inpatient_list_nothing_certain_is_said_but_no():
    sets = made_up_sets(without=[INPATIENT])
    assert counted(patient(), stay(), opioid(), benzodiazepine(), sets=sets) == {"v": (None, None, 0, None)}
    assert counted(patient(), stay(), opioid(), sets=sets) == {"v": (None, None, 0, 0)}
    assert counted(patient(), stay(), sets=sets) == OUT


def test_a_missing_exclusion_list_leaves_open_whether_one_is_excluded():
    sets = made_up_sets(without=["Patient Expired"])
    assert counted(patient(), stay(), opioid(), benzodiazepine(), sets=sets) == {"v": (1, 1, None, None)}
    left = {"dischargeDisposition": concept("Left Against Medical Advice")}
    assert counted(patient(), stay(hospitalization=left), opioid(), benzodiazepine(), sets=sets) == EXCLUDED
