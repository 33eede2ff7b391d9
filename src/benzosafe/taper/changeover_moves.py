"""A change moved in time: the same stages later, or one of them again; never a new dose, never a stage left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover, ChangeStage
from benzosafe.taper.changeover_proof import change_faults
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.plan import TaperPlan

_MOST_PIECES = 20


@dataclass(frozen=True)
class Move:
    """From a day on the doses of this stage, taken for so many days already, not changed before a day.

    `back`: they are those of the stage before; `slower`: what is left of the stages lasts twice as long.
    """

    on: date
    number: int
    taken_days: int
    hold_until: date | None = None
    back: bool = False
    slower: bool = False


@dataclass(frozen=True)
class Moved:
    """The change and the taper after it as they follow from a move, and the first day of the next stage or step."""

    change: Changeover
    plan: TaperPlan
    next_on: date


def moved(knowledge: Knowledge, change: Changeover, plan: TaperPlan, move: Move, file: str) -> Moved:
    """The stages that are left, one after the other, and the same steps of the taper as much later.

    Nothing comes earlier than it was planned. InputRefused when the moved change does not stand up to its proof,
    OverflowError beyond the last year of the calendar.
    """
    last = max(stage.number for stage in change.stages)
    next_on = _next_on(knowledge, change, plan, move)
    stages = [*_until(change, move, next_on)]
    day = next_on
    for number in range(move.number + 1, last + 1):
        known = latest(change, number)
        days = _slower(knowledge, known.days) if move.slower else known.days
        stages.append(ChangeStage(number, day, days, known.old, known.new))
        day += timedelta(days=days)
    later = day - plan.steps[0].starts_on
    ends_on = plan.steps[-1].ends_on + later  # beyond the last year of the calendar: OverflowError
    found = replace(change, stages=tuple(stages), since=move.on)
    wrong = change_faults(found, ceiling_of(knowledge), _MOST_PIECES)
    if wrong or later < timedelta(0):
        raise InputRefused(
            f"no safe change follows from here: {wrong[0] if wrong else 'the taper would begin earlier'}.", where=file,
            next_step="Stay on what is taken now and call the prescriber today; a new plan: benzosafe taper PATIENT.",
        )  # fmt: skip
    steps = tuple(replace(step, starts_on=step.starts_on + later) for step in plan.steps)
    until = next_on - timedelta(days=1)
    note = f"revised on {move.on}: stage {move.number} of the change until {until}, the plan until {ends_on}"
    return Moved(found, replace(plan, steps=steps, notes=(*plan.notes, note)), next_on)


def latest(change: Changeover, number: int) -> ChangeStage:
    """The stage with a number as it was planned last."""
    return next(stage for stage in reversed(change.stages) if stage.number == number)


def next_planned(change: Changeover, plan: TaperPlan, number: int) -> date:
    """The first day of the stage after this one, or of the taper after the last."""
    last = max(stage.number for stage in change.stages)
    return plan.steps[0].starts_on if number == last else latest(change, number + 1).starts_on


def _next_on(knowledge: Knowledge, change: Changeover, plan: TaperPlan, move: Move) -> date:
    """Not before its planned day, before a hold has ended, or before the stage has lasted as long as it has to."""
    days = [move.on + timedelta(days=1), next_planned(change, plan, move.number), move.hold_until or move.on]
    if move.number:
        length = latest(change, move.number).days
        began = move.on if move.back else move.on - timedelta(days=move.taken_days)
        days.append(began + timedelta(days=_slower(knowledge, length) if move.slower else length))
    return max(days)


def _slower(knowledge: Knowledge, days: int) -> int:
    """Twice as long, up to the longest usual interval; a stage that is longer already stays as it is."""
    return max(days, min(2 * days, int(knowledge.parameters["taper_initial_days"].highest)))


def _until(change: Changeover, move: Move, next_on: date) -> list[ChangeStage]:
    """The stages up to the next one: what went before, ended the day before, and the doses that are taken now."""
    if not move.number:
        return []
    most = move.number + move.back
    past = [stage for stage in change.stages if stage.starts_on < move.on]
    while past and past[-1].number > most:
        past.pop()
    if past:
        past[-1] = replace(past[-1], days=(move.on - past[-1].starts_on).days)
    if past and past[-1].number == move.number:
        past[-1] = replace(past[-1], days=(next_on - past[-1].starts_on).days)
        return past
    known = latest(change, move.number)
    now = ChangeStage(move.number, move.on, (next_on - move.on).days, known.old, known.new, back=move.back)
    return [*past, now]
