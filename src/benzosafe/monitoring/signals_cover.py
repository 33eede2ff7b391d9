"""Day by day, whether there was supply: if each was as short as it may be, as it likely was, as long as it may be.

An early fill waits for what is there; days in hospital use nothing up. Of several strengths nobody knows whether they
are taken together or one after the other, unless their days would be too many by far.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.patient.course import Stay

_NOTHING = 1e-6
"""Less than this part of a day is nothing left."""

Handed = Sequence[tuple[int, float]]
"""Day (ordinal) and length [d] of supplies."""


@dataclass(frozen=True)
class Cover:
    """For each day from the first fill to today: away, and with supply at the least, likely and most."""

    first: int
    away: tuple[bool, ...]
    least: tuple[bool, ...]
    likely: tuple[bool, ...]
    most: tuple[bool, ...]
    side_by_side: bool


def is_sedative(ingredient: str, knowledge: Knowledge) -> bool:
    """Whether it is a benzodiazepine or a Z-drug."""
    return "bzra" in classes_of(ingredient, knowledge)


@lru_cache(maxsize=4096)
def classes_of(ingredient: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Every class of an ingredient, wider ones included; none for one that is not known."""
    return catalog_of(knowledge).classes_of(ingredient)


def recent(found: Iterable[DaysSupply], knowledge: Knowledge, on: date) -> list[DaysSupply]:
    """The supplies that count for what is at hand: not taken back, and not too long ago."""
    span = timedelta(days=knowledge.parameters["supply_history_days"].highest)
    return [one for one in found if one.method != "taken back" and one.supply.on > on - span]


def cover_of(
    counted: Sequence[DaysSupply], stays: Iterable[Stay], lost: frozenset[date], on: date, knowledge: Knowledge
) -> Cover | None:  # fmt: skip
    """Day by day, whether there was supply; None without any supply."""
    if not counted:
        return None
    first, today = min(one.supply.on for one in counted).toordinal(), on.toordinal()
    away = _away(stays, first, today)
    gone = {day.toordinal() for day in lost}
    lines = lines_of(counted)
    beside = taken_together(counted, knowledge)
    least = [_walk(_handed(line, "low"), first, away, gone) for line in lines]
    pools = lines if beside else [list(counted)]
    most = [_walk(_handed(line, "high"), first, away, set()) for line in pools]
    likely = [_walk(_handed(line, "likely"), first, away, set()) for line in pools]
    return Cover(first, away, _either(least), _either(likely), _either(most), beside)


def lines_of(found: Sequence[DaysSupply]) -> list[list[DaysSupply]]:
    """The supplies of one medicine by strength, each oldest first; an unknown strength is the only one there is."""
    known = {one.supply.strength_mg for one in found} - {None}
    only = next(iter(known)) if len(known) == 1 else None
    lines: dict[float | None, list[DaysSupply]] = defaultdict(list)
    for one in found:
        lines[one.supply.strength_mg or only].append(one)
    return list(lines.values())


def taken_together(counted: Sequence[DaysSupply], knowledge: Knowledge) -> bool:
    """Whether several strengths are taken side by side: one after the other their days would be too many by far."""
    if len(lines_of(counted)) < 2:
        return False
    days = sorted({one.supply.on for one in counted})
    span = (days[-1] - days[0]).days
    used = sum(one.low if one.likely is None else one.likely for one in counted if one.supply.on < days[-1])
    return used > knowledge.parameters["supply_side_by_side_share"].highest * span


def _handed(line: Iterable[DaysSupply], which: str) -> Handed:
    lengths = ((one, getattr(one, which)) for one in line)
    return [(one.supply.on.toordinal(), one.low if days is None else days) for one, days in lengths]


def _away(stays: Iterable[Stay], first: int, today: int) -> tuple[bool, ...]:
    days = [False] * (today - first + 1)
    for stay in stays:
        start = max(stay.start.toordinal(), first)
        end = today if stay.end is None else min(stay.end.toordinal(), today)
        for day in range(start, end + 1):
            days[day - first] = True
    return tuple(days)


def _walk(handed: Handed, first: int, away: Sequence[bool], gone: set[int]) -> list[bool]:
    """Day by day with supply or not: an early fill waits for what is there, nothing is used on days away."""
    fills: dict[int, float] = defaultdict(float)
    for day, days in handed:
        fills[day - first] += days
    stock, covered = 0.0, []
    for day, elsewhere in enumerate(away):
        if day + first in gone:
            stock = 0.0
        if day in fills:
            stock += fills[day]
        there = stock > _NOTHING
        covered.append(there)
        if there and not elsewhere:
            stock = stock - 1.0 if stock > 1.0 else 0.0
    return covered


def _either(walks: Sequence[Sequence[bool]]) -> tuple[bool, ...]:
    return tuple(walks[0]) if len(walks) == 1 else tuple(any(day) for day in zip(*walks, strict=True))
