"""What changed between two fillings-in of a scale, against the smallest difference that is known to matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from benzosafe.knowledge.scale_model import Scale
from benzosafe.monitoring.scored import Known, Scored

Direction = Literal["better", "worse", "same", "cannot tell"]
Published = Known | Literal["not published"]


@dataclass(frozen=True)
class Change:
    """From one filling-in to a later one: the direction by the smallest difference that matters, response, remission.

    `low` and `high`: by how many points the total rose at least and at most, below 0 where it fell. `same`: less
    than the smallest difference known to matter, not that nothing changed.
    """

    scale: Scale
    before: Scored
    after: Scored
    direction: Direction
    low: int
    high: int
    response: Published
    remission: Published
    words: str


def compare_scored(scale: Scale, before: Scored, after: Scored) -> Change:
    """What changed, as surely as both totals are known."""
    low, high = after.low - before.high, after.high - before.low
    response, remission = _response(scale, before, after), _remission(scale, after)
    direction = _direction(scale, low, high, response)
    words = " ".join(_words(Change(scale, before, after, direction, low, high, response, remission, "")))
    return Change(scale, before, after, direction, low, high, response, remission, words)


def _direction(scale: Scale, low: int, high: int, response: Published) -> Direction:
    """By the smallest difference that matters; where none is published, only a response is known to be better."""
    if scale.smallest_change is None:
        return "better" if response == "yes" else "cannot tell"
    least = scale.smallest_change.lowest
    if high <= -least:
        return "better"
    if low >= least:
        return "worse"
    return "same" if -least < low and high < least else "cannot tell"


def _response(scale: Scale, before: Scored, after: Scored) -> Published:
    """Whether the total fell by the share that is called a response; from 0 nothing can fall."""
    if scale.response_share is None:
        return "not published"
    left = 1 - Fraction(str(scale.response_share.lowest))
    if before.low > 0 and after.high <= left * before.low:
        return "yes"
    return "cannot tell" if before.high == 0 or after.low <= left * before.high else "no"


def _remission(scale: Scale, after: Scored) -> Published:
    if scale.remission_at_most is None:
        return "not published"
    most = scale.remission_at_most.lowest
    if after.high <= most:
        return "yes"
    return "no" if after.low > most else "cannot tell"


def _words(change: Change) -> Iterator[str]:
    scale = change.scale
    there = {flag.number for flag in change.before.flags}
    unknown = {flag.number for flag in change.before.not_answered}
    for flag in change.after.flags:
        since = "is still there" if flag.number in there else "is new"
        since = "is there; before it was not known" if flag.number in unknown else since
        yield f"Item {flag.number} ({flag.label}) {since}."
    yield f"{scale.label} {_span(change.before)} before, {_span(change.after)} now: {_verdict(change)}."
    if change.response in ("yes", "no"):
        share = f"{scale.response_share.lowest * 100:g} %" if scale.response_share else ""
        yield f"A response (a fall of {share} or more): {change.response}."
    if change.remission in ("yes", "no"):
        most = f"{scale.remission_at_most.lowest:g}" if scale.remission_at_most else ""
        yield f"In the range called remission ({most} or less): {change.remission}."


def _verdict(change: Change) -> str:
    smallest, moved = change.scale.smallest_change, _moved(change.low, change.high)
    if smallest is None:
        better = change.direction == "better"
        known = "better by its published share" if better else "so whether that matters cannot be told"
        return f"{moved}; no smallest difference that matters is known for it, {known}"
    least = f"the smallest difference known to matter is {smallest.lowest:g}"
    if change.direction == "same":
        return f"{moved}, less than is known to matter ({least})"
    return f"{moved}, {change.direction} ({least})"


def _moved(low: int, high: int) -> str:
    """'fell by 3', 'rose by 2 to 5', 'unchanged'."""
    if low == high == 0:
        return "unchanged"
    if low >= 0 or high <= 0:
        ends = sorted((abs(low), abs(high)))
        return f"{'rose' if high > 0 else 'fell'} by {ends[0]}" + (f" to {ends[1]}" if ends[0] < ends[1] else "")
    return f"somewhere from {-low} lower to {high} higher"


def _span(scored: Scored) -> str:
    return str(scored.low) if scored.low == scored.high else f"{scored.low} to {scored.high}"
