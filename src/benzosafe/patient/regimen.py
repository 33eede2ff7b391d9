"""One regimen from many records: the same medicine seen as request, statement and dispense is one member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from benzosafe.patient.history import with_history
from benzosafe.patient.members import merge
from benzosafe.patient.tables import DataGap, Order
from benzosafe.patient.timeline import NEVER_TAKEN

# Which record of a medicine speaks for it: the prescriber's order first, what was seen afterwards.
LEADING = ("draft", "request", "handwritten", "statement", "dispense", "administration")
# Of these one medicine has many: every month is dispensed, every dose is given.
REPEATED = ("dispense", "administration")
# JUDGEMENT: records of one medicine overlap in time, or miss each other by no more than a late refill.
NEAR_DAYS = 30


def build_regimen(orders: Sequence[Order], on: date) -> tuple[list[Order], list[DataGap]]:
    """The regimen's members with history and conflicts; nothing is resolved silently.

    `Order.same_as` holds the order_ids (or FHIR references 'MedicationRequest/1') this record is linked to
    (basedOn, authorizingPrescription, derivedFrom); a link to something absent is ignored.
    """
    members: list[Order] = []
    gaps: list[DataGap] = []
    for group in (group for same in _by_ingredient(orders) for group in _groups(same)):
        member = merge(sorted(group, key=lambda o: (LEADING.index(o.source), o.order_id)), on)
        members.append(member)
        gaps += [DataGap(member.order_id, conflict, "conflict", member.text) for conflict in member.conflicts]
    return with_history(members, on), gaps


def _by_ingredient(orders: Sequence[Order]) -> list[list[Order]]:
    """Orders of one ingredient together; unresolved ones by what was written, unless a link may join them."""
    linked = any(order.same_as for order in orders if order.ingredient is None)
    found: dict[tuple[str | None, str], list[Order]] = {}
    for order in orders:
        text = "" if order.ingredient or linked else order.text.casefold()
        found.setdefault((order.ingredient, text), []).append(order)
    return list(found.values())


def _groups(orders: Sequence[Order]) -> list[list[Order]]:
    """Orders that are one medicine: linked by reference, else alike, overlapping and from different kinds of record."""
    groups = _linked(orders)
    merged: list[list[Order]] = []
    for group in groups:
        homes = [g for g in merged if len(group) == 1 and _alike(g, group[0])]
        if homes:
            min(homes, key=lambda g: _distance(g[0], group[0])).extend(group)
        else:
            merged.append(list(group))
    return merged


def _distance(one: Order, other: Order) -> tuple[bool, bool, int]:
    """How unlike two records are: in being taken, in dose, in time."""
    days = abs((one.start_on - other.start_on).days) if one.start_on and other.start_on else 0
    return one.active is not other.active, one.dose_mg_per_day != other.dose_mg_per_day, days


def _linked(orders: Sequence[Order]) -> list[list[Order]]:
    """Groups connected by same_as, one ingredient each: a combination product has a member an ingredient."""
    leading = sorted(orders, key=lambda o: (LEADING.index(o.source), o.order_id))
    if not any(order.same_as for order in orders):
        return [[order] for order in leading]
    groups: list[list[Order]] = []
    for order in leading:
        near = [g for g in groups if any(_refers(order, other) or _refers(other, order) for other in g)]
        joined = [order, *(other for g in near for other in g)]
        groups = [g for g in groups if g not in near] + [joined]
    return groups


def _refers(one: Order, other: Order) -> bool:
    return any(_names(reference, other.order_id) for reference in one.same_as)


def _names(reference: str, order_id: str) -> bool:
    """Whether a reference means an order; the part after '#' tells the ingredients of one resource apart."""
    whole, target = order_id.split("#", maxsplit=1)[0], reference.split("#", maxsplit=1)[0]
    return whole == target or whole.endswith(f"/{target}") or target.endswith(f"/{whole}")


def _alike(group: Sequence[Order], order: Order) -> bool:
    """The same ingredient and strength in another kind of record at the same time."""
    first = group[0]
    kinds = {other.source for other in group}
    if order.ingredient is None or (order.source in kinds and order.source not in REPEATED):
        return False
    if order.source == "draft" or "draft" in kinds or _never_taken(order) != _never_taken(first):
        return False
    return all(_compatible(order, other) for other in group) and any(_overlap(order, other) for other in group)


def _never_taken(order: Order) -> bool:
    return order.status in NEVER_TAKEN


def _compatible(one: Order, other: Order) -> bool:
    """Strength and route do not contradict each other; a different dose is a conflict, not another medicine."""
    strengths = one.strength_mg is None or other.strength_mg is None or one.strength_mg == other.strength_mg
    routes = one.route is None or other.route is None or one.route == other.route
    doses = one.source != other.source or one.dose_mg_per_day == other.dose_mg_per_day
    return strengths and routes and doses


def _overlap(one: Order, other: Order) -> bool:
    """Whether their times meet; without dates, whether both are on the list now."""
    if one.start_on is None or other.start_on is None:
        return one.active is not False and other.active is not False
    first, second = sorted((one, other), key=lambda o: str(o.start_on))
    assert first.start_on is not None and second.start_on is not None
    ends = [d for d in (first.end_on, first.supply_ends_on) if d]
    if not ends:
        return first.active is not False or (second.start_on - first.start_on).days <= NEAR_DAYS
    return (second.start_on - max(ends)).days <= NEAR_DAYS
