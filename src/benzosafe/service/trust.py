"""Who is calling: a signed token of a listed issuer, for this very address, now, and only once."""

from __future__ import annotations

import json
import math
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from jwt import PyJWS
from jwt.exceptions import PyJWTError
from starlette.concurrency import run_in_threadpool

from benzosafe.service.keys import Gets, KeySet, PublicKey
from benzosafe.service.settings import Issuer, Settings
from benzosafe.storage.store import Store

ACCEPTED = ("ES384", "RS384", "ES256", "RS256", "PS384")
MOST_TOKEN_BYTES = 8192
MOST_JTI_BYTES = 512


class NotTrusted(Exception):
    """The call is refused. The reason is for the operator's log; the caller hears only that it was refused."""


@dataclass(frozen=True)
class Caller:
    """Who is calling; issuer is empty when callers are not authenticated."""

    issuer: str = ""
    tenant: str = ""


class Trust:
    """Checks the token of a call."""

    def __init__(self, settings: Settings, outgoing: Gets, store: Store, clock: Callable[[], datetime]) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._issuers = {issuer.iss: issuer for issuer in settings.issuers}
        self._keys = {issuer.iss: KeySet(issuer, outgoing) for issuer in settings.issuers}
        self._jws = PyJWS(algorithms=list(ACCEPTED))

    @property
    def authenticates(self) -> bool:
        """Whether callers must prove who they are."""
        return bool(self._issuers)

    async def check(self, authorization: str, path: str) -> Caller:
        """The caller; NotTrusted when the token does not hold, KeysUnavailable when it cannot be judged now."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise NotTrusted("no bearer token")
        if len(token) > MOST_TOKEN_BYTES:
            raise NotTrusted("token too long")
        header, claims = _unverified(token)
        issuer = self._issuers.get(_text(claims, "iss"))
        if issuer is None:
            raise NotTrusted("issuer not listed")
        algorithm = _check_header(header, issuer)
        key = await self._keys[issuer.iss].find(_text(header, "kid"), self._clock())
        if key is None or algorithm not in key.algorithms:
            raise NotTrusted("no such key of the issuer")
        return await run_in_threadpool(self._check_signed, token, key, algorithm, issuer, path)

    def _check_signed(self, token: str, key: PublicKey, algorithm: str, issuer: Issuer, path: str) -> Caller:
        try:
            payload = self._jws.decode(token, key.key, algorithms=[algorithm])
        except (PyJWTError, ValueError, TypeError):
            raise NotTrusted("signature does not hold") from None
        claims = _object(payload)
        if _text(claims, "iss") != issuer.iss:
            raise NotTrusted("issuer not listed")
        expires_at = self._check_times(claims)
        self._check_audience(claims.get("aud"), issuer, path)
        tenant = claims.get("tenant", "")
        if not isinstance(tenant, str) or (issuer.tenant is not None and tenant != issuer.tenant):
            raise NotTrusted("another tenant")
        jti = _text(claims, "jti")
        if len(jti.encode("utf-8", "surrogatepass")) > MOST_JTI_BYTES:
            raise NotTrusted("jti too long")
        if not self._store.use_token(issuer.iss, jti, expires_at, self._clock()):
            raise NotTrusted("token used before")
        return Caller(issuer.iss, tenant)

    def _check_times(self, claims: dict[str, Any]) -> datetime:
        now, leeway = self._clock().timestamp(), self._settings.leeway_seconds
        issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
        if expires <= now - leeway:
            raise NotTrusted("expired")
        if issued > now + leeway:
            raise NotTrusted("issued in the future")
        if "nbf" in claims and _seconds(claims, "nbf") > now + leeway:
            raise NotTrusted("not yet valid")
        if not 0 < expires - issued <= self._settings.max_token_seconds + leeway:
            raise NotTrusted("valid for too long")
        return datetime.fromtimestamp(expires, UTC) + timedelta(seconds=leeway + 1)

    def _check_audience(self, audience: Any, issuer: Issuer, path: str) -> None:
        wanted = issuer.audience or self._settings.base_url + path
        named = [audience] if isinstance(audience, str) else audience
        if not isinstance(named, list) or not all(isinstance(name, str) for name in named) or wanted not in named:
            raise NotTrusted("another audience")


def _check_header(header: dict[str, Any], issuer: Issuer) -> str:
    algorithm = header.get("alg")
    if algorithm not in ACCEPTED:
        raise NotTrusted("algorithm not accepted")
    if str(header.get("typ", "")).upper() != "JWT":
        raise NotTrusted("typ is not JWT")
    if "crit" in header or header.get("b64", True) is not True:
        raise NotTrusted("critical header not understood")
    if "jku" in header and header["jku"] != issuer.jku:
        raise NotTrusted("another jku")
    return str(algorithm)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise NotTrusted("not a signed token")
    header, claims = (_object(_decoded(part)) for part in parts[:2])
    return header, claims


def _decoded(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise NotTrusted("not base64url") from None


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise NotTrusted("not JSON") from None
    if not isinstance(found, dict):
        raise NotTrusted("not a JSON object")
    return found


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name)
    if not isinstance(found, str) or not found:
        raise NotTrusted(f"{name} missing")
    return found


def _seconds(claims: dict[str, Any], name: str) -> float:
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found) or abs(found) > 1e11:
        raise NotTrusted(f"{name} missing or no number")
    return float(found)
