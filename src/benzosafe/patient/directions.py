"""Directions for use ("take 1 tablet twice daily as needed") read into numbers, in English and Spanish.

What is not fully understood is reported as not understood; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from benzosafe.patient.tables import Bounds

LONGEST_TEXT = 500


@dataclass(frozen=True)
class Directions:
    """What the directions say; `understood` is False as soon as one word is left over.

    Amounts are in `dose_unit` (mg, mcg, g, ml, tablet, puff, drop, patch, mg/h ...; None = a bare number).
    `dose` runs over the single doses; `times_per_day` and `amount_per_day` are averages over the days of the
    pattern (every other day: 0.5 a day), from 0 to the most allowed when `prn`. What is not stated is None.
    `also` is the same dose in a second unit, where both are written ("1 tablet (0.5 mg)").
    """

    text: str
    understood: bool = False
    reading: str = "not understood"
    leftover: tuple[str, ...] = ()
    dose: Bounds | None = None
    dose_unit: str | None = None
    also: Bounds | None = None
    also_unit: str | None = None
    times_per_day: Bounds | None = None
    every_hours: Bounds | None = None
    days_per_week: float | None = None
    amount_per_day: Bounds | None = None
    prn: bool = False
    max_per_day: float | None = None
    max_per_day_unit: str | None = None
    duration_days: Bounds | None = None
    route: str | None = None
    purpose: str = ""
    is_daily_total: bool = False
    once: bool = False


@lru_cache(maxsize=65536)
def read_directions(text: str) -> Directions:
    """The directions in numbers, or understood=False with the words left over."""
    # The vocabulary is large; it is loaded only when there is a text to read.
    from benzosafe.patient.directions_meaning import meaning_of

    if len(text) > LONGEST_TEXT:
        return Directions(text, reading=f"not understood: longer than {LONGEST_TEXT} characters")
    return meaning_of(text)
