"""Backups and restores that are killed, or find no room: there is a whole one, or none."""

from __future__ import annotations

import os
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from benzosafe.storage.backup import BackupRefused, back_up, restore
from benzosafe.storage.database import open_engine, reading
from benzosafe.storage.store import Store
from tests.prescriptions.people import NOW
from tests.storage.backups import KEYS, MANY, filled, in_a_child, is_empty, rows
from tests.storage.made_up import call, showing


@pytest.fixture(scope="module")
def one(tmp_path_factory, knowledge):
    """A backup of several pieces, the URL of its database, and its rows."""
    folder = tmp_path_factory.mktemp("backup")
    url = f"sqlite:///{folder / 'rx.db'}"
    engine = filled(url, knowledge, MANY)
    back_up(engine, KEYS[0], folder / "a.backup", NOW)
    found = rows(engine)
    engine.dispose()
    return folder / "a.backup", url, found


@pytest.mark.parametrize("room", [0, 4_096, 70_000])
def test_without_room_on_the_disk_nothing_is_left(one, tmp_path, room):
    file, url, _ = one
    assert file.stat().st_size > room

    def work():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        engine = open_engine(url)
        with reading(engine) as connection:  # before there is no room for what SQLite keeps beside its file
            connection.exec_driver_sql("SELECT 1 FROM accounts")
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        back_up(engine, KEYS[0], tmp_path / "a.backup", NOW)

    ended, said = in_a_child(work)
    assert ended == 0 and "a.backup: cannot be written: File too large" in said
    assert list(tmp_path.iterdir()) == []


def killed_after(number):
    def progress(done):
        if done >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    return progress


@pytest.mark.parametrize("number", [1, MANY // 2, MANY])
def test_a_backup_killed_in_the_middle_has_no_name(one, tmp_path, number):
    backup = tmp_path / "b.backup"
    ended, _ = in_a_child(lambda: back_up(open_engine(one[1]), KEYS[0], backup, NOW, killed_after(number)))
    assert ended == signal.SIGKILL and not backup.exists()
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    back_up(open_engine(one[1]), KEYS[0], backup, NOW)


@pytest.mark.parametrize("number", [1, MANY // 2, MANY])
def test_a_restore_killed_in_the_middle_leaves_an_empty_database_that_can_be_filled(one, database_url, number):
    ended, _ = in_a_child(lambda: restore(open_engine(database_url), KEYS, one[0], killed_after(number)))
    assert ended == signal.SIGKILL
    there = open_engine(database_url)
    assert is_empty(there)
    restore(there, KEYS, one[0])
    assert rows(there) == one[2]


def test_of_two_restores_at_once_the_second_waits_and_is_refused(one, database_url):
    with ThreadPoolExecutor() as pool:
        second = []

        def begin_the_second(_done):
            if not second:
                second.append(pool.submit(restore, open_engine(database_url), KEYS, one[0]))

        there = open_engine(database_url)
        restore(there, KEYS, one[0], begin_the_second)
        with pytest.raises(BackupRefused, match="not empty"):
            second[0].result()
    assert rows(there) == one[2]


def test_what_others_write_while_a_restore_runs_comes_after_it(one, database_url):
    """Into a database that was empty when it began, as of a service that is up already."""
    with closing(Store(database_url)) as store, ThreadPoolExecutor() as pool:
        store.migrate()
        others = []

        def write_too(_done):
            if not others:
                others.append(pool.submit(store.remember, call(showing("new"))))

        there = open_engine(database_url)
        restore(there, KEYS, one[0], write_too)
        others[0].result()
    found = rows(there)
    assert {name: len(found[name]) - len(one[2][name]) for name in found if found[name] != one[2][name]} == {
        "calls": 1, "showings": 1,
    }  # fmt: skip
