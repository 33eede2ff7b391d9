"""Signing keys of prescribers. A retired key still verifies what it signed, a revoked one nothing."""

from __future__ import annotations

from benzosafe.errors import UsageError
from benzosafe.prescriptions.accounts import account_of, find
from benzosafe.prescriptions.ledger import Ledger
from benzosafe.prescriptions.lifecycle import Role
from benzosafe.prescriptions.shelf import keys_of
from benzosafe.prescriptions.signing import new_key
from benzosafe.prescriptions.vault import Vault
from benzosafe.storage.rx_tables import signing_keys


def rotate(ledger: Ledger, vault: Vault, name: str, new_id: str, why: str) -> str:
    """A new signing key for a prescriber; the one in force until now is retired. Returns the public half."""
    account = _prescriber(ledger, name)
    _retire(ledger, account, why)
    pair = new_key(vault)
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
    """Seal every private key with the newest master key; returns how many."""
    keys = keys_of(ledger.connection)
    for key in keys:
        box = vault.seal(vault.open(key["private_box"]))
        ledger.update(signing_keys, key, {"private_box": box}, "key sealed anew")
    return len(keys)


def _prescriber(ledger: Ledger, name: str) -> str:
    row = find(ledger, name)
    if row is None:
        raise UsageError(f"there is no account '{name}'.", next_step="benzosafe users list shows all.")
    if Role.prescriber not in account_of(row).roles:
        raise UsageError(f"'{name}' is no prescriber.", next_step="Only prescribers sign.")
    return str(row["id"])


def _retire(ledger: Ledger, account: str, why: str) -> None:
    for key in keys_of(ledger.connection, account):
        if key["retired_at"] is None and key["revoked_at"] is None:
            ledger.update(signing_keys, key, {"retired_at": ledger.at}, "key retired", why=why)
