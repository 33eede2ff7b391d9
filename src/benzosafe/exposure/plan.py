"""What is to be simulated: the doses of one drug and the courses of others beside it, as the kinetics want them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from benzosafe.exposure.combine import Taken
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.victim import NO_TRAITS, Traits, Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.simulate import Dosing
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Course:
    """A perpetrator from one day to another (None: to the end), with its daily dose (None: its usual one)."""

    name: str
    from_day: float
    to_day: float | None
    mg_per_day: float | None


@dataclass(frozen=True)
class Plan:
    """What is simulated: a drug, its doses [h, mg], and what is taken beside it, over some days.

    Hours run from midnight of day 1; doses and courses before that (negative) are the history and are not shown.
    `assumed` says in words what the input left open.
    """

    drug: str
    times_h: Floats
    amounts_mg: Floats
    days: float
    route: Route = "oral"
    beside: tuple[Course, ...] = ()
    traits: Traits = NO_TRAITS
    starts_on: date | None = None
    assumed: tuple[str, ...] = ()


def taken_beside(knowledge: Knowledge, plan: Plan, draws: Draws) -> list[Taken]:
    """Everything taken beside the drug, its doses at even times from midnight of its first day."""
    found = []
    for course in plan.beside:
        who = acting(knowledge, course.name, draws)
        end = plan.days if course.to_day is None else min(course.to_day, plan.days)
        per_day = who.doses_per_day
        count = max(1, int(np.ceil((end - course.from_day) * per_day - 1e-9)))
        usual = 1.0 if who.reference_mg_per_day is None else who.reference_mg_per_day
        amount = usual if course.mg_per_day is None else course.mg_per_day
        times = (course.from_day + np.arange(count) / per_day) * 24.0
        found.append(Taken(who, times, np.full(count, amount / per_day), np.full(count, amount)))
    return found


def dosing_of(plan: Plan, victim: Victim) -> Dosing:
    """The doses of a plan as amounts of the analyte that is followed."""
    return Dosing(
        plan.times_h + victim.lag_h, plan.amounts_mg * victim.dose_factor, victim.into_blood, victim.over_h
    )  # fmt: skip
