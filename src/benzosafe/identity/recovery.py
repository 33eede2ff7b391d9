"""Recovery codes: for whoever has lost the second factor; each is good once."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select

from benzosafe.audit.ledger import Ledger
from benzosafe.storage.rx_tables import recovery_codes

CODES = 10


def new_codes(ledger: Ledger, account: str, new_id: str) -> tuple[str, ...]:
    """Ten fresh codes, shown once; whatever was left of older ones is used up."""
    standing = select(recovery_codes).where(recovery_codes.c.account_id == account, recovery_codes.c.used_at.is_(None))
    for row in list(ledger.connection.execute(standing).mappings()):
        ledger.update(recovery_codes, dict(row), {"used_at": ledger.at}, "recovery code replaced")
    codes = tuple(f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(CODES))
    for number, code in enumerate(codes):
        kept = {"id": f"{new_id[:33]}-{number}", "account_id": account, "code": _sha(code), "used_at": None}
        ledger.insert(recovery_codes, kept, "recovery code made")
    return codes


def use_recovery_code(ledger: Ledger, account: str, code: str) -> bool:
    """Use a code up; False where it is none of those left."""
    query = select(recovery_codes).where(
        recovery_codes.c.account_id == account, recovery_codes.c.code == _sha(code.strip().lower()),
        recovery_codes.c.used_at.is_(None),
    )  # fmt: skip
    found = ledger.connection.execute(query).mappings().first()
    if found is None:
        return False
    ledger.update(recovery_codes, dict(found), {"used_at": ledger.at}, "recovery code used")
    return True


def _sha(code: str) -> str:
    """A code has 64 random bits, so a plain hash keeps it."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
