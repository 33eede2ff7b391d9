"""What the segments of directions come to in one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from benzosafe.patient.directions_limits import ONE, Total
from benzosafe.patient.directions_pieces import Piece, Range

NONE = Decimal(0)


class NotUnderstood(ValueError):
    """The pieces contradict one another or leave open what is meant."""


@dataclass
class Segment:
    """One amount with the times it is taken at: '2 tablets at night'."""

    amount: Piece | None = None
    timing: list[Piece] = field(default_factory=list)
    times: Range | None = None


def _unit(segments: Sequence[Segment]) -> str | None:
    """The common unit; a bare number takes over a counted unit, never a mass."""
    amounts = [segment.amount for segment in segments if segment.amount]
    units = {amount.unit for amount in amounts}
    named = units - {None}
    if len(named) > 1 or (len(units) > 1 and any(amount.is_mass for amount in amounts)):
        raise NotUnderstood("the doses have different units")
    return named.pop() if named else None


def plain_total(segments: Sequence[Segment]) -> Total:
    """The sum over the segments; unknown as soon as one has no amount or no time."""
    amounts = [segment.amount for segment in segments if segment.amount]
    dose = (min(a.range[0] for a in amounts), max(a.range[1] for a in amounts)) if amounts else None
    times = [segment.times for segment in segments]
    known = [t for t in times if t is not None]
    all_times = (
        (sum((t[0] for t in known), NONE), sum((t[1] for t in known), NONE)) if len(known) == len(times) else None
    )
    unit = _unit(segments)
    releases = unit is not None and unit.endswith("/h")  # a release rate is not multiplied by changes of patch
    per_day = _amount_per_day(segments) if all_times and dose and not releases else None
    is_mass = any(amount.is_mass for amount in amounts)
    return Total(dose, unit, all_times, per_day, is_mass=is_mass)


def _amount_per_day(segments: Sequence[Segment]) -> Range:
    low, high = Decimal(0), Decimal(0)
    for segment in segments:
        amount, times = segment.amount, segment.times
        assert amount is not None and times is not None
        parts = amount.parts if amount.parts else (amount.range[0] * times[0], amount.range[1] * times[1])
        low, high = low + parts[0], high + parts[1]
    return low, high


def divided_total(segments: Sequence[Segment], pieces: Sequence[Piece]) -> Total:
    """'30 mg/day', 'total daily dose 30 mg', '30 mg daily in 3 divided doses'."""
    totals = [piece for piece in pieces if piece.what == "total"]
    divided = [piece for piece in pieces if piece.what == "divided"]
    (segment,) = segments
    if totals and segment.amount:
        plain = plain_total(segments)
        if divided or plain.per_day != totals[0].range or plain.unit != totals[0].unit:
            raise NotUnderstood("a dose beside a daily total")
        return plain
    whole = totals[0] if totals else segment.amount
    if whole is None or whole.what == "dashes":
        raise NotUnderstood("divided doses of an amount that is not said")
    count = divided[0].range if divided and divided[0].range[0] else None
    if divided and segment.times not in (None, ONE, count):
        raise NotUnderstood("a frequency beside divided doses")
    times = count or (segment.times if totals else None)
    if times is None and whole.range == ONE and not whole.is_mass:
        times = ONE  # one tablet a day can only be one tablet once
    dose = (whole.range[0] / times[1], whole.range[1] / times[0]) if times and times[0] else None
    return Total(dose, whole.unit, times, whole.range, is_mass=whole.is_mass)
