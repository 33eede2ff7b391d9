"""A promise that was not kept in time stands in the worklist, by the same rule as at the bedside."""

from __future__ import annotations

import pytest

from benzosafe.population.worklist.worklist import worklist_data
from tests.population.screened import person, screened

CLONAZEPAM = ("clonazepam 0.5 mg tablet", "1 tablet once daily")


def promised(patient, due, status="requested"):
    """Somebody on a small dose for whom a task is on record."""
    task = {
        "resourceType": "Task", "id": f"{patient}-t", "status": status, "intent": "order",
        "for": {"reference": f"Patient/{patient}"}, "description": "look at breathing at night",
        "restriction": {"period": {"end": due}}, "lastModified": "2026-06-20",
    }  # fmt: skip
    return [*person(patient, [CLONAZEPAM], [("F41.0", "Panic disorder")]), task]


PEOPLE = [
    promised("late", "2026-06-10"), promised("kept", "2026-06-10", "completed"), promised("coming", "2026-07-30"),
    promised("dropped", "2026-06-10", "cancelled"), person("none", [CLONAZEPAM], [("F41.0", "Panic disorder")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def listed(tmp_path_factory, knowledge):
    folder = screened(tmp_path_factory.mktemp("promises"), PEOPLE, knowledge)
    return worklist_data(folder, knowledge, 9)["listed"]


def test_only_the_one_that_is_late_is_in_the_list_for_it(listed):
    found = {one["patient"]: one for one in listed if one["finding"] and one["finding"]["rule"] == "promise_overdue"}
    assert set(found) == {"late"}
    assert found["late"]["finding"]["severity"] == "high" and found["late"]["preventable_harm"] > 0
    assert any("Do what was promised" in words for words in found["late"]["can_be_done"])
