"""Entries of one diary held against each other: several about one day are joined when they agree, refused when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NoReturn

from benzosafe.taper.log_entries import DayLog, Stay

_SINGLE = ("taken", "ciwa_b", "bwsq", "sleep_hours", "alcohol_drinks", "wish")


def merged(days: Sequence[DayLog]) -> tuple[DayLog, ...]:
    """One item a day, in order; what two entries say differently of the same day is refused, naming both lines."""
    found: dict[Any, DayLog] = {}
    for day in days:
        _agrees_with_itself(day)
        found[day.on] = _joined(found[day.on], day) if day.on in found else day
    return tuple(found[on] for on in sorted(found))


def checked_stays(stays: Sequence[Stay]) -> tuple[Stay, ...]:
    """Stays in order; two that overlap are refused."""
    ordered = sorted(stays, key=lambda stay: stay.first)
    for earlier, later in pairwise(ordered):
        if later.first < earlier.last:
            later.place.refuse(
                f"the hospital stay from {later.first} overlaps the one to {earlier.last} (line {earlier.place.line}).",
                "Write one stay, or correct the dates.",
            )
    return tuple(ordered)


def _agrees_with_itself(day: DayLog) -> None:
    both = {item.name.lower() for item in day.started} & {item.name.lower() for item in day.stopped}
    if both:
        day.place.refuse(f"{day.on}: {sorted(both)[0]} is both started and stopped.", "Keep one of them.")


def _joined(earlier: DayLog, later: DayLog) -> DayLog:
    changes: dict[str, Any] = {}
    for key in _SINGLE:
        one, other = getattr(earlier, key), getattr(later, key)
        if one is not None and other is not None and one != other:
            _contradiction(earlier, later, key)
        changes[key] = one if other is None else other
    answers = dict(earlier.flags)
    for flag, answer in later.flags:
        if answers.setdefault(flag, answer) is not answer:
            _contradiction(earlier, later, flag)
    joined = replace(
        later, **changes, flags=tuple(answers.items()), symptoms=(*earlier.symptoms, *later.symptoms),
        started=(*earlier.started, *later.started), stopped=(*earlier.stopped, *later.stopped),
        supply_lost=earlier.supply_lost or later.supply_lost,
    )  # fmt: skip
    _agrees_with_itself(joined)
    return joined


def _contradiction(earlier: DayLog, later: DayLog, key: str) -> NoReturn:
    later.place.refuse(
        f"{later.on}: '{key}' says something else than on line {earlier.place.line} for the same day.",
        "Keep what is true and remove the other.",
    )
