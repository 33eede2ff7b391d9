"""Where an order was signed, by whom and for whom; when things came onto the record; who is a sedative."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.facts.catalog import catalog_of
from benzosafe.population.forecast.gate import OrderGate
from benzosafe.population.forecast.moments import is_before, known_from, read_moment
from benzosafe.population.forecast.signed import setting_of
from benzosafe.population.screen.triggers import triggers_of
from tests.population.forecast.signing import history_of
from tests.population.screened import person

ABOUT = {"reference": "Patient/p1"}
ENCOUNTER = {"resourceType": "Encounter", "id": "e1", "subject": ABOUT, "status": "finished"}


def setting(encounter=(), order=(), **about):
    resources = person("p1", [("diazepam 5 mg", "1 daily")], **about)
    resources[1] |= {"authoredOn": "2026-03-05T10:00:00Z", "encounter": {"reference": "Encounter/e1"}, **dict(order)}
    history = history_of([*resources, ENCOUNTER | dict(encounter)])
    return setting_of(history.orders[0], history)


def place(name, start=None):
    return {"location": {"reference": f"Location/{name}", "display": name.upper()},
            **({"period": {"start": start}} if start else {})}  # fmt: skip


@pytest.mark.parametrize(
    "encounter, key, name",
    [
        (
            {"location": [place("a", "2026-03-01"), place("b", "2026-03-05T09:00:00Z"), place("c", "2026-03-06")]},
            "b",
            "B",
        ),
        ({"location": [place("a"), place("b")]}, "a", "A"),
        ({"location": [{"location": {}}], "serviceProvider": {"reference": "Organization/o1"}}, "o1", "o1"),
        ({"class": {"code": "IMP", "display": "inpatient"}}, "class IMP", "class: inpatient"),
        ({"class": [{"coding": [{"code": "AMB"}]}]}, "class AMB", "class: AMB"),
        ({"class": "x", "location": "x", "serviceProvider": [1]}, "not known", "not known"),
    ],
)
def test_the_ward_is_where_the_patient_was_then(encounter, key, name):
    ward = setting(encounter).ward
    assert (ward.key, ward.name) == (key, name)


def test_an_order_without_its_encounter_has_no_ward():
    assert setting(order={"encounter": {"reference": "Encounter/e9"}}).ward.key == "not known"
    assert setting(order={"encounter": None}).ward.key == "not known"


@pytest.mark.parametrize(
    "requester, key, name",
    [
        ({"reference": "Practitioner/7", "display": " Dr  Who "}, "7", "Dr Who"),
        ({"display": "Dr Who"}, "Dr Who", "Dr Who"),
        ({"reference": "urn:uuid:7"}, "7", "7"),
        ({}, "not known", "not known"),
        ("Dr Who", "not known", "not known"),
    ],
)
def test_the_clinician_is_who_signed(requester, key, name):
    clinician = setting(order={"requester": requester}).clinician
    assert (clinician.key, clinician.name) == (key, name)


@pytest.mark.parametrize(
    "born, age",
    [("2008-03-05", "18 to 39"), ("2008-03-06", "under 18"), ("1941", "85 or over"), ("2027", "not known"),
     ("x", "not known"), (None, "not known"), (7, "not known")],
)  # fmt: skip
def test_age_is_that_of_the_day(born, age):
    assert setting(birthDate=born).age == age


def test_sex_is_known_or_not():
    assert [setting(gender=one).sex for one in ("female", "Male", "other", 7)] == ["female", "male"] + ["not known"] * 2


@pytest.mark.parametrize(
    "kind, body, day",
    [
        ("MedicationRequest", {"authoredOn": "2026-01-02T03:04:05+02:00"}, "2026-01-02"),
        ("Condition", {"onsetDateTime": "2019", "recordedDate": "2020-05-06"}, "2020-05-06"),
        ("Condition", {"onsetPeriod": {"start": "2019-02"}}, "2019-02-01"),
        ("Observation", {"effectiveDateTime": "2026-01-02", "issued": "2026-01-03T08:00:00Z"}, "2026-01-03"),
        ("AllergyIntolerance", {"recordedDate": "9999-12-31"}, None),
        ("MedicationStatement", {"effectivePeriod": ["x"]}, None),
        ("Condition", {"recordedDate": 2020}, None),
    ],
)
def test_when_something_came_onto_the_record(kind, body, day):
    found = known_from(kind, body)
    assert (found and found.day.isoformat()) == day


def test_instants_are_compared_across_time_zones():
    order = read_moment("2026-01-02T10:00:00+02:00")
    earlier, same, later = (read_moment(f"2026-01-02T0{hour}:00:00Z") for hour in (7, 8, 9))
    assert [is_before(one, order, at_once=False) for one in (earlier, same, later)] == [True, False, False]
    assert is_before(same, order, at_once=True)
    day = read_moment("2026-01-02")
    assert day.second is None and is_before(day, order, at_once=True) and not is_before(day, order, at_once=False)
    assert read_moment("2026-01-02T25:99").second is None and read_moment("2026-01").day == date(2026, 1, 1)


def test_every_sedative_is_a_trigger_and_known_to_the_gate(knowledge):
    """What the gate rests on: a card needs a trigger on record, and every benzodiazepine and opioid is one."""
    gate, catalog = OrderGate(knowledge), catalog_of(knowledge)
    sedatives = {name for name in knowledge.drugs if {"bzra", "opioid"} & set(catalog.classes_of(name))}
    assert sedatives <= triggers_of(knowledge).ingredients and {"diazepam", "zolpidem", "oxycodone"} <= sedatives
    assert all(gate.is_sedative([name]) for name in sedatives)
    assert not gate.is_sedative(["amoxicillin", None, "gabapentin"])
