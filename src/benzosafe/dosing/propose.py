"""A dose to begin with, and how it may rise: for one person, one drug, one reason; or why there is none.

JUDGEMENT: where it is not known whether an adjustment holds, the dose is that of its holding, and what would settle it
is said; of a source's range the lower end begins; what raises exposure lowers the dose by the upper end of the
predicted ratio, what lowers exposure never raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from benzosafe.dosing.adjust import Adjusted, adjusted
from benzosafe.dosing.person import Asked, Patient, Raised
from benzosafe.dosing.proof import faults
from benzosafe.dosing.rising import Bounds, Makes, Rung, ladder
from benzosafe.knowledge.dosing_model import Regimen, Step
from benzosafe.knowledge.model import Quantity
from benzosafe.knowledge.regimen_amounts import Micrograms, days, least, micrograms
from benzosafe.knowledge.regimen_choice import Fit, fitting
from benzosafe.review.finding import Finding
from benzosafe.taper.product import Product, mg_words

PROPOSED, NO_RULE, CONTRAINDICATED, AVOID = "proposed", "no_rule", "contraindicated", "avoid"
ALREADY_TAKEN, NOT_KNOWN, NOT_MADE = "already_taken", "not_known", "cannot_be_made"
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


@dataclass(frozen=True)
class Proposal:
    """The answer: its status, the plan where there is one, and everything said beside it."""

    asked: Asked
    status: str
    why: str
    plan: Plan | None = None
    others: list[Fit] = field(default_factory=list)
    """Other sources' regimens for the same, shown beside it."""

    raised: Raised = field(default_factory=Raised)
    findings: list[Finding] = field(default_factory=list)
    """What the review says of the drug begun here."""

    not_known: tuple[str, ...] = ()
    review_on: tuple[date, date] | None = None
    steady_days: tuple[float, float] | None = None


def propose(asked: Asked, patient: Patient, products: Sequence[Product] | None) -> Proposal:
    """The dose of a drug for a reason, or why no dose is computed.

    products None: it is drawn up, not made of tablets.
    """
    dosing = patient.knowledge.dosing.get(asked.drug)
    fits = fitting(dosing, asked.indications, patient.who, asked.route) if dosing else []
    if not fits:
        return Proposal(asked, NO_RULE, _no_rule(asked, patient))
    own, others = _by_country(fits, asked)
    if not own:
        places = ", ".join(sorted({fit.regimen.jurisdiction for fit in others}))
        return Proposal(asked, NO_RULE, f"no rule of {asked.country} is known; of {places} there is one", others=others)
    taken = patient.taken(asked.drug)
    if taken:
        return Proposal(asked, ALREADY_TAKEN, f"{taken} is taken already, so this is no beginning", others=others)
    unsure = [fit for fit in own if not fit.surely]
    if len(own) > 1 or unsure:
        missing = tuple(dict.fromkeys(name for fit in unsure for name in fit.not_known))
        if missing:
            return Proposal(asked, NOT_KNOWN, "it decides which dose holds", others=fits, not_known=missing)
    return _planned(asked, patient, own, others, products)


def _planned(
    asked: Asked, patient: Patient, own: list[Fit], others: list[Fit], products: Sequence[Product] | None
) -> Proposal:
    fit = own[0]
    plan = _plan(asked, patient, fit)
    others = [*own[1:], *others]
    if plan is None:
        return Proposal(asked, NOT_KNOWN, "the dose goes by it", others=[fit, *others], not_known=("weight",))
    first = plan.start.per_dose or plan.start.per_day
    said = patient.reviewed_with(asked, first[0] if first else Fraction(0), plan.times)
    hard = [finding for finding in said if finding.severity == "contraindicated"]
    if hard:
        return Proposal(asked, CONTRAINDICATED, hard[0].rule.rule.title, others=others, findings=said)
    refused = [item for item in plan.adjustments if item.adjustment.avoid]
    sure = next((item for item in refused if item.surely), None)
    if sure is not None:
        return Proposal(asked, AVOID, sure.adjustment.why, plan, others, findings=said)
    raised = patient.raised(asked.drug)
    plan = _made(plan, raised.factor, products)
    status, why = (PROPOSED, "") if plan.rungs else (NOT_MADE, _not_made(plan))
    return Proposal(
        asked, status, why, plan, others, raised, said,
        tuple(dict.fromkeys(name for item in plan.adjustments if not item.surely for name in item.not_known)),
        _look_again(patient), _steady(patient, asked.drug),
    )  # fmt: skip


