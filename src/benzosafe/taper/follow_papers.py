"""The plan that papers are made of after a revision: the new one with its pause, or the old one that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from benzosafe.errors import InputRefused
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.follow import Revision
from benzosafe.taper.follow_days import doses_of, step_on
from benzosafe.taper.follow_decision import ACTION_WORDS
from benzosafe.taper.follow_words import changes, contact
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import Dose

_PAPERS = ("go_on", "hold", "slow_down")


def papers_of(revision: Revision, where: str) -> tuple[TaperPlan, Changeover | None]:
    """The plan to hand out with the change that comes first, if it still goes on; errors as `plan_for_papers`."""
    plan = plan_for_papers(revision, where)
    if not revision.changing:
        return plan, None
    moved = revision.stage.moved if revision.stage else None
    return plan, moved.change if moved else revision.course


def plan_for_papers(revision: Revision, where: str) -> TaperPlan:
    """The plan to hand out; InputRefused with what to do when none may be followed or none follows from the diary.

    `where`: the diary, as a refusal calls it.
    """
    stage = revision.stage
    if stage and stage.where.number == stage.where.planned and revision.action in _PAPERS:
        return revision.new or revision.old
    as_planned = revision.doses and revision.dose_ug == revision.planned_ug
    goes_on = revision.action in _PAPERS and not revision.notes and not revision.early
    if goes_on and as_planned and (revision.new or revision.request is None):
        held = doses_of(revision.old, step_on(revision.old, revision.on))
        plan = with_pause(revision.new or revision.old, revision.on, held)
        if plan.steps[0].starts_on <= revision.on:
            return plan
    reason = revision.notes[0] if revision.notes else revision.decisions[0].reason
    raise InputRefused(
        f"no papers are made. {ACTION_WORDS[revision.action].upper()}. Contact: {contact(revision)}. {reason}"
        " The dose must first be agreed with a clinician.",
        where=where,
        next_step=f"{changes(revision)[0]} Then write a new plan from the updated record: benzosafe taper PATIENT."
        " Read the whole with --format text.",
    )  # fmt: skip


def with_pause(plan: TaperPlan, on: date, held: tuple[Dose, ...] = ()) -> TaperPlan:
    """The plan with the days before its first reduction as a step of their own, so that they are drawn and dispensed.

    `held`: the dose taken now in the tablets of the old plan. Left as it is where that cannot be made of the products.
    """
    first = plan.steps[0]
    if held and sum(dose.amount_ug for dose in held) == plan.before_ug:
        plan = replace(plan, before=held)
    parts = [portion for dose in plan.before for portion in dose.portions]
    if first.starts_on <= on or any(part.product not in plan.products for part in parts):
        return plan
    pause = TaperStep(
        1, on, (first.starts_on - on).days, plan.before_ug, plan.before, Fraction(0), Fraction(0)
    )  # fmt: skip
    return replace(plan, steps=(pause, *(replace(step, number=step.number + 1) for step in plan.steps)))
