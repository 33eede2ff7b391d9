"""Decoding one resource so that a malformed field costs that field and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

_MOST_REPAIRS = 200
_PLAIN = msgspec.json.Decoder(float_hook=Decimal)
_MESSAGE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_WANTED = re.compile(r"Expected `(\w+)[^`]*`, got `(\w+)`")

_SHAPES = {
    "object": "a structure", "decimal": "a number", "bool": "true or false", "str": "text", "int": "a whole number",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A field that could not be read: its path in the resource, and what is wrong with it."""

    path: str
    what: str


def decode_tolerantly(raw: bytes, kind: type[T]) -> tuple[T, list[Fault]]:
    """The resource without its unreadable fields, and those fields as faults."""
    try:
        return msgspec.json.decode(raw, type=kind), []
    except (msgspec.MsgspecError, RecursionError):
        return _mended(_plain(raw), kind)


def _plain(raw: bytes) -> Any:
    try:
        return _PLAIN.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        pass
    try:  # a number of thousands of digits stops msgspec, but not the rest of the resource
        return json.loads(bytes(raw), parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        return None


def _mended(plain: Any, kind: type[T]) -> tuple[T, list[Fault]]:
    faults: list[Fault] = []
    if not isinstance(plain, dict):
        return kind(), [Fault("", "is not readable as an object")]
    for _ in range(_MOST_REPAIRS):
        try:
            return msgspec.convert(plain, kind, strict=False), faults
        except msgspec.ValidationError as error:
            fault = _mend(plain, str(error))
            faults += [fault] if fault else []
    return kind(), [
        *faults,
        Fault("", f"more than {_MOST_REPAIRS} fields are malformed, so none of it was read"),
    ]


def _mend(plain: dict[str, Any], message: str) -> Fault | None:
    """Change the one offending value in place; None when nothing of its meaning was lost."""
    match = _MESSAGE.match(message)
    path = (match["path"] or "$") if match else "$"
    holder, key = _find(plain, path)
    if holder is None:
        plain.clear()
        return Fault("", "could not be understood")
    value = holder[key]
    kinds = _WANTED.search(message)
    wanted, got = (kinds[1], kinds[2]) if kinds else ("", "")
    holder[key], lost = _nearest_shape(value, wanted, got)
    if not lost:
        return None
    return Fault(path.removeprefix("$").lstrip("."), _said(value, wanted))


def _find(plain: Any, path: str) -> tuple[Any, Any]:
    """The container and key of the value at a path such as $.dosageInstruction[0].timing."""
    holder, key = None, None
    for name, place in _STEP.findall(path):
        if holder is not None:
            plain = holder[key]
        holder, key = plain, (name or int(place))
    return holder, key


def _nearest_shape(value: Any, wanted: str, got: str) -> tuple[Any, bool]:
    """What was most likely meant, and whether something was lost on the way."""
    if wanted == "array" and got != "array":
        return [value], False
    if wanted == "object" and got == "array" and len(value) == 1:
        return value[0], False
    if wanted == "object" and got == "str":
        return {"text": value, "reference": value}, True
    if wanted == "str" and isinstance(value, (int, Decimal)):
        return str(value).lower(), False
    return None, True


def _said(value: Any, wanted: str) -> str:
    shown = json.dumps(value, default=str)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return f"is {shown}, which is not {_SHAPES.get(wanted, 'a readable value')}"
