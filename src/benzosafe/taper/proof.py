"""Checks a finished plan by counting its tablets again, without the solver: what fails here is never shown."""

from __future__ import annotations

from benzosafe.taper.limits import Ceiling, Stretch, breaks, falls, rises
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import mg_words


def faults(plan: TaperPlan, ceiling: Ceiling, most_pieces: int) -> list[str]:
    """Everything a plan does not keep to, in words; none for a sound plan.

    An override lifts the limit alone, and that only when the pace asked for is above it.
    """
    lifted = plan.override is not None and breaks(plan.pace.share, plan.pace.days, ceiling)
    stretches = [Stretch(step.delivered_ug, step.days) for step in plan.steps]
    found = [f"step {plan.steps[number].number} rises" for number in rises(plan.before_ug, stretches)]
    rolling = falls(plan.before_ug, stretches, ceiling)
    for step, fall in zip(plan.steps, rolling, strict=True):
        if fall != step.rolling_fall:
            found.append(f"step {step.number} states a fall of {step.rolling_fall} but its tablets fall by {fall}")
        if fall > ceiling.share and not step.stop and not lifted:
            found.append(f"step {step.number} falls by {float(fall):.1%} in {ceiling.days} days")
        for dose in step.doses:
            if sum(portion.pieces for portion in dose.portions) > most_pieces:
                found.append(f"step {step.number} takes more than {most_pieces} pieces at once")
            if any(portion.product not in plan.products for portion in dose.portions):
                found.append(f"step {step.number} takes a product that is not on the list")
            if any(portion.cut and not portion.product.halves for portion in dose.portions):
                found.append(f"step {step.number} cuts a tablet that has no score")
    end = plan.steps[-1].delivered_ug if plan.steps else plan.before_ug
    if end != plan.target_ug:
        found.append(f"the plan ends at {mg_words(end)} mg, not at {mg_words(plan.target_ug)} mg")
    return found
