"""Accounts: who may do what, how they prove it (a password, and a second factor), lock-out, and who granted what."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine, select

from benzosafe.audit.ledger import Ledger
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.identity.roles import Role
from benzosafe.storage.database import reading
from benzosafe.storage.rx_tables import accounts, recovery_codes

FEWEST_CHARACTERS = 12
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
RECOVERY_CODES = 10
_STEP_SECONDS = 30
_STEPS_AROUND = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,60}")
_HASHER = PasswordHash((Argon2Hasher(),))
# Verified when there is no such account, so that the answer takes as long.
_NOBODY = _HASHER.hash("nobody has this password")


class NotAllowed(BenzosafeError):
    """Who asks is not let in, or may not do this; says no more than it must."""

    exit_code = 4


@dataclass(frozen=True)
class Account:
    """One account, without its secrets."""

    id: str
    name: str
    shown_as: str
    roles: frozenset[Role]
    details: Mapping[str, Any]
    disabled: bool

    @property
    def profession(self) -> str:
        """As the law names it, such as 'physician'."""
        return str(self.details.get("profession", ""))


@dataclass(frozen=True)
class Enrolled:
    """What a new account's owner is shown once and never again."""

    account: Account
    totp_secret: str
    codes: tuple[str, ...]

    def link(self) -> str:
        """The secret as an authenticator reads it."""
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=self.account.name, issuer_name="benzosafe")


@dataclass(frozen=True)
class Asked:
    """An account to be made."""

    name: str
    roles: frozenset[Role]
    password: str
    shown_as: str = ""
    details: Mapping[str, Any] | None = None


def refuse_mixed_roles(roles: frozenset[Role]) -> None:
    """Separation of duties: who grants rights or audits neither prescribes nor dispenses, and nobody does both."""
    if not roles or Role.system in roles:
        raise UsageError(
            "an account needs a role.", next_step=f"Roles: {', '.join(r for r in Role if r != Role.system)}."
        )
    apart = (Role.prescriber, Role.pharmacist, Role.administrator, Role.auditor)
    held = [role for role in apart if role in roles]
    if len(held) > 1:
        raise UsageError(
            f"one account cannot be {' and '.join(held)}: whoever grants or checks does not do.",
            next_step="Make an account for each.",
        )


def enrol(ledger: Ledger, vault: Vault, asked: Asked, new_id: str) -> Enrolled:
    """Make an account with its second factor and recovery codes; UsageError where something asked for will not do."""
    refuse_mixed_roles(asked.roles)
    if not _NAME.fullmatch(asked.name):
        raise UsageError(f"'{asked.name}' is no account name.", next_step="Use small letters, digits, '.', '_' or '-'.")
    refuse_weak(asked.password, asked.name)
    taken = ledger.connection.execute(select(accounts.c.id).where(accounts.c.name == asked.name)).first()
    if taken:
        raise UsageError(f"'{asked.name}' is taken.", next_step="Choose another name.")
    secret = pyotp.random_base32()
    row = {
        "id": new_id, "name": asked.name, "shown_as": asked.shown_as or asked.name, "roles": sorted(asked.roles),
        "details": dict(asked.details or {}), "password": _HASHER.hash(asked.password),
        "totp_box": vault.seal(secret.encode()), "totp_step": 0, "failures": 0, "locked_until": None,
        "disabled_at": None, "made_at": ledger.at, "granted_by": ledger.actor,
    }  # fmt: skip
    ledger.insert(accounts, row, "account made", name=asked.name, roles=sorted(asked.roles))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    for number, code in enumerate(codes):
        kept = {"id": f"{new_id[:33]}-{number}", "account_id": new_id, "code": _code_sha(code), "used_at": None}
        ledger.insert(recovery_codes, kept, "recovery code made")
    return Enrolled(account_of(row), secret, codes)


def refuse_weak(password: str, name: str) -> None:
    """UsageError for a password that is short, the name, or one letter over and over."""
    if len(password) < FEWEST_CHARACTERS or len(set(password)) < 5 or name in password.lower():
        raise UsageError(
            "the password will not do.",
            next_step=f"At least {FEWEST_CHARACTERS} characters, five of them different, without the account's name.",
        )


