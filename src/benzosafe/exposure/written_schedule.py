"""Reads a list of doses: CSV text with columns day, time, mg."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from benzosafe.errors import InputRefused
from benzosafe.exposure.written import check_dose, clock_hours, dose_mg
from benzosafe.kinetics.arrays import Floats

_COLUMNS = ("day", "time", "mg")


@dataclass(frozen=True)
class Schedule:
    """Dose times [h from midnight of day 1], amounts [mg], and the last day with a dose."""

    times_h: Floats
    amounts_mg: Floats
    last_day: float


@dataclass(frozen=True)
class Listing:
    """The text of a list of doses, and what it is called in messages."""

    name: str
    text: str


def read_schedule(listing: Listing, drug: str, highest_mg: float | None) -> Schedule:
    """The doses listed; a dose twice at one time, and a day no one could mean, are refused with their line."""
    lines_at: dict[float, int] = {}
    mg_at: dict[float, float] = {}
    for number, line in enumerate(_rows(listing), start=2):
        where = f"{listing.name}:{number}"
        at = (_day(line["day"] or "", where) - 1) * 24.0 + _hour(line["time"] or "", where)
        if at in lines_at:
            raise InputRefused(
                f"has the same day and time as line {lines_at[at]}.", where=where,
                next_step="Write one line with the whole dose.",
            )  # fmt: skip
        lines_at[at], mg_at[at] = number, dose_mg(line["mg"] or "", where)
        same_day = sum(mg for other, mg in mg_at.items() if other // 24.0 == at // 24.0)
        check_dose(same_day, highest_mg, drug, where)
    times = np.array(sorted(mg_at))
    return Schedule(times, np.array([mg_at[at] for at in times]), float(np.floor(times[-1] / 24.0) + 1))


def _rows(listing: Listing) -> list[dict[str, str | None]]:
    try:
        rows = list(csv.DictReader(listing.text.splitlines()))
    except csv.Error as error:
        raise InputRefused(f"is not CSV: {error}.", where=listing.name, next_step="For example: 1,08:00,0.5") from None
    if not rows or not set(_COLUMNS) <= set(rows[0]):
        raise InputRefused(
            f"needs a first line '{','.join(_COLUMNS)}' and doses.", where=listing.name,
            next_step="For example: 1,08:00,0.5",
        )  # fmt: skip
    return rows


def _day(text: str, where: str) -> int:
    day = text.strip()
    if not day.isascii() or not day.isdigit() or int(day) < 1:
        raise InputRefused(f"'{day}' is not a day.", where=where, next_step="Days are whole numbers from 1.")
    return int(day)


def _hour(text: str, where: str) -> float:
    hours = clock_hours(text.strip(), where)
    if len(hours) > 1:
        raise InputRefused(f"'{text.strip()}' are several times.", where=where, next_step="Give each its own line.")
    return hours[0]
