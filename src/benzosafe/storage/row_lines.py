"""Rows as packed lines of JSON, and back exactly: days and moments are text there, all else is as JSON has it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, MetaData, Table

from benzosafe.storage.sealed_stream import NotSealedSo
from benzosafe.storage.tables import Moment

_MOST_UNPACKED = 1_000_000
_END = ""
Row = tuple[Table, dict[str, Any]]


def packed(rows: Iterable[tuple[Table, Mapping[Any, Any]]]) -> Iterator[bytes]:
    """Each row as a line, then a line that says how many there were; packed."""
    packer, number = zlib.compressobj(), 0
    for table, row in rows:
        number += 1
        if piece := packer.compress(_line(str(table.name), {str(name): value for name, value in row.items()})):
            yield piece
    yield packer.compress(_line(_END, number)) + packer.flush()


def unpacked(pieces: Iterable[bytes], metadata: MetaData) -> Iterator[Row]:
    """The rows with their tables; NotSealedSo where these are no rows of them, or fewer or more than there were."""
    number, ended = 0, False
    try:
        for name, row in map(json.loads, _lines(pieces)):
            if ended or (name == _END and row != number):
                raise NotSealedSo(f"it holds more or fewer rows than it says (after row {number})")
            ended = name == _END
            if not ended:
                number += 1
                yield metadata.tables[name], _typed(metadata.tables[name], row)
    except (zlib.error, ValueError, TypeError, LookupError):  # it was sealed with the right key, and is no backup
        raise NotSealedSo(f"what is in it can be no row (after row {number})") from None
    if not ended:
        raise NotSealedSo(f"it has no end (after row {number})")


def _line(name: str, value: Any) -> bytes:
    # In ASCII: half a surrogate pair, which a JSON column can hold, has no other way to come back.
    return json.dumps([name, value], default=_as_text, separators=(",", ":")).encode("ascii") + b"\n"


def _as_text(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} in a row")


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for part in _parts(pieces):
        *lines, waiting = (waiting + part).split(b"\n")
        yield from lines
    if waiting:
        raise ValueError("half a line")


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What was packed, in parts of a size that does not depend on how well it could be packed."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting:
            yield unpacker.decompress(waiting, _MOST_UNPACKED)
            waiting = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("no whole packing")


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    found = {column.name: row[column.name] for column in table.columns}
    for column in table.columns:
        value = found[column.name]
        if value is not None and isinstance(column.type, Moment):
            found[column.name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, Date):
            found[column.name] = date.fromisoformat(value)
    return found
