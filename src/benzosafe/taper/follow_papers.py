"""The plan that papers are made of after a revision: the new one with its pause, or the old one that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from benzosafe.errors import InputRefused
from benzosafe.taper.follow import Revision
from benzosafe.taper.follow_decision import ACTION_WORDS
from benzosafe.taper.follow_words import changes, contact
from benzosafe.taper.plan import TaperPlan, TaperStep


def plan_for_papers(revision: Revision, where: str) -> TaperPlan:
    """The plan to hand out; InputRefused with what to do when none may be followed or none follows from the diary.

    `where`: the diary, as a refusal calls it.
    """
    if revision.new is not None and revision.doses is not None:
        return with_pause(revision.new, revision.on)
    goes_on = revision.action in ("go_on", "hold", "slow_down") and not revision.notes and not revision.early
    if goes_on and revision.request is None and revision.doses and revision.dose_ug == revision.planned_ug:
        return with_pause(revision.old, revision.on)
    reason = revision.notes[0] if revision.notes else revision.decisions[0].reason
    raise InputRefused(
        f"no papers are made. {ACTION_WORDS[revision.action].upper()}. Contact: {contact(revision)}. {reason}",
        where=where, next_step=f"{changes(revision)[0]} Read the whole with --format text.",
    )  # fmt: skip


def with_pause(plan: TaperPlan, on: date) -> TaperPlan:
    """The plan with the days before its first reduction as a step of their own, so that they are drawn and dispensed.

    Left as it is where the dose taken now cannot be made of the plan's products.
    """
    first = plan.steps[0]
    parts = [portion for dose in plan.before for portion in dose.portions]
    if first.starts_on <= on or any(part.product not in plan.products for part in parts):
        return plan
    pause = TaperStep(
        1, on, (first.starts_on - on).days, plan.before_ug, plan.before, Fraction(0), Fraction(0)
    )  # fmt: skip
    return replace(plan, steps=(pause, *(replace(step, number=step.number + 1) for step in plan.steps)))
