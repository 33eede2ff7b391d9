"""What was asked to be simulated, as written: which statements go together, and the plan they make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from benzosafe.errors import UsageError
from benzosafe.exposure import written as read
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.patient_plan import (
    largest_label_dose_mg,
    patient_plan,
    repeated_doses,
    slowest_half_life_h,
    with_history,
)
from benzosafe.exposure.plan import Plan
from benzosafe.exposure.simulation import MOST_DAYS
from benzosafe.exposure.victim import build_victim
from benzosafe.exposure.written_courses import courses
from benzosafe.exposure.written_schedule import Listing, read_schedule
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record

_USUAL_DAYS = 14.0
_LEAST_DAYS = 0.25  # shorter, not even one dose can be followed
_USUAL_TIMES = "08"


@dataclass(frozen=True)
class Written:
    """The statements as given; None or empty is not given."""

    drug: str | None = None
    dose: str | None = None
    times: str | None = None
    beside: tuple[str, ...] = ()
    schedule: Listing | None = None
    steady: bool = False
    route: str | None = None
    traits: tuple[str, ...] = field(default=())
    days: float | None = None


def check_numbers(days: float | None, people: int, seed: int) -> None:
    """Refuse numbers that mean nothing."""
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


def refuse_unused(written: Written, *, patient: bool, on: str | None) -> None:
    """A statement that would have no effect is refused, not ignored."""
    if patient:
        alone = {
            "--dose": written.dose, "--times": written.times, "--with": written.beside,
            "--schedule": written.schedule, "--steady": written.steady, "--route": written.route,
            "--trait": written.traits,
        }  # fmt: skip
        _refuse(alone, "does not go with a patient, whose record says it", "Leave it out, or change the record.")
        return
    _refuse({"--on": on}, "is the review date of a patient, and none is given", "Leave it out.")
    if written.drug is None or (written.dose is None and written.schedule is None):
        raise UsageError(
            "give a patient, or --drug with --dose or --schedule.", next_step="See: benzosafe simulate --help"
        )  # fmt: skip
    if written.schedule is not None:
        alone = {"--dose": written.dose, "--times": written.times, "--steady": written.steady}
        _refuse(alone, "does not go with --schedule, which lists every dose", "Leave one of them out.")


def _refuse(options: Mapping[str, object], why: str, next_step: str) -> None:
    for option, value in options.items():
        if value is not None and value is not False and value != ():
            raise UsageError(f"{why}.", where=option, next_step=next_step)


def plan_of_record(written: Written, knowledge: Knowledge, record: Record, on: date, tell: read.Tell) -> Plan:
    """The plan of a patient, on the review date and ahead."""
    wanted = read.ingredient(written.drug, knowledge, "--drug", tell) if written.drug else None
    ahead = _USUAL_DAYS if written.days is None else written.days
    return patient_plan(knowledge, record, on, ahead, wanted)


def plan_of_written(written: Written, knowledge: Knowledge, tell: read.Tell) -> Plan:
    """The plan of doses as written, with nothing known of the patient but the traits."""
    name = read.ingredient(written.drug or "", knowledge, "--drug", tell)
    victim = build_victim(knowledge, name, read.route_of(written.route or "oral"), Draws(0))
    traits = read.traits_of(list(written.traits))
    highest = largest_label_dose_mg(knowledge, name)
    if written.schedule is not None:
        listed = read_schedule(written.schedule, name, highest)
        length = listed.last_day if written.days is None else written.days
        beside = courses(written.beside, knowledge, name, length, tell)
        return Plan(name, listed.times_h, listed.amounts_mg, length, victim.route, beside, traits)
    length = _USUAL_DAYS if written.days is None else written.days
    hours = read.clock_hours(_USUAL_TIMES if written.times is None else written.times, "--times")
    given = read.doses_mg(written.dose or "", len(hours), "--dose")
    read.check_dose(sum(given), highest, name, "--dose")
    at, amounts = repeated_doses(hours, given, 0, length)
    beside = courses(written.beside, knowledge, name, length, tell)
    plan = Plan(name, at, amounts, length, victim.route, beside, traits)
    return with_history(plan, hours, given, slowest_half_life_h(victim)) if written.steady else plan
