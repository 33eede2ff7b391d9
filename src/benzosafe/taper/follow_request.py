"""From what is taken now to the request for the rest of the taper: dose by hour, pace, day of the next reduction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.design import MOST_PIECES, Request
from benzosafe.taper.follow_days import dose_change_after, doses_of, step_on
from benzosafe.taper.follow_steps import Doses
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.plan import Pace, TaperPlan


def portioned(plan: TaperPlan, place: int, amount_ug: int) -> Doses:
    """An amount a day spread over the hours of a step in proportion, in whole micrograms; nothing for 0."""
    doses = [dose for dose in doses_of(plan, place) if dose.amount_ug] or list(plan.before)
    whole = sum(dose.amount_ug for dose in doses)
    if amount_ug <= 0 or not whole:
        return ()
    parts = [amount_ug * dose.amount_ug // whole for dose in doses]
    parts[-1] += amount_ug - sum(parts)
    return tuple((dose.at_h, part) for dose, part in zip(doses, parts, strict=True) if part)


def slower_pace(knowledge: Knowledge, pace: Pace) -> Pace:
    """Half as fast: twice the interval up to the longest usual one, from there half the share (asam_2025 Rec 6, 11)."""
    longest = int(knowledge.parameters["taper_initial_days"].highest)
    return replace(pace, days=2 * pace.days) if 2 * pace.days <= longest else replace(pace, share=pace.share / 2)


def next_request(
    knowledge: Knowledge, plan: TaperPlan, doses: Doses, when: tuple[date, date | None], slower: bool
) -> Request | None:
    """The request for the remaining plan; None when nothing is left to reduce.

    `when`: today and the day until which is held. The next reduction is never earlier than the old plan had it, nor
    within the limit's days of the last reduction, nor, when slower, before the new interval has passed.
    """
    on, hold_until = when
    total = sum(amount for _, amount in doses)
    if total <= plan.target_ug:
        return None
    pace = slower_pace(knowledge, plan.pace) if slower else plan.pace
    place = step_on(plan, on)
    since = plan.steps[place].starts_on if place >= 0 else on - timedelta(days=ceiling_of(knowledge).days)
    change = dose_change_after(plan, on)
    starts_on = max(
        on + timedelta(days=1), hold_until or on, change.starts_on if change else on,
        since + timedelta(days=max(ceiling_of(knowledge).days, pace.days if slower else 0)),
    )  # fmt: skip
    pieces = [sum(portion.pieces for portion in dose.portions) for step in plan.steps for dose in step.doses]
    return Request(
        plan.drug, doses, plan.target_ug, pace, plan.products, starts_on, plan.shape,
        most_pieces=max(MOST_PIECES, *pieces), override=plan.override,
        notes=tuple(dict.fromkeys((*plan.notes, f"revised on {on} from {total / 1000:g} mg a day"))),
        country=next((product.country for product in plan.products if product.country), ""),
    )  # fmt: skip
