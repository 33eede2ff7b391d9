"""A backup, a restore and an export hold a few rows at a time, however many there are."""

from __future__ import annotations

import tracemalloc
from contextlib import closing

import pytest

from benzosafe.audit.events import ndjson
from benzosafe.audit.ledger import entering, faults
from benzosafe.storage.backup import back_up, restore
from benzosafe.storage.database import open_engine
from benzosafe.storage.snapshot import one_moment
from benzosafe.storage.store import Store
from tests.prescriptions.people import NOW
from tests.storage.backups import KEYS, VAULT, new

ENTRIES = 8_000
MOST_BYTES = 5_500_000
"""All of them held at once take more."""


@pytest.fixture
def much(database_url):
    with closing(Store(database_url)) as store:
        store.migrate()
    engine = open_engine(database_url)
    with entering(engine, VAULT.chain_key, "x", NOW) as ledger:
        for number in range(ENTRIES):
            ledger.note("view", f"prescriptions/{number}", why=f"looked at for the {number}th time")
    return engine


def most_held(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_only_some_rows_are_held_at_a_time(much, tmp_path):
    whole = []
    with pytest.raises(AssertionError):  # the measure sees rows that are held
        assert most_held(lambda: whole.extend(ndjson(much))) < MOST_BYTES
    file, there = tmp_path / "a.backup", new(tmp_path)
    assert most_held(lambda: back_up(much, KEYS[0], file, NOW)) < MOST_BYTES
    assert most_held(lambda: restore(there, KEYS, file)) < MOST_BYTES
    assert most_held(lambda: sum(map(len, ndjson(there)))) < MOST_BYTES
    assert most_held(lambda: faults(one_moment(much), VAULT.chain_key)) < MOST_BYTES
    assert len(whole) == ENTRIES
