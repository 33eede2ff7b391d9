"""The two editions of the measures that are computed, and what differs between them."""

from __future__ import annotations

from dataclasses import dataclass

_ORDER_2026 = ("order", "original-order", "reflex-order", "filler-order", "instance-order")


@dataclass(frozen=True)
class Edition:
    """The logic of one measurement year's publication."""

    year: int
    strict: bool
    """Since 2026: verified conditions of a category, statuses of procedures and requests, instants at the edges."""

    order_intents: frozenset[str]
    visit_statuses: frozenset[str]
    """Of an encounter that took place, in CMS156."""


EDITIONS = {
    2024: Edition(
        2024,
        strict=False,
        order_intents=frozenset({"order"}),
        visit_statuses=frozenset({"finished", "arrived", "triaged", "in-progress", "onleave"}),
    ),
    2026: Edition(2026, strict=True, order_intents=frozenset(_ORDER_2026), visit_statuses=frozenset({"finished"})),
}
