"""Earlier orders of the same ingredient: since when it is taken without a gap, and from which dose it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.patient.tables import Order
from benzosafe.patient.timeline import NEVER_TAKEN

# JUDGEMENT: a gap of up to a month between one supply and the next is a late refill or a change of prescriber, not an
# interruption of use.
GAP = timedelta(days=30)
SAME_DOSE = 0.001  # doses that differ by a smaller part are one dose, rounded


@dataclass(frozen=True)
class Span:
    """One order's time of use, as far as its dates tell."""

    order: Order
    start: date
    end: date


def with_history(members: Sequence[Order], on: date) -> list[Order]:
    """Each member that is or may be taken, with `continuous_since`, the previous dose and the day it changed."""
    spans: dict[str, list[Span]] = {}
    for member in members:
        span = _span(member, on)
        if span is not None and member.ingredient is not None:
            spans.setdefault(member.ingredient, []).append(span)
    return [_one(member, spans.get(member.ingredient or "", []), on) for member in members]


def _span(order: Order, on: date) -> Span | None:
    """From the start to the stated end, the end of supply or, for what is still taken, the review date."""
    if order.start_on is None or order.start_on > on or order.source == "draft" or order.status in NEVER_TAKEN:
        return None
    known = order.end_on or order.supply_ends_on or order.start_on
    end = min(known, on) if order.active is False else on
    return Span(order, order.start_on, max(end, order.start_on))


def _one(member: Order, spans: Sequence[Span], on: date) -> Order:
    own = next((span for span in spans if span.order is member), None)
    if own is None or member.active is False:
        return member
    since = _continuous_since(own, spans)
    previous, changed = _previous_dose(own, spans)
    return replace(member, continuous_since=since, previous_dose_mg_per_day=previous, dose_changed_on=changed)


def _continuous_since(own: Span, spans: Sequence[Span]) -> date:
    """The first day of the chain of orders without a longer gap."""
    since = own.start
    for span in sorted(spans, key=lambda s: s.end, reverse=True):
        if span.start < since and span.end >= since - GAP:
            since = span.start
    return since


def _previous_dose(own: Span, spans: Sequence[Span]) -> tuple[float | None, date | None]:
    """The last different dose [mg/d] before this one and the day the present dose began."""
    now = _certain_dose(own.order)
    if now is None:
        return None, None
    start, previous = own.start, _before(own.start, own, spans)
    while previous:
        dose = _share(previous, own, spans)
        if dose is None:
            return None, None
        if abs(dose - now) > SAME_DOSE * max(dose, now):
            return dose, start
        start = min(span.start for span in previous)
        previous = _before(start, own, spans)
    return None, None


def _before(start: date, own: Span, spans: Sequence[Span]) -> list[Span]:
    """The orders that were taken together last before a day, and have ended."""
    ended = [s for s in spans if s.order.active is False and s.start < start and s.end >= start - GAP]
    if not ended:
        return []
    last_day = max(span.end for span in ended) - timedelta(days=1)
    together = [span for span in ended if span.start <= last_day <= span.end]
    return together or [max(ended, key=lambda s: (s.end, s.start))]


def _share(previous: Sequence[Span], own: Span, spans: Sequence[Span]) -> float | None:
    """The previous orders' dose; where several orders replaced them together, this order's part of it."""
    doses = [_certain_dose(span.order) for span in previous]
    siblings = [s.order for s in spans if s.order.active is not False and s.start == own.start]
    now = [_certain_dose(order) for order in siblings]
    if any(dose is None for dose in (*doses, *now)):
        return None
    whole, mine = sum(d for d in now if d is not None), _certain_dose(own.order) or 0.0
    return sum(d for d in doses if d is not None) * mine / whole if whole else None


def _certain_dose(order: Order) -> float | None:
    """The daily dose where it is one number; a range cannot be compared with another."""
    dose = order.dose_mg_per_day
    return dose.high if dose is not None and dose.certain else None
