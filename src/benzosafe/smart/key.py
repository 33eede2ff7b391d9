"""The client's own signing key: a private JSON Web Key in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from jwt.exceptions import PyJWTError

from benzosafe.errors import UsageError
from benzosafe.smart.door import Random, read_object

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LIFETIME = timedelta(minutes=4)
"""SMART allows five; one is left for clocks that differ."""
_MOST_BYTES = 100_000
_LEAST_RSA_BITS = 2048
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_NEW_KEY = "Make one: benzosafe smart new-key --out FILE."


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name and algorithm."""

    kid: str
    algorithm: str
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)

    def assertion(self, client_id: str, token_endpoint: str, now: datetime, random: Random) -> str:
        """A signed statement of who we are, for one token endpoint, for some minutes, to be used once."""
        claims = {
            "iss": client_id, "sub": client_id, "aud": token_endpoint,
            "iat": int(now.timestamp()), "exp": int((now + _LIFETIME).timestamp()),
            "jti": urlsafe_b64encode(random(32)).decode().rstrip("="),
        }  # fmt: skip
        return jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.kid, "typ": "JWT"})


def read_signing_key(path: Path) -> SigningKey:
    """The key of a JWK file (or a JWK Set of one); UsageError when others could read it or it cannot sign."""
    listed = read_object(_guarded_bytes(path))
    found = listed.get("keys", [listed]) if listed is not None else []
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
        raise _not_usable(path, "does not hold one JSON Web Key")
    entry = found[0]
    kid, stated = entry.get("kid"), entry.get("alg")
    algorithm = {"EC": "ES384", "RSA": "RS384"}.get(str(entry.get("kty")), "")
    if not isinstance(kid, str) or not kid:
        raise _not_usable(path, "has no kid, the name by which the record system finds the public half")
    if not algorithm or (stated is not None and stated != algorithm):
        raise _not_usable(path, "is neither for ES384 (EC P-384) nor for RS384 (RSA)")
    try:
        key = PyJWK(entry, algorithm).key
    except (PyJWTError, ValueError, TypeError):  # their words hold the key: never shown
        raise _not_usable(path, "is not a valid JSON Web Key") from None
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp384r1":
        return SigningKey(kid, algorithm, key)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA_BITS:
        return SigningKey(kid, algorithm, key)
    raise _not_usable(path, "is not a private key of P-384 or of RSA with at least 2048 bits")


def write_new_key(path: Path, random: Random) -> dict[str, Any]:
    """Write a new private key (EC P-384) for its owner only; the answer is the public key set to register."""
    entry: dict[str, Any] = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()), as_dict=True)
    kid = urlsafe_b64encode(random(12)).decode()
    entry |= {"kid": kid, "alg": "ES384", "use": "sig"}
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            "exists already.", where=str(path), next_step="Name a new file; keys are not replaced."
        ) from None
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}.", where=str(path), next_step="Check the path."
        ) from None
    with os.fdopen(file, "w", encoding="utf-8") as out:
        json.dump(entry, out)
    return {"keys": [{name: value for name, value in entry.items() if name not in _PRIVATE}]}


def _guarded_bytes(path: Path) -> bytes:
    """The bytes of a file that others cannot read and the group cannot change."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise _not_usable(path, "is not a file")
            if os.name == "posix" and mode & 0o027:
                raise UsageError(
                    f"can be read by others, or changed by its group (mode {stat.S_IMODE(mode):04o}).",
                    where=str(path), next_step=f"chmod 600 {path}; and if others had it, make a new key.",
                )  # fmt: skip
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}.", where=str(path), next_step=_NEW_KEY) from None


def _not_usable(path: Path, what: str) -> UsageError:
    return UsageError(f"{what}.", where=str(path), next_step=_NEW_KEY)
