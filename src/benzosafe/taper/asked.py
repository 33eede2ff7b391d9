"""Reads the options of `taper`: pace, doses, dates, products, an override; every slip is explained."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.taper.plan import Override, Pace

_PACE = re.compile(r"^(\d{1,3}(?:\.\d{1,4})?)\s*%?\s*/\s*(\d{1,4})\s*d?$")
_OVERRIDE = re.compile(r"^\s*([^:]{3,80}?)\s*:\s*(\S.{4,500})$", re.DOTALL)
_MOST_INTERVAL_DAYS = 180
# JUDGEMENT: a plan begun more than a year from now would rest on a dose nobody knows yet [d].
_MOST_AHEAD_DAYS = 366


@dataclass(frozen=True)
class Asked:
    """The options as given; None is not given."""

    drug: str | None = None
    pace: str | None = None
    shape: str = "proportional"
    to_mg: float = 0.0
    products: str | None = None
    add: str | None = None
    old_products: str | None = None
    country: str | None = None
    start: str | None = None
    via: str | None = None
    equivalence: str | None = None
    override: str | None = None
    as_regular_mg: float | None = None
    half_occupancy_mg: float | None = None
    most_pieces: int = 4
    compare: str | None = None
    levels: bool = True
    fill_days: int | None = None


def refuse_idle(asked: Asked) -> None:
    """UsageError for an option that would change nothing, because the one it goes with is missing."""
    idle = [
        ("--from-products", asked.old_products, "--via", asked.via),
        ("--equivalence", asked.equivalence, "--via", asked.via),
        ("--half-occupancy", asked.half_occupancy_mg, "--shape hyperbolic", asked.shape == "hyperbolic"),
    ]
    for option, given, other, there in idle:
        if given is not None and not there:
            raise UsageError(f"goes with {other}.", where=option, next_step=f"Leave it out, or add {other}.")


def pace_of(text: str) -> Pace:
    """'10/14' is 10 % of the current dose every 14 days."""
    from benzosafe.taper.plan import Pace

    match = _PACE.match(text.strip())
    if not match or not 1 <= int(match[2]) <= _MOST_INTERVAL_DAYS or not 0 < float(match[1]) < 100:
        raise UsageError(
            f"'{text}' is not a pace.", where="--pace",
            next_step=f"Write PERCENT/DAYS, as in 10/14: above 0 and below 100 %, 1 to {_MOST_INTERVAL_DAYS} days.",
        )  # fmt: skip
    return Pace(Fraction(match[1]) / 100, int(match[2]))


def override_of(text: str | None) -> Override | None:
    """'Dr A. Smith: reason': who sets a limit aside, and why."""
    from benzosafe.taper.plan import Override

    if text is None:
        return None
    match = _OVERRIDE.match(text)
    if not match or sum(letter.isalpha() for letter in match[1]) < 3:
        raise UsageError(
            "an override needs a name and a reason.", where="--override",
            next_step="Write it as 'Dr A. Smith: inpatient taper, monitored'.",
        )  # fmt: skip
    return Override(*(" ".join(part.split()) for part in match.groups()))


def amount_ug(mg: float | None, where: str, *, zero: bool = False) -> int | None:
    """A dose as whole micrograms; UsageError when it is not one."""
    if mg is None:
        return None
    if not math.isfinite(mg) or mg < 0 or (mg == 0 and not zero) or abs(mg * 1000 - round(mg * 1000)) > 1e-6:
        raise UsageError(
            f"{mg:g} is not a dose.", where=where, next_step="Write mg, to a thousandth at most, as in 0.125."
        )
    return round(mg * 1000)


def start_of(text: str | None, on: date) -> date:
    """The day of the first lower dose; not before the review."""
    if text is None:
        return on
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date.", where="--start", next_step="Write it as 2026-12-01.") from None
    if found < on:
        raise UsageError(f"{found} is in the past (review of {on}).", where="--start", next_step="Choose a later day.")
    if found - on > timedelta(days=_MOST_AHEAD_DAYS):
        raise UsageError(
            f"{found} is more than a year after the review of {on}.", where="--start",
            next_step="Plan when the day is near, from the dose that is taken then.",
        )  # fmt: skip
    return found
