"""SMART Backend Services: a token for the service itself, by a signed statement instead of a password."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from benzosafe.smart.discovery import SmartServer
from benzosafe.smart.door import Clock, Door, Random, SmartRefused
from benzosafe.smart.grant import Grant, TokenRequest, ask
from benzosafe.smart.key import ASSERTION_TYPE, SigningKey
from benzosafe.smart.scopes import scopes_for_backend


@dataclass(frozen=True)
class Client:
    """As whom we are registered with the record system."""

    client_id: str
    key: SigningKey


class Backend:
    """Holds one token for one record system and renews it when needed, one request at a time."""

    def __init__(self, server: SmartServer, client: Client, door: Door, clock: Clock, random: Random) -> None:
        if server.signing_algorithms and client.key.algorithm not in server.signing_algorithms:
            raise SmartRefused(
                f"the record system does not accept signatures by {client.key.algorithm}, "
                f"but {', '.join(sorted(server.signing_algorithms)[:6])}.",
                where=server.fhir_base, next_step="Use a key of the other kind (EC P-384 for ES384, RSA for RS384).",
            )  # fmt: skip
        self._server, self._client, self._door = server, client, door
        self._clock, self._random = clock, random
        self._held: Grant | None = None
        self._lock = asyncio.Lock()

    @property
    def fhir_base(self) -> str:
        """The FHIR server the token is for."""
        return self._server.fhir_base

    async def grant(self, refused: str = "") -> Grant:
        """A token that holds now; `refused` is one that the server no longer took."""
        async with self._lock:
            now = self._clock()
            if self._held is None or self._held.access_token == refused or now >= self._held.fresh_until:
                self._held = None
                self._held = await ask(self._request(now), self._door, now)
            return self._held

    def _request(self, now: datetime) -> TokenRequest:
        url, client = self._server.token_endpoint, self._client
        return TokenRequest(url, {
            "grant_type": "client_credentials",
            "scope": " ".join(scopes_for_backend(self._server.syntax)),
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client.key.assertion(client.client_id, url, now, self._random),
        })  # fmt: skip
