"""Logging in by an OpenID provider: code flow with PKCE, state and nonce; the provider's word names an account here.

It opens everything of an account but signing: a signature needs the password and second factor of this system.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from benzosafe.audit.vault import Sealed, Vault
from benzosafe.service.settings import OpenId
from benzosafe.smart.discovery import SmartServer
from benzosafe.smart.door import Door, SmartRefused, read_object, require_listed, text_of
from benzosafe.smart.grant import TokenRequest, ask
from benzosafe.smart.identity import Expected, Identity, identify

SECRET = "BENZOSAFE_OPENID_SECRET"
LONGEST = timedelta(minutes=10)
_AGAIN = "Log in again."


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and what it keeps, sealed, until it comes back."""

    url: str
    kept: str


async def begin(provider: OpenId, door: Door, vault: Vault, back: str, now: datetime) -> Begun:
    """Send the browser to the provider; SmartRefused where the provider cannot be used."""
    stated = await _stated(provider, door)
    if "S256" not in stated.get("code_challenge_methods_supported", ["S256"]):
        raise SmartRefused("the provider does not accept PKCE by S256.", where=provider.issuer, next_step=_AGAIN)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back, "scope": "openid",
        "state": kept["state"], "nonce": kept["nonce"], "code_challenge": challenge, "code_challenge_method": "S256",
    } | ({"acr_values": provider.acr} if provider.acr else {})  # fmt: skip
    box = vault.seal(json.dumps(kept | {"at": now.isoformat()}).encode())
    return Begun(f"{stated['authorization_endpoint']}?{urlencode(asked)}", box)


async def finish(
    provider: OpenId, door: Door, kept: Mapping[str, str], given: Mapping[str, str], at: tuple[str, datetime]
) -> Identity:
    """Who the provider says it is; SmartRefused where anything does not hold. at: the way back, and the moment."""
    back, now = at
    if not hmac.compare_digest(given.get("state", "").encode(), kept["state"].encode()):
        raise SmartRefused("the answer does not belong to a log-in of this browser.", next_step=_AGAIN)
    if not timedelta(0) <= now - datetime.fromisoformat(kept["at"]) <= LONGEST:
        raise SmartRefused("the log-in took longer than 10 minutes.", next_step=_AGAIN)
    if given.get("iss", provider.issuer) != provider.issuer or not given.get("code"):
        raise SmartRefused("the provider refused, or another one answered.", next_step=_AGAIN)
    stated = await _stated(provider, door)
    form = {
        "grant_type": "authorization_code", "code": given["code"], "redirect_uri": back,
        "code_verifier": kept["verifier"], "client_id": provider.client_id,
    } | ({"client_secret": os.environ[SECRET]} if os.environ.get(SECRET) else {})  # fmt: skip
    grant = await ask(TokenRequest(stated["token_endpoint"], form), door, now)
    server = SmartServer(provider.issuer, provider.issuer, endpoints={"jwks_uri": stated["jwks_uri"]})
    expected = Expected(provider.client_id, kept["nonce"])
    who = await identify(text_of(grant.stated, "id_token"), expected, server, door, now)
    if provider.acr and who.acr != provider.acr:
        raise SmartRefused("the provider did not make sure strongly enough who it is.", next_step=_AGAIN)
    return who


def opened(vault: Vault, box: str) -> dict[str, str]:
    """What the browser kept; SmartRefused where it is not ours."""
    try:
        kept: dict[str, str] = json.loads(vault.open(box))
    except (Sealed, ValueError):
        raise SmartRefused("no log-in was begun in this browser.", next_step=_AGAIN) from None
    return kept


async def _stated(provider: OpenId, door: Door) -> dict[str, Any]:
    """The provider's own description, of which every address must be one that may be called."""
    answer = await door.request("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    stated = (read_object(answer.body) or {}) if answer.status == 200 else {}
    if text_of(stated, "issuer").rstrip("/") != provider.issuer.rstrip("/"):
        raise SmartRefused(
            "the provider cannot be read, or names itself otherwise.", where=provider.issuer, next_step=_AGAIN
        )
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        require_listed(text_of(stated, name), name.replace("_", " "), door, provider.issuer)
    return stated
