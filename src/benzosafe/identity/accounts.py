"""Accounts: who may do what, and who granted it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyotp
from sqlalchemy import select

from benzosafe.audit.ledger import Ledger
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.identity.passwords import fits, hashed, refuse_weak
from benzosafe.identity.recovery import new_codes
from benzosafe.identity.roles import Role
from benzosafe.storage.rx_tables import accounts

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,60}")


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
    renew: bool = False
    """Somebody else has seen its secrets, so its owner has to make new ones before anything else."""

    @property
    def data(self) -> dict[str, Any]:
        """For lists: everything but secrets."""
        return {
            "name": self.name, "shown_as": self.shown_as, "roles": sorted(self.roles), "disabled": self.disabled,
            "to_renew": self.renew, "details": dict(self.details),
        }  # fmt: skip


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
    renew: bool = False


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
        "details": dict(asked.details or {}), "password": hashed(asked.password),
        "totp_box": vault.seal(secret.encode(), f"totp {new_id}"), "totp_step": 0, "failures": 0, "locked_until": None,
        "renew": asked.renew, "disabled_at": None, "made_at": ledger.at, "granted_by": ledger.actor,
    }  # fmt: skip
    ledger.insert(accounts, row, "account made", name=asked.name, roles=sorted(asked.roles))
    codes = new_codes(ledger, new_id, new_id)
    return Enrolled(account_of(row), secret, codes)


def account_of(row: Mapping[str, Any]) -> Account:
    """An account from its row."""
    roles = frozenset(Role(role) for role in row["roles"])
    return Account(
        row["id"], row["name"], row["shown_as"], roles, row["details"], row["disabled_at"] is not None, row["renew"]
    )


def find(ledger: Ledger, name: str) -> dict[str, Any] | None:
    """The row of an account, locked for this transaction."""
    query = select(accounts).where(accounts.c.name == name).with_for_update()
    found = ledger.connection.execute(query).mappings().one_or_none()
    return dict(found) if found else None


def named(ledger: Ledger, name: str) -> dict[str, Any]:
    """The row of an account, locked; UsageError where there is none."""
    row = find(ledger, name)
    if row is None:
        raise UsageError(f"there is no account '{name}'.", next_step="benzosafe users list shows all.")
    return row


def set_password(ledger: Ledger, name: str, password: str) -> None:
    """A new password; UsageError where it will not do. A lock stays."""
    row = named(ledger, name)
    refuse_weak(password, name)
    if fits(password, row["password"]):
        raise UsageError("it is the password there was.", next_step="Choose one that nobody else has seen.")
    ledger.update(accounts, row, {"password": hashed(password)}, "password changed")


def new_second_factor(ledger: Ledger, vault: Vault, name: str, new_id: str) -> Enrolled:
    """A new code secret and new recovery codes, as after a loss; the old ones no longer work.

    Made by somebody else, they are for the first log-in only: its owner then has to make new ones.
    """
    row = named(ledger, name)
    secret = pyotp.random_base32()
    box = vault.seal(secret.encode(), f"totp {row['id']}")
    changes = {"totp_box": box, "totp_step": 0, "renew": ledger.actor != row["id"]}
    ledger.update(accounts, row, changes, "second factor renewed")
    return Enrolled(account_of(row), secret, new_codes(ledger, row["id"], new_id))


def set_disabled(ledger: Ledger, name: str) -> None:
    """Disable an account; UsageError where there is none, or where nobody could grant rights any more."""
    row = named(ledger, name)
    others = ledger.connection.execute(select(accounts).where(accounts.c.disabled_at.is_(None))).mappings()
    if Role.administrator in row["roles"] and not any(
        Role.administrator in other["roles"] and other["id"] != row["id"] for other in others
    ):
        raise UsageError("it is the last administrator.", next_step="Make another one first.")
    ledger.update(accounts, row, {"disabled_at": ledger.at}, "account disabled")


def everybody(ledger: Ledger) -> list[Account]:
    """All accounts by name."""
    rows = ledger.connection.execute(select(accounts).order_by(accounts.c.name)).mappings()
    return [account_of(dict(row)) for row in rows]
