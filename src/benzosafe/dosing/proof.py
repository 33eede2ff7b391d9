"""Every table is counted again before anyone sees it: by other code than that which made it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from benzosafe.dosing.rising import Bounds, Rung


def faults(rungs: Sequence[Rung], limit: Bounds, step: tuple[Fraction, int] | None, start_ug: Fraction) -> list[str]:
    """What is wrong with a table; empty where nothing is.

    start_ug: the most the first day may have.
    """
    found = []
    for rung in rungs:
        made = sum(portion.amount_ug for portion in rung.portions) if rung.portions else rung.single_ug
        if made != rung.single_ug or made <= 0:
            found.append(f"day {rung.from_day}: the tablets make {made} ug, not {rung.single_ug} ug")
        if limit.per_dose is not None and made > limit.per_dose:
            found.append(f"day {rung.from_day}: a dose of {made} ug is above {limit.per_dose} ug")
        if limit.per_day is not None and made * rung.times > limit.per_day:
            found.append(f"day {rung.from_day}: {made * rung.times} ug a day are above {limit.per_day} ug")
    if rungs and rungs[0].single_ug * rungs[0].times > start_ug:
        found.append(f"the first day has {rungs[0].single_ug * rungs[0].times} ug, more than {start_ug} ug")
    for before, after in pairwise(rungs):
        rise = after.single_ug * after.times - before.single_ug * before.times
        if step is None or not 0 < rise <= step[0]:
            found.append(f"day {after.from_day}: a rise of {rise} ug a day")
        if step is not None and after.from_day - before.from_day < step[1]:
            found.append(f"day {after.from_day}: a rise after {after.from_day - before.from_day} days")
    return found
