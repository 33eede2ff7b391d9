"""Every table is counted again before anyone sees it: by other code than that which made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from benzosafe.dosing.rising import Bounds, Rung


@dataclass(frozen=True)
class Promise:
    """What a table must keep: its ceilings, its step [ug a day, days], the most of its first day, the smallest dose."""

    limit: Bounds
    step: tuple[Fraction, int] | None
    start_ug: Fraction
    smallest_ug: int
    top_ug: Fraction | None = None
    """Where rising ends: the most a day may come to."""


def faults(rungs: Sequence[Rung], promise: Promise) -> list[str]:
    """What is wrong with a table; empty where nothing is."""
    limit, step, start_ug = promise.limit, promise.step, promise.start_ug
    found = []
    for rung in rungs:
        made = sum(portion.amount_ug for portion in rung.portions) if rung.portions else rung.single_ug
        if made != rung.single_ug or made <= 0:
            found.append(f"day {rung.from_day}: the tablets make {made} ug, not {rung.single_ug} ug")
        if made < promise.smallest_ug:
            found.append(f"day {rung.from_day}: {made} ug is less than the {promise.smallest_ug} ug that can be made")
        if promise.top_ug is not None and made * rung.times > max(promise.top_ug, start_ug):
            found.append(f"day {rung.from_day}: {made * rung.times} ug a day are beyond the aim of {promise.top_ug} ug")
        if limit.per_dose is not None and made > limit.per_dose:
            found.append(f"day {rung.from_day}: a dose of {made} ug is above {limit.per_dose} ug")
        if limit.per_day is not None and made * rung.times > limit.per_day:
            found.append(f"day {rung.from_day}: {made * rung.times} ug a day are above {limit.per_day} ug")
    if rungs and rungs[0].single_ug * rungs[0].times > start_ug:
        found.append(f"the first day has {rungs[0].single_ug * rungs[0].times} ug, more than {start_ug} ug")
    for before, after in pairwise(rungs):
        rise = after.single_ug * after.times - before.single_ug * before.times
        if step is None or not 0 < rise <= min(step[0], Fraction(before.single_ug * before.times)):
            found.append(f"day {after.from_day}: a rise of {rise} ug a day")
        if step is not None and after.from_day - before.from_day < step[1]:
            found.append(f"day {after.from_day}: a rise after {after.from_day - before.from_day} days")
    return found