def account_of(row: Mapping[str, Any]) -> Account:
    """An account from its row."""
    roles = frozenset(Role(role) for role in row["roles"])
    return Account(row["id"], row["name"], row["shown_as"], roles, row["details"], row["disabled_at"] is not None)


def find(ledger: Ledger, name: str) -> dict[str, Any] | None:
    """The row of an account, locked for this transaction."""
    query = select(accounts).where(accounts.c.name == name).with_for_update()
    found = ledger.connection.execute(query).mappings().one_or_none()
    return dict(found) if found else None


def password_right(engine: Engine, name: str, password: str) -> str:
    """The kept hash that a password fits; empty where it fits none. Slow on purpose, so it holds no lock."""
    with reading(engine) as connection:
        kept = connection.execute(select(accounts.c.password).where(accounts.c.name == name)).scalar_one_or_none()
    right = _HASHER.verify(password, kept or _NOBODY)
    return kept if kept and right else ""


def prove(ledger: Ledger, vault: Vault, name: str, right: str, code: str) -> Account | None:
    """The account, where password and second factor are both right; None where not, which is counted and kept.

    right: what `password_right` gave. A code is good once; five failures lock the account for a quarter of an hour.
    """
    row = find(ledger, name)
    if row is None:
        ledger.note("log-in refused", "accounts/unknown")
        return None
    if row["disabled_at"] is not None or (row["locked_until"] and ledger.at < row["locked_until"]):
        ledger.note("log-in refused", f"accounts/{row['id']}", why="disabled or locked")
        return None
    fits = bool(right) and right == row["password"]
    step = _totp_step(vault, row, code, ledger.at) if fits else None
    recovered = fits and step is None and _use_recovery_code(ledger, row["id"], code)
    if step is not None or recovered:
        changes = {"failures": 0, "locked_until": None, "totp_step": step or row["totp_step"]}
        ledger.update(accounts, row, changes, "factors proved", recovery=recovered)
        return account_of({**row, **changes})
    failures = row["failures"] + 1
    until = ledger.at + LOCKED_FOR if failures >= MOST_FAILURES else row["locked_until"]
    ledger.update(accounts, row, {"failures": failures % MOST_FAILURES, "locked_until": until}, "log-in refused")
    return None


def set_disabled(ledger: Ledger, name: str) -> None:
    """Disable an account; UsageError where there is none, or where nobody could grant rights any more."""
    row = find(ledger, name)
    if row is None:
        raise UsageError(f"there is no account '{name}'.", next_step="benzosafe users list shows all.")
    others = ledger.connection.execute(select(accounts).where(accounts.c.disabled_at.is_(None))).mappings()
    if Role.administrator in row["roles"] and not any(
        Role.administrator in other["roles"] and other["id"] != row["id"] for other in others
    ):
        raise UsageError("it is the last administrator.", next_step="Make another one first.")
    ledger.update(accounts, row, {"disabled_at": ledger.at}, "account disabled")


def listed(rows: Sequence[Mapping[str, Any]]) -> list[Account]:
    """Accounts by name."""
    return sorted((account_of(row) for row in rows), key=lambda account: account.name)


def _totp_step(vault: Vault, row: Mapping[str, Any], code: str, at: datetime) -> int | None:
    """The time step of a right code that was not used before; None for a wrong or used one."""
    totp = pyotp.TOTP(vault.open(row["totp_box"]).decode())
    now = int(at.timestamp()) // _STEP_SECONDS
    for step in range(now - _STEPS_AROUND, now + _STEPS_AROUND + 1):
        if step > row["totp_step"] and secrets.compare_digest(totp.at(step * _STEP_SECONDS), code.strip()):
            return step
    return None


def _use_recovery_code(ledger: Ledger, account: str, code: str) -> bool:
    found = ledger.connection.execute(
        select(recovery_codes).where(
            recovery_codes.c.account_id == account, recovery_codes.c.code == _code_sha(code.strip()),
            recovery_codes.c.used_at.is_(None),
        )
    ).mappings().first()  # fmt: skip
    if found is None:
        return False
    ledger.update(recovery_codes, dict(found), {"used_at": ledger.at}, "recovery code used")
    return True


def _new_code() -> str:
    return f"{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def _code_sha(code: str) -> str:
    """A code has 64 random bits, so a plain hash keeps it."""
    return hashlib.sha256(code.encode()).hexdigest()
