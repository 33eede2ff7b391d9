"""A record system that signs its calls, and the service that checks them, at a moment of our choosing."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from benzosafe.service.app import create_app
from benzosafe.service.settings import Issuer, Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather use httpx2, which nothing else here needs
    from fastapi.testclient import TestClient

PUBLIC = "https://benzosafe.example.org"
ISS = "https://ehr.example.org"
PATH = "/cds-services"
START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@dataclass
class Signer:
    """A record system: its key, and tokens right in every point unless told otherwise."""

    iss: str = ISS
    kid: str = "key-1"
    algorithm: str = "ES384"
    key: object = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))
    made: int = 0

    def claims(self, clock, **changes):
        self.made += 1
        now = int(clock().timestamp())
        usual = {"iss": self.iss, "aud": PUBLIC + PATH, "exp": now + 300, "iat": now, "jti": f"{self.kid}-{self.made}"}
        return {key: value for key, value in {**usual, **changes}.items() if value is not ...}

    def token(self, clock, *, headers=None, key=None, algorithm=None, **changes):
        sent = {"kid": self.kid, "typ": "JWT", **(headers or {})}
        return jwt.encode(self.claims(clock, **changes), key or self.key, algorithm or self.algorithm, sent)

    def jwk(self, **changes):
        kind = RSAAlgorithm if isinstance(self.key, rsa.RSAPrivateKey) else ECAlgorithm
        public = json.loads(kind.to_jwk(self.key.public_key()))
        return {**public, "kid": self.kid, "use": "sig", **changes}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def signer():
    return Signer()


@pytest.fixture
def jwks_file(tmp_path, signer):
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [signer.jwk()]}))
    return path


@pytest.fixture
def settings(tmp_path):
    """Settings of a loopback service; further ones by name."""

    def make(**changes):
        return Settings(**{"database_url": f"sqlite:///{tmp_path / 'memory.db'}", **changes})

    return make


@pytest.fixture
def guarded(settings, jwks_file):
    """Settings with one issuer."""
    return settings(public_url=PUBLIC, issuers=(Issuer(iss=ISS, jwks_file=jwks_file),))


@pytest.fixture
def client_of(clock, knowledge):
    """A client of the service with some settings; errors inside become answers, as they would in life."""
    opened = []

    def make(given, routes=lambda app: None):
        app = create_app(given, clock=clock, knowledge=knowledge)
        routes(app)
        client = TestClient(app, "http://127.0.0.1:8000", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)
