"""Signals of each person as the bedside sees them: who is looked at, in which groups, and what a chain explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benzosafe.monitoring.signals import signals
from benzosafe.population.forecast import fairness
from benzosafe.population.forecast.fairness import DIED, GROUPS, REFUSED, Watch, groups_of
from benzosafe.population.forecast.history import History
from benzosafe.population.rows import PatientRows
from benzosafe.population.screen.record import record_of
from tests.population.forecast.dispensing import (
    BLACK,
    FOUR,
    HISPANIC,
    ONE,
    US_CORE,
    WHITE,
    somebody,
    supplied,
)
from tests.population.forecast.signing import history_of, people
from tests.population.people import ON
from tests.population.screened import person

FIRST = ON - timedelta(days=364)
SEVERAL = "several_pharmacies"


def watched(resources, knowledge, on=ON, **more):
    rows = history_of(resources).rows
    return Watch(knowledge, FIRST, on, **more).of(rows, History(rows))


@pytest.mark.parametrize(
    ("pharmacies", "note", "state"),
    [(ONE, "", "not seen"), (FOUR, "", "seen"), (FOUR, "pharmacies merged", "explained"), (("",), "", "cannot tell")],
)
def test_each_state_is_told(knowledge, pharmacies, note, state):
    assert watched(supplied(somebody("p"), pharmacies, note), knowledge).states[SEVERAL] == state


def test_pharmacies_of_one_chain_are_explained(knowledge, monkeypatch):
    def with_chain(*given):
        record = record_of(*given)
        fills = tuple(replace(fill, chain="Good Pharmacies") for fill in record.course.fills)
        return replace(record, course=replace(record.course, fills=fills))

    monkeypatch.setattr(fairness, "record_of", with_chain)
    assert watched(supplied(somebody("p"), FOUR), knowledge).states[SEVERAL] == "explained"


def test_states_are_those_of_the_bedside(knowledge):
    resources = [*supplied(somebody("p"), FOUR), *person("p", [("clonazepam 1 mg tablet", "1 twice daily")])[1:]]
    record = record_of(history_of(resources).rows, knowledge, ON)
    expected = {one.id: one.state for one in signals(record, record.course, knowledge, ON)}
    assert watched(resources, knowledge).states == expected and set(expected) == set(knowledge.signals)


@pytest.mark.parametrize("drug", ["zolpidem 10 mg tablet", "diazepam 5 mg tablet"])
def test_whoever_was_handed_one_out_in_the_window_is_looked_at(knowledge, drug):
    late = FIRST + timedelta(days=10)  # the last fill is on the first day
    assert watched(supplied(somebody("p"), ONE, last=late, drug=drug), knowledge)
    early = supplied(somebody("p"), ONE, last=late - timedelta(days=1), drug=drug)
    assert watched(early, knowledge) is None


def test_whoever_has_an_order_that_may_still_hold_is_looked_at(knowledge):
    assert watched(person("p", [("clonazepam 1 mg tablet", "1 twice daily")]), knowledge).states
    stopped = person("p", [("clonazepam 1 mg tablet", "1 twice daily")])
    stopped[1] |= {"status": "stopped"}
    assert watched(stopped, knowledge) is None


def test_whoever_takes_something_else_is_not_looked_at(knowledge):
    assert watched(person("p", [("oxycodone 5 mg tablet", "1 every 6 hours")]), knowledge) is None
    assert watched([somebody("p")], knowledge) is None


def test_what_came_later_is_not_known(knowledge):
    resources = supplied(somebody("p"), FOUR)
    earlier = ON - timedelta(days=30)  # before the fourth fill
    assert watched(resources, knowledge).states[SEVERAL] == "seen"
    assert watched(resources, knowledge, on=earlier).states[SEVERAL] == "not seen"


def test_the_dead_and_the_refused_are_counted_apart(knowledge, monkeypatch):
    dead = supplied(somebody("p", deceasedDateTime="2026-06-01"), FOUR)
    assert watched(dead, knowledge).left_out == DIED
    assert watched(supplied(somebody("p", deceasedDateTime="2026-07-01"), FOUR), knowledge).states
    two = [*supplied(somebody("p"), FOUR), somebody("other")]
    assert watched(two, knowledge).left_out == REFUSED


def test_the_order_of_the_lines_changes_nothing(knowledge):
    resources = [*supplied(somebody("p", WHITE, gender="male"), FOUR, "pharmacies merged"),
                 {"resourceType": "Procedure", "id": "a", "subject": {"reference": "Patient/p"}},
                 {"resourceType": "Procedure", "id": "b", "subject": {"reference": "Patient/p"}}]  # fmt: skip
    rows = history_of(resources).rows.rows
    back = PatientRows("p", tuple(row._replace(file="y", line=9 - row.line) for row in reversed(rows)))
    found = Watch(knowledge, FIRST, ON).of(back, History(back))
    assert found == watched(resources, knowledge)


def test_the_gate_passes_over_nobody(knowledge):
    """Also where the medicine is pointed to, inside the order, or only a product's name."""
    pointing = person("pointing", [("x", "1 daily")])
    pointing[1] |= {"medicationReference": {"reference": "Medication/m"}}
    del pointing[1]["medicationCodeableConcept"]
    inside = [dict(one) for one in pointing]
    contained = {"resourceType": "Medication", "id": "m", "code": {"text": "Klonopin 1 mg"}}
    inside[1] |= {"medicationReference": {"reference": "#m"}, "contained": [contained]}
    product = {"resourceType": "Medication", "id": "m", "code": {"text": "Xanax 0.5 mg tablet"}}
    crowd = [*people(60, seed=11), [*pointing, product], inside, person("brand", [("Valium 5 mg", "1 daily")])]
    looked = [(watched(one, knowledge), watched(one, knowledge, in_full=True)) for one in crowd]
    assert all(seen == in_full for seen, in_full in looked)
    assert all(seen for seen, _ in looked[-3:]) and 5 < sum(seen is None for seen, _ in looked) < 55


