"""Dates, numbers and yes/no of the hand-written form, each refused with its line when it cannot be meant."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from benzosafe.patient.handwritten_yaml import Item, Place

Precision = Literal["day", "month", "year"]
DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
NUMBER = re.compile(r"([<>]=?\s*)?(-?\d+(?:[.,]\d+)?)\s*(.*)", re.DOTALL)
YES = ("yes", "true", "y", "si")
NO = ("no", "false", "n", "not", "none", "never")
UNKNOWN = ("unknown", "not known", "?", "unsure")


@dataclass(frozen=True)
class Day:
    """A date as precisely as it was written, with its first and last day."""

    first: date
    last: date
    precision: Precision


def read_day(text: str, place: Place, key: str) -> Day:
    """A date written as 2026-11-24, 2026-11 or 2026."""
    match = DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        if day:
            return Day(date(year, month, day), date(year, month, day), "day")
        first, last = (month, month) if month else (1, 12)
        end = date(year, last, calendar.monthrange(year, last)[1])
        return Day(date(year, first, 1), end, "month" if month else "year")
    except (ValueError, calendar.IllegalMonthError):
        place.refuse(f"'{text}' in '{key}' is not a date.", "Write it as 2026-11-24 (or 2026-11, or 2026).")


def past_day(item: Item, key: str, on: date) -> Day:
    """A date that cannot lie after the review date."""
    day = read_day(item.word(key), item.place, key)
    if day.first > on:
        item.place.refuse(
            f"'{key}' is {day.first}, after the review date {on}.", "Check the year, or review with a later --on."
        )
    return day


def read_number(item: Item, key: str, *, above_zero: bool = True) -> float:
    """A plain number; a negative one, or words, are refused."""
    match = NUMBER.fullmatch(item.word(key))
    if match is None or match[3] or match[1]:
        item.place.refuse(f"'{item.word(key)}' in '{key}' is not a number.", "Write only the number.")
    value = float(match[2].replace(",", "."))
    if value < 0 or (above_zero and value == 0):
        item.place.refuse(f"'{key}' is {value:g}, which must be above zero.")
    return value


def read_tri(item: Item, key: str) -> bool | None:
    """yes, no or unknown."""
    word = item.word(key).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    if word in UNKNOWN:
        return None
    item.place.refuse(f"'{word}' in '{key}' is neither yes, no nor unknown.")


def read_choice(item: Item, key: str, choices: dict[str, str]) -> str:
    """One of several words."""
    from benzosafe.errors import nearest

    word = item.word(key).lower()
    if word not in choices:
        item.place.refuse(
            f"'{word}' in '{key}' is not known.{nearest(word, choices)}", f"Write one of: {', '.join(choices)}."
        )
    return choices[word]
