"""Every write goes through here: the row, and beside it one entry of the audit chain that answers for the row.

The chain is append-only: each entry carries the keyed hash of the one before, so that a change, a deletion or another
order is found, and it carries the hash of the row it wrote, so that a row changed, gone or added past it is found too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Insert, Select, Table, Update, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from benzosafe.audit.canonical import canonical
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.storage.database import reading, sent_together, writing
from benzosafe.storage.rx_tables import PROTECTED, audit_entries, audit_head

FIRST = "0" * 64
_HEAD = 1
Statement = Select[Any] | Update | Insert
_HEAD_NOW = select(audit_head.c.seq, audit_head.c.hash).with_for_update()
_NEW_HEAD = update(audit_head).values(seq=bindparam("seq"), hash=bindparam("hash"))
_NEW_ENTRIES = insert(audit_entries)


@dataclass(frozen=True)
class Entry:
    """One entry as it is chained."""

    seq: int
    at: str
    actor: str
    action: str
    about: str
    row_sha: str
    details: str
    before: str

    def hash(self, key: bytes) -> str:
        """The keyed hash of everything in it, the one before included."""
        fields = canonical(
            [self.seq, self.at, self.actor, self.action, self.about, self.row_sha, self.details, self.before]
        )
        return hmac.new(key, fields, hashlib.sha256).hexdigest()


class Tampered(BenzosafeError):
    """A row is not as the chain says; nothing is written on it."""

    exit_code = 3


class Ledger:
    """Writes of one transaction by one actor at one moment."""

    def __init__(self, connection: Connection, key: bytes, actor: str, at: datetime) -> None:
        self.connection, self.actor, self.at = connection, actor, at
        self._key = key
        self._seq, self._hash = self._taken_head()
        self._entries: list[dict[str, Any]] = []
        self._shas: dict[str, str] = {}
        """What this transaction itself has written of a row."""

    def insert(self, table: Table, row: Mapping[str, Any], action: str, **details: Any) -> None:
        """A new row and its entry."""
        self.connection.execute(insert(table), dict(row))
        self._note(action, about_of(table, row), row_sha(table, row), details)

    def update(
        self, table: Table, before: Mapping[str, Any], changes: Mapping[str, Any], action: str, **details: Any
    ) -> None:
        """A changed row, of which all columns are known, and its entry; Tampered where it is not as last chained."""
        key = _key_column(table)
        self._refuse_tampered(table, before)
        self.connection.execute(update(table).where(table.c[key] == before[key]), dict(changes))
        after = {**before, **changes}
        self._note(action, about_of(table, after), row_sha(table, after), details)

    def _refuse_tampered(self, table: Table, before: Mapping[str, Any]) -> None:
        """A row changed past the audit is never written on: the next entry would answer for what nobody here wrote."""
        about = about_of(table, before)
        known = self._shas.get(about)
        if known is None:
            query = select(audit_entries.c.row_sha).where(audit_entries.c.about == about, audit_entries.c.row_sha != "")
            known = self.connection.execute(query.order_by(audit_entries.c.seq.desc()).limit(1)).scalar()
        if known != row_sha(table, before):
            raise Tampered(
                "what is kept is not what was written last: it was changed past the audit chain.", where=about,
                next_step="Stop, run benzosafe audit verify, and restore what was changed.",
            )  # fmt: skip

    def note(self, action: str, about: str, **details: Any) -> None:
        """Something that happened without a row: a view, a refusal, a log-in."""
        self._note(action, about, "", details)

    def close(self) -> None:
        """Write the entries and move the head; called at the end of the transaction."""
        if not self._entries:
            return
        with sent_together(self.connection) as raw:
            raw.cursor().executemany(*_written(_NEW_ENTRIES, self.connection.dialect, self._entries))
            raw.cursor().executemany(*_written(_NEW_HEAD, self.connection.dialect, [self._end()]))

    def _end(self) -> dict[str, Any]:
        return {"seq": self._seq, "hash": self._hash}

    def _note(self, action: str, about: str, sha: str, details: Mapping[str, Any]) -> None:
        text = canonical(plain(dict(details))).decode()
        entry = Entry(self._seq + 1, plain(self.at), self.actor, action, about, sha, text, self._hash)
        self._seq, self._hash = entry.seq, entry.hash(self._key)
        self._entries.append({**vars(entry), "hash": self._hash})
        if sha:
            self._shas[about] = sha

    def _taken_head(self) -> tuple[int, str]:
        """The head, locked until the transaction ends: entries come one after the other, whoever writes."""
        with sent_together(self.connection) as raw:
            head = raw.cursor().execute(_text(_HEAD_NOW, self.connection.dialect)[0]).fetchone()
        if head is not None:
            return head[0], head[1]
        self.connection.execute(insert(audit_head), {"id": _HEAD, "seq": 0, "hash": FIRST})
        return 0, FIRST


def _written(statement: Statement, dialect: Dialect, rows: list[dict[str, Any]]) -> tuple[str, list[Any]]:
    """A statement of plain texts and numbers for the driver, without what it costs to look at it anew each time."""
    text, order = _text(statement, dialect)
    return text, [tuple(row[name] for name in order) for row in rows] if order else rows


@cache
def _text(statement: Statement, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The text of a statement for a database, and the order of its values where they have no names there."""
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    return str(compiled), tuple(compiled.positiontup or ())


