"""Scenarios: the regimen as it is, as proposed, and after each change that might help. Rows of one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from benzosafe.patient.tables import Order, Record


@dataclass(frozen=True)
class Scenario:
    """One version of one patient's regimen."""

    name: str
    record: Record
    orders: tuple[Order, ...]
    notes: tuple[str, ...] = ()


def build_scenarios(record: Record, drafts: Sequence[Order], on: date) -> list[Scenario]:
    """`as_is`, and with drafts `as_proposed`: a draft of a drug already taken replaces that order, and says so."""
    as_is = Scenario("as_is", record, record.orders)
    if not drafts:
        return [as_is]
    return [as_is, _proposed(record, drafts, on)]


def _proposed(record: Record, drafts: Sequence[Order], on: date) -> Scenario:
    replaced = [o for o in record.orders if o.active is not False and any(_replaces(draft, o) for draft in drafts)]
    kept = tuple(order for order in record.orders if order not in replaced)
    carried = tuple(_carry_history(draft, replaced, record, on) for draft in drafts)
    notes = tuple(f"'{order.text}' is taken as replaced by the draft of {order.ingredient}" for order in replaced)
    return Scenario("as_proposed", record, kept + carried, notes)


def _replaces(draft: Order, order: Order) -> bool:
    """A draft replaces an order of its ingredient, unless both are written as brands and the brands differ."""
    if draft.ingredient is None or draft.ingredient != order.ingredient:
        return False
    brands = [
        text.split()[0].lower() for text in (draft.text, order.text) if text and draft.ingredient not in text.lower()
    ]
    return len(set(brands)) < 2


def _carry_history(draft: Order, replaced: Sequence[Order], record: Record, on: date) -> Order:
    """A draft that continues a drug inherits since when it has been taken and from which dose."""
    before = [order for order in replaced if order.ingredient == draft.ingredient]
    starts = [order.continuous_since or order.start_on for order in before]
    since = min((start for start in starts if start), default=None)
    if not before:
        return _begun(draft, record, on)
    doses = [order.dose_mg_per_day for order in before]
    previous = sum(dose.high for dose in doses if dose) if all(doses) else None
    return replace(
        draft,
        continuous_since=since,
        continues=True,
        start_on=since and draft.start_on,
        previous_dose_mg_per_day=previous,
        dose_changed_on=draft.start_on or on,
    )


def _begun(draft: Order, record: Record, on: date) -> Order:
    """A draft without a date begins on the day of review, where the list of medicines is given and never held its drug.

    JUDGEMENT: an order that could not be resolved may be the same drug, and then nothing is known of a beginning.
    """
    held = any(order.ingredient in (None, draft.ingredient) for order in record.orders)
    if draft.start_on is not None or draft.ingredient is None or held or not record.coverage.orders:
        return draft
    return replace(draft, start_on=on)
