"""A change under way: from the diary of two drugs to going on, holding, slowing, one stage back or help; no jump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_days import DayOfBoth, days_of_both
from benzosafe.taper.changeover_doses import beyond, dose_decisions_of_both
from benzosafe.taper.changeover_moves import Move, Moved, latest, moved, next_planned
from benzosafe.taper.changeover_where import Where, where_now
from benzosafe.taper.follow_days import check_against
from benzosafe.taper.follow_decision import Decision, hold_until_of, number_of, ordered
from benzosafe.taper.follow_early import felt_decisions
from benzosafe.taper.follow_medicines import medicine_decisions
from benzosafe.taper.follow_record import Chain
from benzosafe.taper.follow_steps import was_severe
from benzosafe.taper.log_entries import Log
from benzosafe.taper.plan import TaperPlan

_REC_7 = ("asam_2025", "verified", "Rec 7, text to the table of equivalents")
_WITH_EMERGENCY = ("seek_help", "assess_anew", "hold")


@dataclass(frozen=True)
class StageNow:
    """The stage whose doses are taken from now on (0: those before the change), until the next one.

    `where`: what the diary shows; `moved`: the change as it follows, None when it goes on as planned.
    """

    number: int
    where: Where
    next_on: date
    moved: Moved | None


@dataclass(frozen=True)
class StagesFollowed:
    """Decisions, the stage now (None while help, a new assessment or a clinician decides), the end of a hold."""

    decisions: tuple[Decision, ...]
    stage: StageNow | None
    hold_until: date | None


def changing_on(was: Chain, on: date) -> bool:
    """Whether a day belongs to a change whose doses are known, counted from its first day or its last revision."""
    course = was.change.course if was.change else None
    return course is not None and _first(course, was) <= on


def _first(course: Changeover, was: Chain) -> date:
    return min(course.begins_on, was.since or course.begins_on)


def follow_stages(knowledge: Knowledge, plan: TaperPlan, log: Log, on: date, was: Chain) -> StagesFollowed:
    """What to do now, most pressing first; InputRefused when the doses taken are those of no stage, or cannot be read.

    An emergency is answered before any dose is judged.
    """
    course = was.change.course if was.change else None
    assert course is not None
    check_against(log, on, _first(course, was))
    felt = [*felt_decisions(knowledge, course.new, log, on), *medicine_decisions(knowledge, course.old, log, on)]
    if any(item.action == "seek_help" for item in felt):
        return _only_help(felt)
    days = days_of_both(knowledge, course, log, on, _first(course, was))
    found = [*felt, *dose_decisions_of_both(knowledge, course, log, days)]
    if any(item.action in ("seek_help", "assess_anew") for item in found):
        return _only_help(found)
    if beyond(knowledge, course, days):
        return StagesFollowed(ordered(_held(item) for item in found), None, None)
    where = where_now(knowledge, course, days, on, log.file)
    decisions = _with_stage(knowledge, (course, plan, log), found, (where, on), days)
    return _moved(knowledge, course, plan, decisions, (where, on, log.file))


def _only_help(found: Sequence[Decision]) -> StagesFollowed:
    return StagesFollowed(ordered(item for item in found if item.action in _WITH_EMERGENCY), None, None)


def _held(item: Decision) -> Decision:
    return replace(item, action="hold") if item.action in ("stay", "slow_down", "step_back") else item


def _with_stage(
    knowledge: Knowledge, of: tuple[Changeover, TaperPlan, Log], found: Sequence[Decision], at: tuple[Where, date],
    days: Sequence[DayOfBoth],
) -> tuple[Decision, ...]:  # fmt: skip
    """The decisions with what the stage asks for; where going back is not safe it becomes a hold that says why."""
    course, plan, log = of
    where, on = at
    added = [*found, _stage(course, plan, where)]
    if where.ahead:
        reason = (
            f"stage {where.number} was begun before it was due: the next one waits, and the prescriber hears of it."
        )
        added.append(Decision("hold", reason, *_REC_7, soon=True))
    why_not = _not_back(knowledge, (course, log), days, where, on)
    return ordered(_settled(item, why_not) for item in added)


def _settled(item: Decision, why_not: str) -> Decision:
    if item.action == "stay":
        reason = f"{item.reason} Two drugs are taken now, so this is a pause; the prescriber agrees where to end."
        return replace(item, action="hold", reason=reason)
    if item.action == "step_back" and why_not:
        reason = f"{item.reason} No step back, because {why_not}: call the clinician."
        return replace(item, action="hold", reason=reason, soon=True)
    return item


def _stage(course: Changeover, plan: TaperPlan, where: Where) -> Decision:
    last = max(stage.number for stage in course.stages)
    then = f"stage {where.number + 1}" if where.number < last else "the first step of the taper"
    due = next_planned(course, plan, where.number)
    taken = f"stage {where.number} of {last} is taken" if where.number else "the doses before the change are taken"
    late = f", the plan has stage {where.planned}; nothing is left out, so {then} comes next" if where.behind else ""
    when = "" if where.behind else f" (planned {due})"
    reason = f"{taken}{late}. Before {then}{when} the prescriber decides: go on, wait, or step back."
    return Decision("go_on", reason, *_REC_7)


def _not_back(
    knowledge: Knowledge, of: tuple[Changeover, Log], days: Sequence[DayOfBoth], where: Where, on: date
) -> str:  # fmt: skip
    """Why the doses of the stage before are not safe to go back to; nothing when they are.

    JUDGEMENT: as for a step of a taper: not after days without a known dose, not to a stage with the same severe
    scores, not to one that ended longer ago than counts as recent, and only from the stage the plan has.
    """
    course, log = of
    if where.number == 0:
        return "the change has not begun"
    if where.number != where.planned:
        return "another stage than planned is taken now"
    if where.days > number_of(knowledge, "follow_step_back_within_days"):
        return f"the stage before ended {where.days} days ago, too long"
    if any(day.missed for day in days[-int(number_of(knowledge, "follow_reading_valid_days")) :]):
        return "doses were missed lately"
    ended = on - timedelta(days=where.days)
    began = latest(course, where.number - 1).starts_on if where.number > 1 else None
    if began and was_severe(knowledge, log, min(began, ended), ended):
        return "the stage before was not tolerated either"
    return ""


def _moved(
    knowledge: Knowledge, course: Changeover, plan: TaperPlan, decisions: tuple[Decision, ...],
    at: tuple[Where, date, str],
) -> StagesFollowed:  # fmt: skip
    where, on, file = at
    until = hold_until_of(knowledge, decisions, on)
    back = decisions[0].action == "step_back"
    slower = any(item.action == "slow_down" for item in decisions)
    if decisions[0].action == "go_on" and where.number == where.planned:
        stage = StageNow(where.planned_now, where, next_planned(course, plan, where.planned_now), None)
        return StagesFollowed(decisions, stage, None)
    number = where.number - back
    move = Move(on, number, 0 if back else where.days, until, back, slower)
    found = moved(knowledge, course, plan, move, file)
    return StagesFollowed(decisions, StageNow(number, where, found.next_on, found), until)
