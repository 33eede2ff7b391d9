"""Public keys of issuers: from a file, or from the one address the operator named."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from benzosafe.errors import UsageError
from benzosafe.service.outgoing import Fetched, OutgoingFailed, OutgoingRefused
from benzosafe.service.settings import Issuer

LONGEST, SHORTEST = timedelta(hours=1), timedelta(minutes=1)
USUAL = timedelta(minutes=10)
BETWEEN_FETCHES = timedelta(seconds=30)
"""So that made-up key names cannot make us call the issuer again and again."""
MOST_KEYS = 100
ALGORITHMS: dict[str, dict[str, tuple[str, ...]]] = {
    "EC": {"P-256": ("ES256",), "P-384": ("ES384",)},
    "RSA": {"": ("RS256", "RS384", "PS384")},
}
LEAST_RSA_BITS = 2048


class KeysUnavailable(Exception):
    """The keys of a known issuer cannot be read now."""


class Gets(Protocol):
    """What fetches an address."""

    async def get(self, url: str) -> Fetched:
        """The answer."""


@dataclass(frozen=True)
class PublicKey:
    """A key with the algorithms it may be used with."""

    key: Any
    """An elliptic or RSA public key of `cryptography`, not tied to one algorithm."""
    algorithms: tuple[str, ...]


class KeySet:
    """The keys of one issuer; fetched when needed, kept for a while."""

    def __init__(self, issuer: Issuer, outgoing: Gets) -> None:
        self._issuer, self._outgoing = issuer, outgoing
        self._keys: dict[str, PublicKey] = {}
        self._fresh_until: datetime | None = None
        self._tried_at: datetime | None = None
        self._lock = asyncio.Lock()
        if issuer.jwks_file is not None:
            self._keys = _from_file(issuer.jwks_file)

    async def find(self, kid: str, now: datetime) -> PublicKey | None:
        """The key of a name; a name not yet known is looked for once more, at most every half minute."""
        if self._issuer.jwks_file is not None:
            return self._keys.get(kid)
        if not self._is_fresh(now) or kid not in self._keys:
            async with self._lock:
                if (not self._is_fresh(now) or kid not in self._keys) and self._may_try(now):
                    await self._fetch(now)
        if not self._is_fresh(now):
            raise KeysUnavailable  # keys past their time are not believed
        return self._keys.get(kid)

    def _is_fresh(self, now: datetime) -> bool:
        return self._fresh_until is not None and now < self._fresh_until

    def _may_try(self, now: datetime) -> bool:
        return self._tried_at is None or now - self._tried_at >= BETWEEN_FETCHES

    async def _fetch(self, now: datetime) -> None:
        assert self._issuer.jku is not None
        self._tried_at = now
        try:
            answer = await self._outgoing.get(self._issuer.jku)
            if answer.status != 200:
                return
            self._keys = read_keys(answer.body)
        except (OutgoingRefused, OutgoingFailed, ValueError):
            return  # the keys at hand stay until their time is over
        self._fresh_until = now + _lifetime(answer.headers.get("cache-control", ""))


def read_keys(data: bytes) -> dict[str, PublicKey]:
    """Usable public keys by name; private and symmetric ones are never taken."""
    try:
        listed = json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    entries = listed.get("keys") if isinstance(listed, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a JSON Web Key Set: an object with 'keys'")
    keys = {}
    for entry in entries[:MOST_KEYS]:
        found = _read_key(entry) if isinstance(entry, dict) else None
        if found is not None:
            keys[entry["kid"]] = found
    return keys


def _read_key(entry: dict[str, Any]) -> PublicKey | None:
    kind, curve = entry.get("kty"), entry.get("crv", "")
    by_curve = ALGORITHMS.get(kind, {}) if isinstance(kind, str) else {}
    algorithms = by_curve.get(curve if kind == "EC" else "", ()) if isinstance(curve, str) else ()
    if not algorithms or "d" in entry or entry.get("use", "sig") != "sig" or not isinstance(entry.get("kid"), str):
        return None
    if "alg" in entry:
        algorithms = tuple(name for name in algorithms if name == entry["alg"])
    try:
        key = PyJWK({**entry, "alg": algorithms[0]}) if algorithms else None
    except (PyJWTError, ValueError, TypeError):
        return None
    if key is None or (kind == "RSA" and key.key.key_size < LEAST_RSA_BITS):
        return None
    return PublicKey(key.key, algorithms)


def _from_file(path: Path) -> dict[str, PublicKey]:
    try:
        keys = read_keys(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(f"is no key set: {error}.", where=str(path), next_step="Check issuers.jwks_file.") from None
    if not keys:
        raise UsageError(
            "holds no usable public key (EC P-256 or P-384, RSA of at least 2048 bits, each with a kid).",
            where=str(path), next_step="Ask the issuer for its JSON Web Key Set.",
        )  # fmt: skip
    return keys


def _lifetime(cache_control: str) -> timedelta:
    found = re.search(r"max-age=(\d{1,9})", cache_control)
    return min(max(timedelta(seconds=int(found[1])), SHORTEST), LONGEST) if found else USUAL
