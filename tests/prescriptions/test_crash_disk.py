"""A disk that is full in the middle of a step: refused in words, nothing is half done, and with room it works."""

from __future__ import annotations

import os
import re
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


@pytest.fixture
def file(tmp_path, knowledge):
    """A practice with a prescription that is ready to be signed, in a file."""
    url = f"sqlite:///{tmp_path / 'rx.db'}"
    office = practice(url, knowledge)
    crashes.ready_to_sign(office, url)
    return office, url


def walked(office, url, steps, refusals_of):
    """How often each of these steps was refused for want of room; every step is done in the end."""
    refused = {}
    for number, step in enumerate(STEPS):
        at = NOW + timedelta(minutes=2 * number)
        if step in steps:
            refused[step.__name__] = refusals_of(office, url, step, at)
        with opened(office, url, f"done-{step.__name__}") as used:
            step(used, at)
            assert chain(used) == []
    return refused


@contextmanager
def put_back_after(office, url):
    """The rows as they are now; afterwards the file is as it was, to the byte."""
    with opened(office, url) as used:
        before = rows_of(used.desk.engine, RX)
    file = Path(url.removeprefix("sqlite:///"))
    kept = shutil.copy(file, f"{file}.kept")
    yield before
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    shutil.copy(kept, file)


def test_a_database_that_may_grow_no_further(file):
    """Whichever row does not fit: a few notes more or less fill the last pages of the database to another brim."""
    refused = walked(*file, (crashes.sign, crashes.dispense), refusals_at_a_brim)
    assert min(refused.values()) >= 2, refused


def refusals_at_a_brim(office, url, step, at):
    refusals = 0
    for notes in range(30):
        with put_back_after(office, url) as before, opened(office, url, step.__name__) as used:
            engine = used.desk.engine
            with used.desk.entering(used["boss"], at) as ledger:
                for number in range(notes):
                    ledger.note("view", "prescriptions/none", number=number)
            most = most_pages(engine)
            try:
                step(used, at)
            except DatabaseFailed as error:
                assert "the database refused" in error.message
                refusals += 1
                assert rows_of(engine, RX) == before and chain(used) == []
                most.clear()
                step(used, at + timedelta(minutes=1))
            assert chain(used) == []
    return refusals


def most_pages(engine):
    """Let a database not grow; the limit is what is given back, and gone when that is emptied."""
    with engine.connect() as connection:
        limit = [connection.execute(text("PRAGMA page_count")).scalar_one()]

    @event.listens_for(engine, "begin")
    def _limit(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count={limit[0] if limit else 10**9}")

    return limit


def test_a_file_that_may_grow_no_further(file):
    """The limit of the system on the size of files: every write beyond it fails, in the log of SQLite too."""
    refused = walked(*file, (crashes.sign, crashes.transmit, crashes.verify, crashes.dispense), refusals_below_a_limit)
    assert min(refused.values()) >= 8, refused


def refusals_below_a_limit(office, url, step, at):
    for refusals in range(100):
        with put_back_after(office, url) as before:
            signalled, said = in_a_child(partial(limited, refusals * PAGE, office, url, step, at))
            assert not signalled
            if not said:
                return refusals
            holds_and_works(office, url, step, at, (before, said))
    raise AssertionError("it was never done")


def limited(most_bytes, office, url, step, at):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    with opened(office, url, step.__name__) as used:
        step(used, at)


def holds_and_works(office, url, step, at, was):
    """Refused in words, nothing is half done, the chain verifies; and with room it works."""
    before, said = was
    assert re.match(r"DatabaseFailed: sqlite.*: the database refused \(OperationalError\)\. Is it ", said), said
    with opened(office, url, step.__name__) as used:
        assert rows_of(used.desk.engine, RX) == before and chain(used) == []
        step(used, at + timedelta(minutes=1))
        assert chain(used) == []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_is_full(small_disk, knowledge):
    url = f"sqlite:///{small_disk / 'rx.db'}"
    office = practice(url, knowledge)
    crashes.ready_to_sign(office, url)
    refused = walked(office, url, (crashes.sign, crashes.dispense), refusals_on_a_full_disk)
    assert min(refused.values()) >= 8, refused


def refusals_on_a_full_disk(office, url, step, at):
    filler = Path(url.removeprefix("sqlite:///")).with_name("filler")
    for refusals in range(100):
        with put_back_after(office, url) as before:
            fill(filler, refusals * PAGE)
            signalled, said = in_a_child(partial(limited, resource.RLIM_INFINITY, office, url, step, at))
            filler.unlink()
            assert not signalled
            if not said:
                return refusals
            holds_and_works(office, url, step, at, (before, said))
    raise AssertionError("it was never done")


def fill(filler, room):
    """A file that leaves so many bytes of its disk."""
    disk = os.statvfs(filler.parent)
    with filler.open("wb") as out:
        out.write(bytes(disk.f_bavail * disk.f_frsize - room))