def _no_rule(asked: Asked, patient: Patient) -> str:
    dosing = patient.knowledge.dosing.get(asked.drug)
    if dosing is None:
        return f"no rule exists for {asked.drug}"
    known = ", ".join(sorted({patient.label(regimen.indication) for regimen in dosing.regimens}))
    fitting_nobody = any(regimen.indication in asked.indications for regimen in dosing.regimens)
    who = " of this age, weight, sex or by this route" if fitting_nobody else ""
    return (
        f"no rule exists for {asked.drug} in {patient.label(asked.indications[0])}{who}; there are rules for: {known}"
    )


def _by_country(fits: list[Fit], asked: Asked) -> tuple[list[Fit], list[Fit]]:
    """Those of the country and of the plain forms first; every other one is shown beside."""
    plain = [fit for fit in fits if fit.regimen.jurisdiction == asked.country and asked.wants(fit.regimen.forms)]
    labelled = [fit for fit in plain if fit.regimen.labelled] or plain
    return labelled, [fit for fit in fits if fit not in labelled]


def _plan(asked: Asked, patient: Patient, fit: Fit) -> Plan | None:
    """The numbers for this person; None where they go by a weight that is not known."""
    regimen, weight = fit.regimen, patient.weight_kg
    found = adjusted(regimen, patient.frame, 0)
    changes = [item.adjustment for item in found if item.counts]
    start = micrograms(regimen.start, weight)
    if start is None:
        return None
    lower = [change.start for change in changes] + [regimen.start_at_most]
    start = least([start, *(micrograms(amount, weight) for amount in lower if amount)])
    target = least(micrograms(item, weight) for item in (regimen.target, *(c.target for c in changes)) if item)
    ceilings = [regimen.at_most, *(change.at_most for change in changes)]
    own = least(micrograms(amount, weight) for amount in ceilings if amount)
    label = patient.label_limit(asked)
    limit = Bounds(
        _min(own.per_dose and own.per_dose[1], label.per_dose), _min(own.per_day and own.per_day[1], label.per_day)
    )
    times = _times(regimen, start)
    steps = [step for step in (regimen.step, *(change.step for change in changes)) if step]
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


def _made(plan: Plan, factor: Fraction, products: Sequence[Product] | None) -> Plan:
    """The plan with less where exposure is raised, and its doses made of tablets; counted again before it is shown."""
    start, target = plan.start.scaled(factor), plan.target.scaled(factor)
    limit = Bounds(
        plan.limit.per_dose and plan.limit.per_dose * factor, plan.limit.per_day and plan.limit.per_day * factor
    )
    step = plan.step and (plan.step[0] * factor, plan.step[1])
    tops = [part for part in (limit.per_day, target.per_day and target.per_day[1], target.per_dose and
                              target.per_dose[1] * plan.times) if part]  # fmt: skip
    first, top = _first_day(start, plan.times), min(tops, default=None)
    makes = Makes(products, max(top or first, first))
    single, times = _first_dose(makes, first, start, plan, limit)
    if single is None:
        return Plan(plan.fit, plan.adjustments, start, target, limit, step, times, [], makes.smallest_ug)
    rungs = ladder(makes, (single, times), step if plan.regimen.use == "regular" else None, top, limit)
    wrong = faults(rungs, limit, step, first)
    if wrong:
        raise AssertionError(f"a dose table did not stand the counting: {wrong[0]}")
    return Plan(plan.fit, plan.adjustments, start, target, limit, step, times, rungs, makes.smallest_ug)


def _first_day(start: Micrograms, times: int) -> Fraction:
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


def _not_made(plan: Plan) -> str:
    if plan.smallest_ug is None:
        return "no product is known that makes a dose"
    return f"no product makes a dose as small as the first one: the smallest is {mg_words(plan.smallest_ug)} mg"


def _min(*limits: Fraction | None) -> Fraction | None:
    given = [limit for limit in limits if limit is not None]
    return min(given) if given else None


def _look_again(patient: Patient) -> tuple[date, date]:
    after = patient.knowledge.parameters["review_after_start_days"]
    return patient.on + timedelta(days=int(after.lowest)), patient.on + timedelta(days=int(after.highest))


def _steady(patient: Patient, drug: str) -> tuple[float, float] | None:
    """Days until the level no longer rises [d], from the half-life."""
    half_life: Quantity | None = patient.half_life_h(drug)
    lives = patient.knowledge.parameters["steady_state_half_lives"].lowest
    return (half_life.lowest * lives / 24, half_life.highest * lives / 24) if half_life else None
