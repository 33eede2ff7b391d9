"""Subjects of which nothing is listed share a column: it must be the one each would have by itself."""

from __future__ import annotations

import numpy as np
import pytest

from benzosafe.facts import patterns
from benzosafe.facts.column import Bits, Number, Truth, pack, unpack
from benzosafe.facts.frame import Frame
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Condition, Coverage, Observation, Order, Record
from tests.conftest import ON


def _record(name, *orders, **more):
    return Record(name, orders=tuple(Order(f"o{i}", o or "x", o, "request", active=True) for i, o in enumerate(orders)),
                  **more)  # fmt: skip


RECORDS = {
    "listed": _record("listed", "clonazepam", "oxycodone", coverage=Coverage(orders=True, conditions=True)),
    "told": _record("told", coverage=Coverage(orders=True, self_reported=True), known_absent=frozenset({"copd"})),
    "denied": _record("denied", "alprazolam", coverage=Coverage(orders=True), known_absent=frozenset({"alcohol"})),
    "unresolved": _record("unresolved", None, coverage=Coverage(orders=True)),
    "nothing known": _record("nothing known"),
    "ill": _record("ill", conditions=(Condition("c", "copd", ("copd",), active=True),),
                   observations=(Observation("o", "egfr_ml_per_min", value=20.0),)),
}  # fmt: skip


def _ends(column):
    first, second = (column.yes, column.no) if isinstance(column, Truth) else (column.low, column.high)
    return first.tolist(), second.tolist()


@pytest.mark.parametrize("chosen", [[name] for name in RECORDS] + [list(RECORDS), ["listed", "denied"]])
def test_a_shared_column_is_the_own_one(knowledge, chosen):
    records = [RECORDS[name] for name in chosen]
    frame = Frame([Scenario("as_is", record, record.orders) for record in records], knowledge, ON)
    groups = [*frame.catalog.members, *frame.catalog.stems]
    asked = [(patterns.active, g, f"{g}_active") for g in groups] + [(patterns.count, g, f"{g}_count") for g in groups]
    asked += [(patterns.started_days_ago, g, f"{g}_started_days_ago") for g in groups]
    asked += [(patterns.stopped_days_ago, g, f"{g}_stopped_days_ago") for g in groups]
    asked += [(patterns.order_is, g, f"order_is_{g}") for g in groups]
    asked += [(patterns.condition, c, c) for c in knowledge.conditions]
    asked += [(patterns.condition_days_ago, c, f"{c}_days_ago") for c in knowledge.conditions]
    numbers = [name for name, item in knowledge.observations.items() if item.kind == "number"]
    asked += [(patterns.observation, name, name) for name in numbers]
    different = [
        name for build, of, name in asked if _ends(patterns.by_pattern(frame, name)) != _ends(build(frame, of))
    ]
    assert not different


def test_unlisted_subjects_do_share(knowledge):
    frame = Frame([Scenario("as_is", RECORDS["listed"], RECORDS["listed"].orders)], knowledge, ON)
    assert frame.column("rifampicin_active") is frame.column("z_drug_active")
    assert frame.column("oxycodone_active") is not frame.column("z_drug_active")


@pytest.mark.parametrize("flags", [[], [True], [False] * 9 + [True], [True, False] * 40])
def test_flags_come_back_from_a_whole_number(flags):
    assert unpack(pack(np.array(flags, bool)), len(flags)).tolist() == flags


def test_packed_truth_keeps_all_three_values():
    values = [True, False, None] * 30
    packed = Truth.of(values).bits
    assert isinstance(packed, Bits)
    assert [packed.value(row) for row in range(90)] == values


def test_a_number_is_not_shared_with_a_truth(knowledge):
    frame = Frame([Scenario("as_is", RECORDS["listed"], RECORDS["listed"].orders)], knowledge, ON)
    assert isinstance(frame.column("rifampicin_count"), Number)
    assert isinstance(frame.column("rifampicin_active"), Truth)
