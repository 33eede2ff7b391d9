"""The memory of the service. Every method is one transaction and may be called from any thread."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from benzosafe.storage import migrate, tables
from benzosafe.storage.burden import Burden, read_burden
from benzosafe.storage.database import DatabaseFailed, masked, open_engine, reading, writing
from benzosafe.storage.events import Earlier, Feedback, FollowUp, HookCall, Showing

_PURGE_TOKENS_EVERY = timedelta(minutes=1)
_OF_CALL = ("showings", "silences")
"""What has tables of its own."""


def _earlier_query() -> Select[Any]:
    """Made once: to put it together takes longer than to run it."""
    calls, shown, told = tables.calls.c, tables.showings.c, tables.feedback.c
    answered = exists().where(told.card == shown.card, told.outcome != "dismissed")
    overridden = exists().where(told.card == shown.card, told.outcome == "overridden")
    return (
        select(shown.fingerprint, calls.hook, calls.user_key, calls.called_at, answered, overridden)
        .join_from(tables.calls, tables.showings)
        .where(
            calls.patient_key == bindparam("patient_key"),
            calls.called_at >= bindparam("since", type_=tables.Moment),
            shown.position == 0,
            shown.fingerprint.in_(bindparam("fingerprints", expanding=True)),
        )
        .order_by(calls.called_at.desc(), calls.id.desc())
        .limit(20)
    )


_EARLIER = _earlier_query()


@dataclass(frozen=True)
class Shown:
    """A finding that was shown, with the call that showed it."""

    hook: str
    service: str
    instance: str
    user_key: str
    called_at: datetime
    showing: Showing


@dataclass(frozen=True)
class FeedbackCount:
    """What became of feedback that came in."""

    stored: int
    known_before: int
    unknown_cards: int
    """Of those stored: about cards this database never showed."""


class Store:
    """Calls, cards, silences, feedback and tasks in one database."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._secret: bytes | None = None
        self._tokens_purged_at: datetime | None = None
        self._lock = threading.Lock()

    @property
    def place(self) -> str:
        """The database URL without its password."""
        return masked(self._engine)

    def migrate(self) -> None:
        """Bring the schema up to date; refuse one that a newer version made."""
        try:
            with writing(self._engine) as connection:
                migrate.upgrade(connection)
        except migrate.UnknownSchema as error:
            raise DatabaseFailed(
                f"its schema is of another version ({error}).", where=self.place,
                next_step="Update benzosafe, or name another database.",
            ) from None  # fmt: skip

    def ready(self) -> str:
        """Nothing when reachable and current; otherwise why not."""
        try:
            with reading(self._engine) as connection:
                present = migrate.present(connection)
        except DatabaseFailed as error:
            return error.what
        wanted = migrate.wanted()
        return "" if present == wanted else f"the schema is at {present or 'nothing'}, and {wanted} is needed"

    def secret(self) -> bytes:
        """The key for patient keys: made once per database, and never changed."""
        if self._secret is None:
            with writing(self._engine) as connection:
                row = {"name": "patient keys", "value": secrets.token_hex(32)}
                self._insert_new(connection, tables.secrets, row)
                found = connection.execute(select(tables.secrets.c.value)).scalar_one()
            self._secret = bytes.fromhex(found)
        return self._secret

    def remember(self, *calls: HookCall) -> None:
        """Keep calls with what they showed and what they kept silent about, all or none."""
        if not calls:
            return
        rows = [{name: value for name, value in vars(call).items() if name not in _OF_CALL} for call in calls]
        for row in rows:
            row["not_checked"] = list(row["not_checked"])
        made = insert(tables.calls).returning(tables.calls.c.id, sort_by_parameter_order=True)
        with writing(self._engine) as connection:
            keys = connection.execute(made, rows).scalars().all()
            for table, part in ((tables.showings, "showings"), (tables.silences, "silences")):
                items = ((key, item) for key, call in zip(keys, calls, strict=True) for item in getattr(call, part))
                _insert_all(connection, table, ({**vars(item), "call_id": key} for key, item in items))

    def showings(self, patient_key: str, since: datetime) -> list[Shown]:
        """Everything that was shown about a patient since a moment, oldest first."""
        calls, shown = tables.calls.c, tables.showings.c
        query = (
            select(calls.hook, calls.service, calls.instance, calls.user_key, calls.called_at, tables.showings)
            .join_from(tables.showings, tables.calls)
            .where(calls.patient_key == patient_key, calls.called_at >= since)
            .order_by(calls.called_at, shown.id)
        )
        with reading(self._engine) as connection:
            return [
                Shown(
                    row.hook, row.service, row.instance, row.user_key, row.called_at,
                    Showing(row.card, row.rule, row.fingerprint, row.tier, row.position),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def earlier(self, patient_key: str, since: datetime, fingerprints: Collection[str]) -> list[Earlier]:
        """The newest 20 times a card was about one of these findings for a patient, and whether it was answered."""
        given = {"patient_key": patient_key, "since": since, "fingerprints": list(fingerprints)}
        with reading(self._engine) as connection:
            return [Earlier(*row) for row in connection.execute(_EARLIER, given)]

    def card_about(self, card: str) -> tuple[str, str] | None:
        """The rule a card was about and the patient it was shown for; None for a card never shown here."""
        shown, calls = tables.showings.c, tables.calls.c
        query = (
            select(shown.rule, calls.patient)
            .join_from(tables.showings, tables.calls)
            .where(shown.card == card)
            .order_by(shown.position, shown.id)
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return (row.rule, row.patient) if row else None

    def add_feedback(self, entries: Sequence[Feedback]) -> FeedbackCount:
        """Keep feedback; the same card, outcome and time are kept once; feedback on unknown cards is kept too."""
        stored = unknown = 0
        shown = tables.showings.c.card
        with writing(self._engine) as connection:
            for entry in entries:
                row = {**asdict(entry), "accepted_suggestions": list(entry.accepted_suggestions)}
                if self._insert_new(connection, tables.feedback, row):
                    stored += 1
                    known = connection.execute(select(shown).where(shown == entry.card).limit(1)).first()
                    unknown += known is None
        return FeedbackCount(stored, len(entries) - stored, unknown)

    def feedback_on(self, cards: Iterable[str]) -> list[Feedback]:
        """The feedback on some cards, oldest first."""
        column = tables.feedback.c
        query = select(tables.feedback).where(column.card.in_(list(cards))).order_by(column.outcome_at, column.id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Feedback(**{**_without_id(row), "accepted_suggestions": tuple(row["accepted_suggestions"])}) for row in rows
        ]

    def add_follow_up(self, task: FollowUp) -> bool:
        """Keep a task; False when the same card, rule and kind already has one."""
        with writing(self._engine) as connection:
            return self._insert_new(connection, tables.follow_ups, asdict(task))

    def follow_ups(self, open_only: bool = True) -> list[FollowUp]:
        """The tasks, soonest due first."""
        column = tables.follow_ups.c
        query = select(tables.follow_ups).order_by(column.due_on, column.id)
        if open_only:
            query = query.where(column.done_at.is_(None))
        with reading(self._engine) as connection:
            return [FollowUp(**_without_id(row)) for row in connection.execute(query).mappings()]

    def finish_follow_up(self, task: FollowUp, done_at: datetime) -> bool:
        """Mark a task as done; False when there is no such open task."""
        column = tables.follow_ups.c
        same = (column.card == task.card, column.rule == task.rule, column.kind == task.kind, column.done_at.is_(None))
        with writing(self._engine) as connection:
            return connection.execute(update(tables.follow_ups).where(*same).values(done_at=done_at)).rowcount == 1

    def use_token(self, issuer: str, jti: str, expires_at: datetime, now: datetime) -> bool:
        """Whether a token is used for the first time; tokens that can no longer be accepted are forgotten."""
        name = hashlib.sha256(f"{len(issuer)}:{issuer}{jti}".encode("utf-8", "surrogatepass")).hexdigest()
        with writing(self._engine) as connection:
            if self._time_to_purge(now):
                connection.execute(delete(tables.used_tokens).where(tables.used_tokens.c.expires_at < now))
            return self._insert_new(connection, tables.used_tokens, {"token": name, "expires_at": expires_at})

    def burden(self, since: datetime, until: datetime) -> Burden:
        """What the cards cost and what was done with them, for calls from `since` up to before `until`."""
        with reading(self._engine) as connection:
            return read_burden(connection, since, until)

    def purge(self, before: datetime) -> int:
        """Forget calls, feedback and finished tasks from before a moment; the number of calls forgotten."""
        with writing(self._engine) as connection:
            connection.execute(delete(tables.feedback).where(tables.feedback.c.outcome_at < before))
            connection.execute(delete(tables.follow_ups).where(tables.follow_ups.c.done_at < before))
            return connection.execute(delete(tables.calls).where(tables.calls.c.called_at < before)).rowcount

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _time_to_purge(self, now: datetime) -> bool:
        with self._lock:
            last = self._tokens_purged_at
            if last is not None and now - last < _PURGE_TOKENS_EVERY:
                return False
            self._tokens_purged_at = now
            return True

    def _insert_new(self, connection: Connection, table: Table, row: dict[str, Any]) -> bool:
        """Whether a row was new; the count of rows is not told by every driver, so the row is asked back."""
        kind = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        query = kind(table).on_conflict_do_nothing().returning(table.primary_key.columns[0])
        return connection.execute(query, row).first() is not None


def _insert_all(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _without_id(row: Any) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "id"}
