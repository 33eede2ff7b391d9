"""Opening benzosafe from a record system, or signing in to one: what is sent, and what is believed of the answer.

begin → the browser goes to the record system and comes back → finish → redeem (token.py).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from benzosafe.smart.discovery import SmartServer
from benzosafe.smart.door import Random, SmartRefused, told
from benzosafe.smart.grant import TokenRequest
from benzosafe.smart.key import ASSERTION_TYPE, SigningKey
from benzosafe.smart.scopes import scopes_for_launch

MOST_MINUTES = timedelta(minutes=10)
_AGAIN = "Launch again from the record system."
_MOST_QUERY = 16384


@dataclass(frozen=True)
class App:
    """As what we are registered: a public client, or with a key a confidential one."""

    client_id: str
    redirect_uri: str
    key: SigningKey | None = None


@dataclass(frozen=True)
class Pending:
    """A launch under way. Keep it on the server, bound to the browser's own session, and take it out before `finish`:
    an answer is worth one try."""

    server: SmartServer
    app: App
    began_at: datetime
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what to keep until it comes back."""

    authorize_url: str = field(repr=False)
    pending: Pending


@dataclass(frozen=True)
class LaunchCall:
    """A record system asks us to open: its address and its handle for the patient at hand."""

    iss: str
    launch: str = field(repr=False)


def read_launch(query: str) -> LaunchCall:
    """The parameters of the launch address (iss, launch). `discover` refuses an iss that is not listed."""
    values = _single(query)
    if not values.get("iss") or not values.get("launch"):
        raise SmartRefused("a launch needs iss and launch.", where="launch address", next_step=_AGAIN)
    return LaunchCall(values["iss"], values["launch"])


def begin(server: SmartServer, app: App, now: datetime, random: Random, launch: str = "") -> Begun:
    """Start a launch: from the record system with its `launch` handle, or standalone without one."""
    if server.challenge_methods and "S256" not in server.challenge_methods:
        raise SmartRefused(
            "the record system does not accept PKCE by S256, so that a stolen code would open the record.",
            where=server.fhir_base, next_step="Ask its operator to allow S256.",
        )  # fmt: skip
    pending = Pending(server, app, now, _secret(random), _secret(random), _secret(random))
    values = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(scopes_for_launch(server.syntax, from_record=bool(launch))),
        "state": pending.state,
        "nonce": pending.nonce,
        "aud": server.fhir_base,
        "code_challenge": _base64(sha256(pending.verifier.encode()).digest()),
        "code_challenge_method": "S256",
    } | ({"launch": launch} if launch else {})
    url = server.endpoint("authorization_endpoint")
    return Begun(f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(values)}", pending)


def finish(pending: Pending, query: str, now: datetime, random: Random) -> TokenRequest:
    """Check what the browser brought back and say what to send for the token; SmartRefused when anything is off."""
    values, server, where = _single(query), pending.server, pending.server.fhir_base
    if not hmac.compare_digest(values.get("state", "").encode(), pending.state.encode()):
        raise SmartRefused(
            "the answer does not belong to the launch that this browser began.", where=where, next_step=_AGAIN
        )
    if not timedelta(0) <= now - pending.began_at <= MOST_MINUTES:
        raise SmartRefused("the launch took longer than 10 minutes.", where=where, next_step=_AGAIN)
    issuer = values.get("iss")
    if (issuer is None and server.names_issuer) or (issuer is not None and issuer not in _own_names(server)):
        raise SmartRefused("the answer is of another record system than was asked.", where=where, next_step=_AGAIN)
    if "error" in values:
        reason = ": ".join(filter(None, (told(values["error"]), told(values.get("error_description", "")))))
        raise SmartRefused(f"the record system refused ({reason}).", where=where, next_step=_AGAIN)
    if not values.get("code"):
        raise SmartRefused("the answer holds no code.", where=where, next_step=_AGAIN)
    form = {
        "grant_type": "authorization_code", "code": values["code"],
        "redirect_uri": pending.app.redirect_uri, "code_verifier": pending.verifier,
    }  # fmt: skip
    return token_request(server, pending.app, form, now, random)


def token_request(
    server: SmartServer, app: App, form: Mapping[str, str], now: datetime, random: Random
) -> TokenRequest:
    """A request to the token endpoint in our name: signed when we have a key, else with the client id."""
    url = server.token_endpoint
    if app.key is None:
        return TokenRequest(url, {**form, "client_id": app.client_id})
    assertion = app.key.assertion(app.client_id, url, now, random)
    return TokenRequest(url, {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion})


def _own_names(server: SmartServer) -> set[str]:
    """How the server may name itself; without a stated issuer, by its FHIR base."""
    return {server.issuer} if server.issuer else {server.fhir_base, f"{server.fhir_base}/"}


def _single(query: str) -> dict[str, str]:
    """Parameters that stand once; twice the same name could be read in two ways."""
    try:
        found = parse_qs(query[: _MOST_QUERY + 1], keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        found = {}
    if len(query) > _MOST_QUERY or any(len(values) > 1 for values in found.values()):
        raise SmartRefused("the address holds a name twice, or too much.", where="query", next_step=_AGAIN)
    return {name: values[0] for name, values in found.items()}


def _secret(random: Random) -> str:
    return _base64(random(32))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
