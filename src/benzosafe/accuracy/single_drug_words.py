"""Reads the words of a single-drug row: its regimen, route, people, what is taken beside it, units, names of measures.

What is doubtful is not guessed: NotDone says what cannot be read, and `notes` what had to be assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, inf, isfinite, log
from typing import Any

from benzosafe.accuracy.fields import ROUTES
from benzosafe.accuracy.single_drug_run import NotDone, Schedule
from benzosafe.exposure.victim import Traits
from benzosafe.knowledge.kinetics_model import Covariate, Route
from benzosafe.knowledge.load import Knowledge

WEIGHT_KG = 70.0
_ROUTES: dict[str, Route] = {
    **ROUTES, "p.o.": "oral", "s.l.": "sublingual", "sublingual": "sublingual", "intranasal": "nasal",
    "intravenous": "intravenous", "intramuscular": "intramuscular", "s.c.": "subcutaneous",
}  # fmt: skip
_SLOW_RELEASE = re.compile(r"\b(ER|XR|SR|CR|MR|retard|extended|sustained|microspheres?)\b")
_DOSES = (("dose_mg", 1.0), ("dose_mg_day", 1.0), ("dose_mg_kg", WEIGHT_KG), ("dose_ug_kg", WEIGHT_KG / 1000.0),
          ("dose_ug", 1e-3))  # fmt: skip
_AT_HOURS = re.compile(r"at ([\d.]+(?:\s*,\s*[\d.]+)*)\s*h each day(?:\s*x\s*(\d+)\s*d)?")
_PER_DAY = (
    (re.compile(r"\bqid\b|four times|q6h"), 4), (re.compile(r"\btid\b|three times|q8h"), 3),
    (re.compile(r"\bb(id|d)\b|twice|q12h"), 2),
    (re.compile(r"\bq(d|hs|24h)\b|\bod\b|once|nightly|daily|chronic|each day"), 1),
)  # fmt: skip
_FOR_DAYS = re.compile(r"(?:x|for)\s*(\d+)\s*d")
_TRAITS: tuple[tuple[Covariate, str, str], ...] = (  # trait, words that say so, words that say it is not everybody
    ("cirrhosis", r"cirrho|hepatic (insufficiency|impairment|failure)|liver disease", r"without|control"),
    ("obesity", r"(?<!non-)\bobes", r"control"),
    ("smoker", r"(?<!non-)\bsmok(er|ing)", r"\bnon-?\s?smok"),
    ("pregnancy", r"\bpregnan", r"non-?pregnan"),
    ("renal_failure", r"(renal|kidney) (failure|insufficiency|impairment)|dialysis", r"without|control"),
    ("cyp2c19_poor", r"(slow|poor) (\S+ )?metaboli|\bpms?\b", r"rapid|extensive|\bems?\b|2d6|debrisoquin|3a5"),
    ("cyp2c19_intermediate", r"intermediate (\S+ )?metaboli", r"2d6|rapid|poor"),
    ("cyp2c19_rapid", r"ultra-?\s?rapid", r"2d6|poor"),
)  # fmt: skip
_AGED = re.compile(
    r"(?<![-\w])(elderly|geriatric|older)\b|(>|≥|over|above)\s*(6\d|[789]\d)\b|\b(6[05-9]|[789]\d)\s*(-|to)\s*\d+\s*y"
)
_GROUPS = frozenset({
    "young", "old", "elderly", "geriatric", "men", "women", "male", "female", "males", "females", "white", "black",
    "chinese", "japanese", "asian", "caucasian", "rapid", "slow", "extensive", "poor", "smokers", "obese",
    "cirrhosis", "healthy",
})  # fmt: skip
_SAID_OTHERWISE = {"slow": "slow metabolisers", "rapid": "rapid metabolisers", "poor": "poor metabolisers",
                   "extensive": "extensive metabolisers", "old": "older"}  # fmt: skip
_CHANGES = {"change": 1, "increase": 1, "rise": 1, "fall": -1, "decrease": -1, "reduction": -1}
_OVER = re.compile(r"(.+)_([a-z]+)_over_([a-z]+)", re.I)
_BESIDE = re.compile(
    r"(?P<name>[^\d;,]+?)\s*(?:(?P<mg>\d+(?:\.\d+)?)\s*(?P<unit>mg/kg|mg|g)(?P<rest>.*))?", re.I | re.S
)


@dataclass(frozen=True)
class Regimen:
    """Schedule, route, one dose [mg] (None: not stated), and how far apart the doses are when several are meant."""

    schedule: Schedule
    route: Route
    dose_mg: float | None
    span: float
    notes: tuple[str, ...]


def read_regimen(raw: Mapping[str, Any]) -> Regimen:
    """The regimen of a row."""
    notes: list[str] = []
    route = _route(raw)
    schedule = _schedule(raw, notes)
    name, per_unit = next(((n, f) for n, f in _DOSES if raw.get(n) is not None), ("", 1.0))
    if not name:
        return Regimen(schedule, route, None, 1.0, tuple(notes))
    amounts = _positive(raw[name])
    dose = middle(amounts) * per_unit / (len(schedule.hours) if name == "dose_mg_day" else 1)
    if len(amounts) > 1:
        notes.append("several doses: their middle is taken")
    if "_kg" in name:
        notes.append(f"dose for {WEIGHT_KG:g} kg")
    if str(raw.get("food") or "") == "fed":
        notes.append("taken with food, whose effect is not modelled")
    return Regimen(schedule, route, dose, max(amounts) / min(amounts), tuple(notes))


def _route(raw: Mapping[str, Any]) -> Route:
    text = str(raw.get("route") or "").strip()
    if not text:
        raise NotDone("the route is not stated")
    slow = _SLOW_RELEASE.search(f"{text} {raw.get('formulation') or ''}")
    if slow or text.lower() not in _ROUTES:
        raise NotDone(f"route or formulation '{slow[0] if slow else text}' is not simulated")
    return _ROUTES[text.lower()]


def _schedule(raw: Mapping[str, Any], notes: list[str]) -> Schedule:
    text = str(raw.get("frequency") or "single").lower()
    if text.startswith("single"):
        return Schedule()
    at = _AT_HOURS.search(text)
    per_day = next((number for pattern, number in _PER_DAY if pattern.search(text)), None)
    if at:
        hours = tuple(float(hour) for hour in at[1].split(","))
    elif per_day is not None:
        hours = tuple(24.0 / per_day * place for place in range(per_day))
    else:
        raise NotDone(f"how often it is taken cannot be read from '{text}'")
    counted = _FOR_DAYS.search(text)
    days = raw.get("days") or (counted[1] if counted else None)
    if days is not None and not raw.get("steady_state") and "steady" not in text:
        return Schedule(hours, float(days))
    if not (raw.get("steady_state") or "steady" in text):
        notes.append("how long is not stated exactly: taken as steady state")
    return Schedule(hours, inf)


def read_traits(description: str, groups: str = "") -> Traits:
    """What of a description of people can change kinetics; mixed groups and unknown words give nothing."""
    found: set[Covariate] = set()
    for text in (description.lower(), groups.lower()):
        found |= {trait for trait, yes, no in _TRAITS if re.search(yes, text) and not re.search(no, text)}
    text = f"{description} {groups}".lower()
    women, men = (re.search(rf"\b({words})\b", text) for words in ("women|females?", "men|males?"))
    if women and not men:
        found.add("female")
    if _AGED.search(text) and "young" not in text:
        found.add("age_over_65")
        if men and not women:
            found.add("male_over_65")
    return frozenset(found)


@dataclass(frozen=True)
class Wanted:
    """A measure's name taken apart: `people` it is for, `against` whom (then a ratio), `change` (1, or -1 when a fall
    is meant) that `beside` other drugs brings."""

    base: str
    people: str = ""
    against: str | None = None
    change: int = 0
    beside: tuple[str, ...] = ()
    blood: bool = False


def read_measure(name: str, drug: str, knowledge: Knowledge) -> Wanted:
    """Takes a measure's name apart, such as CL_change_omeprazole_rapid or Css_elderly_men."""
    over = _OVER.fullmatch(name)
    if over and {over[2].lower(), over[3].lower()} <= _GROUPS:
        return Wanted(over[1], _people([over[2]]), _people([over[3]]))
    head, _, tail = name.partition("_with_")
    tokens = head.split("_")
    change = next((_CHANGES[token] for token in tokens if token in _CHANGES), 0)
    beside = [found for token in tail.split("_") if token for found in _known(token, knowledge) or [token]]
    if change:
        beside += [found for token in tokens for found in _known(token, knowledge) if found != drug]
    groups = [token for token in tokens if token.lower() in _GROUPS]
    left = [
        token for token in tokens
        if token not in _CHANGES and token not in groups and token != "blood"
        and not (change and set(_known(token, knowledge)) & set(beside))
    ]  # fmt: skip
    return Wanted("_".join(left), _people(groups), None, change, tuple(beside), "blood" in tokens)


