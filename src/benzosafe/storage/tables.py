"""The tables of the memory, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Words(TypeDecorator[str]):
    """Text from outside; what a database cannot hold (NUL, half a surrogate pair) is replaced, never refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Text that both databases accept."""
        return None if value is None else value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone; kept in UTC, because SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a moment without a zone is a fault of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """With its zone again."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

secrets = Table(
    "secrets", metadata, Column("name", String(50), primary_key=True), Column("value", String(100), nullable=False)
)

calls = Table(
    "calls", metadata,
    Column("id", Integer, primary_key=True),
    Column("instance", Words, nullable=False),
    Column("service", Words, nullable=False),
    Column("hook", Words, nullable=False),
    Column("called_at", Moment, nullable=False),
    Column("patient_key", String(64), nullable=False),
    Column("user_key", String(64), nullable=False),
    Column("orders", Integer, nullable=False),
    Column("not_checked", JSON, nullable=False),
    Column("knowledge_version", Words, nullable=False),
    Column("patient", Words, nullable=False),
    Index(None, "patient_key", "called_at"),
    Index(None, "called_at"),
)  # fmt: skip

showings = Table(
    "showings", metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("card", Words, nullable=False, index=True),
    Column("rule", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("position", Integer, nullable=False),
)  # fmt: skip

silences = Table(
    "silences", metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("why", Words, nullable=False),
)  # fmt: skip

feedback = Table(
    "feedback", metadata,
    Column("id", Integer, primary_key=True),
    Column("service", Words, nullable=False),
    Column("card", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("outcome_at", Moment, nullable=False),
    Column("accepted_suggestions", JSON, nullable=False),
    Column("reason_system", Words, nullable=False),
    Column("reason_code", Words, nullable=False),
    Column("comment", Words, nullable=False),
    UniqueConstraint("card", "outcome", "outcome_at"),
    Index(None, "outcome_at"),
)  # fmt: skip

follow_ups = Table(
    "follow_ups", metadata,
    Column("id", Integer, primary_key=True),
    Column("card", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("patient", Words, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("card", "rule", "kind"),
)  # fmt: skip

used_tokens = Table(
    "used_tokens", metadata,
    Column("token", String(64), primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)  # fmt: skip
