"""Signing keys of prescribers. A retired key still verifies what it signed, a revoked one nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from benzosafe.audit.ledger import Ledger
from benzosafe.audit.vault import Vault
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import account_of, named
from benzosafe.identity.roles import Role
from benzosafe.storage.rx_tables import accounts, signing_keys


@dataclass(frozen=True)
class KeyPair:
    """A signing key as it is kept: the public half as text, the private one sealed."""

    public_key: str
    private_box: str


def new_key(vault: Vault, name: str) -> KeyPair:
    """A fresh key pair; name: its id."""
    private = Ed25519PrivateKey.generate()
    return KeyPair(
        private.public_key().public_bytes_raw().hex(), vault.seal(private.private_bytes_raw(), f"key {name}")
    )


def rotate(ledger: Ledger, vault: Vault, name: str, new_id: str, why: str) -> str:
    """A new signing key for a prescriber; the one in force until now is retired. Returns the public half."""
    account = _prescriber(ledger, name)
    _retire(ledger, account, why)
    pair = new_key(vault, new_id)
    row = {
        "id": new_id, "account_id": account, "public_key": pair.public_key, "private_box": pair.private_box,
        "made_at": ledger.at, "retired_at": None, "revoked_at": None, "why": why,
    }  # fmt: skip
    ledger.insert(signing_keys, row, "key made", public_key=pair.public_key)
    return pair.public_key


def revoke(ledger: Ledger, name: str, why: str) -> int:
    """Revoke every key of a prescriber, as after a loss: nothing they signed is handed out any more."""
    if not why.strip():
        raise UsageError("needs a reason.", where="revoke", next_step="Say why, as in 'token lost'.")
    account = _prescriber(ledger, name)
    standing = [key for key in keys_of(ledger.connection, account) if key["revoked_at"] is None]
    for key in standing:
        ledger.update(signing_keys, key, {"revoked_at": ledger.at, "why": why}, "key revoked", why=why)
    return len(standing)


def reseal(ledger: Ledger, vault: Vault) -> int:
    """Seal every private key and code secret with the newest master key; returns how many."""
    count = 0
    for table, column, kind in ((signing_keys, "private_box", "key"), (accounts, "totp_box", "totp")):
        for row in list(ledger.connection.execute(select(table)).mappings()):
            of = f"{kind} {row['id']}"
            box = vault.seal(vault.open(row[column], of), of)
            ledger.update(table, dict(row), {column: box}, "secret sealed anew")
            count += 1
    return count


def keys_of(connection: Connection, account: str | None = None) -> list[dict[str, Any]]:
    """Signing keys, of one account or of all, oldest first."""
    query = select(signing_keys).order_by(signing_keys.c.made_at, signing_keys.c.id)
    if account is not None:
        query = query.where(signing_keys.c.account_id == account)
    return [dict(row) for row in connection.execute(query).mappings()]


def _prescriber(ledger: Ledger, name: str) -> str:
    row = named(ledger, name)
    if Role.prescriber not in account_of(row).roles:
        raise UsageError(f"'{name}' is no prescriber.", next_step="Only prescribers sign.")
    return str(row["id"])


def _retire(ledger: Ledger, account: str, why: str) -> None:
    for key in keys_of(ledger.connection, account):
        if key["retired_at"] is None and key["revoked_at"] is None:
            ledger.update(signing_keys, key, {"retired_at": ledger.at}, "key retired", why=why)
