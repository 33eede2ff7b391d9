"""From what the client sent, and what could be fetched, to the record: null is 'none', absent is 'not told'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from msgspec import Raw, Struct

from benzosafe.cds_hooks.request import WHERE, HookRequest
from benzosafe.cds_hooks.services import LIST_OF_KEY, PREFETCH
from benzosafe.errors import InputRefused
from benzosafe.fhir.read import read_bundle
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record

_LIST_CODE = {"orders": "medications", "conditions": "problems", "allergies": "allergies"}
_NULL = b"null"


class _Head(Struct, rename="camel"):
    resource_type: Any = None
    entry: Raw | None = None


@dataclass(frozen=True)
class Sent:
    """The record, which of our names stayed without an answer, and whether the data was asked for by other names."""

    record: Record
    missing: tuple[str, ...]
    other_names: bool
    resources: bytes
    """All that was sent, as one Bundle."""


def not_sent(request: HookRequest) -> dict[str, str]:
    """What the client left out, by name: the address to read it at, relative to its FHIR server."""
    wanted = {name: template for name, template in PREFETCH.items() if name not in request.prefetch}
    return _resolved(wanted, request.patient_id)


def read_sent(request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, on: date) -> Sent:
    """The record of the patient of the request; InputRefused when the data is of somebody else.

    `fetched`: answers to `not_sent`, by name; one that failed is left out.
    """
    parts = {name: bytes(raw) for name, raw in request.prefetch.items()}
    other_names = bool(parts) and not PREFETCH.keys() & parts.keys()
    parts |= fetched
    bundle = _bundle(parts, request.patient_id)
    record = read_bundle(bundle, f"{WHERE} prefetch", knowledge, on)
    if record.patient_id != request.patient_id:
        raise InputRefused(
            f"the data is of Patient/{record.patient_id[:64]}, the context names Patient/{request.patient_id}.",
            where=f"{WHERE} prefetch", next_step="Send the data of the patient in the context; nothing was reviewed.",
        )  # fmt: skip
    missing = tuple(name for name in PREFETCH if name not in parts or _failed(parts[name]))
    return Sent(record, missing, other_names, bundle)


def _resolved(templates: Mapping[str, str], patient_id: str) -> dict[str, str]:
    return {name: template.replace("{{context.patientId}}", patient_id) for name, template in templates.items()}


def _bundle(parts: Mapping[str, bytes], patient_id: str) -> bytes:
    """One Bundle of everything; each part within a Bundle that says what it was asked for."""
    entries = [_part(name, raw, patient_id) for name, raw in parts.items() if _is_object(raw)]
    entries += [_none_known(LIST_OF_KEY[name]) for name, raw in parts.items() if _is_empty(name, raw)]
    if not any(_kind(raw) == "Patient" for raw in parts.values()):
        entries.append(msgspec.json.encode({"resourceType": "Patient", "id": patient_id}))
    return b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % b",".join(
        b'{"resource":%s}' % entry for entry in entries
    )


def _part(name: str, raw: bytes, patient_id: str) -> bytes:
    asked = PREFETCH.get(name)
    if asked is None:
        return raw
    link = msgspec.json.encode([{"relation": "self", "url": _resolved({name: asked}, patient_id)[name]}])
    return b'{"resourceType":"Bundle","type":"searchset","link":%s,"entry":[{"resource":%s}]}' % (link, raw)


def _none_known(list_name: str) -> bytes:
    """The statement that a list is empty because there is nothing: a search that found nothing says so."""
    return msgspec.json.encode({
        "resourceType": "List", "id": f"searched-{list_name}", "status": "current", "mode": "snapshot",
        "code": {"text": _LIST_CODE[list_name], "coding": [{"code": _LIST_CODE[list_name]}]},
        "emptyReason": {"coding": [{"code": "nilknown"}]},
    })  # fmt: skip


def _is_empty(name: str, raw: bytes) -> bool:
    """Whether one of our searches was made and found nothing."""
    if name not in LIST_OF_KEY:
        return False
    if raw == _NULL:
        return True
    head = _head(raw)
    if head is None or head.resource_type != "Bundle":
        return False
    return head.entry is None or bytes(head.entry).replace(b" ", b"") in (b"[]", _NULL)


def _is_object(raw: bytes) -> bool:
    return raw[:1] == b"{"


def _failed(raw: bytes) -> bool:
    return not (raw == _NULL or _is_object(raw)) or _kind(raw) == "OperationOutcome"


def _kind(raw: bytes) -> str:
    head = _head(raw)
    return head.resource_type if head and isinstance(head.resource_type, str) else ""


def _head(raw: bytes) -> _Head | None:
    try:
        return msgspec.json.decode(raw, type=_Head)
    except (msgspec.MsgspecError, RecursionError):
        return None
