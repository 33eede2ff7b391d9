"""Real crashes: processes that kill themselves at a statement, connections that are cut, and rows to compare."""

from __future__ import annotations

import itertools
import os
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, event, insert, select

from benzosafe.audit.ledger import entering, faults
from benzosafe.errors import BenzosafeError
from benzosafe.prescriptions import patients, pharmacist, prescriber
from benzosafe.prescriptions.desk import Desk
from benzosafe.storage.database import open_engine, reading, writing
from benzosafe.storage.rx_tables import accounts, fills, prescriptions, rx_answers, rx_reviews, rx_tasks
from tests.prescriptions.people import CALM, NOW, PASSWORD, answer_all, content, given, verified

THE_ONE = "rx-1"
RX = (prescriptions, rx_reviews, rx_answers, rx_tasks, fills)
EVERYTHING = prescriptions.metadata.sorted_tables


@dataclass
class Points:
    """Counts what goes to a database, before and after each statement and each commit, and acts once, at one of them.

    Statements are counted at the driver's cursor: some of them go past SQLAlchemy and its events.
    """

    act: Callable[[object], None]
    at: int = 0
    count: int = 0

    def reached(self, connection) -> None:
        self.count += 1
        if self.count == self.at:
            self.act(connection)

    def watch(self, engine) -> None:
        """Have every statement of an engine counted, from its next connection on."""
        kinds = {"factory": _sqlite(self)} if engine.dialect.name == "sqlite" else {"cursor_factory": _psycopg(self)}
        event.listen(engine, "do_connect", lambda _dialect, _record, _args, given: given.update(kinds))
        event.listen(engine, "commit", lambda connection: self.reached(connection.connection.driver_connection))
        event.listen(engine, "checkin", lambda connection, _record: self.reached(connection))


def _sqlite(points):
    class Cursor(sqlite3.Cursor):
        def execute(self, *arguments):
            return around(self, super().execute, arguments)

        def executemany(self, *arguments):
            return around(self, super().executemany, arguments)

    class Connection(sqlite3.Connection):
        def cursor(self, factory=Cursor):
            return super().cursor(factory)

    def around(cursor, send, arguments):
        points.reached(cursor.connection)
        found = send(*arguments)
        points.reached(cursor.connection)
        return found

    return Connection


def _psycopg(points):
    class Cursor(psycopg.Cursor):
        def execute(self, *arguments, **named):
            points.reached(self.connection)
            found = super().execute(*arguments, **named)
            points.reached(self.connection)
            return found

        def executemany(self, *arguments, **named):
            points.reached(self.connection)
            super().executemany(*arguments, **named)
            points.reached(self.connection)

    return Cursor


def in_a_child(work) -> tuple[int, str]:
    """Work in a process of its own: the signal that ended it (0: none), and what it said: '' or its error in words."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        said = ""
        try:
            work()
        except BenzosafeError as error:
            said = f"{type(error).__name__}: {error.message}"
        except BaseException:  # whatever it is, the test has to see it, and pytest must not run on in here
            said = traceback.format_exc()
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), said


@contextmanager
def opened(office, url, prefix="id", watched=None):
    """The practice on an engine of its own; new ids begin anew, so that the same step writes the same rows."""
    engine, numbers = open_engine(url), itertools.count(1)
    if watched is not None:
        watched.watch(engine)
    desk = Desk(engine, office.desk.vault, office.desk.knowledge, lambda: f"{prefix}-{next(numbers)}")
    try:
        yield replace(office, desk=desk)
    finally:
        engine.dispose()


def hash_quickly(office):
    """Keep the doctor's password under a hash that is worked out in a moment, for whoever signs a hundred times."""
    desk = office.desk
    quick = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with entering(desk.engine, desk.vault.chain_key, "test", NOW) as ledger:
        row = dict(ledger.connection.execute(select(accounts).where(accounts.c.name == "doctor")).mappings().one())
        ledger.update(accounts, row, {"password": quick}, "password changed")


def ready_to_sign(office, url):
    """A prescription of Ann's, reviewed and answered."""
    desk, doctor = office.desk, office["doctor"]
    hash_quickly(office)
    patients.keep_record(desk, doctor, "ann", CALM, NOW)
    with opened(office, url, "rx") as used:
        assert prescriber.draft(used.desk, doctor, content(), NOW) == THE_ONE
        answer_all(used, THE_ONE, prescriber.review(used.desk, doctor, THE_ONE, NOW))
    desk.engine.dispose()


def rows_of(engine, tables=EVERYTHING):
    """Every row of tables."""
    with reading(engine) as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in tables
        }


def put_back(engine, rows) -> None:
    """Everything as it was."""
    with writing(engine) as connection:
        for table in reversed(EVERYTHING):
            connection.execute(delete(table))
        for table in EVERYTHING:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])


def chain(office):
    return faults(office.desk.engine, office.desk.vault.chain_key)


def sign(office, now):
    prescriber.sign(office.desk, "doctor", PASSWORD, office.code("doctor", now), THE_ONE, now)


def transmit(office, now):
    prescriber.transmit(office.desk, office["doctor"], THE_ONE, "Corner Pharmacy", now)


def receive(office, now):
    pharmacist.receive(office.desk, office["counter"], THE_ONE, now, handwritten_seen=True)


def verify(office, now):
    verified(office, THE_ONE, now)


def dispense_a_part(office, now):
    given(office, THE_ONE, 20, now)


def dispense(office, now):
    given(office, THE_ONE, 40, now)


STEPS = {
    sign: "signed", transmit: "transmitted", receive: "received", verify: "verified",
    dispense_a_part: "partly_dispensed", dispense: "dispensed",
}  # fmt: skip
"""The way of a prescription, and where each step leads."""
