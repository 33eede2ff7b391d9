"""Log-in sessions: an unguessable token kept by its hash, that ends when unused, and ends anyway after a while."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from benzosafe.audit.ledger import Ledger
from benzosafe.identity.accounts import Account, account_of
from benzosafe.storage.database import reading, writing
from benzosafe.storage.rx_tables import accounts, sessions

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=8)
_SEEN_EVERY = timedelta(minutes=1)


def begin(ledger: Ledger, who: Account, proved_by: str) -> str:
    """A new session; returns its token. Sessions that are over are forgotten."""
    token = secrets.token_urlsafe(32)
    over = sessions.c.ends_at.is_(None) | (sessions.c.ends_at < ledger.at) | (sessions.c.seen_at < ledger.at - IDLE)
    ledger.connection.execute(delete(sessions).where(over))
    row = {
        "token": _sha(token), "account_id": who.id, "proved_by": proved_by, "made_at": ledger.at, "seen_at": ledger.at,
        "ends_at": ledger.at + LONGEST,
    }  # fmt: skip
    ledger.connection.execute(insert(sessions), row)
    ledger.note("logged in", f"accounts/{who.id}", by=proved_by)
    return token


def whose(engine: Engine, token: str, now: datetime) -> Account | None:
    """Whose session it is; None where it is over, unknown, or its account is disabled."""
    query = select(sessions, accounts).join_from(sessions, accounts).where(sessions.c.token == _sha(token))
    with reading(engine) as connection:
        found = connection.execute(
            query.with_only_columns(sessions.c.seen_at, sessions.c.ends_at, *accounts.c)
        ).mappings().first()  # fmt: skip
    if found is None or found["disabled_at"] is not None:
        return None
    if now > found["ends_at"] or now > found["seen_at"] + IDLE:
        return None
    if now >= found["seen_at"] + _SEEN_EVERY:
        with writing(engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token == _sha(token)).values(seen_at=now))
    return account_of(dict(found))


def end(ledger: Ledger, who: Account, token: str) -> None:
    """Log out."""
    ledger.connection.execute(delete(sessions).where(sessions.c.token == _sha(token)))
    ledger.note("logged out", f"accounts/{who.id}")


def end_all(ledger: Ledger, account: str, but: str = "") -> None:
    """End every session of an account, but one; as after a new password, or when it is disabled."""
    gone = delete(sessions).where(sessions.c.account_id == account, sessions.c.token != (_sha(but) if but else ""))
    ledger.connection.execute(gone)


def csrf_of(token: str) -> str:
    """What a page of the session sends along with every change: only who has the token can work it out."""
    return hmac.new(token.encode(), b"benzosafe csrf", hashlib.sha256).hexdigest()


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
