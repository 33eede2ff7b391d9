"""The tables of prescriptions, accounts, keys and the audit chain; the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from benzosafe.storage.tables import Moment, Words, metadata

_ID = String(36)
_SHA = String(64)

accounts = Table(
    "accounts", metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("shown_as", Words, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("details", JSON, nullable=False),
    Column("password", Words, nullable=False),
    Column("totp_box", Words, nullable=False),
    Column("totp_step", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("renew", Boolean, nullable=False),
    Column("disabled_at", Moment),
    Column("made_at", Moment, nullable=False),
    Column("granted_by", Words, nullable=False),
)  # fmt: skip

recovery_codes = Table(
    "recovery_codes", metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("code", _SHA, nullable=False),
    Column("used_at", Moment),
)  # fmt: skip

passkeys = Table(
    "passkeys", metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("credential", Words, nullable=False, unique=True),
    Column("public_key", Words, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("label", Words, nullable=False),
    Column("removed_at", Moment),
    Column("made_at", Moment, nullable=False),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("token", _SHA, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("proved_by", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("seal", _SHA, nullable=False),
)  # fmt: skip

challenges = Table(
    "challenges", metadata,
    Column("id", _SHA, primary_key=True),
    Column("account_id", ForeignKey("accounts.id")),
    Column("purpose", Words, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)  # fmt: skip

signing_keys = Table(
    "signing_keys", metadata,
    Column("id", _ID, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("public_key", _SHA, nullable=False),
    Column("private_box", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("retired_at", Moment),
    Column("revoked_at", Moment),
    Column("why", Words, nullable=False),
)  # fmt: skip

records = Table(
    "records", metadata,
    Column("id", _ID, primary_key=True),
    Column("patient", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Words, nullable=False),
    Column("sha", _SHA, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Words, nullable=False),
    UniqueConstraint("patient", "version"),
)  # fmt: skip

prescriptions = Table(
    "prescriptions", metadata,
    Column("id", _ID, primary_key=True),
    Column("patient", Words, nullable=False, index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("content", JSON, nullable=False),
    Column("request", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("review_id", _ID),
    Column("signature", Words, nullable=False),
    Column("signed_at", Moment),
    Column("key_id", _ID),
    Column("pharmacy", Words, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("fill", Integer, nullable=False),
    Column("made_by", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)  # fmt: skip

rx_reviews = Table(
    "rx_reviews", metadata,
    Column("id", _ID, primary_key=True),
    Column("prescription_id", ForeignKey("prescriptions.id"), nullable=False, index=True),
    Column("purpose", String(20), nullable=False),
    Column("fingerprint", _SHA, nullable=False),
    Column("could_not_run", Words, nullable=False),
    Column("knowledge", Words, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("not_checked", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Words, nullable=False),
)  # fmt: skip

rx_answers = Table(
    "rx_answers", metadata,
    Column("id", _ID, primary_key=True),
    Column("review_id", ForeignKey("rx_reviews.id"), nullable=False, index=True),
    Column("rule", Words, nullable=False),
    Column("action", String(20), nullable=False),
    Column("reason", Words, nullable=False),
    Column("due_on", Date),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Words, nullable=False),
    UniqueConstraint("review_id", "rule", "action"),
)  # fmt: skip

rx_tasks = Table(
    "rx_tasks", metadata,
    Column("id", _ID, primary_key=True),
    Column("prescription_id", ForeignKey("prescriptions.id"), nullable=False, index=True),
    Column("what", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("due_on", Date, nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("done_by", _ID),
    Column("done_note", Words),
)  # fmt: skip

fills = Table(
    "fills", metadata,
    Column("id", _ID, primary_key=True),
    Column("prescription_id", ForeignKey("prescriptions.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("units", JSON, nullable=False),
    Column("days", Integer, nullable=False),
    Column("dispensed_on", Date, nullable=False),
    Column("pharmacy", Words, nullable=False),
    Column("guide_given", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Words, nullable=False),
)  # fmt: skip

outside_fills = Table(
    "outside_fills", metadata,
    Column("id", _SHA, primary_key=True),
    Column("patient", Words, nullable=False, index=True),
    Column("medicine", Words, nullable=False),
    Column("ingredient", Words, nullable=False),
    Column("units", Words, nullable=False),
    Column("days", Integer),
    Column("dispensed_on", Date, nullable=False),
    Column("prescriber", Words, nullable=False),
    Column("pharmacy", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Words, nullable=False),
)  # fmt: skip

audit_entries = Table(
    "audit_entries", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("row_sha", String(64), nullable=False),
    Column("details", Words, nullable=False),
    Column("before", _SHA, nullable=False),
    Column("hash", _SHA, nullable=False),
    Index(None, "about", "seq"),
)  # fmt: skip

audit_head = Table(
    "audit_head", metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", _SHA, nullable=False),
)  # fmt: skip

PROTECTED = (
    accounts, recovery_codes, passkeys, signing_keys, records, prescriptions, rx_reviews, rx_answers, rx_tasks, fills,
    outside_fills,
)  # fmt: skip
"""Every row of these is answered for by the audit chain."""
