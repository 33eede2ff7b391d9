"""Databases to back up, and what is in them; work done in a process that may be killed."""

from __future__ import annotations

import os
from contextlib import closing

from sqlalchemy import func, inspect, select

from benzosafe.audit.ledger import entering
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError
from benzosafe.storage.database import open_engine, reading
from benzosafe.storage.store import Store
from benzosafe.storage.tables import metadata
from tests.prescriptions.people import NOW, WITH_OPIOID, at_the_counter, given, practice, verified
from tests.prescriptions.test_counter import outside
from tests.storage.made_up import answer, call, showing

VAULT = Vault(bytes(range(32)))
KEYS = VAULT.backup_keys
MANY = 3_000


def filled(url, knowledge, views=0):
    """A database in which something of everything stands, and so many views in its audit chain."""
    office = practice(url, knowledge)
    made = at_the_counter(office, record=WITH_OPIOID)
    verified(office, made)
    given(office, made)
    outside(office, "2026-01-02,lorazepam 1 mg,10,10,D\u00e9j\u00e0 \U0001f600,\n".encode())
    with closing(Store(url)) as store:
        store.secret()
        store.remember(call(showing("card")))
        store.add_feedback([answer("card", comment="why \0 not")])
    if views:
        with entering(office.desk.engine, VAULT.chain_key, "x", NOW) as ledger:
            for number in range(views):
                ledger.note("view", f"prescriptions/{number}")
    return office.desk.engine


def rows(engine):
    with reading(engine) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def is_empty(engine):
    there = set(inspect(engine).get_table_names())
    with reading(engine) as connection:
        return not any(
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in metadata.sorted_tables
            if table.name in there
        )


def new(folder, name="empty.db"):
    return open_engine(f"sqlite:///{folder / name}", durable=True)


def in_a_child(work):
    """Work in a process of its own: the signal that ended it (0: none), and what it was refused with."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            work()
        except BenzosafeError as error:
            said = error.message
        except BaseException as error:  # pytest must not go on in here, whatever it is
            said = f"not in words: {error!r}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as heard:
        said = heard.read()
    status = os.waitpid(child, 0)[1]
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), said
