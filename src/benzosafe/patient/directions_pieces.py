"""What a phrase of directions is: a regular expression over token kinds that gives one piece of meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from benzosafe.patient.directions_vocabulary import Unit
from benzosafe.patient.directions_words import Token

HOURS_A_DAY = 24
DAYS_A_WEEK = Decimal(7)
DAYS = {"D": Decimal(1), "W": Decimal(7), "M": Decimal(30), "Y": Decimal(365)}
MEALS_A_DAY = 3

Range = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Piece:
    """One piece of meaning: what it is, its numbers, its unit or name."""

    what: str
    range: Range = (Decimal(1), Decimal(1))
    unit: str | None = None
    also: tuple[Range, str] | None = None
    words: str = ""
    parts: tuple[Decimal, ...] = ()
    is_mass: bool = False
    joined: bool = field(default=False, compare=False)


Build = Callable[[Sequence[Token]], "Piece | None"]
PHRASES: list[tuple[re.Pattern[str], Build]] = []


def phrase(*patterns: str) -> Callable[[Build], Build]:
    """Registers a builder for sequences of token kinds."""

    def register(build: Build) -> Build:
        PHRASES.extend((re.compile(pattern), build) for pattern in patterns)
        return build

    return register


def numbers_of(tokens: Sequence[Token]) -> list[Decimal]:
    """The numbers among the tokens."""
    return [t.value for t in tokens if t.kind in "NnL" and isinstance(t.value, Decimal)]


def range_of(tokens: Sequence[Token]) -> Range | None:
    """One number, or two in rising order; anything else is not a range."""
    numbers = numbers_of(tokens)
    if len(numbers) == 1:
        return numbers[0], numbers[0]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and numbers[0] < numbers[1] else None


def units_of(tokens: Sequence[Token]) -> list[Unit]:
    """The units among the tokens."""
    return [t.value for t in tokens if t.kind == "U" and isinstance(t.value, Unit)]


def scaled(numbers: Range, factor: Decimal) -> Range:
    """Both limits times a factor."""
    return numbers[0] * factor, numbers[1] * factor


# Parts of patterns: a number or range; "3 times", "twice"; "per", "a", "each"; "a day", "in 24 hours", "daily".
RANGE = r"N(?:[-o]N)?"
TIMES = r"(?:N(?:[-o]N)?[TX]|n(?:on)?)"
PER = r"[Pab/E]{0,2}"
A_DAY = rf"(?:F|{PER}(?:D|Nh))"


def one_day(tokens: Sequence[Token]) -> bool:
    """Whether the words after 'per' mean one day (day, 24 hours, daily)."""
    day = [t for t in tokens if t.kind in "FDh"]
    if not day:
        return False
    if day[-1].kind == "F":
        return day[-1].value == 1
    hours = numbers_of(tokens)[-1] if day[-1].kind == "h" else HOURS_A_DAY
    return hours == HOURS_A_DAY
