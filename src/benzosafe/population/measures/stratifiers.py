"""Stratifiers: by what counts are shown apart. Each is a question to one patient's record, answered in a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.elements import Coding, Element
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment, at_or_before
from benzosafe.population.measures.spans import birth_of

NOT_RECORDED = "not recorded"

_AGES = (18, 45, 65, 75, 85)
_AGE_BANDS = ("under 18", "18 to 44", "45 to 64", "65 to 74", "75 to 84", "85 and over")
_SEXES = ("female", "male", "other")
_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
_RACES = {
    "1002-5": "American Indian or Alaska Native", "2028-9": "Asian", "2054-5": "Black or African American",
    "2076-8": "Native Hawaiian or Other Pacific Islander", "2106-3": "White",
}  # fmt: skip
_SEVERAL_RACES = "two or more races"
_ETHNICITIES = {"2135-2": "Hispanic or Latino", "2186-5": "not Hispanic or Latino"}


@dataclass(frozen=True)
class Stratifier:
    """A question to a record: the stratum the patient is in, as of a day."""

    name: str
    stratum_of: Callable[[Chart, Moment], str]
    strata: tuple[str, ...]
    """All strata there can be, in the order shown; `not recorded` stands at the end."""


class Extension(Element):
    """An extension of a Patient, as far as stratifiers read it."""

    url: str | None = None
    extension: list[Extension] | None = None
    value_coding: Coding | None = None


_EXTENSIONS = msgspec.json.Decoder(list[Extension] | None)


def _age_band(chart: Chart, on: Moment) -> str:
    """The band of the age reached on the day; not recorded where the birth date is too coarse to tell."""
    birth = birth_of(chart)
    if birth is None or at_or_before(birth.day, on.day) is False:
        return NOT_RECORDED
    reached = [at_or_before((birth.day[0] + years, *birth.day[1:]), on.day) for years in _AGES]
    return NOT_RECORDED if None in reached else _AGE_BANDS[reached.count(True)]


def _sex(chart: Chart, on: Moment) -> str:
    gender = chart.person.gender if chart.person else None
    return gender if gender in _SEXES else NOT_RECORDED


def _race(chart: Chart, on: Moment) -> str:
    found = sorted({_RACES[code] for code in _omb_categories(chart, "race") if code in _RACES})
    return (found[0] if len(found) == 1 else _SEVERAL_RACES) if found else NOT_RECORDED


def _ethnicity(chart: Chart, on: Moment) -> str:
    found = {_ETHNICITIES[code] for code in _omb_categories(chart, "ethnicity") if code in _ETHNICITIES}
    return found.pop() if len(found) == 1 else NOT_RECORDED


def _omb_categories(chart: Chart, name: str) -> list[str]:
    """The codes of the categories in a US Core extension of the Patient; none where it cannot be read."""
    raw = chart.person.extension if chart.person else Raw()
    if not raw:
        return []
    try:
        extensions = _EXTENSIONS.decode(raw) or []
    except (msgspec.MsgspecError, RecursionError):
        return []
    parts = [part for item in extensions if item.url == _US_CORE + name for part in item.extension or ()]
    codings = [part.value_coding for part in parts if part.url == "ombCategory"]
    return [coding.code for coding in codings if coding and coding.code]


STRATIFIERS = {
    item.name: item
    for item in (
        Stratifier("age", _age_band, (*_AGE_BANDS, NOT_RECORDED)),
        Stratifier("sex", _sex, (*_SEXES, NOT_RECORDED)),
        Stratifier("race", _race, (*_RACES.values(), _SEVERAL_RACES, NOT_RECORDED)),
        Stratifier("ethnicity", _ethnicity, (*_ETHNICITIES.values(), NOT_RECORDED)),
    )
}


def find_stratifiers(names: Iterable[str]) -> tuple[Stratifier, ...]:
    """The stratifiers of these names, each once; UsageError with the nearest name where there is none."""
    wanted = list(dict.fromkeys(name.lower() for name in names))
    for name in wanted:
        if name not in STRATIFIERS:
            raise UsageError(
                f"'{name}' is no stratifier.{nearest(name, STRATIFIERS)}", where="--by",
                next_step=f"Use {' or '.join(STRATIFIERS)}.",
            )  # fmt: skip
    return tuple(STRATIFIERS[name] for name in wanted)


def strata_of(chart: Chart, on: Moment, by: Sequence[Stratifier]) -> dict[str, str]:
    """The stratum that the patient is in, by stratifier."""
    return {item.name: item.stratum_of(chart, on) for item in by}
