"""A worklist as FHIR: proposed Tasks in their order, each with its reason, and who could not be judged."""

from __future__ import annotations

import pytest

from benzosafe.fhir.write_worklist import write_worklist
from benzosafe.population.worklist.worklist import worklist_data
from tests.population.conftest import SPECIAL
from tests.population.screened import screened


@pytest.fixture(scope="module")
def data(tmp_path_factory, knowledge):
    return worklist_data(screened(tmp_path_factory.mktemp("few"), SPECIAL.values(), knowledge), knowledge, 3)


def of_kind(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def test_one_task_a_patient_in_the_order_of_the_list(data):
    bundle = write_worklist(data)
    tasks = of_kind(bundle, "Task")
    assert [task["for"] for task in tasks] == [{"reference": f"Patient/{one['patient']}"} for one in data["listed"]]
    assert {(task["status"], task["intent"]) for task in tasks} == {("draft", "proposal")}
    ordered = next(one for one in of_kind(bundle, "List") if one["code"]["text"] == "worklist")
    urls = {entry["resource"]["id"]: entry["fullUrl"] for entry in bundle["entry"]}
    assert [item["item"]["reference"] for item in ordered["entry"]] == [urls[task["id"]] for task in tasks]
    said = ordered["note"][0]["text"]
    assert "3 of 4 patients" in said and "Beyond the capacity of 3: 1." in said and "not that they are safe: 1." in said


def test_each_task_has_the_finding_it_is_for(data):
    bundle = write_worklist(data)
    issues = {f"urn:uuid:{issue['id']}": issue for issue in of_kind(bundle, "DetectedIssue")}
    for task, entry in zip(of_kind(bundle, "Task"), data["listed"], strict=True):
        issue = issues[task["reasonReference"]["reference"]]
        assert issue["patient"] == task["for"]
        assert issue["code"]["coding"][1]["code"] == entry["finding"]["rule"]
        assert issue["evidence"] and issue["identifiedDateTime"] == "2026-06-30"


def test_a_reason_not_to_taper_is_told_and_nothing_is_tapered(data):
    tasks = {task["for"]["reference"]: task for task in of_kind(write_worklist(data), "Task")}
    task = tasks["Patient/comfort"]
    assert task["reasonCode"]["text"] == "Reason on record not to taper: Palliative, hospice or end-of-life care"
    assert "taper" not in task["description"] and "stop itraconazole" in task["description"]
    assert not [note for note in task["note"] if "taper" in note["text"]]


def test_who_could_not_be_judged_is_a_list_of_its_own(data):
    lists = {one["code"]["text"]: one for one in of_kind(write_worklist(data), "List")}
    assert lists["not judged"]["entry"] == [{"item": {"reference": "Patient/unknown"}}]


def test_the_validators_have_nothing_to_say(data, fhir_errors, tmp_path, knowledge):
    assert fhir_errors(write_worklist(data)) == []
    odd = {**data, "listed": [{**data["listed"][0], "patient": "Ann <b>of</b>\x00 the mill", "finding": None}]}
    assert fhir_errors(write_worklist(odd)) == []
    assert fhir_errors(write_worklist(worklist_data(screened(tmp_path, [], knowledge), knowledge, 40))) == []


def test_the_same_list_is_the_same_bundle(data):
    assert write_worklist(data) == write_worklist(data)
    ids = [entry["resource"]["id"] for entry in write_worklist(data)["entry"]]
    assert len(set(ids)) == len(ids)
