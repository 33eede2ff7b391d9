"""The numbers of one regimen for one person, and what tablets make of them; counted again before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from benzosafe.dosing.adjust import Adjusted, adjusted
from benzosafe.dosing.person import Asked, Patient
from benzosafe.dosing.proof import Promise, faults
from benzosafe.dosing.rising import Bounds, Makes, Rung, ladder
from benzosafe.knowledge.dosing_model import Adjustment, Regimen, Step
from benzosafe.knowledge.regimen_amounts import Micrograms, days, least, micrograms
from benzosafe.knowledge.regimen_choice import Fit
from benzosafe.taper.product import Product, mg_words

_MOST_TIMES = 6


@dataclass(frozen=True)
class Plan:
    """One regimen for one person."""

    fit: Fit
    adjustments: list[Adjusted]
    start: Micrograms
    target: Micrograms
    limit: Bounds
    step: tuple[Fraction, int] | None
    times: int
    rungs: list[Rung] = field(default_factory=list)
    smallest_ug: int | None = None

    @property
    def regimen(self) -> Regimen:
        """What the source says."""
        return self.fit.regimen


def unraised(plan: Plan) -> Plan:
    """The plan without rises and where they would end: for a person of whom no source says how the dose is raised."""
    return replace(plan, step=None, target=Micrograms())


def plan_for(asked: Asked, patient: Patient, fit: Fit) -> Plan | None:
    """The numbers for this person; None where they go by a weight that is not known."""
    regimen, weight = fit.regimen, patient.weight_kg
    found = adjusted(regimen, patient.frame, 0)
    changes = [item.adjustment for item in found if item.counts]
    start = micrograms(regimen.start, weight)
    if start is None:
        return None
    adults = patient.of_adults(asked, regimen)
    also: list[Adjustment | Regimen] = [*changes, *adults]
    lower = [item.start for item in also] + [regimen.start_at_most]
    start = least([start, *(micrograms(amount, weight) for amount in lower if amount)])
    aims = [item for item in (regimen.target, *(change.target for change in changes)) if item]
    aims += [adult.target for adult in adults if aims and adult.target]
    target = least(micrograms(item, weight) for item in aims)
    ceilings = [regimen.at_most, *(item.at_most for item in also)]
    own = least(micrograms(amount, weight) for amount in ceilings if amount)
    label = patient.label_limit(asked)
    limit = Bounds(
        _min(own.per_dose and own.per_dose[1], label.per_dose), _min(own.per_day and own.per_day[1], label.per_day)
    )
    times = _times(regimen, start)
    steps = [step for step in (regimen.step, *(change.step for change in changes)) if step]
    if any(change.start and not change.step for change in changes):
        # JUDGEMENT: who begins lower is not raised like everybody; without a source that says how, no rise is laid out.
        steps, target = [], least(micrograms(change.target, weight) for change in changes if change.target)
    return Plan(fit, found, start, target, limit, _slowest(steps, weight, times), times)


def _times(regimen: Regimen, start: Micrograms) -> int:
    """How often a day: what dose and day of the source make together, and never more often than it says.

    Where only the dose is said, as seldom as it says, so that the day is the least; where only the day is said, as
    often, so that the doses are.
    """
    fewest, most = regimen.doses_per_day
    if start.per_dose and start.per_day:
        return min(max(round(start.per_day[0] / start.per_dose[0]), 1), most)
    return min(most, _MOST_TIMES) if start.per_day and regimen.use == "regular" else fewest


def _slowest(steps: Sequence[Step], weight: Fraction | None, times: int) -> tuple[Fraction, int] | None:
    """The smallest rise [ug a day] and the longest time between two."""
    if not steps:
        return None
    each = [found for step in steps if (found := micrograms(step.by, weight))]
    by = [found.per_day[0] for found in each if found.per_day]
    by += [found.per_dose[0] * times for found in each if found.per_dose and not found.per_day]
    return min(by, default=Fraction(0)), max(days(step.every_days) for step in steps)


def made(plan: Plan, factor: Fraction, products: Sequence[Product] | None) -> Plan:
    """The plan with less where exposure is raised, and its doses made of tablets; counted again before it is shown."""
    start, target = plan.start.scaled(factor), plan.target.scaled(factor)
    limit = Bounds(
        plan.limit.per_dose and plan.limit.per_dose * factor, plan.limit.per_day and plan.limit.per_day * factor
    )
    step = plan.step and (plan.step[0] * factor, plan.step[1])
    if target.per_day and limit.per_day:
        target = replace(target, per_day=(min(target.per_day[0], limit.per_day), min(target.per_day[1], limit.per_day)))
    tops = [part for part in (limit.per_day, target.per_day and target.per_day[1], target.per_dose and
                              target.per_dose[1] * plan.times) if part]  # fmt: skip
    first, top = first_day_ug(start, plan.times), min(tops, default=None)
    makes = Makes(products, max(top or first, first))
    single, times = _first_dose(makes, first, start, plan, limit)
    if single is None:
        return Plan(plan.fit, plan.adjustments, start, target, limit, step, times, [], makes.smallest_ug)
    rungs = ladder(makes, (single, times), step if plan.regimen.use == "regular" else None, top, limit)
    promise = Promise(limit, step, first, makes.smallest_ug or 0, top)
    wrong = faults(rungs, promise)
    if wrong:
        raise AssertionError(f"a dose table did not stand the counting: {wrong[0]}")
    return Plan(plan.fit, plan.adjustments, start, target, limit, step, times, rungs, makes.smallest_ug)


def first_day_ug(start: Micrograms, times: int) -> Fraction:
    """The most the first day may have [ug]: the lower end of what the source says."""
    ends = [start.per_day and start.per_day[0], start.per_dose and start.per_dose[0] * times]
    return min(end for end in ends if end is not None)


def _first_dose(makes: Makes, day: Fraction, start: Micrograms, plan: Plan, limit: Bounds) -> tuple[int | None, int]:
    """The first single dose that tablets make, and how often: as the source says, else what comes nearest to its day.

    Where several come as near, that with no liquid and no cut, then the fewest doses a day.
    """
    found: list[tuple[tuple[bool, int, int, int], int, int]] = []
    for times in range(plan.times, min(plan.regimen.doses_per_day[0], plan.times) - 1, -1):
        ends = [day / times, limit.single(times), start.per_dose and start.per_dose[0]]
        single = makes.at_most(min(end for end in ends if end is not None))
        if single is not None:
            as_said = start.per_dose is not None and start.per_day is not None and times == plan.times
            trouble = sum(portion.cut or portion.product.liquid for portion in makes.how(single))
            found.append(((as_said, single * times, -trouble, -times), single, times))
    if not found:
        return None, plan.times
    _, single, times = max(found)
    return single, times


def not_made(plan: Plan) -> str:
    """Why no dose can be made."""
    if plan.smallest_ug is None:
        return "no product is known that makes a dose"
    return f"no product makes a dose as small as the first one: the smallest is {mg_words(plan.smallest_ug)} mg"


def _min(*limits: Fraction | None) -> Fraction | None:
    given = [limit for limit in limits if limit is not None]
    return min(given) if given else None
