"""The fields of a resource that name a medicine, a problem or a measurement, each kept as it was written."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from benzosafe.fhir.bundle import Found
from benzosafe.population.rows import Row

Parts = tuple[tuple[str, bytes], ...]
MEDICINE = ("medicationCodeableConcept", "medicationReference", "medication", "contained")
SERVICE = ("code", "reasonCode", "reason", "type", "serviceType", "class")


class _Coded(Struct, gc=False):
    code: Raw | UnsetType = UNSET


class _Naming(Struct, rename="camel", gc=False):
    medication_codeable_concept: Raw | UnsetType = UNSET
    medication_reference: Raw | UnsetType = UNSET
    medication: Raw | UnsetType = UNSET
    contained: Raw | UnsetType = UNSET
    code: Raw | UnsetType = UNSET
    reason_code: Raw | UnsetType = UNSET
    reason: Raw | UnsetType = UNSET
    type: Raw | UnsetType = UNSET
    service_type: Raw | UnsetType = UNSET
    class_: Raw | UnsetType = msgspec.field(default=UNSET, name="class")


class _Questions(Struct, gc=False):
    code: Raw | UnsetType = UNSET
    component: list[_Coded] | None = None


_NAMING = msgspec.json.Decoder(_Naming)
_QUESTIONS = msgspec.json.Decoder(_Questions)
_ATTRIBUTE = {field.encode_name: field.name for field in msgspec.structs.fields(_Naming)}


def naming_of(row: Row, names: Iterable[str]) -> Parts | None:
    """The fields of these names that are there; None for a resource that is no object."""
    try:
        found = _NAMING.decode(row.resource)
    except (msgspec.MsgspecError, RecursionError):
        return None
    written = ((name, getattr(found, _ATTRIBUTE[name])) for name in names)
    return tuple((name, bytes(raw)) for name, raw in written if raw is not UNSET)


def questions_of(row: Row) -> tuple[bytes, ...] | None:
    """What an observation and its components ask; None for one of another shape."""
    try:
        found = _QUESTIONS.decode(row.resource)
    except (msgspec.MsgspecError, RecursionError):
        return None
    raws = [found.code, *(part.code for part in found.component or ())]
    return tuple(bytes(raw) for raw in raws if raw is not UNSET)


def resource_of(kind: str, parts: Iterable[tuple[str, bytes]], more: bytes = b"") -> Found:
    """A resource of a kind that holds these fields and no others."""
    fields = [b'"resourceType":"%s","id":"named"' % kind.encode(), *((more,) if more else ())]
    fields += [b'"%s":%s' % (name.encode(), raw) for name, raw in parts]
    return Found("", kind, "named", "", Raw(b"{" + b",".join(fields) + b"}"))
