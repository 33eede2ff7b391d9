"""A whole database as one sealed file, and back: every row of every table at one moment, or nothing."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Date, Engine, Table, func, insert, select, text

from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.files import write_pieces
from benzosafe.storage import migrate, rx_tables
from benzosafe.storage.database import reading, writing
from benzosafe.storage.sealed_stream import NotSealedSo, header_of, opened, sealed
from benzosafe.storage.tables import Moment, metadata

MAGIC = "benzosafe backup"
_FORMAT = 1
_AT_ONCE = 500
_MOST_LINE = 64_000_000
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
    if path.exists():
        raise UsageError("is there already.", where=str(path), next_step="Choose another name.")
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        schema = migrate.present(connection)
        if schema != migrate.wanted():
            raise UsageError(f"its schema is at {schema or 'nothing'}.", next_step="Run: benzosafe init.")
        about = {"magic": MAGIC, "format": _FORMAT, "schema": schema, "made_at": made_at.isoformat()}
        counted = _Counted(progress)
        write_pieces(path, sealed(key, about, _packed(_lines(connection, counted))), private=True, durable=True)
    return Summary(made_at.isoformat(), schema, counted.rows)


def restore(engine: Engine, keys: Sequence[bytes], path: Path, progress: Progress = lambda _: None) -> Summary:
    """Fill an empty database from a sealed file, all or nothing; BackupRefused where file or database will not do.

    keys: the newest first; older ones open what was sealed before a rotation.
    """
    try:
        with path.open("rb") as file:
            return _restored(engine, keys, file, progress)
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
    if about.get("format") != _FORMAT or about.get("schema") != migrate.wanted():
        raise BackupRefused(
            f"it is of schema {about.get('schema')}, and this version knows {migrate.wanted()}.", where=file.name,
            next_step="Restore it with the version that made it, then run benzosafe init with this one.",
        )  # fmt: skip
    counted = _Counted(progress)
    with writing(engine) as connection:
        migrate.upgrade(connection)
        _refuse_rows(connection)
        _insert(connection, _unpacked(opened(keys, header, file)), counted)
    return Summary(str(about["made_at"]), str(about["schema"]), counted.rows)


@dataclass
class _Counted:
    progress: Progress
    rows: int = 0

    def add(self, number: int) -> None:
        self.rows += number
        self.progress(self.rows)


def _lines(connection: Connection, counted: _Counted) -> Iterator[bytes]:
    """Each row as a line, tables in an order in which they can be filled again."""
    encode = msgspec.json.Encoder().encode
    for table in _TABLES:
        found = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(select(table)).mappings()
        for rows in found.partitions(_AT_ONCE):
            for row in rows:
                yield encode([str(table.name), {str(name): value for name, value in row.items()}]) + b"\n"
            counted.add(len(rows))
    yield encode(["end", {"rows": counted.rows}]) + b"\n"


def _packed(lines: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj()
    for line in lines:
        if piece := packer.compress(line):
            yield piece
    yield packer.flush()


def _unpacked(pieces: Iterator[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows; NotSealedSo where the stream ends before its end."""
    unpacker, waiting = zlib.decompressobj(), b""
    number = 0
    for piece in pieces:
        waiting += unpacker.decompress(piece)
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            name, row = msgspec.json.decode(line)
            if name == "end":
                if row["rows"] != number:
                    raise NotSealedSo(f"it holds {number} rows of {row['rows']}")
                continue
            number += 1
            yield name, row
        if len(waiting) > _MOST_LINE:
            raise NotSealedSo("it holds a line that no row can have")


def _insert(connection: Connection, rows: Iterator[tuple[str, dict[str, Any]]], counted: _Counted) -> None:
    waiting: list[dict[str, Any]] = []
    of: Table | None = None
    for name, row in rows:
        table = metadata.tables[name]
        if of is not None and (table is not of or len(waiting) >= _AT_ONCE):
            _flush(connection, of, waiting, counted)
        of = table
        waiting.append(_typed(table, row))
    if of is not None:
        _flush(connection, of, waiting, counted)
    _next_numbers(connection)


def _flush(connection: Connection, table: Table, waiting: list[dict[str, Any]], counted: _Counted) -> None:
    if waiting:
        connection.execute(insert(table), waiting)
        counted.add(len(waiting))
        waiting.clear()


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Days and moments are text in the file."""
    found = dict(row)
    for column in table.columns:
        value = found[column.name]
        if value is not None and isinstance(column.type, Moment):
            found[column.name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, Date):
            found[column.name] = date.fromisoformat(value)
    return found


def _refuse_rows(connection: Connection) -> None:
    for table in _TABLES:
        if connection.execute(select(1).select_from(table).limit(1)).first():
            raise BackupRefused(
                f"the database is not empty ({table.name}).", next_step="Restore into a new one: --database URL."
            )


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
