"""How somebody proves who they are: a password, and with it a code, a recovery code or a passkey; and the lock-out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import Engine, select

from benzosafe.audit.ledger import Ledger
from benzosafe.audit.vault import Vault
from benzosafe.identity.accounts import Account, account_of, find
from benzosafe.identity.passkeys import PasskeyAnswer, answered_by
from benzosafe.identity.passwords import fits, fits_nobody
from benzosafe.identity.recovery import use_recovery_code
from benzosafe.storage.database import reading
from benzosafe.storage.rx_tables import accounts

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_STEP_SECONDS = 30
_STEPS_AROUND = 1

NOBODY = "nobody"
"""Who acts until both factors are proved. What was typed as a name is kept nowhere: it may have been a password."""

Second = str | PasskeyAnswer
"""The second factor: a code of six digits, a recovery code, or what a passkey answered."""


def password_right(engine: Engine, name: str, password: str) -> str:
    """The kept hash that a password fits; empty where it fits none. Slow on purpose, so it holds no lock."""
    with reading(engine) as connection:
        kept = connection.execute(select(accounts.c.password).where(accounts.c.name == name)).scalar_one_or_none()
    if kept is None:
        return fits_nobody(password)
    return kept if fits(password, kept) else ""


def prove(ledger: Ledger, vault: Vault, name: str, right: str, second: Second) -> Account | None:
    """The account, where password and second factor are both right; None where not, which is counted and kept.

    right: what `password_right` gave. A code is good once; five failures lock the account for a quarter of an hour.
    The ledger acts as nobody until then, and as the account from then on.
    """
    row = find(ledger, name)
    if row is None:
        ledger.note("log-in refused", "accounts/unknown")
        return None
    if row["disabled_at"] is not None or (row["locked_until"] and ledger.at < row["locked_until"]):
        ledger.note("log-in refused", f"accounts/{row['id']}", why="disabled or locked")
        return None
    known = bool(right) and right == row["password"]
    by, step = _second(ledger, vault, row, second) if known else ("", 0)
    if by:
        ledger.actor = row["id"]
        changes = {"failures": 0, "locked_until": None, "totp_step": step or row["totp_step"]}
        ledger.update(accounts, row, changes, "factors proved", second=by)
        return account_of({**row, **changes})
    failures = row["failures"] + 1
    until = ledger.at + LOCKED_FOR if failures >= MOST_FAILURES else row["locked_until"]
    changes = {"failures": failures % MOST_FAILURES, "locked_until": until}
    ledger.update(accounts, row, changes, "log-in refused", locked=failures >= MOST_FAILURES)
    return None


def _second(ledger: Ledger, vault: Vault, row: Mapping[str, Any], second: Second) -> tuple[str, int]:
    """What the second factor was, and the step of a code; empty where it is wrong."""
    if isinstance(second, PasskeyAnswer):
        return ("passkey" if answered_by(ledger, row["id"], second) else ""), 0
    step = _totp_step(vault, row, second, ledger.at)
    if step is not None:
        return "code", step
    return ("recovery code" if use_recovery_code(ledger, row["id"], second) else ""), 0


def _totp_step(vault: Vault, row: Mapping[str, Any], code: str, at: datetime) -> int | None:
    """The time step of a right code that was not used before; None for a wrong or used one."""
    if not code.isascii():  # the comparison in constant time takes no others
        return None
    totp = pyotp.TOTP(vault.open(row["totp_box"], f"totp {row['id']}").decode())
    now = int(at.timestamp()) // _STEP_SECONDS
    for step in range(now - _STEPS_AROUND, now + _STEPS_AROUND + 1):
        if step > row["totp_step"] and secrets.compare_digest(totp.at(step * _STEP_SECONDS), code.strip()):
            return step
    return None