@pytest.mark.parametrize(
    ("about", "groups"),
    [
        ({"race": BLACK, "ethnicity": HISPANIC, "gender": "female"},
         ("40 to 64", "female", "Black or African American", "Hispanic or Latino")),
        ({"race": WHITE, "gender": "Male"}, ("40 to 64", "male", "White", "not recorded")),
        ({"gender": "other", "birthDate": "1941"}, ("not recorded", "other", "not recorded", "not recorded")),
        ({"gender": "unknown", "birthDate": "1942"}, ("75 to 84", "not recorded", "not recorded", "not recorded")),
        ({"birthDate": "2026-07-01"}, ("not recorded",) * 4),
        ({"birthDate": "1940-06"}, ("85 or over", *("not recorded",) * 3)),
        ({"birthDate": "9999-12-31"}, ("not recorded",) * 4),
        ({"birthDate": 1970, "gender": "male"}, ("not recorded",) * 4),
        ({"birthDate": "2026-06-30"}, ("under 18", *("not recorded",) * 3)),
        ({"birthDate": "2026"}, ("under 18", *("not recorded",) * 3)),
        ({"extension": [{"url": f"{US_CORE}race", "extension": [{"url": "ombCategory", "valueCoding": {"code": code}}
                                                                for code in (BLACK, WHITE)]}]},
         ("40 to 64", "not recorded", "two or more races", "not recorded")),
        ({"extension": "none"}, ("40 to 64", *("not recorded",) * 3)),
    ],
)  # fmt: skip
def test_groups_are_those_recorded(about, groups):
    assert tuple(groups_of(history_of([somebody("p", **about)]), ON).values()) == groups


def test_without_a_patient_resource_nothing_is_recorded():
    history = history_of([{"resourceType": "Condition", "id": "p", "subject": {"reference": "Patient/p"}}])
    assert groups_of(history, date(2026, 1, 1)) == dict.fromkeys(GROUPS, "not recorded")
