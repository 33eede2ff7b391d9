"""What the taper tests share: a start and an assessment on the review date, and a solver that answers at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Record, Supply
from benzosafe.taper import follow as room
from benzosafe.taper.assess import assess
from benzosafe.taper.start import starting_point
from tests.conftest import ON
from tests.taper.assessed import patient
from tests.taper.follow_diaries import plan_of_amounts
from tests.taper.starts import AS_NEEDED


@pytest.fixture
def no_design(monkeypatch):
    """The solver is tested elsewhere; here only what it is asked."""
    monkeypatch.setattr(
        room, "design",
        lambda knowledge, request: plan_of_amounts((request.before_ug * 9 // 10,), before=request.before_ug),
    )  # fmt: skip


@pytest.fixture
def start(knowledge):
    """The start of a patient written by hand."""

    def make(*medicines, drug=None, age=50, on=ON, as_regular_mg=None):
        lines = "\n".join(f"  - {medicine}" for medicine in medicines)
        record = read_handwritten(f"patient: {{id: p, age: {age}}}\nmedicines:\n{lines}\n", "p.yaml", knowledge, on)
        return starting_point(knowledge, record, drug, on, as_regular_mg)

    return make


@pytest.fixture
def filled(knowledge):
    """The start of somebody who takes alprazolam as needed, at most 2 mg a day, filled on these days before."""

    def make(*days_before, supply=15.0, order=AS_NEEDED, as_regular_mg=None):
        fills = [Supply("dispense", f"fill{day}", ON - timedelta(days=day), supply) for day in days_before]
        record = Record("p", age_years=50.0, orders=(replace(order, supplies=tuple(fills)),))
        return starting_point(knowledge, record, None, ON, as_regular_mg)

    return make


@pytest.fixture
def judge(knowledge):
    """The assessment of a patient made of orders."""

    def run(*orders, drug="clonazepam", **more):
        return assess(knowledge, patient(*orders, **more), drug, ON)

    return run
