"""The one way to write a thing down: what is hashed, signed and chained is the same bytes everywhere."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from pydantic import BaseModel

_JSON = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no blanks, numbers of a prescription as text; the same bytes on every machine."""
    return _JSON.encode(value.model_dump(mode="json") if isinstance(value, BaseModel) else value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()
