"""Asking the token endpoint, and what it gives. Tokens are held, never shown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benzosafe.smart.door import Door, SmartRefused, origin_of, read_object, require_listed, text_of, told

_UNSTATED, _LONGEST = timedelta(minutes=1), timedelta(days=1)
_MARGIN = timedelta(seconds=30)
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


@dataclass(frozen=True)
class TokenRequest:
    """What is to be posted to a token endpoint."""

    url: str
    form: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """What a token endpoint gave."""

    access_token: str = field(repr=False)
    fresh_until: datetime
    """Shortly before it ends, so that a request under way does not meet its end."""
    scope: str
    stated: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """The whole answer: patient, id_token and the rest, not yet judged."""


async def ask(request: TokenRequest, door: Door, now: datetime) -> Grant:
    """Post a request; SmartRefused when the answer is no bearer token."""
    where = origin_of(request.url)
    require_listed(request.url, "token endpoint", door, where)
    answer = await door.request("POST", request.url, form=request.form)
    stated = read_object(answer.body)
    if answer.status != 200 or stated is None or "error" in stated:
        raise _refusal(answer.status, stated or {}, where)
    token = text_of(stated, "access_token")
    if not _TOKEN.fullmatch(token) or text_of(stated, "token_type").lower() != "bearer":
        raise SmartRefused(
            "the answer holds no bearer token.", where=where, next_step="Ask the operator of the record system."
        )
    lifetime = _lifetime(stated.get("expires_in"))
    return Grant(token, now + lifetime - min(_MARGIN, lifetime / 2), text_of(stated, "scope"), stated)


def _lifetime(seconds: Any) -> timedelta:
    """How long a token lasts; a minute when that is not said, for the next refusal brings a new one anyway."""
    try:
        number = math.nan if isinstance(seconds, bool) else float(seconds)
    except (TypeError, ValueError, OverflowError):
        return _UNSTATED
    return timedelta(seconds=min(number, _LONGEST.total_seconds())) if number > 0 else _UNSTATED


def _refusal(status: int, stated: Mapping[str, Any], where: str) -> SmartRefused:
    """The server's reason in its own words, shortened, without anything that may be a secret."""
    code, words = told(text_of(stated, "error")), told(text_of(stated, "error_description"))
    reason = ": ".join(part for part in (code, words) if part) or "no reason given"
    step = {
        "invalid_client": "Check the client id, and that the public key with this kid is registered for it.",
        "invalid_scope": "Register the scopes listed in docs/how-to/connect-a-record-system.md.",
        "invalid_grant": "The code or the session has ended: launch again.",
    }.get(code, "Ask the operator of the record system.")
    return SmartRefused(f"no token was given (status {status}, {reason}).", where=where, next_step=step)
