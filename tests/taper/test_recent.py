"""A fall of the last fortnight counts towards the limit, whichever order or drug it was in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from benzosafe.patient.tables import Bounds, Order, Record
from benzosafe.taper.recent import earliest_start

ON = date(2026, 11, 24)


def order(name="clonazepam", mg=1.0, **more):
    return Order(name, name, name, "request", dose_mg_per_day=Bounds(mg, mg), **{"active": True, **more})


def begins(knowledge, *orders):
    return earliest_start(knowledge, Record("p", orders=orders), "clonazepam", ON)


@pytest.mark.parametrize("name", ["clonazepam", "lorazepam", "zolpidem"])
def test_what_ended_days_ago_makes_the_first_step_wait(knowledge, name):
    start, why = begins(knowledge, order(), order(name, 2.0, active=False, end_on=ON - timedelta(days=4)))
    assert start == ON + timedelta(days=10)
    assert name in why[0] and "2 mg" in why[0]


def test_a_lowered_dose_makes_it_wait_and_a_raised_one_does_not(knowledge):
    lowered = order(dose_changed_on=ON - timedelta(days=3), previous_dose_mg_per_day=2.0)
    raised = order(dose_changed_on=ON - timedelta(days=3), previous_dose_mg_per_day=0.5)
    assert begins(knowledge, lowered)[0] == ON + timedelta(days=11)
    assert begins(knowledge, raised) == (ON, ())


@pytest.mark.parametrize(
    "other",
    [
        order(active=False, end_on=ON - timedelta(days=14)),
        order("paracetamol", active=False, end_on=ON - timedelta(days=2)),
        order(active=False, end_on=ON - timedelta(days=4), mg=0.5),
    ],
    ids=["a fortnight ago", "no benzodiazepine", "replaced by as much"],
)
def test_what_is_no_recent_fall_does_not(knowledge, other):
    now = order(start_on=ON - timedelta(days=4))
    assert begins(knowledge, now, other) == (ON, ())
