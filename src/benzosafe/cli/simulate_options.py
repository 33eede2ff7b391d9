"""What the user asked of `simulate`: which options go together, and the plan they make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benzosafe.errors import UsageError

if TYPE_CHECKING:  # kinetics is loaded when something is simulated, not to show the help
    from benzosafe.exposure.plan import Plan
    from benzosafe.knowledge.load import Knowledge

_USUAL_DAYS = 14.0
_LEAST_DAYS = 0.25  # shorter, not even one dose can be followed
_USUAL_TIMES = "08"


@dataclass(frozen=True)
class Asked:
    """The options as given; None or empty is not given."""

    patient: str | None = None
    drug: str | None = None
    dose: str | None = None
    times: str | None = None
    beside: tuple[str, ...] = ()
    schedule: Path | None = None
    steady: bool = False
    route: str | None = None
    traits: tuple[str, ...] = field(default=())
    days: float | None = None
    on: str | None = None


def check_numbers(days: float | None, people: int, seed: int) -> None:
    """Refuse numbers that mean nothing."""
    from benzosafe.exposure.simulation import MOST_DAYS

    if days is not None and (not math.isfinite(days) or days < _LEAST_DAYS):
        raise UsageError(
            f"{days:g} is not a number of days to show; the least is {_LEAST_DAYS:g}.", where="--days",
            next_step=f"Leave it out for {_USUAL_DAYS:g}.",
        )  # fmt: skip
    if days is not None and days > MOST_DAYS:
        raise UsageError(f"{days:g} days are more than {MOST_DAYS}.", where="--days", next_step="Ask for fewer.")
    if people < 1:
        raise UsageError("must be above 0.", where="--people", next_step="Leave it out for 100.")
    if seed < 0:
        raise UsageError("must be 0 or above.", where="--seed", next_step="Leave it out for 1.")


def plan_of(asked: Asked, knowledge: Knowledge) -> Plan:
    """The plan of a patient or of the options."""
    _refuse_unused(asked)
    return _patient_plan(asked, knowledge) if asked.patient is not None else _option_plan(asked, knowledge)


def _refuse_unused(asked: Asked) -> None:
    """An option that would have no effect is refused, not ignored."""
    if asked.patient is not None:
        alone = {
            "--dose": asked.dose, "--times": asked.times, "--with": asked.beside, "--schedule": asked.schedule,
            "--steady": asked.steady, "--route": asked.route, "--trait": asked.traits,
        }  # fmt: skip
        _refuse(alone, "does not go with a patient, whose record says it", "Leave it out, or change the record.")
        return
    _refuse({"--on": asked.on}, "is the review date of a patient, and none is given", "Leave it out.")
    if asked.drug is None or (asked.dose is None and asked.schedule is None):
        raise UsageError(
            "give a patient, or --drug with --dose or --schedule.", next_step="See: benzosafe simulate --help"
        )  # fmt: skip
    if asked.schedule is not None:
        alone = {"--dose": asked.dose, "--times": asked.times, "--steady": asked.steady}
        _refuse(alone, "does not go with --schedule, which lists every dose", "Leave one of them out.")


def _refuse(options: Mapping[str, object], why: str, next_step: str) -> None:
    for option, value in options.items():
        if value is not None and value is not False and value != ():
            raise UsageError(f"{why}.", where=option, next_step=next_step)


def _patient_plan(asked: Asked, knowledge: Knowledge) -> Plan:
    from benzosafe.cli.inputs import read_day, read_patient
    from benzosafe.cli.kinetics_options import ingredient
    from benzosafe.exposure.patient_plan import patient_plan

    day = read_day(asked.on)
    wanted = ingredient(asked.drug, knowledge, "--drug") if asked.drug else None
    ahead = _USUAL_DAYS if asked.days is None else asked.days
    return patient_plan(knowledge, read_patient(asked.patient or "", knowledge, day), day, ahead, wanted)


def _option_plan(asked: Asked, knowledge: Knowledge) -> Plan:
    from benzosafe.cli import kinetics_options as read
    from benzosafe.cli.kinetics_courses import courses
    from benzosafe.cli.kinetics_schedule import read_schedule
    from benzosafe.exposure.draws import Draws
    from benzosafe.exposure.patient_plan import (
        largest_label_dose_mg,
        repeated_doses,
        slowest_half_life_h,
        with_history,
    )
    from benzosafe.exposure.plan import Plan
    from benzosafe.exposure.victim import build_victim

    name = read.ingredient(asked.drug or "", knowledge, "--drug")
    victim = build_victim(knowledge, name, read.route_of(asked.route or "oral"), Draws(0))
    traits = read.traits_of(list(asked.traits))
    highest = largest_label_dose_mg(knowledge, name)
    if asked.schedule is not None:
        listed = read_schedule(asked.schedule, name, highest)
        length = listed.last_day if asked.days is None else asked.days
        beside = courses(asked.beside, knowledge, name, length)
        return Plan(name, listed.times_h, listed.amounts_mg, length, victim.route, beside, traits)
    length = _USUAL_DAYS if asked.days is None else asked.days
    hours = read.clock_hours(_USUAL_TIMES if asked.times is None else asked.times, "--times")
    given = read.doses_mg(asked.dose or "", len(hours), "--dose")
    read.check_dose(sum(given), highest, name, "--dose")
    at, amounts = repeated_doses(hours, given, 0, length)
    plan = Plan(name, at, amounts, length, victim.route, courses(asked.beside, knowledge, name, length), traits)
    return with_history(plan, hours, given, slowest_half_life_h(victim)) if asked.steady else plan
