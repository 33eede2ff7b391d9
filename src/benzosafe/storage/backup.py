"""A whole database as one sealed file, and back: every row of every table at one moment, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.files import write_pieces
from benzosafe.storage import migrate, rx_tables
from benzosafe.storage.database import masked, reading, writing
from benzosafe.storage.row_lines import Row, packed, unpacked
from benzosafe.storage.sealed_stream import NotSealedSo, header_of, opened, sealed
from benzosafe.storage.snapshot import AT_ONCE, one_moment
from benzosafe.storage.tables import metadata

MAGIC = "benzosafe backup"
_FORMAT = 1
_TABLES = (*metadata.sorted_tables,)
assert rx_tables.audit_head in _TABLES  # they are there once their module is read
Progress = Callable[[int], None]
"""Told how many rows are done."""


class BackupRefused(BenzosafeError):
    """It cannot be restored, and nothing was changed."""

    exit_code = 4


@dataclass(frozen=True)
class Summary:
    """What a file holds: when it was made, at which step of the schema, and how many rows."""

    made_at: str
    schema: str
    rows: int


def back_up(engine: Engine, key: bytes, path: Path, made_at: datetime, progress: Progress = lambda _: None) -> Summary:
    """Write every row to a sealed file that only its owner can read; a file that is there is never written over."""
    if os.path.lexists(path):
        raise UsageError("is there already.", where=str(path), next_step="Choose another name.")
    with reading(one_moment(engine)) as connection:
        schema = migrate.present(connection)
        if schema != migrate.wanted():
            raise UsageError(
                f"its schema is at {schema or 'nothing'}.", where=masked(engine), next_step="Run: benzosafe init."
            )
        about = {"magic": MAGIC, "format": _FORMAT, "schema": schema, "made_at": made_at.isoformat()}
        counted = _Counted(progress)
        pieces = sealed(key, about, packed(_rows(connection, counted)))
        write_pieces(path, pieces, private=True, durable=True, new=True)
    return Summary(made_at.isoformat(), schema, counted.rows)


def restore(engine: Engine, keys: Sequence[bytes], path: Path, progress: Progress = lambda _: None) -> Summary:
    """Fill an empty database from a sealed file, all or nothing; BackupRefused where file or database will not do.

    keys: the newest first; older ones open what was sealed before a rotation.
    """
    with _opened(path) as file:
        return _restored(engine, keys, file, progress)


def refuse_no_backup(path: Path) -> None:
    """BackupRefused where a file is no backup of this version, as far as its head says."""
    with _opened(path) as file:
        _, about = header_of(file, MAGIC)
        _refuse_other_versions(about, file.name)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """A file to be restored, and what is wrong with it in words."""
    try:
        with path.open("rb") as file:
            yield file
    except NotSealedSo as fault:
        raise BackupRefused(
            f"{fault}.",
            where=str(path),
            next_step="Nothing was restored. Try another copy, or the key it was made with.",
        ) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}.", where=str(path), next_step="Name a backup.") from None


def _restored(engine: Engine, keys: Sequence[bytes], file: IO[bytes], progress: Progress) -> Summary:
    header, about = header_of(file, MAGIC)
    _refuse_other_versions(about, file.name)
    counted = _Counted(progress)
    with writing(engine) as connection:
        _make_ready(connection, masked(engine))
        _insert(connection, unpacked(opened(keys, header, file), metadata), counted)
    return Summary(str(about.get("made_at")), str(about["schema"]), counted.rows)


def _refuse_other_versions(about: Mapping[str, Any], where: str) -> None:
    for name, known in (("format", _FORMAT), ("schema", migrate.wanted())):
        if about.get(name) != known:
            raise BackupRefused(
                f"it is of {name} {about.get(name)}, and this version knows {known}.", where=where,
                next_step="Restore it with the version that made it, then run benzosafe init with this one.",
            )  # fmt: skip


def _make_ready(connection: Connection, where: str) -> None:
    """The schema brought up to date, and no row in it, nor any from others until this is done."""
    try:
        migrate.upgrade(connection)
    except migrate.UnknownSchema as error:
        raise BackupRefused(
            f"its schema is of another version ({error}).", where=where,
            next_step="Restore into a new database: --database URL.",
        ) from None  # fmt: skip
    if connection.dialect.name == "postgresql":
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in _TABLES)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for table in _TABLES:
        if connection.execute(select(1).select_from(table).limit(1)).first():
            raise BackupRefused(
                f"the database is not empty ({table.name}).",
                where=where,
                next_step="Restore into a new one: --database URL.",
            )


@dataclass
class _Counted:
    progress: Progress
    rows: int = 0

    def add(self, number: int) -> None:
        self.rows += number
        self.progress(self.rows)


def _rows(connection: Connection, counted: _Counted) -> Iterator[tuple[Table, Mapping[Any, Any]]]:
    """Every row, tables in an order in which they can be filled again."""
    for table in _TABLES:
        for rows in connection.execute(select(table)).mappings().partitions(AT_ONCE):
            for row in rows:
                yield table, row
            counted.add(len(rows))


def _insert(connection: Connection, rows: Iterator[Row], counted: _Counted) -> None:
    waiting: list[dict[str, Any]] = []
    of: Table | None = None
    for table, row in rows:
        if of is not None and (table is not of or len(waiting) >= AT_ONCE):
            _flush(connection, of, waiting, counted)
        of = table
        waiting.append(row)
    if of is not None:
        _flush(connection, of, waiting, counted)
    _next_numbers(connection)


def _flush(connection: Connection, table: Table, waiting: list[dict[str, Any]], counted: _Counted) -> None:
    connection.execute(insert(table), waiting)
    counted.add(len(waiting))
    waiting.clear()


def _next_numbers(connection: Connection) -> None:
    """PostgreSQL counts on from a number of its own, which rows with given numbers do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in _TABLES:
        column = table.autoincrement_column
        if column is not None:
            most = connection.execute(select(func.max(column))).scalar()
            if most is not None:
                sequence = {"table": table.name, "column": column.name, "most": most}
                connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :most)"), sequence)
