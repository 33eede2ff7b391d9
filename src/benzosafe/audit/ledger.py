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
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update

from benzosafe.audit.canonical import canonical
from benzosafe.storage.database import reading, writing
from benzosafe.storage.rx_tables import PROTECTED, audit_entries, audit_head

FIRST = "0" * 64
_HEAD = 1


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


class Ledger:
    """Writes of one transaction by one actor at one moment."""

    def __init__(self, connection: Connection, key: bytes, actor: str, at: datetime) -> None:
        self.connection, self.actor, self.at = connection, actor, at
        self._key = key
        self._seq, self._hash = self._taken_head()
        self._entries: list[dict[str, Any]] = []

    def insert(self, table: Table, row: Mapping[str, Any], action: str, **details: Any) -> None:
        """A new row and its entry."""
        self.connection.execute(insert(table), dict(row))
        self._note(action, about_of(table, row), row_sha(table, row), details)

    def update(
        self, table: Table, before: Mapping[str, Any], changes: Mapping[str, Any], action: str, **details: Any
    ) -> None:
        """A changed row, of which all columns are known, and its entry."""
        key = _key_column(table)
        self.connection.execute(update(table).where(table.c[key] == before[key]), dict(changes))
        after = {**before, **changes}
        self._note(action, about_of(table, after), row_sha(table, after), details)

    def note(self, action: str, about: str, **details: Any) -> None:
        """Something that happened without a row: a view, a refusal, a log-in."""
        self._note(action, about, "", details)

    def close(self) -> None:
        """Write the entries and move the head; called at the end of the transaction."""
        if not self._entries:
            return
        self.connection.execute(insert(audit_entries), self._entries)
        head = {"seq": self._seq, "hash": self._hash}
        self.connection.execute(update(audit_head).where(audit_head.c.id == _HEAD), head)

    def _note(self, action: str, about: str, sha: str, details: Mapping[str, Any]) -> None:
        text = canonical(plain(dict(details))).decode()
        entry = Entry(self._seq + 1, plain(self.at), self.actor, action, about, sha, text, self._hash)
        self._seq, self._hash = entry.seq, entry.hash(self._key)
        self._entries.append({**vars(entry), "hash": self._hash})

    def _taken_head(self) -> tuple[int, str]:
        """The head, locked until the transaction ends: entries come one after the other, whoever writes."""
        head = self.connection.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one_or_none()
        if head is not None:
            return head.seq, head.hash
        self.connection.execute(insert(audit_head), {"id": _HEAD, "seq": 0, "hash": FIRST})
        return 0, FIRST


@contextmanager
def entering(engine: Engine, key: bytes, actor: str, at: datetime) -> Iterator[Ledger]:
    """A transaction that writes rows and their entries, all or none."""
    with writing(engine) as connection:
        ledger = Ledger(connection, key, actor, at)
        yield ledger
        ledger.close()


def plain(value: Any) -> Any:
    """A value as text, number, list or object: the same for what is written and for what is read back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):  # as Words keeps it
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def row_sha(table: Table, row: Mapping[str, Any]) -> str:
    """SHA-256 of every column of a row."""
    values = [[column.name, plain(row.get(column.name))] for column in table.columns]
    return hashlib.sha256(canonical(values)).hexdigest()


def about_of(table: Table, row: Mapping[str, Any]) -> str:
    """'prescriptions/8f0c ...'."""
    return f"{table.name}/{row[_key_column(table)]}"


def _key_column(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


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
    for table in PROTECTED:
        for row in map(dict, connection.execute(select(table)).mappings()):
            about = about_of(table, row)
            sha = last.pop(about, None)
            if sha is None:
                yield f"{about} was added past the audit"
            elif sha != row_sha(table, row):
                yield f"{about} was changed past the audit"
    yield from (f"{about} is gone" for about in last)


def entries(engine: Engine, since: int = 0) -> Iterator[dict[str, Any]]:
    """The entries after one, with their details as objects."""
    with reading(engine) as connection:
        query = select(audit_entries).where(audit_entries.c.seq > since).order_by(audit_entries.c.seq)
        for row in connection.execute(query).mappings():
            yield {**row, "details": json.loads(row["details"])}