@contextmanager
def entering(engine: Engine, key: bytes, actor: str, at: datetime) -> Iterator[Ledger]:
    """A transaction that writes rows and their entries, all or none."""
    with writing(engine) as connection:
        ledger = Ledger(connection, key, actor, at)
        yield ledger
        ledger.close()


def plain(value: Any) -> Any:
    """A value as text, number, list or object: the same for what is written and for what is read back."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else _as_kept(value)
    if isinstance(value, date):  # a datetime is one too
        return _moment(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _as_kept(text: str) -> str:
    """As `Words` keeps it."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def row_sha(table: Table, row: Mapping[str, Any]) -> str:
    """SHA-256 of every column of a row."""
    values = [[name, plain(row.get(name))] for name in _names(table)]
    return hashlib.sha256(canonical(values)).hexdigest()


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(str(column.name) for column in table.columns)


def about_of(table: Table, row: Mapping[str, Any]) -> str:
    """'prescriptions/8f0c ...'."""
    return f"{table.name}/{row[_key_column(table)]}"


@cache
def _key_column(table: Table) -> str:
    return str(next(iter(table.primary_key.columns)).name)


def refuse_other_key(engine: Engine, key: bytes) -> None:
    """UsageError where the chain was begun with another master key: one entry of this one would break it for good."""
    with reading(engine) as connection:
        row = connection.execute(select(audit_entries).order_by(audit_entries.c.seq).limit(1)).mappings().first()
    if row is not None:
        entry = Entry(**{name: row[name] for name in Entry.__dataclass_fields__})
        if not hmac.compare_digest(entry.hash(key), row["hash"]):
            raise UsageError(
                "the master key is not the one that this database was made with, or its first entry was changed.",
                where="key file", next_step="Give its own key; a newer key stands in front of the older ones.",
            )  # fmt: skip


@dataclass(frozen=True)
class Head:
    """Where the chain ends: to be written down elsewhere, so that a chain cut short is found."""

    seq: int
    hash: str

    @property
    def words(self) -> str:
        """'412:9f2c ...'."""
        return f"{self.seq}:{self.hash}"


def head(engine: Engine) -> Head:
    """The end of the chain."""
    with reading(engine) as connection:
        found = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    return Head(found.seq, found.hash) if found else Head(0, FIRST)


def faults(engine: Engine, key: bytes, expected: Head | None = None) -> list[str]:
    """Everything that is not as the chain says; empty where all is. `expected`: a head that was written down before."""
    found: list[str] = []
    last: dict[str, str] = {}
    before, seq = FIRST, 0
    with reading(engine) as connection:
        for row in connection.execute(select(audit_entries).order_by(audit_entries.c.seq)).mappings():
            seq += 1
            entry = Entry(**{name: row[name] for name in Entry.__dataclass_fields__})
            if row["seq"] != seq or row["before"] != before:
                return [*found, f"entry {row['seq']} does not follow entry {seq - 1}: one is gone, added or moved"]
            if not hmac.compare_digest(entry.hash(key), row["hash"]):
                return [*found, f"entry {seq} ({row['action']}) was changed"]
            before = row["hash"]
            if row["row_sha"]:
                last[row["about"]] = row["row_sha"]
            if expected and seq == expected.seq and before != expected.hash:
                found.append(f"entry {seq} is not the one that was written down")
        head_row = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
        if (head_row.seq, head_row.hash) != (seq, before) if head_row else seq != 0:
            found.append(f"the chain ends at entry {seq}, and its head says another one: entries are gone")
        if expected and expected.seq > seq:
            found.append(f"the chain ends at entry {seq}, and {expected.seq} were written down: entries are gone")
        found += _rows(connection, last)
    return found


def _rows(connection: Connection, last: dict[str, str]) -> Iterator[str]:
    for place, table in enumerate(PROTECTED):
        try:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        except (DBAPIError, ValueError, TypeError) as error:
            yield f"{table.name} cannot be read ({type(error).__name__}): something in it was changed past the audit"
            if isinstance(error, DBAPIError):  # PostgreSQL answers nothing more in this transaction
                left = [other.name for other in PROTECTED[place + 1 :]]
                yield from [f"not verified, because of that: {', '.join(left)}"] if left else []
                return
            _forget(last, table)
            continue
        for row in rows:
            about = about_of(table, row)
            sha = last.pop(about, None)
            if sha is None:
                yield f"{about} was added past the audit"
            elif sha != row_sha(table, row):
                yield f"{about} was changed past the audit"
    yield from (f"{about} is gone" for about in last)


def _forget(last: dict[str, str], table: Table) -> None:
    """Of a table that cannot be read nothing more is said."""
    for about in [about for about in last if about.startswith(f"{table.name}/")]:
        del last[about]


def entries(engine: Engine, since: int = 0) -> Iterator[dict[str, Any]]:
    """The entries after one, with their details as objects."""
    with reading(engine) as connection:
        query = select(audit_entries).where(audit_entries.c.seq > since).order_by(audit_entries.c.seq)
        for row in connection.execute(query).mappings():
            yield {**row, "details": json.loads(row["details"])}
