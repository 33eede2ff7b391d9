"""A taper under way: the diary read beside the plan, what to do now with the reasons, and the plan that follows.

What leads, in order: emergency, assessment anew, lower restart, step back, ending here, hold, slower, go on. Nothing
here stops a drug abruptly, raises a dose after an absence, or lowers one while holding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from benzosafe.errors import BenzosafeError, InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_follow import StageNow, changing_on, follow_stages
from benzosafe.taper.design import Request, design
from benzosafe.taper.follow_absence import Absence, absence_decisions, absence_of, restart_doses
from benzosafe.taper.follow_change import Change, followed_change
from benzosafe.taper.follow_days import (
    DayTaken,
    check_against,
    days_taken,
    dose_change_after,
    first_day,
    planned_ug,
    refuse_several,
    step_on,
)
from benzosafe.taper.follow_decision import ORDER, Action, Decision, hold_until_of, ordered
from benzosafe.taper.follow_doses import Held, dose_decisions, unprescribed
from benzosafe.taper.follow_early import early_decisions, felt_decisions
from benzosafe.taper.follow_now import dose_now, lower_since
from benzosafe.taper.follow_record import FIRST, Chain, digest_of
from benzosafe.taper.follow_request import next_request, portioned
from benzosafe.taper.follow_steps import Doses, step_before
from benzosafe.taper.limits import breaks, ceiling_of
from benzosafe.taper.log_entries import Log
from benzosafe.taper.plan import TaperPlan

# What still stands beside an emergency or a new assessment; anything that would name a dose or a pace does not.
_WITH_EMERGENCY: tuple[Action, ...] = ("seek_help", "assess_anew", "hold")


@dataclass(frozen=True)
class Revision:
    """What a diary leads to on a day. Doses in micrograms a day, as (hour, amount).

    `doses`: what is taken until the next reduction, None while help, a new assessment or a clinician (a dose above the
    one before the plan) decides; `restart_ug`:
    the ceiling of a restart. `planned_ug` and `doses` are None while a change to another drug goes on, whose doses
    stand in `stage`. `request`: what the new plan
    is computed from; `new`: that plan; both None when the old one goes on, has ended, or waits. `old` is kept whole.
    `number`, `of`: place in the chain, SHA-256 of the old plan.
    """

    on: date
    number: int
    of: str
    old: TaperPlan
    was: Chain
    decisions: tuple[Decision, ...]
    planned_ug: int | None
    doses: Doses | None
    restart_ug: int | None
    hold_until: date | None
    request: Request | None
    new: TaperPlan | None
    notes: tuple[str, ...]
    stage: StageNow | None = None

    @property
    def action(self) -> Action:
        """The action that leads."""
        return self.decisions[0].action

    @property
    def early(self) -> bool:
        """Whether the first step is still to come."""
        return self.on < first_day(self.old, self.was.since, changed=self.was.change is not None)

    @property
    def changing(self) -> bool:
        """Whether stages of a change to another drug are followed, whose doses are known."""
        return self.early and changing_on(self.was, self.on)

    @property
    def course(self) -> Changeover | None:
        """The change to another drug as it was before this revision, when its doses are known."""
        return self.was.change.course if self.was.change else None

    @property
    def changed_over(self) -> Change | None:
        """The change that comes before the new plan; None once it is over."""
        moved = self.stage.moved if self.stage else None
        return followed_change(moved.change) if moved else None

    @property
    def dose_ug(self) -> int | None:
        """What is taken a day until the next reduction."""
        return None if self.doses is None else sum(amount for _, amount in self.doses)


@dataclass(frozen=True)
class _Seen:
    """What the diary shows of the doses."""

    days: list[DayTaken]
    absence: Absence
    now_ug: int
    planned_ug: int
    unprescribed: bool


def follow(knowledge: Knowledge, plan: TaperPlan, log: Log, on: date, was: Chain = FIRST) -> Revision:
    """What to do now and the revised plan; InputRefused when the diary contradicts the plan or itself.

    `was`: revision number of `plan` and the digest of the one before it.
    """
    first = first_day(plan, was.since, changed=was.change is not None)
    if on < first:
        if changing_on(was, on):
            return _while_it_changes(knowledge, plan, log, on, was)
        return _before_it_begins(knowledge, plan, log, on, was)
    check_against(log, on, min(first, was.change.begins_on) if was.change else first)
    refuse_several(log, first)
    days, planned = days_taken(plan, log, on, first), planned_ug(plan, on)
    now = dose_now(knowledge, days, planned)
    beyond = unprescribed(knowledge, days, Held(now, plan.before_ug))
    seen = _Seen(days, absence_of(knowledge, plan, days), now, planned, beyond)
    decisions = _decisions(knowledge, plan, log, on, seen)
    decisions, back = _with_step_back(knowledge, plan, log, seen, (on, decisions))
    action = decisions[0].action
    waits = action in ("seek_help", "assess_anew") or seen.unprescribed
    doses = None if waits else _doses(plan, seen, action, back, on)
    hold_until = hold_until_of(knowledge, decisions, on)
    slower = any(item.action == "slow_down" for item in decisions)
    request = None
    if doses and _changes_plan(action, seen):
        later = lower_since(knowledge, seen.days, sum(amount for _, amount in doses))
        request = next_request(knowledge, plan, doses, (on, max(hold_until or on, later or on)), slower)
    new, notes = _designed(knowledge, request)
    return Revision(
        on, was.revision + 1, digest_of(plan, was), plan, was, decisions, planned, doses,
        sum(amount for _, amount in doses) if doses and action == "restart" else None, hold_until, request, new, notes,
    )  # fmt: skip


def _before_it_begins(knowledge: Knowledge, plan: TaperPlan, log: Log, on: date, was: Chain) -> Revision:
    """What the diary leads to before the first step, where no dose is named and no plan made."""
    decisions = early_decisions(knowledge, plan, was.change, log, on)
    planned = None if was.change else plan.before_ug
    return Revision(
        on, was.revision + 1, digest_of(plan, was), plan, was, decisions, planned, None, None, None, None, None, ()
    )


def _while_it_changes(knowledge: Knowledge, plan: TaperPlan, log: Log, on: date, was: Chain) -> Revision:
    """What the diary leads to while two drugs are taken; the doses stand in `stage`."""
    try:
        found = follow_stages(knowledge, plan, log, on, was)
    except OverflowError:
        raise InputRefused(
            "the change would go on beyond the last year of the calendar.", where=log.file, next_step="Check the years."
        ) from None
    new = found.stage.moved.plan if found.stage and found.stage.moved else None
    return Revision(
        on, was.revision + 1, digest_of(plan, was), plan, was, found.decisions, None, None, None, found.hold_until,
        None, new, (), found.stage,
    )  # fmt: skip


def _decisions(knowledge: Knowledge, plan: TaperPlan, log: Log, on: date, seen: _Seen) -> tuple[Decision, ...]:
    """Every decision, the most pressing first; beside an emergency only what names neither dose nor pace."""
    lifted = plan.override is not None and breaks(plan.pace.share, plan.pace.days, ceiling_of(knowledge))
    held = Held(seen.now_ug, plan.before_ug, lifted)
    found = [
        *felt_decisions(knowledge, plan.drug, log, on), *dose_decisions(knowledge, log, seen.days, held),
    ]  # fmt: skip
    emergency = any(item.action == "seek_help" for item in found)
    found += absence_decisions(knowledge, plan, seen.absence, emergency=emergency)
    if any(item.action in ("seek_help", "assess_anew") for item in found):
        found = [item for item in found if item.action in _WITH_EMERGENCY]
    elif seen.unprescribed:
        found = [replace(item, action="hold") if item.action in ("stay", "slow_down") else item for item in found]
    return ordered(found)


def _with_step_back(
    knowledge: Knowledge, plan: TaperPlan, log: Log, seen: _Seen, at: tuple[date, tuple[Decision, ...]]
) -> tuple[tuple[Decision, ...], Doses | None]:
    """The decisions, and the doses to go back to; where going back is not safe it becomes a hold that says why."""
    on, decisions = at
    if not any(item.action == "step_back" for item in decisions):
        return decisions, None
    doses, why_not = step_before(knowledge, plan, log, seen.days, on)
    if doses and seen.now_ug == seen.planned_ug and not seen.unprescribed:
        return decisions, doses
    why_not = why_not or "another dose than planned is taken now"
    changed = [
        replace(
            item, action="hold", reason=f"{item.reason} No step back, because {why_not}: call the clinician.", soon=True
        )
        if item.action == "step_back" else item
        for item in decisions
    ]  # fmt: skip
    return ordered(changed), None


def _doses(plan: TaperPlan, seen: _Seen, action: Action, back: Doses | None, on: date) -> Doses:
    if action == "restart":
        return tuple((dose.at_h, dose.amount_ug) for dose in restart_doses(plan, seen.absence) if dose.portions)
    if action == "step_back" and back:
        return back
    return portioned(plan, step_on(plan, on), seen.now_ug)


def _changes_plan(action: Action, seen: _Seen) -> bool:
    if action == "go_on":
        return seen.now_ug != seen.planned_ug
    return ORDER.index(action) > ORDER.index("assess_anew") and action != "stay"


def _designed(knowledge: Knowledge, request: Request | None) -> tuple[TaperPlan | None, tuple[str, ...]]:
    """The new plan; where none can be computed, what stands in the way."""
    if request is None:
        return None, ()
    try:
        return design(knowledge, request), ()
    except BenzosafeError as error:
        return None, (f"no new plan could be computed; the dose stays until one is made: {error.message}",)


def next_change(plan: TaperPlan, on: date) -> tuple[date, int] | None:
    """Date and dose [ug a day] of the next reduction of a plan; None when none is left."""
    step = dose_change_after(plan, on)
    return (step.starts_on, step.delivered_ug) if step else None
