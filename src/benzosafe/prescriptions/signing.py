"""The signature under a prescription: Ed25519 over its canonical bytes, verified again at every later step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benzosafe.audit.canonical import canonical
from benzosafe.audit.vault import Vault
from benzosafe.errors import BenzosafeError
from benzosafe.prescriptions.content import Content

_CONTEXT = b"benzosafe prescription 1\n"


class SignatureWrong(BenzosafeError):
    """The signature does not fit the prescription, or its key may not be relied on."""

    exit_code = 4


def signed_bytes(prescription: str, content: Content, signed_at: datetime, key: str) -> bytes:
    """What is signed: everything the prescription says, which one it is, when and with which key."""
    about = {"prescription": prescription, "signed_at": signed_at.isoformat(), "key": key}
    return _CONTEXT + canonical(about) + b"\n" + canonical(content)


def sign(vault: Vault, key: Mapping[str, Any], message: bytes) -> str:
    """The signature as text."""
    private = Ed25519PrivateKey.from_private_bytes(vault.open(key["private_box"], f"key {key['id']}"))
    return private.sign(message).hex()


def verify(key: Mapping[str, Any] | None, message: bytes, signature: str, signed_at: datetime) -> None:
    """SignatureWrong unless the key was good when it signed, was never revoked, and fits."""
    if key is None:
        raise SignatureWrong("its key is not on record.", next_step="Do not dispense; ask the prescriber.")
    if key["revoked_at"] is not None:
        raise SignatureWrong(
            f"its key was revoked on {key['revoked_at'].date()}.", next_step="Do not dispense; ask the prescriber."
        )
    if key["retired_at"] is not None and signed_at >= key["retired_at"]:
        raise SignatureWrong("its key was retired before it signed.", next_step="Do not dispense; ask the prescriber.")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"])).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        raise SignatureWrong(
            "the signature does not fit: something was changed after it was signed.",
            next_step="Do not dispense; run benzosafe audit verify and ask the prescriber.",
        ) from None
