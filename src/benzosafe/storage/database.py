"""How a database is opened: SQLite or PostgreSQL, the same safe habits for both."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from benzosafe.errors import BenzosafeError, UsageError

BUSY_MILLISECONDS = 10_000
_WRITES = {"benzosafe_writes": True}


class DatabaseFailed(BenzosafeError):
    """The database cannot be reached or refuses."""


def open_engine(text: str, *, durable: bool = False) -> Engine:
    """An engine for a database URL; a new SQLite file is readable by its owner only.

    durable: what is written is on the disk before the transaction ends, so that a power cut takes nothing back.
    """
    url = _url(text)
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10, hide_parameters=True
        )
    _make_private(Path(url.database or ""))
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), connect_args={"check_same_thread": False}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if durable:
        event.listen(engine, "connect", _synchronous)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def refuse_missing_file(text: str) -> None:
    """UsageError when an SQLite file is not there: a report must not make an empty one and find nothing in it."""
    url = _url(text)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise UsageError(
            "there is no such database.", where=url.database or "", next_step="Name it: --database sqlite:///FILE."
        )


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads; failures of the database in words."""
    with _in_words(engine), engine.connect() as connection:
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, whole or not at all; failures of the database in words."""
    with _in_words(engine), engine.connect().execution_options(**_WRITES) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def sent_together(connection: Connection) -> Iterator[Any]:
    """The driver's own connection, on which several statements go to a PostgreSQL server and come back in one journey.

    What it begins belongs to the transaction of the connection. A failure is told when all have come back.
    """
    raw: Any = connection.connection.driver_connection
    kind: type[Exception] = connection.dialect.loaded_dbapi.Error
    with _in_words(connection.engine):
        try:
            with raw.pipeline() if connection.dialect.name == "postgresql" else contextlib.nullcontext():
                yield raw
        except kind as error:
            raise DBAPIError.instance(None, None, error, kind) from None


def masked(engine: Engine) -> str:
    """The URL without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextlib.contextmanager
def _in_words(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        # The statement's values may be of a patient, so only the kind of failure is told.
        raise DatabaseFailed(
            f"the database refused ({type(error.orig).__name__}).", where=masked(engine),
            next_step="Is it running, reachable and writable by this user, and is its schema current?",
        ) from None  # fmt: skip


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, NoSuchModuleError):
        raise UsageError(
            "not a database URL.", where="database", next_step="Write sqlite:///benzosafe.db or postgresql://host/name."
        ) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise UsageError(
            f"'{url.get_backend_name()}' is not supported.", where="database", next_step="Use sqlite or postgresql."
        )
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:").startswith((":memory:", "file:")):
        raise UsageError("SQLite needs a plain file.", where="database", next_step="Write sqlite:///benzosafe.db.")
    return url


def _make_private(path: Path) -> None:
    # One that is there is never opened here: closing it would drop every lock that SQLite holds on it in this process.
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:  # another process was quicker
        return
    except OSError as error:
        raise UsageError(
            f"cannot be opened: {error.strerror}.", where=str(path), next_step="Choose another --database."
        ) from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _synchronous(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=FULL").close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a reader that turns writer half-way would be refused instead of waiting.
    writes = connection.get_execution_options().get("benzosafe_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
