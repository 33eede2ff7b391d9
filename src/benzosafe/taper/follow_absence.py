"""After days without the drug: what is left of the level and of tolerance, and the dose a person may still tolerate.

Level and tolerance are followed day by day as daily doses: the level moves to the dose taken with the half-life of the
slowest main analyte, tolerance follows the level with a half-life of its own and never rises on a day without a dose.
JUDGEMENT: the level alone would bring a short-acting drug to nothing within two days, which would be an abrupt stop;
tolerance alone decides the ceiling, at the fast end of its range so that nothing jumps back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from benzosafe.errors import InputRefused
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.victim import build_victim
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_days import DayTaken, doses_of
from benzosafe.taper.follow_decision import Decision, by_parameter, number_of
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import Dose, mg_words

_ONE = Draws(1, 1)


@dataclass(frozen=True)
class Absence:
    """Days missed up to now, the dose taken last, and level and tolerance as the daily dose they correspond to [ug].

    `unknown`: how many of the days may not have been missed after all.
    """

    days: int
    unknown: int
    last_dose_ug: int
    level_ug: float
    tolerance_ug: float
    half_life_h: float
    analyte: str


def slowest_half_life(knowledge: Knowledge, drug: str) -> tuple[float, str]:
    """Half-life [h] and name of the slowest analyte that counts: the drug or a main active metabolite.

    A drug without kinetics gives the shortest half-life its own file states, and 0 when there is none.
    """
    try:
        victim = build_victim(knowledge, drug, "oral", _ONE)
    except InputRefused:
        known = knowledge.drugs.get(drug)
        facts = known.benzodiazepine if known else None
        return (facts.half_life_h.lowest if facts else 0.0), drug
    found = [(float(victim.half_life_h()[0]), victim.analyte)]
    for place in victim.main_analytes()[1:]:
        made = victim.body.metabolites[place - 1]
        found.append((log(2.0) * float(made.volume[0] / made.clearance[0]), victim.analytes[place]))
    return max(found)


def absence_of(knowledge: Knowledge, plan: TaperPlan, days: Sequence[DayTaken]) -> Absence:
    """The stretch of missed days that reaches up to the last day, with what is left of level and tolerance."""
    half_life, analyte = slowest_half_life(knowledge, plan.drug)
    stays = 0.5 ** (24.0 / half_life) if half_life else 0.0
    keeps = 0.5 ** (1.0 / knowledge.parameters["follow_tolerance_half_life_days"].lowest)
    level = tolerance = float(plan.before_ug)
    missed, unknown, last = 0, 0, plan.before_ug
    for day in days:
        level = level * stays + day.low_ug * (1.0 - stays)
        moved = level + (tolerance - level) * keeps
        tolerance = moved if day.low_ug else min(moved, tolerance)
        missed = missed + 1 if day.missed else 0
        unknown = unknown + (day.high_ug > 0) if day.missed else 0
        if day.low_ug:
            last = min(day.low_ug, day.planned_ug) or day.low_ug
    return Absence(missed, unknown, last, level, tolerance, half_life, analyte)


def restart_doses(plan: TaperPlan, absence: Absence) -> tuple[Dose, ...]:
    """The doses of the highest step not above the last dose taken nor what is tolerated; none when there is none."""
    most = min(float(absence.last_dose_ug), absence.tolerance_ug)
    steps = [doses_of(plan, place) for place in range(-1, len(plan.steps))]
    fitting = [doses for doses in steps if 0 < _amount(doses) <= most]
    return max(fitting, key=_amount, default=())


def _amount(doses: Sequence[Dose]) -> int:
    return sum(dose.amount_ug for dose in doses)


def absence_decisions(
    knowledge: Knowledge, plan: TaperPlan, absence: Absence, *, emergency: bool = False
) -> list[Decision]:  # fmt: skip
    """What missed days lead to: go on and never double; a lower restart; or nothing from this plan.

    emergency: help is on its way and decides the dose, so none is named.
    """
    if not absence.days:
        return []
    missed = "1 day was" if absence.days == 1 else f"{absence.days} days were"
    if absence.days <= number_of(knowledge, "follow_missed_days_go_on"):
        reason = f"{missed} missed: take the next dose as planned and never double it."
        return [by_parameter(knowledge, "go_on", reason, "follow_missed_days_go_on")]
    left = f"{missed} {'missed' if not absence.unknown else 'without a known dose'}; {_left(absence)}"
    if absence.unknown:
        left += (
            f" For {absence.unknown} of the days nobody knows: find out first (drug chart, tablets left);"
            " what was taken after all is not an absence."
        )
    doses = restart_doses(plan, absence)
    most = number_of(knowledge, "follow_missed_days_new_assessment")
    if emergency or absence.days > most or not doses:
        reason = (
            f"{left} The earlier dose may no longer be tolerated and withdrawal may have begun: a clinician sees the"
            " person before any dose is taken; shaking, sweating, fast heart, confusion or a seizure is an emergency."
        )
        return [by_parameter(knowledge, "assess_anew", reason, "follow_missed_days_new_assessment")]
    reason = (
        f"{left} Not above {mg_words(_amount(doses))} mg a day, the step of the plan at or below what is likely still"
        f" tolerated ({mg_words(round(absence.tolerance_ug))} mg) and the last dose taken"
        f" ({mg_words(absence.last_dose_ug)} mg); call the clinician before it, watch for sedation and for withdrawal."
    )
    return [by_parameter(knowledge, "restart", reason, "follow_tolerance_half_life_days")]


def _left(absence: Absence) -> str:
    if not absence.half_life_h:
        return "its half-life is not known, so nothing is counted as left."
    share = absence.level_ug / absence.last_dose_ug if absence.last_dose_ug else 0.0
    return (
        f"of the level about {100 * min(share, 1.0):.0f} % is left ({absence.analyte}, half-life"
        f" {absence.half_life_h:.0f} h)."
    )
