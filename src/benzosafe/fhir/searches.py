"""What is asked of a FHIR server about one patient, and the answers as one Bundle that says what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

PATIENT, REQUESTS = "patient", "requests"

SEARCHES: dict[str, str] = {
    PATIENT: "Patient/{patient}",
    REQUESTS: "MedicationRequest?patient={patient}&_include=MedicationRequest:medication",
    "statements": "MedicationStatement?patient={patient}&_include=MedicationStatement:medication",
    "dispenses": "MedicationDispense?patient={patient}&_include=MedicationDispense:medication",
    "conditions": "Condition?patient={patient}",
    "allergies": "AllergyIntolerance?patient={patient}",
    "observations": "Observation?patient={patient}"
    "&category=social-history,vital-signs,survey,laboratory&_sort=-date&_count=200",
}
"""Addresses by name, relative to the server. The whole medication history: recent stops and long use matter."""

LIST_OF_KEY = {REQUESTS: "orders", "conditions": "conditions", "allergies": "allergies"}
"""The lists whose absence leaves checks undone."""

_LIST_CODE = {"orders": "medications", "conditions": "problems", "allergies": "allergies"}
_NULL = b"null"


class _Head(Struct, rename="camel"):
    resource_type: Any = None
    entry: Raw | UnsetType = UNSET
    total: Any = None


def searches_of(patient: str) -> dict[str, str]:
    """The address of every search for one patient id."""
    return {name: address.replace("{patient}", patient) for name, address in SEARCHES.items()}


def one_bundle(parts: Mapping[str, bytes], patient_id: str) -> bytes:
    """One Bundle of all answers by name, each within a Bundle that says what it was asked for."""
    entries = [_part(name, raw, patient_id) for name, raw in parts.items() if _is_object(raw)]
    entries += [_none_known(LIST_OF_KEY[name]) for name, raw in parts.items() if _is_empty(name, raw)]
    if not any(_kind(raw) == "Patient" for raw in parts.values()):
        entries.append(msgspec.json.encode({"resourceType": "Patient", "id": patient_id}))
    return b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % b",".join(
        b'{"resource":%s}' % entry for entry in entries
    )


def is_failed(raw: bytes) -> bool:
    """Whether an answer is no data: neither a resource nor the statement that there is none."""
    return not (raw == _NULL or _is_object(raw)) or _kind(raw) == "OperationOutcome"


def is_whole(name: str, raw: bytes) -> bool:
    """Whether an answer can be the whole list: nothing found, or the Bundle of a search rather than one resource."""
    return name not in LIST_OF_KEY or raw == _NULL or _kind(raw) == "Bundle"


def _part(name: str, raw: bytes, patient_id: str) -> bytes:
    if name not in SEARCHES:
        return raw
    link = msgspec.json.encode([{"relation": "self", "url": searches_of(patient_id)[name]}])
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
    listed = not isinstance(head.entry, UnsetType) and b"".join(bytes(head.entry).split()) not in (b"[]", _NULL)
    return not listed and not head.total


def _is_object(raw: bytes) -> bool:
    return raw[:1] == b"{"


def _kind(raw: bytes) -> str:
    head = _head(raw)
    return head.resource_type if head and isinstance(head.resource_type, str) else ""


def _head(raw: bytes) -> _Head | None:
    try:
        return msgspec.json.decode(raw, type=_Head)
    except (msgspec.MsgspecError, RecursionError):
        return None
