"""Promises to monitor are listed, escalated when late, and kept once, with what was found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from benzosafe.audit.ledger import entries, faults
from benzosafe.errors import UsageError
from benzosafe.prescriptions import patients, prescriber, tasks
from benzosafe.prescriptions.access import Stranger
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.storage.rx_tables import rx_tasks
from tests.prescriptions.people import NOW, WITH_OPIOID, content

DUE = date(2026, 12, 1)


@pytest.fixture
def promised(office):
    """The id of a promise of the doctor's, due a week from now."""
    desk, doctor = office.desk, office["doctor"]
    patients.keep_record(desk, doctor, "ann", WITH_OPIOID, NOW)
    draft = prescriber.draft(desk, doctor, content(), NOW)
    found = prescriber.review(desk, doctor, draft, NOW)
    rule = found["findings"][0]["rule"]
    promise = {"rule": rule, "action": "will_monitor", "reason": "seen weekly", "due_on": DUE}
    prescriber.answer(desk, doctor, draft, promise, NOW)
    with desk.engine.connect() as connection:
        return connection.execute(select(rx_tasks.c.id)).scalar_one()


def on(day, hour=9):
    return NOW.replace(month=day.month, day=day.day, hour=hour)


@pytest.mark.parametrize(("day", "overdue"), [(DUE - timedelta(days=1), 0), (DUE, 0), (DUE + timedelta(days=3), 3)])
def test_whoever_promised_sees_it_with_how_late_it_is(office, promised, day, overdue):
    (one,) = tasks.listed(office.desk, office["doctor"], on(day))
    assert (one["id"], one["patient"], one["due_on"], one["overdue_days"]) == (promised, "ann", DUE, overdue)
    assert one["mine"] and not one["escalated"] and "seen weekly" in one["what"]


def test_after_a_fortnight_every_prescriber_sees_it_and_nobody_else(office, promised):
    before, late = on(DUE + timedelta(days=13)), on(DUE + timedelta(days=14))
    assert tasks.listed(office.desk, office["other"], before) == []
    (one,) = tasks.listed(office.desk, office["other"], late)
    assert one["escalated"] and not one["mine"]
    for who in ("counter", "ann", "boss", "checker"):
        assert tasks.listed(office.desk, office[who], late) == []
        with pytest.raises(Stranger):
            tasks.finish(office.desk, office[who], promised, "seen", late)


def test_it_is_kept_once_with_what_was_found_and_the_chain_knows(office, promised):
    desk = office.desk
    with pytest.raises(UsageError, match="says nothing"):
        tasks.finish(desk, office["doctor"], promised, "  ", on(DUE))
    with pytest.raises(Stranger):
        tasks.finish(desk, office["other"], promised, "seen", on(DUE))
    with pytest.raises(Stranger):
        tasks.finish(desk, office["doctor"], "none", "seen", on(DUE))
    tasks.finish(desk, office["doctor"], promised, "no drowsiness, naloxone at home", on(DUE))
    assert tasks.listed(desk, office["doctor"], on(DUE)) == []
    with pytest.raises(MoveRefused, match="already"):
        tasks.finish(desk, office["doctor"], promised, "again", on(DUE))
    with desk.engine.connect() as connection:
        row = connection.execute(select(rx_tasks)).mappings().one()
    assert (row["done_by"], row["done_note"]) == ("a-doctor", "no drowsiness, naloxone at home")
    assert "task done" in {entry["action"] for entry in entries(desk.engine)}
    assert faults(desk.engine, desk.vault.chain_key) == []


def test_another_prescriber_may_keep_a_promise_that_is_late(office, promised):
    late = on(DUE + timedelta(days=20))
    tasks.finish(office.desk, office["other"], promised, "spoken by telephone", late)
    assert tasks.listed(office.desk, office["doctor"], late) == []
