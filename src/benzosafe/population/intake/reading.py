"""From the JSON of a resource to its row: what it is, whose it is, and to which medicine it points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from benzosafe.fhir.bundle import reference_tail
from benzosafe.fhir.reading import KINDS as REVIEWED
from benzosafe.population.measures.resources import KINDS as MEASURED
from benzosafe.population.rows import SHARED

USED = frozenset(REVIEWED) | frozenset(MEASURED)
"""Kinds of resource that anything here reads."""

POINTING = frozenset(kind for kind in USED if kind.startswith("Medication") and kind != "Medication")
"""Kinds that may point to a Medication."""


class NotUsable(Exception):
    """A resource that cannot be given a row; says why."""


class _Pointer(Struct, gc=False):
    reference: str | None = None


class Head(Struct, rename="camel", gc=False):
    """The few fields that tell where a resource belongs."""

    resource_type: str | None = None
    id: str | None = None
    subject: _Pointer | None = None
    patient: _Pointer | None = None


class _LooseHead(Struct, rename="camel"):
    """The same of a resource in which one of them has another shape."""

    resource_type: Any = None
    id: Any = None
    subject: Any = None
    patient: Any = None


class _Medicine(Struct, rename="camel", gc=False):
    medication_reference: _Pointer | None = None
    medication: Any = None


LINES = msgspec.json.Decoder(Head)
"""Decodes the head of one resource, or of one on each line."""

_LOOSE = msgspec.json.Decoder(_LooseHead)
_MEDICINE = msgspec.json.Decoder(_Medicine)


def read_head(raw: bytes | Raw) -> Head:
    """The head of a resource; NotUsable where it is none."""
    try:
        head = LINES.decode(raw)
    except msgspec.ValidationError as error:
        head = _tolerated(raw, str(error))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise NotUsable(f"is not a FHIR resource: {error}") from None
    if not head.resource_type:
        raise NotUsable("is not a FHIR resource: it has no resourceType")
    return head


def _tolerated(raw: bytes | Raw, why: str) -> Head:
    """What can be used of a head of which a field has another shape."""
    try:
        loose = _LOOSE.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise NotUsable(f"is not a FHIR resource: {why}") from None
    texts = {name: value for name in ("resource_type", "id") if isinstance(value := getattr(loose, name), str)}
    return Head(**texts, subject=_pointer(loose.subject), patient=_pointer(loose.patient))


def _pointer(value: Any) -> _Pointer | None:
    reference = value.get("reference") if isinstance(value, dict) else None
    return _Pointer(reference) if isinstance(reference, str) else None


def owner_of(head: Head, addresses: Mapping[str, str] | None = None) -> str:
    """The id of the patient a resource is about, or SHARED for a Medication; NotUsable where it names nobody.

    `addresses`: the ids behind the full addresses of a Bundle.
    """
    kind = head.resource_type
    if kind == "Patient":
        if not head.id:
            raise NotUsable("Patient has no id, so nothing can be told to be about it")
        return head.id
    if kind == "Medication":
        return SHARED
    pointer = head.subject or head.patient
    reference = pointer.reference if pointer else None
    if not reference:
        raise NotUsable(f"{kind} names no patient")
    if addresses and reference in addresses:
        return addresses[reference]
    if "?" in reference or reference.startswith("#"):
        raise NotUsable(f"{kind} names its patient by '{reference[:60]}', which leads to nobody here")
    patient = reference_tail(reference)
    if not patient:
        raise NotUsable(f"{kind} names no patient")
    return patient


def medicine_pointed_to(resource: bytes | Raw) -> str | None:
    """The address of the Medication that a medication record points to; None where it holds its medicine itself."""
    try:
        found = _MEDICINE.decode(resource)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    pointer = found.medication_reference
    if pointer is None and isinstance(found.medication, dict):
        pointer = _pointer(found.medication.get("reference"))
    reference = pointer.reference if pointer else None
    return reference if reference and not reference.startswith("#") else None
