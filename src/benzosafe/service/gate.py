"""Nobody comes in unchecked: every address needs a trusted token unless it is on a short list, and keeps to a rate."""

from __future__ import annotations

import math
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from benzosafe.service.keys import KeysUnavailable
from benzosafe.service.note import note_of, refuse
from benzosafe.service.problems import Problem
from benzosafe.service.rate import Rate
from benzosafe.service.settings import Settings, is_loopback
from benzosafe.service.trust import NotTrusted, Trust
from benzosafe.storage.database import DatabaseFailed

OPEN_PATHS = frozenset({"/health", "/ready", "/metrics", "/docs", "/openapi.json", "/fhir/metadata"})
"""Without anything of patients, so without a token."""
OPEN_FOLDERS = ("/reports/",)
"""Opened by a clinician's browser, which has no token: the name of a report is a secret that lives for minutes."""
SESSIONS = "/rx/"
"""People with accounts: their sessions are looked at by the routes."""
FAILURES_PER_MINUTE, FAILURES_AT_ONCE = 60, 30
"""Refused tokens per peer address, beyond which tokens are not even looked at."""


class Gate:
    """Rate and trust, before anything of the body is read."""

    def __init__(self, app: ASGIApp, settings: Settings, trust: Trust) -> None:
        self._app, self._trust = app, trust
        self._rate = Rate(settings.rate_per_minute, settings.burst)
        self._failures = Rate(FAILURES_PER_MINUTE, FAILURES_AT_ONCE)
        self._own_name = urlsplit(settings.base_url).hostname

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        wait = self._rate.wait_seconds(caller, time.monotonic())
        if wait > 0:
            await refuse(_too_many(wait), "rate", scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check_host(self, scope: Scope) -> None:
        """Without tokens the name called must be our own or of this machine: who leads a name here gets nothing."""
        called = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        if called != self._own_name and not is_loopback(called):
            note_of(scope).refused = "another host name"
            raise Problem(
                403, "The service answers here only to its own name and to names of this machine.",
                where="Host", next_step="Call 127.0.0.1 or localhost, or set public_url or issuers.",
            )  # fmt: skip

    async def _caller(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if scope["path"] in OPEN_PATHS or scope["path"].startswith(OPEN_FOLDERS):
            return f"open {peer}"
        if not self._trust.authenticates or scope["path"].startswith(SESSIONS):
            self._check_host(scope)
            return f"peer {peer}"
        note = note_of(scope)
        now = time.monotonic()
        if self._failures.is_empty(peer, now):
            note.refused = "too many refused tokens"
            raise _too_many(60 / FAILURES_PER_MINUTE)
        path = scope.get("raw_path", b"").decode("latin-1") or scope["path"]
        try:
            caller = await self._trust.check(Headers(scope=scope).get("authorization", ""), path)
        except NotTrusted as refusal:
            self._failures.wait_seconds(peer, now)
            note.refused = str(refusal)
            raise _not_trusted() from None
        except (KeysUnavailable, DatabaseFailed) as failure:
            note.refused = f"cannot check tokens ({type(failure).__name__})"
            raise Problem(
                503, "The service cannot check tokens now.", next_step="Try again soon.", headers={"Retry-After": "30"}
            ) from None
        note.issuer = caller.issuer
        return f"issuer {caller.issuer}"


def _not_trusted() -> Problem:
    return Problem(
        401, "The call carries no token that this service accepts.",
        where="Authorization",
        next_step="Send a CDS Hooks JWT of a configured issuer, made for this exact URL, and new for every call.",
        headers={"WWW-Authenticate": 'Bearer realm="benzosafe"'},
    )  # fmt: skip


def _too_many(wait_seconds: float) -> Problem:
    return Problem(
        429, "Too many calls.", next_step="Wait for the seconds in Retry-After.",
        headers={"Retry-After": str(max(1, math.ceil(wait_seconds)))},
    )  # fmt: skip