def _people(groups: list[str]) -> str:
    return " ".join(_SAID_OTHERWISE.get(word.lower(), word) for word in groups)


def _known(token: str, knowledge: Knowledge) -> list[str]:
    return [name for name in knowledge.names.knows(token) if name in knowledge.potencies]


def read_beside(text: str, knowledge: Knowledge) -> list[tuple[str, float | None]]:
    """Other drugs and their daily doses [mg/d; None: not stated], as in 'omeprazole 40 mg/d x21 d'."""
    found: list[tuple[str, float | None]] = []
    for part in re.split(r"\s+\+\s+|\s+and\s+|;", text):
        match = _BESIDE.fullmatch(part.strip())
        if match is None:
            raise NotDone(f"what is taken beside it cannot be read: '{part}'")
        name = next(iter(knowledge.names.knows(match["name"])), match["name"].strip().lower())
        if match["mg"] is None:
            found.append((name, None))
            continue
        scale = {"mg": 1.0, "g": 1000.0, "mg/kg": WEIGHT_KG}[match["unit"].lower()]
        rest = (match["rest"] or "").lower()
        times = 1 if re.match(r"\s*/\s*d", rest) else next((n for p, n in _PER_DAY if p.search(rest)), 1)
        found.append((name, float(match["mg"]) * scale * times))
    return found


