"""The one-line plain English reading of directions, so that a person can check what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benzosafe.patient.tables import Bounds

if TYPE_CHECKING:
    from benzosafe.patient.directions import Directions

UNCOUNTED = ("mg", "mcg", "g", "ml", "mg/h", "mcg/h", "g/h")
DAYS_A_WEEK = 7


def number(value: float) -> str:
    """A number without needless decimals: 1, 0.5, 0.33."""
    return f"{value:.4g}" if value < 1000 else f"{value:g}"


def amount(limits: Bounds, unit: str | None) -> str:
    """'1 tablet', '1 to 2 tablets', '0.5 mg'."""
    words = number(limits.low) if limits.certain else f"{number(limits.low)} to {number(limits.high)}"
    if unit is None:
        return words
    plural = "" if unit in UNCOUNTED or limits.high <= 1 else "es" if unit == "patch" else "s"
    return f"{words} {'suppositorie' if unit == 'suppository' and plural else unit}{plural}"


def reading_of(read: Directions, notes: Sequence[str] = ()) -> str:
    """What was understood, in one line."""
    parts = [amount(read.dose, read.dose_unit)] if read.dose else []
    if read.also:
        parts[-1:] = [f"{parts[-1]} ({amount(read.also, read.also_unit)})"] if parts else []
    parts += [_frequency(read)] if read.times_per_day else []
    if read.days_per_week is not None and read.days_per_week < DAYS_A_WEEK:
        parts.append(f"on {number(read.days_per_week)} days a week")
    parts += ["as needed"] if read.prn else []
    if read.max_per_day is not None:
        parts.append(f"at most {amount(Bounds(read.max_per_day, read.max_per_day), read.max_per_day_unit)} a day")
    if read.amount_per_day:
        parts.append(f"in all {amount(read.amount_per_day, read.dose_unit)} a day{_on_average(read)}")
    parts += [f"for {_days(read.duration_days)}"] if read.duration_days and not read.once else []
    parts += [f"route {read.route}"] if read.route else []
    parts += [f"for {read.purpose}"] if read.purpose else []
    return ", ".join([*parts, *notes]) or "nothing about the dose"


def _partial_week(read: Directions) -> bool:
    return read.days_per_week is not None and read.days_per_week < DAYS_A_WEEK


def _on_average(read: Directions) -> str:
    return " on average" if _partial_week(read) else ""


def _frequency(read: Directions) -> str:
    if read.once:
        return "once only"
    if read.every_hours:
        return f"every {amount(read.every_hours, None)} hours"
    assert read.times_per_day is not None
    times = amount(read.times_per_day, None)
    return ("once a day" if times == "1" else f"{times} times a day") + _on_average(read)


def _days(limits: Bounds) -> str:
    return f"{amount(limits, None)} day{'' if limits.high == 1 else 's'}"
