"""The orders a client proposes: new ones, those that end what is taken, and what of them could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from benzosafe.cds_hooks.request import WHERE, HookRequest
from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import Found, open_bundle, open_resource, reference_tail
from benzosafe.fhir.read import read_draft_orders
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order, Record

_MOST_DRAFTS = 100  # JUDGEMENT: nobody signs more at once
_ENDS = frozenset({"stopped", "cancelled", "entered-in-error"})
_DECODER = msgspec.json.Decoder(float_hook=Decimal)  # numbers as they were written
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_MEDICINE = ("medicationCodeableConcept", "medicationReference", "medication")

Json = dict[str, Any]


@dataclass(frozen=True)
class Drafts:
    """Draft orders, those the call is about, and each one's resource by the order's id."""

    orders: tuple[Order, ...] = ()
    focus: frozenset[str] = frozenset()
    resources: dict[str, Json] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    """Ingredients that a draft stops, cancels or says not to give."""
    unreadable: bool = False
    """Whether something that may have been an order could not be read."""

    @property
    def any(self) -> bool:
        """Whether there is anything to judge."""
        return bool(self.orders or self.ends)

    @property
    def unresolved(self) -> list[str]:
        """What the drafts in question call medicines that are not known here."""
        return [order.text or "a medicine without a name" for order in self.orders
                if order.order_id in self.focus and order.ingredient is None]  # fmt: skip


def read_drafts(request: HookRequest, sent: bytes, knowledge: Knowledge, on: date) -> Drafts:
    """The drafts of a request; one without a medicine is not chosen yet, and left out."""
    if request.drafts is None:
        return Drafts()
    own, beside, unreadable = _opened(request.drafts)
    bodies = {id(item): _body(item) for item in own}
    for item in own:
        _check_subject(item, bodies[id(item)], request.patient_id)
    chosen = [item for item in own if any(bodies[id(item)].get(name) for name in _MEDICINE)]
    if len(chosen) > _MOST_DRAFTS:
        raise InputRefused(
            f"{len(chosen):,} draft orders are more than {_MOST_DRAFTS}.", where=f"{WHERE} drafts",
            next_step="Send the orders that are being written; nothing was reviewed.",
        )  # fmt: skip
    if b"medicationReference" in request.drafts:
        beside += [item for item in open_bundle(sent, f"{WHERE} prefetch").found if item.kind == "Medication"]
    ending = [item for item in chosen if _ends(bodies[id(item)])]
    ordering = [item for item in chosen if not _ends(bodies[id(item)])]
    orders = _orders(ordering, beside, knowledge, on)
    ordered = {order.ingredient for order in orders}
    ends = {order.ingredient for order in _orders(ending, beside, knowledge, on) if order.ingredient}
    resources = {f"{item.kind}/{item.id}": bodies[id(item)] for item in ordering if item.id}
    return Drafts(
        tuple(orders), _focus(orders, request.selections), resources, frozenset(ends - ordered),
        unreadable or len(orders) < len(ordering),
    )  # fmt: skip


def base_id(order_id: str) -> str:
    """The record an order came from: orders of a combination carry a number behind it."""
    return order_id.split("#", maxsplit=1)[0]


def ended(record: Record, ingredients: frozenset[str], on: date) -> tuple[Record, frozenset[str]]:
    """The record with these ingredients stopped today, and the ids of their orders."""
    closed = [order for order in record.orders if order.ingredient in ingredients and order.active is not False]
    names = frozenset(order.order_id for order in closed)
    orders = tuple(
        replace(order, active=False, active_because="ended by the draft", end_on=on, supply_ends_on=None)
        if order.order_id in names and order in closed
        else order
        for order in record.orders
    )
    return replace(record, orders=orders), names


def _opened(data: bytes) -> tuple[list[Found], list[Found], bool]:
    """The requests, the medicines beside them, and whether anything there was no resource."""
    try:
        contents = open_resource(data, f"{WHERE} drafts")
    except InputRefused:
        return [], [], not _is_empty_bundle(data)
    own = [item for item in contents.found if item.kind == "MedicationRequest"]
    if not own and data.lstrip()[:1] == b"{" and _decoded(data).get("resourceType") != "Bundle":
        return [], [], True
    return (
        own,
        [item for item in contents.found if item.kind == "Medication"],
        any(gap.kind == "unreadable" for gap in contents.gaps),
    )


def _is_empty_bundle(data: bytes) -> bool:
    body = _decoded(data)
    return body.get("resourceType") == "Bundle" and body.get("entry") in (None, [])


def _orders(items: Sequence[Found], beside: Sequence[Found], knowledge: Knowledge, on: date) -> list[Order]:
    """The orders of resources; one that says it was entered in error is read as what it would have been."""
    found: list[Order] = []
    for item in items:
        raw = bytes(item.raw)
        body = _decoded(raw)
        if body.get("status") == "entered-in-error":
            raw = _ENCODER.encode({**body, "status": "stopped"})
        try:
            found += read_draft_orders(_bundle(raw, item, beside), f"{WHERE} drafts", knowledge, on)
        except InputRefused:
            continue  # the caller sees that an order is missing
    return found


def _focus(orders: Sequence[Order], selections: Iterable[str]) -> frozenset[str]:
    """The drafts just selected; all of them where none is named or recognised."""
    tails = {reference_tail(name) for name in selections}
    named = {order.order_id for order in orders if reference_tail(base_id(order.order_id)) in tails}
    return frozenset(named or {order.order_id for order in orders})


def _bundle(raw: bytes, item: Found, beside: Sequence[Found]) -> bytes:
    parts = [(item.full_url, raw), *((other.full_url, bytes(other.raw)) for other in beside)]
    entries = (b'{"fullUrl":%s,"resource":%s}' % (msgspec.json.encode(url), resource) for url, resource in parts)
    return b'{"resourceType":"Bundle","type":"collection","entry":[%s]}' % b",".join(entries)


def _check_subject(item: Found, body: Json, patient_id: str) -> None:
    subject = body.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if isinstance(reference, str) and "Patient/" in reference and reference_tail(reference) != patient_id:
        raise InputRefused(
            f"the draft is for {reference[:80]}, the context names Patient/{patient_id}.",
            where=f"{WHERE} {item.where}", next_step="Send drafts of the patient in the context; nothing was reviewed.",
        )  # fmt: skip


def _ends(body: Json) -> bool:
    return str(body.get("status")) in _ENDS or body.get("doNotPerform") is True


def _body(item: Found) -> Json:
    return _decoded(bytes(item.raw))


def _decoded(raw: bytes) -> Json:
    try:
        value = _DECODER.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
