"""A process killed at any statement leaves a step wholly done or not begun, and it can be done then."""

from __future__ import annotations

import itertools
import os
import signal
from datetime import timedelta
from functools import partial

import pytest

from benzosafe.prescriptions import everyone
from benzosafe.prescriptions.lifecycle import MoveRefused
from tests.prescriptions import crashes
from tests.prescriptions.crashes import RX, STEPS, THE_ONE, Points, chain, in_a_child, opened, put_back, rows_of
from tests.prescriptions.people import NOW

WATCHED = {crashes.sign: 35, crashes.transmit: 12, crashes.verify: 20, crashes.dispense: 15}
"""The steps in which a process is killed, and at how many points at least."""


@pytest.fixture
def place(either_office, database_url):
    """A practice with a prescription that is ready to be signed, and where its database is."""
    crashes.ready_to_sign(either_office, database_url)
    return either_office, database_url


def test_killed_at_any_statement_a_step_is_whole_or_not_begun_and_can_be_done(place):
    for number, step in enumerate(STEPS):
        at = NOW + timedelta(minutes=2 * number)
        if step in WATCHED:
            assert killed_at_each_point(*place, step, at) >= WATCHED[step]
        else:
            with opened(*place) as office:
                step(office, at)


def killed_at_each_point(office, url, step, at):
    """At how many points it was killed; the last child was not, and has done the step."""
    rows = done_once(office, url, step, at)
    for k in itertools.count(1):
        killed, said = in_a_child(partial(kill_at, office, url, step, at, k))
        assert said == ""
        if not killed:
            return k - 1
        assert killed == signal.SIGKILL
        holds(office, url, step, at, rows)


def done_once(office, url, step, at):
    """The rows before a step and after it; the database is left as it was before."""
    with opened(office, url, step.__name__) as used:
        before = rows_of(used.desk.engine)
        step(used, at)
        after = rows_of(used.desk.engine)
        put_back(used.desk.engine, before)
    return before, after


def kill_at(office, url, step, at, k):
    points = Points(lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with opened(office, url, step.__name__, points) as child:
        child.desk.engine.connect().close()
        points.count, points.at = 0, k
        step(child, at)
        points.at = 0


def holds(office, url, step, at, rows):
    """After a crash: the chain verifies, all is as before or as after the step, and it is done or refused as done."""
    before, after = ({table.name: one[table.name] for table in RX} for one in rows)
    with opened(office, url, "again") as used:
        assert chain(used) == []
        now = rows_of(used.desk.engine, RX)
        assert now in (before, after)
        if now == after and step is not crashes.verify:  # checked once more is no harm
            with pytest.raises(MoveRefused, match="it is"):
                step(used, at + timedelta(minutes=1))
        else:
            step(used, at + timedelta(minutes=1))
        assert everyone.view(used.desk, used["doctor"], THE_ONE, NOW)["state"] == STEPS[step]
        assert chain(used) == []
        put_back(used.desk.engine, rows[0])
