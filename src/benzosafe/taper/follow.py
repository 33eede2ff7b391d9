"""A taper under way: the diary read beside the plan, what to do now with the reasons, and the plan that follows.

What leads, in order: emergency, assessment anew, lower restart, step back, ending here, hold, slower, go on. Nothing
here stops a drug abruptly, raises a dose after an absence, or lowers one while holding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.design import Request, design
from benzosafe.taper.follow_absence import Absence, absence_decisions, absence_of, restart_doses
from benzosafe.taper.follow_days import (
    DayTaken,
    begins_on,
    check_against,
    days_taken,
    dose_change_after,
    planned_ug,
    step_on,
)
from benzosafe.taper.follow_decision import ORDER, Action, Decision, number_of, ordered
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
    the ceiling of a restart. `planned_ug` is None while a change to another drug goes on. `request`: what the new plan
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

    @property
    def action(self) -> Action:
        """The action that leads."""
        return self.decisions[0].action

    @property
    def early(self) -> bool:
        """Whether the first step is still to come."""
        return self.on < begins_on(self.old, self.was.since)

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
    first = begins_on(plan, was.since)
    if on < first:
        return _before_it_begins(knowledge, plan, log, on, was)
    check_against(log, on, min(first, was.change.begins_on) if was.change else first)
    days, planned = days_taken(plan, log, on, first), planned_ug(plan, on)
    now = dose_now(knowledge, days, planned)
    beyond = unprescribed(knowledge, days, Held(now, plan.before_ug))
    seen = _Seen(days, absence_of(knowledge, plan, days), now, planned, beyond)
    decisions = _decisions(knowledge, plan, log, on, seen)
    decisions, back = _with_step_back(knowledge, plan, log, seen, (on, decisions))
    action = decisions[0].action
    waits = action in ("seek_help", "assess_anew") or seen.unprescribed
    doses = None if waits else _doses(plan, seen, action, back, on)
    hold_until = _hold_until(knowledge, decisions, on)
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


def _hold_until(knowledge: Knowledge, decisions: Sequence[Decision], on: date) -> date | None:
    """The earliest day of the next reduction when anything holds it back."""
    holding = [item for item in decisions if item.action in ("restart", "step_back", "hold")]
    if not holding or decisions[0].action in ("seek_help", "assess_anew"):
        return None
    least = int(number_of(knowledge, "follow_hold_days"))
    return on + timedelta(days=max(least, *(item.days for item in holding)))


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
