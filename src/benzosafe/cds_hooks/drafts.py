"""The orders a client proposes: read as drafts, with their resources kept so that a suggestion can give them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from benzosafe.cds_hooks.request import WHERE, HookRequest
from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import Found, open_bundle, open_resource, reference_tail
from benzosafe.fhir.read import read_draft_orders
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order

_DRUG_KINDS = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")

_MOST_DRAFTS = 100  # JUDGEMENT: nobody signs more at once


@dataclass(frozen=True)
class Drafts:
    """Draft orders, those the call is about, and each one's resource by the order's id."""

    orders: tuple[Order, ...] = ()
    focus: frozenset[str] = frozenset()
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_drafts(request: HookRequest, sent: bytes, knowledge: Knowledge, on: date) -> Drafts:
    """The drafts of a request; one without a medicine is not chosen yet, and left out."""
    if request.drafts is None:
        return Drafts()
    try:
        found = open_resource(request.drafts, f"{WHERE} drafts").found
    except InputRefused:
        return Drafts()
    own = [item for item in found if item.kind in _DRUG_KINDS]
    for item in own:
        _check_subject(item, request.patient_id)
    chosen = [item for item in own if _names_a_medicine(item)]
    if not chosen:
        return Drafts()
    if len(chosen) > _MOST_DRAFTS:
        raise InputRefused(
            f"{len(chosen):,} draft orders are more than {_MOST_DRAFTS}.", where=f"{WHERE} drafts",
            next_step="Send the orders that are being written; nothing was reviewed.",
        )  # fmt: skip
    beside = [item for item in found if item.kind == "Medication"]
    if b"medicationReference" in request.drafts:
        beside += [item for item in open_bundle(sent, f"{WHERE} prefetch").found if item.kind == "Medication"]
    orders = read_draft_orders(_bundle([*chosen, *beside]), f"{WHERE} drafts", knowledge, on)
    resources = {f"{item.kind}/{item.id}": _exact(bytes(item.raw)) for item in chosen if item.id}
    return Drafts(tuple(orders), _focus(orders, request.selections), resources)


def base_id(order_id: str) -> str:
    """The record an order came from: orders of a combination carry a number behind it."""
    return order_id.split("#", maxsplit=1)[0]


def _focus(orders: Sequence[Order], selections: Iterable[str]) -> frozenset[str]:
    """The drafts just selected; all of them where none is named or recognised."""
    tails = {reference_tail(name) for name in selections}
    named = {order.order_id for order in orders if reference_tail(base_id(order.order_id)) in tails}
    return frozenset(named or {order.order_id for order in orders})


def _bundle(items: Sequence[Found]) -> bytes:
    entries = (
        b'{"fullUrl":%s,"resource":%s}' % (msgspec.json.encode(item.full_url), bytes(item.raw)) for item in items
    )
    return b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % b",".join(entries)


def _check_subject(item: Found, patient_id: str) -> None:
    reference = _get(item.raw, "subject", "reference")
    if isinstance(reference, str) and "Patient/" in reference and reference_tail(reference) != patient_id:
        raise InputRefused(
            f"the draft is for {reference[:80]}, the context names Patient/{patient_id}.",
            where=f"{WHERE} {item.where}", next_step="Send drafts of the patient in the context; nothing was reviewed.",
        )  # fmt: skip


def _names_a_medicine(item: Found) -> bool:
    """Whether a medicine was chosen: a code, a text or a reference (R5: `medication`)."""
    body = _plain(item.raw)
    return any(body.get(name) for name in ("medicationCodeableConcept", "medicationReference", "medication"))


def _get(raw: Any, *path: str) -> Any:
    value: Any = _plain(raw)
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _plain(raw: Any) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _exact(raw: bytes) -> dict[str, Any]:
    """The resource with its numbers as they were written."""
    decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return {}
