"""Passkeys (WebAuthn): a device that answers a fresh challenge, after its owner has proved presence to it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import webauthn
from sqlalchemy import delete, insert, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from benzosafe.audit.ledger import Ledger
from benzosafe.errors import UsageError
from benzosafe.identity.accounts import Account
from benzosafe.storage.rx_tables import challenges, passkeys

GOOD_FOR = timedelta(minutes=5)
MOST_PASSKEYS = 10
LOG_IN, REGISTER = "log-in", "register"
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the host's name, and the whole origin of the pages."""

    host: str
    origin: str


@dataclass(frozen=True)
class PasskeyAnswer:
    """What a browser gave for a challenge of this purpose."""

    site: Site
    purpose: str
    answer: Mapping[str, Any]


def signing(prescription: str, content: str) -> str:
    """The purpose of a challenge for a signature: it is good for exactly this content of this prescription."""
    return f"sign {prescription} {content}"


def register_options(ledger: Ledger, site: Site, who: Account) -> dict[str, Any]:
    """What the browser needs to make a passkey for an account."""
    known = [PublicKeyCredentialDescriptor(base64url_to_bytes(row["credential"])) for row in _of(ledger, who.id)]
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name="benzosafe", user_name=who.name, user_id=who.id.encode(),
        user_display_name=who.shown_as, challenge=_challenge(ledger, REGISTER, who.id), exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_VERIFIED
        ),
    )  # fmt: skip
    return _plain(options)


def register(ledger: Ledger, who: Account, given: PasskeyAnswer, new_id: str, label: str) -> None:
    """Keep a passkey; UsageError where the browser's answer does not hold."""
    challenge = _used(ledger, given, who.id)
    try:
        if challenge is None:
            raise UsageError("the challenge is over or another's.", next_step="Begin again.")
        made = webauthn.verify_registration_response(
            credential=dict(given.answer), expected_challenge=challenge, expected_rp_id=given.site.host,
            expected_origin=given.site.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise UsageError("the passkey's answer does not hold.", next_step="Begin again on this very site.") from None
    if len(_of(ledger, who.id)) >= MOST_PASSKEYS:
        raise UsageError(f"an account has at most {MOST_PASSKEYS} passkeys.", next_step="Remove one first.")
    row = {
        "id": new_id, "account_id": who.id, "credential": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key), "sign_count": made.sign_count,
        "label": label.strip()[:60] or "passkey", "removed_at": None, "made_at": ledger.at,
    }  # fmt: skip
    ledger.insert(passkeys, row, "passkey made", label=row["label"])


def answer_options(ledger: Ledger, site: Site, purpose: str, account: str | None) -> dict[str, Any]:
    """What the browser needs to answer with a passkey; without an account nothing is said about who has one."""
    known = [PublicKeyCredentialDescriptor(base64url_to_bytes(row["credential"])) for row in _of(ledger, account)]
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=_challenge(ledger, purpose, account), allow_credentials=known or None,
        user_verification=_VERIFIED,
    )  # fmt: skip
    return _plain(options)


def answered_by(ledger: Ledger, account: str, given: PasskeyAnswer) -> bool:
    """Whether a passkey of the account answered the challenge, which is used up either way."""
    challenge = _used(ledger, given, account)
    credential = str(given.answer.get("rawId", given.answer.get("id", "")))
    row = next((row for row in _of(ledger, account) if row["credential"] == credential.rstrip("=")), None)
    if challenge is None or row is None:
        return False
    try:
        found = webauthn.verify_authentication_response(
            credential=dict(given.answer), expected_challenge=challenge, expected_rp_id=given.site.host,
            expected_origin=given.site.origin, credential_public_key=base64url_to_bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"], require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return False
    ledger.update(passkeys, row, {"sign_count": found.new_sign_count}, "passkey used")
    return True


def listed(ledger: Ledger, who: Account) -> list[dict[str, Any]]:
    """An account's passkeys: id, label, since when."""
    return [{"id": row["id"], "label": row["label"], "made_at": row["made_at"]} for row in _of(ledger, who.id)]


def remove(ledger: Ledger, who: Account, passkey: str) -> None:
    """Take a passkey out of use; UsageError where the account has none of that id."""
    row = next((row for row in _of(ledger, who.id) if row["id"] == passkey), None)
    if row is None:
        raise UsageError("there is no such passkey.", next_step="List them.")
    ledger.update(passkeys, row, {"removed_at": ledger.at}, "passkey removed", label=row["label"])


def _of(ledger: Ledger, account: str | None) -> list[dict[str, Any]]:
    query = select(passkeys).where(passkeys.c.account_id == account, passkeys.c.removed_at.is_(None))
    return [dict(row) for row in ledger.connection.execute(query.order_by(passkeys.c.made_at)).mappings()]


def _challenge(ledger: Ledger, purpose: str, account: str | None) -> bytes:
    """A fresh challenge, kept by its hash until it is used or its five minutes are over."""
    ledger.connection.execute(delete(challenges).where(challenges.c.ends_at < ledger.at))
    challenge = secrets.token_bytes(32)
    row = {"id": _sha(challenge), "account_id": account, "purpose": purpose, "ends_at": ledger.at + GOOD_FOR}
    ledger.connection.execute(insert(challenges), row)
    return challenge


def _used(ledger: Ledger, given: PasskeyAnswer, account: str) -> bytes | None:
    """The challenge that was answered, used up; None where there is none of this purpose and account."""
    try:
        challenge = parse_client_data_json(base64url_to_bytes(given.answer["response"]["clientDataJSON"])).challenge
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        return None
    row = ledger.connection.execute(select(challenges).where(challenges.c.id == _sha(challenge))).mappings().first()
    gone = ledger.connection.execute(delete(challenges).where(challenges.c.id == _sha(challenge)))
    if row is None or gone.rowcount != 1 or ledger.at > row["ends_at"] or row["purpose"] != given.purpose:
        return None
    return challenge if row["account_id"] in (None, account) else None


def _sha(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def _plain(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found
