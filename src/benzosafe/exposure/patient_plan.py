"""From a patient's regimen to a plan that can be simulated; whatever had to be assumed is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.exposure.draws import typical
from benzosafe.exposure.simulation import Course, Plan
from benzosafe.exposure.victim import Traits, disposition_of
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Covariate, Route
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order, Record

SHOWN_BEFORE_DAYS = 14
_LONGEST_HISTORY_DAYS = 120
_CLOCK = {1: (21.0,), 2: (8.0, 20.0), 3: (8.0, 14.0, 20.0), 4: (8.0, 12.0, 17.0, 22.0)}
_ROUTES: dict[str, Route] = {
    "oral": "oral", "sublingual": "sublingual", "buccal": "buccal", "nasal": "nasal", "rectal": "rectal",
    "intramuscular": "intramuscular", "injection": "intravenous", "intravenous": "intravenous",
}  # fmt: skip
_TRAIT_BY_CONDITION: dict[str, Covariate] = {
    "cirrhosis": "cirrhosis", "pregnancy": "pregnancy", "obesity": "obesity", "kidney_failure": "renal_failure",
}  # fmt: skip
_OLDER_YEARS = 65.0
_ADULT_YEARS = 18.0


def clock_times(times_per_day: int) -> tuple[float, ...]:
    """Usual hours of intake for so many doses a day."""
    return _CLOCK.get(times_per_day, tuple(np.arange(times_per_day) * 24.0 / times_per_day))


def repeated_doses(
    hours: Sequence[float], amounts_mg: Sequence[float], first_day: int, days: float
) -> tuple[Floats, Floats]:
    """Dose times [h] and amounts [mg] of the same intakes every day, from `first_day` (0 is day 1, may be negative)."""
    count = int(np.ceil(days)) - first_day
    day = np.arange(first_day, first_day + count) * 24.0
    times = np.add.outer(day, np.asarray(hours)).ravel()
    amounts = np.tile(np.asarray(amounts_mg, float), count)
    order = np.argsort(times, kind="stable")
    return times[order], amounts[order]


def patient_plan(knowledge: Knowledge, record: Record, on: date, days: float, drug: str | None) -> Plan:
    """The plan of one benzodiazepine or Z-drug of a patient with everything else taken; shown from two weeks ago."""
    age = _age_years(record, on)
    if age is not None and age < _ADULT_YEARS:
        raise InputRefused(
            f"a patient of {age:.0f} years cannot be simulated, because the kinetics known here are those of adults.",
            next_step="Use a level measured in this child.",
        )  # fmt: skip
    own = _victims(knowledge, record, drug)
    name = own[0].ingredient or ""
    assumed: list[str] = ["the kinetics are those of a 70 kg adult; weight is not taken into account"]
    if age is None:
        assumed.append("the age is not known: an adult under 65 is assumed")
    disposition_of(knowledge, name)  # says why when it cannot be simulated
    shown = SHOWN_BEFORE_DAYS + days
    starts_on = date.fromordinal(on.toordinal() - SHOWN_BEFORE_DAYS)
    parts = [_doses(order, starts_on, shown, assumed) for order in own]
    times = np.concatenate([part[0] for part in parts])
    amounts = np.concatenate([part[1] for part in parts])
    order = np.argsort(times, kind="stable")
    beside = tuple(
        course
        for other in record.orders
        if other.ingredient
        and other.ingredient != name
        and (course := _course(knowledge, other, starts_on, shown, assumed))
    )
    route = _ROUTES.get(own[0].route or "oral", "oral")
    return Plan(
        name, times[order], amounts[order], shown, route, beside, _traits(knowledge, record, on), starts_on,
        tuple(dict.fromkeys(assumed)),
    )  # fmt: skip


def _victims(knowledge: Knowledge, record: Record, drug: str | None) -> list[Order]:
    """The active orders of the drug asked for, or of the only one there is."""
    orders = [
        order for order in record.orders
        if order.active is not False and order.ingredient and knowledge.drugs.get(order.ingredient)
        and knowledge.drugs[order.ingredient].benzodiazepine is not None
    ]  # fmt: skip
    names = list(dict.fromkeys(order.ingredient or "" for order in orders))
    if not names:
        raise InputRefused("no active benzodiazepine or Z-drug is in the regimen.", next_step="Name one with --drug.")
    if drug is not None and drug not in names:
        raise UsageError(
            f"'{drug}' is not an active benzodiazepine or Z-drug of this patient.{nearest(drug, names)}",
            where="--drug",
            next_step=f"Active: {', '.join(names)}.",
        )  # fmt: skip
    if drug is None and len(names) > 1:
        raise UsageError(f"this patient takes {' and '.join(names)}.", next_step="Say which one with --drug.")
    return [order for order in orders if order.ingredient == (drug or names[0])]


def _doses(order: Order, starts_on: date, days: float, assumed: list[str]) -> tuple[Floats, Floats]:
    """The doses of one order, its history included; refused when the dose is not known."""
    name = order.ingredient or order.text
    single, per_day, daily = order.dose_mg_single, order.times_per_day, order.dose_mg_per_day
    if daily is None and (single is None or per_day is None):
        raise InputRefused(
            "cannot be simulated, because its dose could not be worked out.", where=name,
            next_step="Write it as '1 mg twice daily'.",
        )  # fmt: skip
    count = max(1, round(per_day.high)) if per_day is not None else 1
    if per_day is None:
        assumed.append(f"how often {name} is taken is not known: once a day is assumed")
    mg = daily.high / count if daily is not None else single.high if single is not None else 0.0
    if order.prn or (daily is not None and daily.low != daily.high):
        assumed.append(f"{name} is simulated at the most its order allows")
    hours = clock_times(count)
    assumed.append(f"{name}: intake at {', '.join(f'{int(h):02d}:{round(h % 1 * 60):02d}' for h in hours)} is assumed")
    since = order.continuous_since or order.start_on
    first = max(_day(since, starts_on), -_LONGEST_HISTORY_DAYS) if since else -_LONGEST_HISTORY_DAYS
    if since is None:
        assumed.append(f"since when {name} is taken is not known: long enough for a steady state is assumed")
    end = min(days, _day(order.end_on, starts_on) + 1) if order.end_on else days
    if first >= end:
        return np.zeros(0), np.zeros(0)
    times, amounts = repeated_doses(hours, [mg] * count, first, end)
    return times, amounts


def _course(knowledge: Knowledge, order: Order, starts_on: date, days: float, assumed: list[str]) -> Course | None:
    """What else is taken, when it acts on enzymes; what ended long ago or is not known to act is left out."""
    name = order.ingredient or ""
    drug = knowledge.drugs.get(name)
    if name not in knowledge.potencies and not (drug and drug.perpetrator):
        return None
    if order.active is False and order.end_on is None:
        return None
    since = order.continuous_since or order.start_on
    if since is None:
        assumed.append(f"since when {name} is taken is not known: long enough for its full effect is assumed")
    first = max(_day(since, starts_on), -_LONGEST_HISTORY_DAYS) if since else -_LONGEST_HISTORY_DAYS
    end = float(_day(order.end_on, starts_on) + 1) if order.end_on else None
    if (end is not None and (end <= first or end < -SHOWN_BEFORE_DAYS * 4)) or first >= days:
        return None
    if order.dose_mg_per_day is None:
        assumed.append(f"the dose of {name} is not known: its usual dose is assumed")
    if order.prn:
        assumed.append(f"{name} is taken as needed: every day is assumed")
    mg = order.dose_mg_per_day.high if order.dose_mg_per_day else None
    return Course(name, float(first), end, mg)


def _day(when: date, starts_on: date) -> int:
    return when.toordinal() - starts_on.toordinal()


def _age_years(record: Record, on: date) -> float | None:
    if record.age_years is None and record.birth_on is not None:
        return (on - record.birth_on).days / 365.25
    return record.age_years


def _traits(knowledge: Knowledge, record: Record, on: date) -> Traits:
    """Traits that change kinetics, as far as they are known; what is not known changes nothing."""
    found: set[Covariate] = set()
    age = _age_years(record, on)
    if age is not None and age >= _OLDER_YEARS:
        found.add("age_over_65")
        if record.sex == "male":
            found.add("male_over_65")
    if record.sex == "female":
        found.add("female")
    for condition in record.conditions:
        if condition.present and condition.active is not False:
            found |= {trait for concept, trait in _TRAIT_BY_CONDITION.items() if concept in condition.concepts}
    for seen in record.observations:
        if seen.concept == "cyp2c19_phenotype" and seen.category in ("poor", "intermediate", "rapid"):
            found.add(f"cyp2c19_{seen.category}")  # type: ignore[arg-type]
        if seen.concept == "smoking_status" and seen.category == "current":
            found.add("smoker")
    return frozenset(found)


def with_history(plan: Plan, hours: Sequence[float], amounts_mg: Sequence[float], half_life_h: float) -> Plan:
    """The same plan for someone who has taken these doses for six half-lives already."""
    before = min(int(np.ceil(6.0 * half_life_h / 24.0)), _LONGEST_HISTORY_DAYS)
    times, amounts = repeated_doses(hours, amounts_mg, -before, plan.days)
    return replace(plan, times_h=times, amounts_mg=amounts)


def largest_label_dose_mg(knowledge: Knowledge, name: str) -> float | None:
    """The highest daily dose any label allows an adult [mg], when one is known."""
    drug = knowledge.drugs.get(name)
    limits = drug.benzodiazepine.dose_limits if drug and drug.benzodiazepine else ()
    found = [typical(limit.max_mg_per_day) for limit in limits if limit.max_mg_per_day]
    return max(found) if found else None