_CONCENTRATIONS = {"ng/ml": 1.0, "ug/l": 1.0, "ug/ml": 1e3, "mg/l": 1e3, "pg/ml": 1e-3, "ng/l": 1e-3, "ug/dl": 10.0}
_FLOWS = {"l/h": 1.0, "ml/h": 1e-3, "ml/min": 0.06, "l/min": 60.0, "l/d": 1.0 / 24.0}
_SPACES = {"l": 1.0, "ml": 1e-3}
_TIMES = {"h": 1.0, "min": 1.0 / 60.0, "d": 24.0, "s": 1.0 / 3600.0}
_SHARES = {"fraction": 1.0, "ratio": 1.0, "1": 1.0, "fold": 1.0, "%": 0.01, "percent": 0.01}


def _units() -> dict[str, tuple[str, float]]:
    """Every unit read, to what it measures and its size in ng/mL, ng h/mL, h, L/h, L or 1."""
    found = {unit: ("concentration", size) for unit, size in _CONCENTRATIONS.items()}
    for unit, size in _CONCENTRATIONS.items():
        mass, volume = unit.split("/")
        for time in ("h", "min", "d"):
            for written in (f"{mass}*{time}/{volume}", f"{time}*{mass}/{volume}", f"{mass}/{volume}*{time}"):
                found[written] = ("area", size * _TIMES[time])
    for kind, sizes in (("clearance", _FLOWS), ("volume", _SPACES)):
        found |= {unit: (kind, size) for unit, size in sizes.items()}
        found |= {f"{unit}/kg": (kind, size * WEIGHT_KG) for unit, size in sizes.items()}
    found |= {"l/kg/h": ("clearance", WEIGHT_KG), "ml/kg/min": ("clearance", 0.06 * WEIGHT_KG)}
    return found | {u: ("time", s) for u, s in _TIMES.items()} | {u: ("share", s) for u, s in _SHARES.items()}


UNITS = _units()


def read_observed(entry: Mapping[str, Any], change: int = 0) -> tuple[float, str]:
    """The observed number in the units used here (a change as the ratio it makes), and what it measures."""
    unit = re.sub(r"[·.\s]", "*", str(entry.get("unit") or "ratio").strip().lower())
    unit = unit.replace("µ", "u").replace("μ", "u").replace("mcg", "ug").replace("hr", "h").replace("hours", "h")
    if unit not in UNITS:
        raise NotDone(f"the unit '{entry.get('unit')}' is not known")
    dimension, size = UNITS[unit]
    values = [value * size for value in _numbers(entry.get("value"))]
    if change and size != 1.0:
        values = [1.0 + change * value for value in values]
    found = middle(values)
    if found <= 0:
        raise NotDone("the value observed is not above zero")
    return found, dimension


def middle(values: list[float]) -> float:
    """Geometric mean; the arithmetic one when a value is not above zero."""
    if min(values) <= 0 or len(values) == 1:
        return sum(values) / len(values)
    return exp(sum(map(log, values)) / len(values))


def _numbers(value: Any) -> list[float]:
    values = value if isinstance(value, list | tuple) else [value]
    if not values or not all(isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v) for v in values):
        raise NotDone("no value is given")
    return [float(item) for item in values]


def _positive(value: Any) -> list[float]:
    values = _numbers(value)
    if min(values) <= 0:
        raise NotDone("the dose is not above zero")
    return values
