"""What is due as FHIR: a Task each, proposed until somebody takes it on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benzosafe.fhir.read import read_bundle
from benzosafe.fhir.write_follow_up import write_follow_up
from benzosafe.monitoring.monitor import monitor
from benzosafe.monitoring.monitor_data import monitor_data
from benzosafe.patient.handwritten import read_handwritten

ON = date(2026, 11, 24)
BEA = Path(__file__).parents[2] / "examples" / "monitoring" / "bea.yaml"


@pytest.fixture(scope="module")
def data(knowledge):
    return monitor_data(monitor(read_handwritten(BEA.read_text(), "bea.yaml", knowledge, ON), knowledge, ON))


def tasks(bundle):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Task"]


def test_every_task_that_is_not_kept_is_there_with_its_day_and_owner(data):
    made = tasks(write_follow_up(data))
    assert len(made) == len([task for task in data["tasks"] if task["state"] != "kept"]) == 5
    promised = next(task for task in made if task["code"]["text"] == "promise")
    assert (promised["status"], promised["intent"], promised["owner"]) == ("requested", "order", {"display": "Dr Lee"})
    assert promised["restriction"]["period"] == {"start": "2026-10-01", "end": "2026-11-24"}
    assert "Overdue since 2026-10-01." in promised["description"]
    assert {task["status"] for task in made if task is not promised} == {"draft"}


def test_the_validators_have_nothing_to_say(data, fhir_errors):
    assert fhir_errors(write_follow_up(data)) == []
    today = [{"kind": "red flag", "label": "seizure", "do": "call the emergency number", "certain": True}]
    assert fhir_errors(write_follow_up({**data, "now": today})) == []


def test_what_was_written_is_read_back_as_promises(data, knowledge):
    """A record system gives the tasks back, and they are followed as promises with their days."""
    import json

    bundle = write_follow_up(data)
    patient = {"resource": {"resourceType": "Patient", "id": "bea", "birthDate": "1956-05-02", "gender": "female"}}
    record = read_bundle(json.dumps({**bundle, "entry": [patient, *bundle["entry"]]}).encode(), "x", knowledge, ON)
    assert len(record.course.promises) == 5 and record.course.given == {"promises"}
    assert {promise.due_on for promise in record.course.promises} == {
        date.fromisoformat(task["restriction"]["period"]["end"]) for task in tasks(bundle)
    }


DISPENSE = {
    "resourceType": "MedicationDispense", "id": "d1", "status": "completed", "subject": {"reference": "Patient/p"},
    "medicationCodeableConcept": {"text": "clonazepam 0.5 mg oral tablet"}, "quantity": {"value": 60},
    "daysSupply": {"value": 30, "unit": "d"}, "whenHandedOver": "2026-10-01",
    "performer": [{"actor": {"display": "Corner Pharmacy"}}],
    "authorizingPrescription": [{"reference": "MedicationRequest/r1"}],
    "dosageInstruction": [{"text": "1 tablet twice daily"}],
}  # fmt: skip
REQUEST = {
    "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
    "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "clonazepam 0.5 mg oral tablet"},
    "requester": {"display": "Dr Lee"}, "authoredOn": "2026-10-01",
}  # fmt: skip
STAY = {
    "resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "IMP"},
    "subject": {"reference": "Patient/p"}, "period": {"start": "2026-09-01", "end": "2026-09-05"},
}  # fmt: skip


def read(knowledge, *resources):
    import json

    found = [{"resourceType": "Patient", "id": "p", "birthDate": "1970-01-01"}, *resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}
    return read_bundle(json.dumps(bundle).encode(), "x", knowledge, ON).course


def test_fills_and_stays_are_read_from_a_record_system(knowledge):
    course = read(knowledge, DISPENSE, REQUEST, STAY)
    (fill,) = course.fills
    assert (fill.ingredient, fill.on, fill.units, fill.days) == ("clonazepam", date(2026, 10, 1), 60, 30)
    assert (fill.strength_mg, fill.dose_mg_per_day.high) == (0.5, 1)
    assert (fill.prescriber, fill.pharmacy) == ("Dr Lee", "Corner Pharmacy")
    assert [(stay.start, stay.end) for stay in course.stays] == [(date(2026, 9, 1), date(2026, 9, 5))]
    assert course.given == {"fills", "stays"}


@pytest.mark.parametrize("days", [0, -5, 9999])
def test_absurd_days_are_kept_as_they_are_because_what_they_mean_is_worked_out_later(knowledge, days):
    (fill,) = read(knowledge, {**DISPENSE, "daysSupply": {"value": days, "unit": "d"}}).fills
    assert fill.days == days


@pytest.mark.parametrize(
    "change",
    [{"status": "entered-in-error"}, {"status": "cancelled"}, {"status": "preparation"}, {"status": "declined"},
     {"whenHandedOver": "2027-01-01"}, {"whenHandedOver": None}],
)  # fmt: skip
def test_what_was_not_handed_out_until_today_is_no_fill(knowledge, change):
    assert read(knowledge, {**DISPENSE, **change}).fills == ()


@pytest.mark.parametrize(
    ("answer", "points"), [("LA6568-5", 0), ("LA6569-3", 1), ("LA6570-1", 2), ("LA6571-9", 3), ("LA0-0", None)]
)
def test_an_answer_written_as_a_code_is_read_or_told(knowledge, answer, points):
    import json

    item = {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "44260-8"}]}, "effectiveDateTime": "2026-11-20",
        "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": answer}]},
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": one} for one in ({"resourceType": "Patient", "id": "p"}, item)]}  # fmt: skip
    record = read_bundle(json.dumps(bundle).encode(), "x", knowledge, ON)
    assert [found.value for found in record.observations] == ([] if points is None else [points])
    assert any("answered by a code" in gap.what for gap in record.gaps) is (points is None)


@pytest.mark.parametrize("change", [{"status": "planned"}, {"class": {"code": "AMB"}}, {"period": {}}])
def test_a_visit_is_no_stay(knowledge, change):
    assert read(knowledge, {**STAY, **change}).stays == ()
