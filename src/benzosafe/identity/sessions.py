"""Log-in sessions: an unguessable token kept by its hash, that ends when unused, and ends anyway after a while."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from benzosafe.audit.canonical import canonical
from benzosafe.audit.ledger import Ledger, plain
from benzosafe.audit.vault import Vault
from benzosafe.identity.accounts import Account, account_of
from benzosafe.storage.database import reading, writing
from benzosafe.storage.rx_tables import accounts, sessions

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=8)
OPENID, OPENID_ACR = "openid", "openid with acr"
"""Proved by a provider that may have asked for one factor only, or by one that says how strongly it made sure."""

_SEEN_EVERY = timedelta(minutes=1)
_SEALED = ("token", "account_id", "proved_by", "made_at", "ends_at")


@dataclass(frozen=True)
class LoggedIn:
    """Somebody with a session, and how it was opened."""

    account: Account
    proved_by: str

    @property
    def only_looks(self) -> bool:
        """One factor may have been enough for it, so nothing is changed by it."""
        return self.proved_by == OPENID


def begin(ledger: Ledger, vault: Vault, who: Account, proved_by: str) -> str:
    """A new session; returns its token. Sessions that are over are forgotten."""
    token = secrets.token_urlsafe(32)
    over = sessions.c.ends_at.is_(None) | (sessions.c.ends_at < ledger.at) | (sessions.c.seen_at < ledger.at - IDLE)
    ledger.connection.execute(delete(sessions).where(over))
    row = {
        "token": _sha(token), "account_id": who.id, "proved_by": proved_by, "made_at": ledger.at, "seen_at": ledger.at,
        "ends_at": ledger.at + LONGEST,
    }  # fmt: skip
    ledger.connection.execute(insert(sessions), {**row, "seal": _seal(vault, row)})
    ledger.note("logged in", f"accounts/{who.id}", by=proved_by)
    return token


def whose(engine: Engine, vault: Vault, token: str, now: datetime) -> LoggedIn | None:
    """Whose session it is; None where it is over, unknown, not made here, or its account is disabled."""
    with reading(engine) as connection:
        found = connection.execute(select(sessions).where(sessions.c.token == _sha(token))).mappings().first()
        if found is None or not hmac.compare_digest(found["seal"], _seal(vault, dict(found))):
            return None
        owner = connection.execute(select(accounts).where(accounts.c.id == found["account_id"])).mappings().first()
    if owner is None or owner["disabled_at"] is not None:
        return None
    if now > found["ends_at"] or now > found["seen_at"] + IDLE:
        return None
    if now >= found["seen_at"] + _SEEN_EVERY:
        with writing(engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token == _sha(token)).values(seen_at=now))
    return LoggedIn(account_of(dict(owner)), found["proved_by"])


def forget(ledger: Ledger, token: str) -> None:
    """The session that a browser had before it logs in anew."""
    ledger.connection.execute(delete(sessions).where(sessions.c.token == _sha(token)))


def end(ledger: Ledger, who: Account, token: str) -> None:
    """Log out."""
    forget(ledger, token)
    ledger.note("logged out", f"accounts/{who.id}")


def end_all(ledger: Ledger, account: str, but: str = "") -> None:
    """End every session of an account, but one; as after a new password, or when it is disabled."""
    gone = delete(sessions).where(sessions.c.account_id == account, sessions.c.token != (_sha(but) if but else ""))
    ledger.connection.execute(gone)


def csrf_of(token: str) -> str:
    """What a page of the session sends along with every change: only who has the token can work it out."""
    return hmac.new(token.encode(), b"benzosafe csrf", hashlib.sha256).hexdigest()


def _seal(vault: Vault, row: Mapping[str, Any]) -> str:
    """What only who has the master key can write beside a session: a row put into the table opens nothing."""
    fields = canonical([plain(row[name]) for name in _SEALED])
    return hmac.new(vault.session_key, fields, hashlib.sha256).hexdigest()


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
