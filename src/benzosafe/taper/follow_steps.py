"""Going back to the step before: only to a dose that was tolerated, taken lately, and without an absence since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.follow_days import DayTaken, doses_of, planned_ug, step_on
from benzosafe.taper.follow_decision import number_of
from benzosafe.taper.follow_symptoms import band_of
from benzosafe.taper.log_entries import Log
from benzosafe.taper.plan import TaperPlan

Doses = tuple[tuple[float, int], ...]


def step_before(
    knowledge: Knowledge, plan: TaperPlan, log: Log, days: Sequence[DayTaken], on: date
) -> tuple[Doses, str]:  # fmt: skip
    """The doses of the last higher step as (hour, micrograms), or none and why not.

    Label: return to the previous dose (label_us_clonazepam). JUDGEMENT: not after days without a known dose, not to a
    step that had the same severe scores, and not to one that ended longer ago than counts as recent.
    """
    place = step_on(plan, on)
    now = planned_ug(plan, on)
    earlier = place - 1
    while earlier >= -1 and _amount(plan, earlier) <= now:
        earlier -= 1
    if earlier < -1:
        return (), "no higher step came before"
    ended = plan.steps[earlier + 1].starts_on
    if (on - ended).days > number_of(knowledge, "follow_step_back_within_days"):
        return (), f"that dose was last taken on {ended - timedelta(days=1)}, too long ago"
    counted = int(number_of(knowledge, "follow_reading_valid_days"))
    if any(day.missed for day in days[-counted:]):
        return (), "doses were missed lately"
    began = plan.steps[earlier].starts_on if earlier >= 0 else None
    if began and was_severe(knowledge, log, began, ended):
        return (), "the step before was not tolerated either"
    return tuple((dose.at_h, dose.amount_ug) for dose in doses_of(plan, earlier) if dose.portions), ""


def _amount(plan: TaperPlan, place: int) -> int:
    return sum(dose.amount_ug for dose in doses_of(plan, place))


def was_severe(knowledge: Knowledge, log: Log, began: date, ended: date) -> bool:
    """Whether a scale was severe from a day on until the day before another."""
    for day in log.days:
        if began <= day.on < ended:
            for name in knowledge.withdrawal_scales:
                reading = getattr(day, name)
                step = band_of(knowledge, name, reading.total)[1] if reading else None
                if step and step.action in ("step_back", "seek_help"):
                    return True
    return False
