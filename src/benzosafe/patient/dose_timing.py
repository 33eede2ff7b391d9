"""How often a structured dosage is taken: doses a day and days a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from benzosafe.patient.directions import read_directions
from benzosafe.patient.dose_units import Limits, exact, limits

if TYPE_CHECKING:
    from benzosafe.patient.dose import Dosage

PERIOD_DAYS = {
    "s": Decimal(1) / 86400, "min": Decimal(1) / 1440, "h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7),
    "mo": Decimal(30), "a": Decimal(365),
}  # fmt: skip
PERIOD_WORDS = {
    "hour": "h", "hours": "h", "hr": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "minute": "min",
    "month": "mo", "months": "mo", "year": "a",
}  # fmt: skip
MEALS = ("AC", "PC", "C")
MEALS_A_DAY = 3
DAYS_A_WEEK = 7
_HOURS_A_DAY = 24
HOURS_TAKEN_FOR_DAYS = "days may have been written for hours"
# JUDGEMENT: no medicine is taken every 6, 8, 12 or 24 days, many are every so many hours; 7, 14 and 28 days are real.
_INTERVALS_OF_A_DAY_H = (6, 8, 12, 24)
TIMING_CODES = {
    "BID": "2", "TID": "3", "QID": "4", "AM": "1", "PM": "1", "QD": "1", "QOD": "0.5", "BED": "1", "Q1H": "24",
    "Q2H": "12", "Q3H": "8", "Q4H": "6", "Q6H": "4", "Q8H": "3",
}  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """Doses a day, days a week, and what did not fit; `doubtful`: how often is open, and whether it is regular."""

    times: Limits | None = None
    days_per_week: float | None = None
    problems: tuple[str, ...] = ()
    doubtful: bool = False


def timing_of(dosage: Dosage) -> Timing:
    """Doses a day [1/d] averaged over the days of the pattern, from frequency and period, times of day or code."""
    problems: list[str] = []
    named = _named_occasions(dosage)
    times = _frequency(dosage, problems) or _from_code(dosage.timing_code)
    if times and named and named > times[1] and dosage.period_unit in ("d", ""):
        problems.append(f"{_plain(times[1])} a day is stated beside {_plain(named)} times of day; both are kept")
        times = (times[0], named)
    times = times or ((named, named) if named else None)
    if times is None and dosage.days_of_week:
        times = (Decimal(1), Decimal(1))
    if times and _hours_taken_for_days(dosage):
        both = "both readings are kept, so how often is not known"
        problems.append(f"every {dosage.period_low:g} days: {HOURS_TAKEN_FOR_DAYS}; {both}")
        return Timing((times[0], times[1] * _HOURS_A_DAY), None, tuple(problems), doubtful=True)
    days = _days(dosage, times)
    if times and dosage.days_of_week and PERIOD_WORDS.get(dosage.period_unit, dosage.period_unit) in ("", "d", "h"):
        share = Decimal(len(set(dosage.days_of_week))) / DAYS_A_WEEK
        times = (times[0] * share, times[1] * share)
    return Timing(times, days, tuple(problems))


def _hours_taken_for_days(dosage: Dosage) -> bool:
    """Whether it is once in a number of days that only makes sense as hours."""
    once = dosage.frequency_high in (None, 1) and dosage.period_high in (None, dosage.period_low)
    unit = PERIOD_WORDS.get(dosage.period_unit.lower(), dosage.period_unit.lower())
    return once and unit == "d" and dosage.period_low in _INTERVALS_OF_A_DAY_H and not dosage.days_of_week


def _plain(value: Decimal) -> str:
    return f"{float(value):g}"


def _frequency(dosage: Dosage, problems: list[str]) -> Limits | None:
    """Frequency over period; a frequency alone is not enough, a period alone means once."""
    if dosage.period_low is None and dosage.period_high is None and not dosage.period_unit:
        return None
    length = PERIOD_DAYS.get(PERIOD_WORDS.get(dosage.period_unit.lower(), dosage.period_unit.lower()))
    if length is None:
        problems.append(f"unit of time '{dosage.period_unit}' is not known, so how often is not known")
        return None
    often = _pair(dosage.frequency_low, dosage.frequency_high)
    period = _pair(dosage.period_low, dosage.period_high)
    if often[1] <= 0 or period[0] <= 0:
        problems.append("a frequency or period that is not above zero")
        return None
    return often[0] / (period[1] * length), often[1] / (period[0] * length)


def _pair(low: float | None, high: float | None) -> Limits:
    first = low if low is not None else high if high is not None else 1.0
    second = high if high is not None else first
    return exact(min(first, second)), exact(max(first, second))


def _named_occasions(dosage: Dosage) -> Decimal | None:
    meals = sum(MEALS_A_DAY for code in dosage.when if code.upper() in MEALS)
    count = len(set(dosage.times_of_day)) + meals + len({c for c in dosage.when if c.upper() not in MEALS})
    return Decimal(count) if count else None


def _from_code(code: str) -> Limits | None:
    """A timing code (BID) or, where a system writes words there, those words."""
    if code.upper() in TIMING_CODES:
        times = Decimal(TIMING_CODES[code.upper()])
        return times, times
    read = read_directions(code) if code else None
    return limits(read.times_per_day) if read and read.times_per_day else None


def _days(dosage: Dosage, times: Limits | None) -> float | None:
    if dosage.days_of_week:
        return float(len(set(dosage.days_of_week)))
    return min(float(DAYS_A_WEEK), float(times[1] * DAYS_A_WEEK)) if times else None


def in_one_day(amount: Decimal, per: float, per_unit: str) -> Decimal | None:
    """An amount per period as an amount a day; None when the unit of time is not known."""
    length = PERIOD_DAYS.get(PERIOD_WORDS.get(per_unit.lower(), per_unit.lower()))
    return amount / (exact(per) * length) if length and per > 0 else None


def total(parts: Sequence[Limits]) -> Limits:
    """The sum of several limits."""
    return sum((p[0] for p in parts), Decimal(0)), sum((p[1] for p in parts), Decimal(0))
