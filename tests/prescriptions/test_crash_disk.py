"""A disk that is full in the middle of a step: the step is refused in words, nothing is half done, and later it works."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text

from benzosafe.storage.database import DatabaseFailed
from tests.prescriptions import crashes
from tests.prescriptions.crashes import RX, STEPS, chain, in_a_child, opened, rows_of
from tests.prescriptions.people import NOW, practice

PAGE = 4096
FULL = r"^DatabaseFailed: sqlite:///.*the database refused \(OperationalError\)"


@pytest.fixture
def file(tmp_path, knowledge):
    """A practice with a prescription that is ready to be signed, in a file."""
    url = f"sqlite:///{tmp_path / 'rx.db'}"
    office = practice(url, knowledge)
    crashes.ready_to_sign(office, url)
    return office, url


@contextmanager
def at_each_step(office, url):
    """Every step with its moment, when the database has come to just before it."""


def walk(office, url, refused_until_done):
    """Every step of a prescription, each first without room, and then with it; how often each was refused."""
    refusals = {}
    for number, step in enumerate(STEPS):
        at = NOW + timedelta(minutes=2 * number)
        refusals[step.__name__] = refused_until_done(office, url, step, at)
    return refusals


def holds(office, url, before):
    """Nothing is half done: the rows are as before, and the chain verifies."""
    with opened(office, url) as used:
        assert rows_of(used.desk.engine, RX) == before
        assert chain(used) == []


def test_a_database_that_may_grow_no_further(file):
    """Page by page more room, until the step is done: on the same engine, as a service has it."""

    def until_done(office, url, step, at):
        with opened(office, url, step.__name__) as used:
            engine, refused = used.desk.engine, 0
            before = rows_of(engine, RX)
            with engine.connect() as connection:
                pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            for room in range(40):
                event.listen(engine, "connect", partial(limit, pages + room))
                engine.dispose()
                try:
                    step(used, at + timedelta(seconds=room))
                except DatabaseFailed as error:
                    assert "the database refused" in error.message and "Is it running" in error.message
                    refused += 1
                    assert rows_of(engine, RX) == before and chain(used) == []
                else:
                    return refused
        raise AssertionError("it was never done")

    refusals = walk(*file, until_done)
    assert sum(refusals.values()) > 3, refusals


def limit(pages, connection, _record):
    connection.execute(f"PRAGMA max_page_count={pages}").close()
