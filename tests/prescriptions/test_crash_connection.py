"""A connection cut at any statement, a server that goes and comes back: refused in words, and nothing is lost."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from benzosafe.audit.ledger import head
from benzosafe.prescriptions import everyone
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.storage.database import DatabaseFailed
from tests.prescriptions import crashes
from tests.prescriptions.crashes import RX, STEPS, THE_ONE, Points, chain, opened, put_back, rows_of
from tests.prescriptions.people import NOW, practice
from tests.storage.postgres import find_binaries, running

WATCHED = {crashes.sign: 35, crashes.dispense: 15}
"""The steps in which the connection is cut, and at how many points at least."""


def cut_with(server):
    """What ends a connection from the side of the server, and returns when it has ended."""

    def cut(connection):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))

    return cut


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_cut_at_any_statement_costs_this_step_only(either_office, database_url, postgres):
    crashes.ready_to_sign(either_office, database_url)
    points = Points(cut_with(postgres))
    for number, step in enumerate(STEPS):
        at = NOW + timedelta(minutes=2 * number)
        with opened(either_office, database_url, step.__name__, points) as office:
            if step in WATCHED:
                assert cut_at_each_point(office, step, at, points) >= WATCHED[step]
            step(office, at + timedelta(minutes=1))


def cut_at_each_point(office, step, at, points):
    """At how many points it was cut; the engine is the same for all, as a service has it."""
    engine = office.desk.engine
    before = rows_of(engine)
    for k in itertools.count(1):
        points.count, points.at = 0, k
        said = attempted(step, office, at)
        reached, points.at = points.count >= k, 0
        if reached:
            assert chain(office) == []
            done = rows_of(engine, RX) != {table.name: before[table.name] for table in RX}
            assert done is (said == "")
            if done:
                with pytest.raises(MoveRefused, match="it is"):
                    step(office, at + timedelta(minutes=1))
            else:
                assert re.match(r"postgresql.*: the database refused \(\w+\)\. Is it running", said), said
                step(office, at + timedelta(minutes=1))
            assert everyone.view(office.desk, office["doctor"], THE_ONE, NOW)["state"] == STEPS[step]
        put_back(engine, before)
        if not reached:
            return k - 1


def attempted(step, office, at):
    """Nothing where it was done, else what it says."""
    try:
        step(office, at)
    except DatabaseFailed as error:
        return error.message
    return ""


@pytest.fixture
def own_server():
    """A server of this test alone, which may be stopped and started."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine; .ci/run installs it")
    with running(binaries) as url:
        yield Server(binaries, url)


class Server:
    """A running PostgreSQL."""

    def __init__(self, binaries, url):
        self.binaries, self.url = binaries, url
        with psycopg.connect(f"{url}/postgres") as connection:
            self.data = Path(connection.execute("SHOW data_directory").fetchone()[0])
        # As it was started: all that stands behind the folder.
        self.options = (self.data / "postmaster.opts").read_text().split(f'"{self.data}"', 1)[1].strip()

    def stop(self, how):
        self._control("stop", "-m", how)

    def start(self):
        self._control("start", "-o", self.options)

    def _control(self, *words):
        before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*before, self.binaries / "pg_ctl", "-D", self.data, "-w", "-l", self.data.with_name("log"), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.data.parent, timeout=60)


def test_a_server_that_goes_and_comes_back_between_two_calls(own_server, knowledge):
    url = f"{own_server.url}/postgres"
    office = practice(url, knowledge)
    crashes.ready_to_sign(office, url)
    for number, step in enumerate(STEPS):
        at = NOW + timedelta(minutes=2 * number)
        before, end = rows_of(office.desk.engine), head(office.desk.engine)
        own_server.stop("immediate" if number % 2 else "fast")
        if number % 2:
            assert re.search(r"127\.0\.0\.1.*: the database refused \(OperationalError\)", attempted(step, office, at))
        own_server.start()
        assert rows_of(office.desk.engine) == before and head(office.desk.engine) == end
        step(office, at)
        assert everyone.view(office.desk, office["doctor"], THE_ONE, at)["state"] == STEPS[step]
        assert chain(office) == []
