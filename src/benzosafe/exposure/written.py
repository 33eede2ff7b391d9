"""Reads what people write of drugs, doses, clock times, routes and traits; every slip is explained."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import cast, get_args

from benzosafe.errors import UsageError, nearest
from benzosafe.exposure.draws import typical
from benzosafe.exposure.victim import Traits
from benzosafe.knowledge.kinetics_model import Covariate, Route
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import key_of

_TIME = re.compile(r"^(\d{1,2})(?::?([0-5]\d))?$")
_AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)\s*([a-zµμ]*)\s*(?:/\s*d(?:ay)?)?$", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"^\s*\d+,\d+\s*[a-zµμ]*\s*$", re.IGNORECASE)
_MG = {"": 1.0, "mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001, "μg": 0.001}
_ML = {"": 1.0, "ml": 1.0}
_CIGARETTES = {"": 1.0, "cigarette": 1.0, "cigarettes": 1.0, "cig": 1.0, "cigs": 1.0}
# JUDGEMENT: more than twenty times the highest label dose, or ten times the usual dose of what is taken beside, is a
# slip of the pen, not a dose.
_IMPOSSIBLE = 20.0
_IMPOSSIBLE_BESIDE = 10.0
_SHORT_ROUTES = {"iv": "intravenous", "im": "intramuscular", "po": "oral", "sl": "sublingual", "pr": "rectal",
                 "sc": "subcutaneous", "in": "nasal"}  # fmt: skip


Tell = Callable[[str], None]
"""Takes a remark for the user: a terminal prints it, a service puts it into its answer."""


# --- drugs ---------------------------------------------------------------------------------------------------------


def ingredient(text: str, knowledge: Knowledge, where: str, tell: Tell) -> str:
    """The one ingredient a name stands for, told when it is another name; near names are suggested, never taken."""
    found = knowledge.names.knows(text)
    if len(found) == 1:
        if key_of(text) != key_of(found[0]):
            # Brands, foreign names and listed misspellings: right or not, the user sees what it was taken for.
            tell(f"read '{text.strip()}' as {found[0]}")
        return found[0]
    lowered = text.strip().lower()
    if lowered in knowledge.dispositions or lowered in knowledge.potencies:
        return lowered
    if len(found) > 1:
        raise UsageError(f"'{text}' holds {' and '.join(found)}.", where=where, next_step="Name one of them.")
    near = knowledge.names.suggest(text)
    guess = f" Did you mean {' or '.join(near)}?" if near else nearest(lowered, knowledge.drugs)
    raise UsageError(f"no drug is called '{text}'.{guess}", where=where, next_step="Check the spelling.")


# --- doses ---------------------------------------------------------------------------------------------------------


def dose_mg(text: str, where: str) -> float:
    """A dose in mg; a bare number is mg."""
    return _amount(text, _MG, where, "Write it as 0.5 or 0.5mg.")


def _amount(text: str, units: Mapping[str, float], where: str, next_step: str) -> float:
    if _DECIMAL_COMMA.match(text):
        raise UsageError(
            f"'{text.strip()}' has a decimal comma.", where=where,
            next_step=f"Use a point: {text.strip().replace(',', '.')}.",
        )  # fmt: skip
    match = _AMOUNT.match(text.strip())
    factor = units.get(match[2].lower()) if match else None
    value = float(match[1]) * factor if match and factor is not None else math.nan
    if not math.isfinite(value) or value <= 0:
        raise UsageError(f"'{text}' is not a dose.", where=where, next_step=next_step)
    return value


def doses_mg(text: str, intakes: int, where: str) -> list[float]:
    """One dose for every intake, or one for each, separated by commas."""
    parts = [part.strip() for part in re.split(r"[;,]", text)]
    # '0,5' is meant as a half, and '1,5' for one time of day can be nothing else.
    if _DECIMAL_COMMA.match(text) and (float(parts[0]) == 0 or intakes == 1):
        raise UsageError(
            f"'{text}' is read as two doses, because a comma separates those of several times of day.", where=where,
            next_step=f"Use a point in a number: {text.strip().replace(',', '.')}.",
        )  # fmt: skip
    found = [dose_mg(part, where) for part in parts]
    if len(found) == 1:
        return found * intakes
    if len(found) != intakes:
        times = "1 time of day" if intakes == 1 else f"{intakes} times of day"
        raise UsageError(
            f"{len(found)} doses for {times}.", where=where, next_step="Give one dose, or one for each time."
        )
    return found


def check_dose(mg_per_day: float, highest_mg: float | None, drug: str, where: str) -> None:
    """Refuse a dose no one could mean."""
    if highest_mg is not None and mg_per_day > _IMPOSSIBLE * highest_mg:
        raise UsageError(
            f"{mg_per_day:g} mg of {drug} a day is more than {_IMPOSSIBLE:g} times the highest label dose"
            f" ({highest_mg:g} mg).", where=where, next_step="Check the unit and the decimal point.",
        )  # fmt: skip


def beside_dose(text: str, knowledge: Knowledge, name: str, where: str) -> float:
    """The daily dose of what is taken beside: mg, but mL of juice and cigarettes; far above the usual is refused."""
    potency = knowledge.potencies.get(name)
    if potency is None:
        return dose_mg(text, where)
    reference = potency.reference_mg_per_day
    units, unit = _units_of(reference.unit)
    usual = typical(reference)
    value = _amount(
        text, units, where, f"The dose of {name} is in {unit} a day: {usual:g}{unit if units is not _MG else 'mg'}."
    )
    if value > _IMPOSSIBLE_BESIDE * usual:
        raise UsageError(
            f"{value:g} {unit} of {name} a day is more than {_IMPOSSIBLE_BESIDE:g} times its usual dose"
            f" ({usual:g} {unit}).", where=where, next_step="Check the unit and the decimal point.",
        )  # fmt: skip
    return value


def _units_of(unit: str) -> tuple[Mapping[str, float], str]:
    """What may be written for a unit of the knowledge, and its name."""
    known: dict[str, tuple[Mapping[str, float], str]] = {
        "mL/d": (_ML, "mL"),
        "{cigarette}/d": (_CIGARETTES, "cigarettes"),
    }
    return known.get(unit, (_MG, "mg"))


# --- times, routes, traits -----------------------------------------------------------------------------------------


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
