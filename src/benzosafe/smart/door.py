"""What this room needs of the one door out, and how it says that something was refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from benzosafe.errors import BenzosafeError

Clock = Callable[[], datetime]
Random = Callable[[int], bytes]
"""So many bytes that nobody can guess."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")  # for the words only; the door decides
_SECRET_LIKE = re.compile(r"[\w.~+/=-]{20,}")


class Answer(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The bytes, already limited in size."""


class Door(Protocol):
    """Sends to listed servers only, over https or within this machine; follows no redirects; limits time and size."""

    def permits(self, url: str) -> bool:
        """Whether the address is on the operator's list."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        token: str = "",
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; raises when it cannot be done, with a message that names no patient."""


class SmartRefused(BenzosafeError):
    """The record system, or what came in its name, is not one to go on with."""

    exit_code = 4


def require_listed(url: str, name: str, door: Door, where: str) -> None:
    """Refuse an address that is not https (or this machine) or not on the operator's list."""
    if door.permits(url):
        return
    scheme, host, _ = _parts(url)
    if scheme == "http" and host not in _THIS_MACHINE:
        reason, step = "is not https", "Tokens are sent over https only; ask the operator of the record system."
    else:
        reason = "is not on the list of allowed servers"
        step = "If it belongs to that record system, add its base address to `also` of its fhir_servers entry (--also)."
    raise SmartRefused(f"the {name} {origin_of(url)} {reason}.", where=where, next_step=step)


def origin_of(url: str) -> str:
    """The address without path and query, for messages."""
    scheme, host, port = _parts(url)
    return f"{scheme[:10]}://{host[:100]}" + (f":{port}" if port else "") if host else "(no address)"


def _parts(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def read_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body, or None."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text_of(values: Mapping[str, Any], name: str) -> str:
    """A text among values; empty when it is missing or something else."""
    found = values.get(name)
    return found if isinstance(found, str) else ""


def told(text: str) -> str:
    """Words of another system, short, printable, and without anything long enough to be a secret."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:2000])
    return _SECRET_LIKE.sub("…", printable)[:160].strip()
