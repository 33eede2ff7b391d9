"""Who is signed in: an id_token is believed only when its signature, issuer, audience, nonce and times hold."""

from __future__ import annotations

import hmac
import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWK, PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from benzosafe.smart.discovery import SmartServer
from benzosafe.smart.door import Door, SmartRefused, read_object, require_listed, text_of

ACCEPTED = ("RS256", "RS384", "ES256", "ES384", "PS256", "PS384")
_FAMILY = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
_CURVES = {"ES256": "P-256", "ES384": "P-384"}
_LEEWAY_S = 60
_MOST_BYTES, _MOST_KEYS = 16384, 100
_LEAST_RSA_BITS = 2048


@dataclass(frozen=True)
class Identity:
    """A person as the record system knows them."""

    issuer: str
    subject: str
    fhir_user: str = ""
    acr: str = ""
    """How strongly it was made sure who it is, as the issuer names that."""


@dataclass(frozen=True)
class Expected:
    """What an id_token must say."""

    client_id: str
    nonce: str


async def identify(id_token: str, expected: Expected, server: SmartServer, door: Door, now: datetime) -> Identity:
    """The person an id_token names; SmartRefused when it does not hold."""
    if len(id_token) > _MOST_BYTES:
        raise _refused("too long", server)
    issuer, jwks_uri = await _issuer(server, door)
    answer = await door.request("GET", jwks_uri)
    keys = (read_object(answer.body) or {}).get("keys") if answer.status == 200 else None
    if not isinstance(keys, list):
        raise _refused("the keys of its issuer cannot be read", server)
    claims = _signed(id_token, keys, server)
    if text_of(claims, "iss") != issuer:
        raise _refused("another issuer", server)
    if not _is_for(claims, expected.client_id):
        raise _refused("another audience", server)
    _check_times(claims, now, server)
    if not hmac.compare_digest(text_of(claims, "nonce").encode(), expected.nonce.encode()):
        raise _refused("another nonce", server)
    if not text_of(claims, "sub"):
        raise _refused("no subject", server)
    return Identity(issuer, text_of(claims, "sub"), text_of(claims, "fhirUser"), text_of(claims, "acr"))


async def _issuer(server: SmartServer, door: Door) -> tuple[str, str]:
    """The issuer and where its keys are: stated with the endpoints, else in its OpenID configuration."""
    if server.issuer and ("jwks_uri" in server.endpoints or "jwks_uri" in server.refused):
        return server.issuer, server.endpoint("jwks_uri")
    base = (server.issuer or server.fhir_base).rstrip("/")
    url = f"{base}/.well-known/openid-configuration"
    require_listed(url, "issuer", door, server.fhir_base)
    answer = await door.request("GET", url)
    stated = (read_object(answer.body) or {}) if answer.status == 200 else {}
    if text_of(stated, "issuer").rstrip("/") != base:
        raise _refused("the OpenID configuration of its issuer cannot be read or names another", server)
    jwks_uri = text_of(stated, "jwks_uri")
    require_listed(jwks_uri, "jwks uri", door, server.fhir_base)
    return text_of(stated, "issuer"), jwks_uri


def _signed(id_token: str, keys: list[Any], server: SmartServer) -> dict[str, Any]:
    """The claims, when one of the keys signed them by an asymmetric algorithm that suits it."""
    header = _header(id_token)
    algorithm = text_of(header, "alg")
    if algorithm not in ACCEPTED:
        raise _refused("its algorithm is not accepted", server)
    for entry in keys[:_MOST_KEYS]:
        key = _usable(entry, algorithm, header.get("kid"))
        if key is None:
            continue
        try:
            payload = PyJWS(algorithms=[algorithm]).decode(id_token, key, algorithms=[algorithm])
            claims = json.loads(payload)
        except (PyJWTError, ValueError, TypeError, RecursionError):
            continue
        if isinstance(claims, dict):
            return claims
    raise _refused("no key of its issuer signed it", server)


def _usable(entry: Any, algorithm: str, kid: Any) -> PyJWK | None:
    if not isinstance(entry, dict) or entry.get("kty") != _FAMILY[algorithm[:2]]:
        return None
    if (kid is not None and entry.get("kid") != kid) or entry.get("use", "sig") != "sig":
        return None
    if entry.get("alg", algorithm) != algorithm or entry.get("crv", "") != _CURVES.get(algorithm, ""):
        return None
    try:
        key = PyJWK({name: value for name, value in entry.items() if name != "d"}, algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    weak = isinstance(key.key, rsa.RSAPublicKey) and key.key.key_size < _LEAST_RSA_BITS
    return None if weak else key


def _header(token: str) -> dict[str, Any]:
    try:
        return read_object(base64url_decode(token.partition(".")[0])) or {}
    except ValueError:
        return {}


def _is_for(claims: dict[str, Any], client_id: str) -> bool:
    """Whether it was made for us: alone, or among others with us as the party that asked."""
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        return False
    return claims.get("azp", client_id) == client_id and (len(named) == 1 or "azp" in claims)


def _check_times(claims: dict[str, Any], now: datetime, server: SmartServer) -> None:
    at = now.timestamp()
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires is None or expires <= at - _LEEWAY_S:
        raise _refused("expired, or without an end", server)
    if issued is None or issued > at + _LEEWAY_S:
        raise _refused("issued in the future, or at no time", server)


def _seconds(claims: dict[str, Any], name: str) -> float | None:
    found = claims.get(name)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and math.isfinite(found) and abs(found) < 1e11 else None  # type: ignore[arg-type]


def _refused(why: str, server: SmartServer) -> SmartRefused:
    return SmartRefused(
        f"the statement who is signed in (id_token) does not hold: {why}.", where=server.fhir_base,
        next_step="Nothing was opened. Launch again; if it stays so, ask the operator of the record system.",
    )  # fmt: skip
