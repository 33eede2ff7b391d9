"""From what day to what day each order of one drug was taken; whatever the record leaves open is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.patient.history import GAP
from benzosafe.patient.tables import Bounds, Order
from benzosafe.patient.timeline import NEVER_TAKEN

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """What is simulated: day 0 is `starts_on`, the review date lies inside, `history_days` before it still count."""

    starts_on: date
    on: date
    days: float
    history_days: int

    def day(self, when: date) -> int:
        """The number of a day; negative before the days shown."""
        return when.toordinal() - self.starts_on.toordinal()


@dataclass(frozen=True)
class Span:
    """An order from its first day to the first day without it (None: it goes on)."""

    order: Order
    first: int
    end: int | None


def never_taken(order: Order) -> bool:
    """Whether the record says that nothing of it was ever taken: cancelled, entered in error and the like."""
    return order.source != "draft" and order.status in NEVER_TAKEN


def spans_of(orders: Sequence[Order], window: Window, assumed: list[str]) -> list[Span]:
    """The orders of one drug in time, earlier doses included, as far as they reach into the window."""
    taken = [order for order in orders if not never_taken(order)]
    current = [order for order in taken if order.active is not False]
    past = [order for order in taken if order.active is False and not _is_planned(order, window)]
    planned = [order for order in taken if order.active is False and _is_planned(order, window)]
    spans = [span for order in past if (span := _past(order, taken, window, assumed))]
    spans += [span for order in current for span in _current(order, spans, window, assumed)]
    for order in planned:
        if current:
            assumed.append(f"the order of {_name(order)} that begins on {order.start_on} is not simulated")
        else:
            spans.append(_open_ended(order, window, window.day(order.start_on or window.on)))
    return [span for span in (_clipped(span, window) for span in spans) if span]


def _name(order: Order) -> str:
    return order.ingredient or order.text


def _is_planned(order: Order, window: Window) -> bool:
    return order.start_on is not None and order.start_on > window.on


def _clipped(span: Span, window: Window) -> Span | None:
    """The part of a span that lies in the window; None when there is none."""
    first = max(span.first, -window.history_days)
    gone = span.end is not None and span.end <= first
    return None if gone or first >= window.days else replace(span, first=first)


# --- what has ended ------------------------------------------------------------------------------------------------


def _past(order: Order, taken: Sequence[Order], window: Window, assumed: list[str]) -> Span | None:
    last = _last_day(order, taken, window, assumed)
    if last is None:
        assumed.append(f"{_name(order)} was stopped at an unknown date: not simulated")
        return None
    end = window.day(min(last, window.on)) + 1
    if order.start_on is None:
        if end > -window.history_days:
            assumed.append(f"since when {_name(order)} was taken until {last} is not known: for long is assumed")
        return Span(order, -window.history_days, end)
    return Span(order, window.day(order.start_on), end)


def _last_day(order: Order, taken: Sequence[Order], window: Window, assumed: list[str]) -> date | None:
    """The last day of an order that is over; None when neither dates, supply nor what followed tells."""
    begin, following = order.start_on, _next_start(order, taken)
    if order.end_on is not None:
        # A change of dose is written with one date: the old order until, the new one since the same day.
        changeover = any(o.start_on == order.end_on for o in taken if o is not order) and begin != order.end_on
        return order.end_on - _DAY if changeover else order.end_on
    if order.source == "administration":
        return begin
    supply = order.supply_ends_on if order.supply_ends_on and order.supply_ends_on <= window.on else None
    # As everywhere in a record, a gap of up to a month between two supplies is a late refill and not an interruption.
    if following is not None and following - GAP <= (supply or begin or following) <= following:
        assumed.append(f"the earlier order of {_name(order)} is assumed to have lasted until the next on {following}")
        return following - _DAY
    if supply is not None:
        assumed.append(f"{_name(order)} is assumed to have been taken until its supply ran out on {supply}")
        return supply - _DAY
    return None


def _next_start(order: Order, taken: Sequence[Order]) -> date | None:
    if order.start_on is None:
        return None
    return min((o.start_on for o in taken if o.start_on and o.start_on > order.start_on), default=None)


# --- what is taken now ---------------------------------------------------------------------------------------------


def _current(order: Order, past: Sequence[Span], window: Window, assumed: list[str]) -> list[Span]:
    _say_open_ends(order, window, assumed)
    before = _previous_dose(order, past, window)
    if before is not None:
        assert before.end is not None
        return [before, _open_ended(order, window, before.end)]
    if order.start_on is not None:
        return [_open_ended(order, window, window.day(order.start_on))]
    ends = [span.end for span in past if span.end is not None]
    if ends:
        assumed.append(f"since when {_name(order)} is taken is not known: since its earlier order ended is assumed")
        return [_open_ended(order, window, max(ends))]
    assumed.append(f"since when {_name(order)} is taken is not known: long enough for its full effect is assumed")
    return [_open_ended(order, window, -window.history_days)]


def _open_ended(order: Order, window: Window, first: int) -> Span:
    return Span(order, first, window.day(order.end_on) + 1 if order.end_on else None)


def _say_open_ends(order: Order, window: Window, assumed: list[str]) -> None:
    if order.active is None:
        assumed.append(f"whether {_name(order)} is taken now is not known: that it is taken is assumed")
    runs_out = order.supply_ends_on
    if order.end_on is None and runs_out is not None and window.day(runs_out) < window.days:
        word = "ran out" if runs_out <= window.on else "runs out"
        assumed.append(f"the supply of {_name(order)} {word} on {runs_out}: that it goes on is assumed")


def _previous_dose(order: Order, past: Sequence[Span], window: Window) -> Span | None:
    """The dose before the last change, where the order alone tells of it and no earlier order does."""
    mg, changed = order.previous_dose_mg_per_day, order.dose_changed_on
    if not mg or changed is None or changed > window.on:
        return None
    at = window.day(changed)
    if any(span.first < at and (span.end is None or span.end >= at - GAP.days) for span in past):
        return None
    since = order.continuous_since
    first = window.day(since) if since is not None and since < changed else -window.history_days
    earlier = replace(order, dose_mg_per_day=Bounds(mg, mg), dose_mg_single=None, end_on=None)
    return Span(earlier, first, at)
