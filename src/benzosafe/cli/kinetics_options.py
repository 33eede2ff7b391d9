"""Reads the options of the kinetics commands: drugs, doses, clock times, courses; every slip is explained."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path
from typing import cast, get_args

import numpy as np

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.exposure.simulation import Course
from benzosafe.exposure.victim import Traits
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Covariate, Route
from benzosafe.knowledge.load import Knowledge

_TIME = re.compile(r"^(\d{1,2})(?::?([0-5]\d))?$")
_DAY = re.compile(r"^(?:day|d)?\s*(\d+)\s*-\s*(?:day|d)?\s*(\d+)?$", re.IGNORECASE)
_DOSE = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(mg|g|ug|mcg|µg|ml)?(?:\s*/\s*d(?:ay)?)?$", re.IGNORECASE)
_MG = {"ml": 1.0, "mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}
# JUDGEMENT: more than twenty times the highest label dose is a slip of the pen, not a dose.
_IMPOSSIBLE = 20.0
_SHORT_ROUTES = {"iv": "intravenous", "im": "intramuscular", "po": "oral", "sl": "sublingual", "pr": "rectal"}


def ingredient(text: str, knowledge: Knowledge, where: str) -> str:
    """The one ingredient a name stands for; near names are suggested, never taken."""
    found = knowledge.names.knows(text)
    if len(found) == 1:
        return found[0]
    lowered = text.strip().lower()
    if lowered in knowledge.dispositions or lowered in knowledge.potencies:
        return lowered
    if len(found) > 1:
        raise UsageError(f"'{text}' holds {' and '.join(found)}.", where=where, next_step="Name one of them.")
    near = knowledge.names.suggest(text)
    guess = f" Did you mean {' or '.join(near)}?" if near else nearest(lowered, knowledge.drugs)
    raise UsageError(f"no drug is called '{text}'.{guess}", where=where, next_step="Check the spelling.")


def dose_mg(text: str, where: str) -> float:
    """A dose in mg; a bare number is mg."""
    match = _DOSE.match(text.strip())
    value = float(match[1].replace(",", ".")) * _MG[(match[2] or "mg").lower()] if match else math.nan
    if not math.isfinite(value) or value <= 0:
        raise UsageError(f"'{text}' is not a dose.", where=where, next_step="Write it as 0.5 or 0.5mg.")
    return value


def doses_mg(text: str, intakes: int, where: str) -> list[float]:
    """One dose for every intake, or one for each, separated by commas."""
    found = [dose_mg(part, where) for part in re.split(r"[;,]\s*(?=\d)", text)]
    if len(found) == 1:
        return found * intakes
    if len(found) != intakes:
        raise UsageError(
            f"{len(found)} doses for {intakes} times of day.", where=where,
            next_step="Give one dose, or one for each time.",
        )  # fmt: skip
    return found


def check_dose(mg_per_day: float, highest_mg: float | None, drug: str, where: str) -> None:
    """Refuse a dose no one could mean."""
    if highest_mg is not None and mg_per_day > _IMPOSSIBLE * highest_mg:
        raise UsageError(
            f"{mg_per_day:g} mg of {drug} a day is more than {_IMPOSSIBLE:g} times the highest label dose"
            f" ({highest_mg:g} mg).", where=where, next_step="Check the unit and the decimal point.",
        )  # fmt: skip


def clock_hours(text: str, where: str) -> list[float]:
    """Times of day as hours: '08,20' or '08:00,20:30'."""
    hours = []
    for part in text.split(","):
        match = _TIME.match(part.strip())
        hour = int(match[1]) + int(match[2] or 0) / 60.0 if match else 99.0
        if hour >= 24.0:
            raise UsageError(
                f"'{part.strip()}' is not a time of day.", where=where, next_step="Write 08,20 or 08:00,20:30."
            )
        hours.append(hour)
    if len(set(hours)) != len(hours):
        raise UsageError("the same time of day is given twice.", where=where, next_step="Give each time once.")
    return sorted(hours)


def course(text: str, knowledge: Knowledge, days: float) -> Course:
    """'fluconazole:200mg:day10-day24'; dose and days may be left out, an open end means to the end."""
    name, *rest = [part.strip() for part in text.split(":")]
    found = ingredient(name, knowledge, "--with")
    mg: float | None = None
    first, last = 1, None
    for part in rest:
        match = _DAY.match(part)
        if match:
            first, last = int(match[1]), int(match[2]) if match[2] else None
        elif part:
            mg = dose_mg(part, "--with")
    _check_course(text, first, last, days)
    return Course(found, float(first - 1), float(last) if last is not None else None, mg)


def _check_course(text: str, first: int, last: int | None, days: float) -> None:
    if first < 1:
        raise UsageError(f"'{text}': days are counted from day 1.", where="--with", next_step="Write day1-day14.")
    if last is not None and last < first:
        raise UsageError(
            f"'{text}': it stops (day {last}) before it starts (day {first}).", where="--with",
            next_step="Swap the days.",
        )  # fmt: skip
    if first > days:
        raise UsageError(
            f"'{text}': it starts after the last day ({days:g}).", where="--with", next_step="Raise --days."
        )  # fmt: skip


def read_schedule(path: Path) -> tuple[Floats, Floats, float]:
    """Doses from a CSV with columns day, time, mg: hours, mg, and the last day."""
    try:
        lines = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"cannot be read: {error}.", where=str(path), next_step="Check the path.") from None
    if not lines or not {"day", "time", "mg"} <= set(lines[0]):
        raise InputRefused(
            "needs a first line 'day,time,mg' and doses.", where=str(path), next_step="For example: 1,08:00,0.5"
        )
    times, amounts = [], []
    for number, line in enumerate(lines, start=2):
        where = f"{path}:{number}"
        day = (line["day"] or "").strip()
        if not day.isdigit() or int(day) < 1:
            raise InputRefused(f"'{day}' is not a day.", where=where, next_step="Days are whole numbers from 1.")
        times.append((int(day) - 1) * 24.0 + clock_hours((line["time"] or "").strip(), where)[0])
        amounts.append(dose_mg(line["mg"] or "", where))
    order = np.argsort(times, kind="stable")
    return np.array(times)[order], np.array(amounts)[order], float(np.floor(max(times) / 24.0) + 1)


def route_of(text: str) -> Route:
    """A route by its name or its usual abbreviation."""
    known = get_args(Route)
    found = _SHORT_ROUTES.get(text.lower(), text.lower())
    if found not in known:
        step = f"Known: {', '.join(known)}."
        raise UsageError(f"'{text}' is not a route.{nearest(found, known)}", where="--route", next_step=step)
    return cast(Route, found)


def traits_of(names: list[str]) -> Traits:
    """Traits that change kinetics, by name; only those published for a drug have an effect on it."""
    known = get_args(Covariate)
    for name in names:
        if name not in known:
            step = f"Known: {', '.join(known)}."
            raise UsageError(f"'{name}' is not a trait.{nearest(name, known)}", where="--trait", next_step=step)
    return frozenset(cast(list[Covariate], names))
