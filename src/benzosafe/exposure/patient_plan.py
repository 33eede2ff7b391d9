"""From a patient's regimen to a plan that can be simulated; whatever had to be assumed is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.patient_courses import courses_of
from benzosafe.exposure.patient_doses import doses_of
from benzosafe.exposure.patient_spans import Window
from benzosafe.exposure.patient_traits import age_years, traits_on
from benzosafe.exposure.plan import Plan
from benzosafe.exposure.victim import Victim, build_victim, disposition_of
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order, Record

SHOWN_BEFORE_DAYS = 14
LONGEST_HISTORY_DAYS = 120  # more than six half-lives of the slowest benzodiazepine and its metabolites
COURSE_HISTORY_DAYS = 365  # amiodarone is felt for the better part of a year after its last dose
_ADULT_YEARS = 18.0
_SHORTEST_HISTORY_DAYS = 14
_HALF_LIVES_BEFORE = 15.0  # of the slowest analyte at rest: still five when an inhibitor makes it three times as slow


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
    assumed = _assumed_of_person(record, on)
    name = _victim(knowledge, record, drug)
    starts_on = date.fromordinal(on.toordinal() - SHOWN_BEFORE_DAYS)
    shown = SHOWN_BEFORE_DAYS + days
    own = [order for order in record.orders if order.ingredient == name]
    others = [order for order in record.orders if order.ingredient != name]
    doses = doses_of(own, Window(starts_on, on, shown, _history_days(knowledge, name)), assumed)
    beside = courses_of(knowledge, others, Window(starts_on, on, shown, COURSE_HISTORY_DAYS), assumed)
    return Plan(
        name, doses.times_h, doses.amounts_mg, shown, doses.route, beside, traits_on(record, on), starts_on,
        tuple(dict.fromkeys(assumed)),
    )  # fmt: skip


def slowest_half_life_h(victim: Victim) -> float:
    """The half-life of the drug or, when that is longer, of its slowest active metabolite [h]."""
    found = [float(victim.half_life_h()[0])]
    found += [np.log(2.0) * float(part.volume[0] / part.clearance[0]) for part in victim.body.metabolites]
    return max(found)


def _history_days(knowledge: Knowledge, name: str) -> int:
    """How long before the days shown a dose still counts [d]; refused when the drug cannot be simulated."""
    disposition, _ = disposition_of(knowledge, name)
    victim = build_victim(knowledge, name, next(iter(disposition.routes), "oral"), Draws(0))
    days = int(np.ceil(_HALF_LIVES_BEFORE * slowest_half_life_h(victim) / 24.0))
    return min(max(days, _SHORTEST_HISTORY_DAYS), LONGEST_HISTORY_DAYS)


def _assumed_of_person(record: Record, on: date) -> list[str]:
    """What is assumed of the patient; a child is refused."""
    age = age_years(record, on)
    if age is not None and age < _ADULT_YEARS:
        raise InputRefused(
            f"a patient of {age:.0f} years cannot be simulated, because the kinetics known here are those of adults.",
            next_step="Use a level measured in this child.",
        )  # fmt: skip
    assumed = ["the kinetics are those of a 70 kg adult; weight is not taken into account"]
    return assumed if age is not None else [*assumed, "the age is not known: an adult under 65 is assumed"]


def _victim(knowledge: Knowledge, record: Record, drug: str | None) -> str:
    """The drug asked for, or the only active one there is."""
    names = list(dict.fromkeys(order.ingredient or "" for order in record.orders if _is_active_bzra(knowledge, order)))
    if not names:
        raise InputRefused(
            "no active benzodiazepine or Z-drug is in the regimen.", where="the patient",
            next_step="Without a patient, give --drug and --dose.",
        )  # fmt: skip
    if drug is not None and drug not in names:
        raise UsageError(
            f"'{drug}' is not an active benzodiazepine or Z-drug of this patient.{nearest(drug, names)}",
            where="--drug",
            next_step=f"Active: {', '.join(names)}.",
        )  # fmt: skip
    if drug is None and len(names) > 1:
        raise UsageError(f"this patient takes {' and '.join(names)}.", next_step="Say which one with --drug.")
    return drug or names[0]


def _is_active_bzra(knowledge: Knowledge, order: Order) -> bool:
    known = knowledge.drugs.get(order.ingredient or "")
    return order.active is not False and known is not None and known.benzodiazepine is not None


def with_history(plan: Plan, hours: Sequence[float], amounts_mg: Sequence[float], half_life_h: float) -> Plan:
    """The same plan for someone who has taken these doses for six half-lives already."""
    before = min(int(np.ceil(6.0 * half_life_h / 24.0)), LONGEST_HISTORY_DAYS)
    times, amounts = repeated_doses(hours, amounts_mg, -before, plan.days)
    return replace(plan, times_h=times, amounts_mg=amounts)


def largest_label_dose_mg(knowledge: Knowledge, name: str) -> float | None:
    """The highest daily dose any label allows an adult [mg], when one is known."""
    drug = knowledge.drugs.get(name)
    limits = drug.benzodiazepine.dose_limits if drug and drug.benzodiazepine else ()
    found = [typical(limit.max_mg_per_day) for limit in limits if limit.max_mg_per_day]
    return max(found) if found else None
