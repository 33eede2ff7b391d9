"""A request for an operation: a Bundle, or Parameters with a Bundle and values; every slip is explained."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.fhir.operation_parameters import Operation
from benzosafe.fhir.places import parameter_place
from benzosafe.fhir.refusals import TOO_DEEP, decode_json, text_bytes

REQUEST = "request"
# JUDGEMENT: a value longer than this [characters] is no parameter; the longest honest one is a list of doses.
_MOST_CHARACTERS = 100_000
_MOST_PARAMETERS = 500


class NotARequest(InputRefused):
    """The body cannot be read as a request at all."""


class WrongParameter(UsageError):
    """A parameter has no such name, or holds what cannot be read as its value."""


class _Head(msgspec.Struct, rename="camel"):
    resource_type: Any = None
    parameter: Raw | UnsetType = UNSET


class _Part(msgspec.Struct):
    name: Any = None
    resource: Raw | UnsetType = UNSET


@dataclass(frozen=True)
class Held:
    """A resource within the request, as its bytes, and where it stood."""

    at: str
    data: bytes


@dataclass
class Given:
    """What a request holds: resources and values by the name of their parameter."""

    operation: Operation
    resources: dict[str, list[Held]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def bundle(self) -> Held | None:
        """The patient's Bundle."""
        return next(iter(self.resources.get("resource", ())), None)

    def text(self, name: str) -> str | None:
        """A value as written."""
        return next(iter(self.values.get(name, ())), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a parameter that may be repeated."""
        return tuple(self.values.get(name, ()))

    def day(self, name: str) -> date | None:
        """A day; WrongParameter when it is not one."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text is not None else None
        except ValueError:
            raise _wrong(name, f"'{text}' is not a date.", "Write it as 2026-11-24.") from None

    def number(self, name: str) -> float | None:
        """A finite number; WrongParameter when it is not one."""
        text = self.text(name)
        if text is None:
            return None
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise _wrong(name, f"'{text}' is not a number.", "Give it as valueDecimal or valueInteger.")
        return found

    def whole(self, name: str) -> int | None:
        """A whole number; WrongParameter when it is not one."""
        found = self.number(name)
        if found is not None and (found != int(found) or abs(found) > 2**31 - 1):
            raise _wrong(name, f"'{self.text(name)}' is not a whole number.", "Give it as valueInteger.")
        return None if found is None else int(found)

    def yes(self, name: str, default: bool) -> bool:
        """True or false; WrongParameter when it is neither."""
        text = self.text(name)
        if text not in (None, "true", "false"):
            raise _wrong(name, f"'{text}' is neither true nor false.", "Give it as valueBoolean.")
        return default if text is None else text == "true"

    def wants_json(self) -> bool:
        """Whether the answer is to be benzosafe's own JSON."""
        text = self.text("output")
        if text not in (None, "fhir", "json"):
            raise _wrong(
                "output", f"'{text}' is not an output.{nearest(text, ('fhir', 'json'))}", "Write fhir or json."
            )
        return text == "json"


def read_request(data: bytes, operation: Operation) -> Given:
    """The request; NotARequest when it is no JSON of the right kind, WrongParameter when a parameter cannot be read."""
    try:
        raw = decode_json(text_bytes(data, REQUEST), REQUEST)
        head: _Head | None = _shaped(raw, _Head)
    except InputRefused as error:
        raise NotARequest(error.what, where=error.where, next_step=error.next_step) from None
    except RecursionError:
        raise NotARequest(TOO_DEEP, where=REQUEST, next_step=_ask(operation)) from None
    given = Given(operation)
    kind = head.resource_type if head else None
    if kind == "Bundle":
        given.resources["resource"] = [Held("Bundle", bytes(raw))]
    elif kind == "Parameters" and head:
        _read_parameters(head.parameter, given)
    else:
        named = f"a {kind[:64]}" if isinstance(kind, str) and kind else "no FHIR resource with a resourceType"
        raise NotARequest(f"holds {named}.", where=REQUEST, next_step=_ask(operation))
    if given.bundle is None and any(item.name == "resource" and item.least for item in operation.parameters):
        raise WrongParameter("no Bundle is given.", where=parameter_place("resource"), next_step=_ask(operation))
    return given


def _ask(operation: Operation) -> str:
    return f"Send a Bundle, or Parameters; see OperationDefinition/{operation.id}."


def _wrong(name: str, what: str, next_step: str) -> WrongParameter:
    return WrongParameter(what, where=parameter_place(name), next_step=next_step)


def _read_parameters(raw: Raw | UnsetType, given: Given) -> None:
    items = [] if raw is UNSET else _shaped(raw, list[Raw])
    if items is None:
        raise WrongParameter("is not a list.", where="Parameters.parameter", next_step=_ask(given.operation))
    if len(items) > _MOST_PARAMETERS:
        raise WrongParameter(f"holds more than {_MOST_PARAMETERS} parameters.", where="Parameters.parameter")
    for place, item in enumerate(items):
        at = f"Parameters.parameter[{place}]"
        part: _Part | None = _shaped(item, _Part)
        if part is None or not isinstance(part.name, str):
            raise WrongParameter("has no name.", where=at, next_step=_ask(given.operation))
        _add(part.name, part, item, at, given)


def _add(name: str, part: _Part, item: Raw, at: str, given: Given) -> None:
    known = given.operation.parameter(name)
    if known is None:
        names = [one.name for one in given.operation.parameters]
        raise WrongParameter(
            f"${given.operation.code} has no parameter '{name[:60]}'.{nearest(name[:60], names)}", where=at,
            next_step=f"It has: {', '.join(names)}.",
        )  # fmt: skip
    if known.type in ("Bundle", "Resource"):
        if part.resource is UNSET or not bytes(part.resource).startswith(b"{"):
            raise WrongParameter("holds no resource.", where=at, next_step=f"Give '{name}' as resource.")
        given.resources.setdefault(name, []).append(Held(f"{at}.resource", bytes(part.resource)))
        count = len(given.resources[name])
    else:
        given.values.setdefault(name, []).append(_value(item, name, at))
        count = len(given.values[name])
    if known.most == "1" and count > 1:
        raise WrongParameter(f"'{name}' is given more than once.", where=at, next_step="Give it once.")


def _value(item: Raw, name: str, at: str) -> str:
    """The value[x] as text: whatever primitive type it has, or a Quantity as number and unit."""
    whole = _shaped(item, dict[str, Any])
    found = [value for key, value in (whole or {}).items() if key.startswith("value")]
    if len(found) != 1:
        raise WrongParameter(f"'{name}' needs one value.", where=at, next_step="Give one value[x].")
    value = found[0]
    if isinstance(value, dict) and set(value) >= {"value", "unit"}:
        value = f"{value['value']}{value['unit']}"
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str | int | float | Decimal) or not str(value).strip():
        raise WrongParameter(
            f"'{name}' holds no value that is read here.", where=at, next_step="Give a text or a number."
        )
    text = str(value).strip()
    if len(text) > _MOST_CHARACTERS:
        raise WrongParameter(f"'{name}' is longer than {_MOST_CHARACTERS:,} characters.", where=at)
    return text


def _shaped(raw: Raw, kind: Any) -> Any:
    """The value if it has this shape, else None."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        return None
