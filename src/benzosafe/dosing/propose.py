"""A dose to begin with, and how it may rise: for one person, one drug, one reason; or why there is none.

JUDGEMENT: where it is not known whether an adjustment holds, the dose is that of its holding, and what would settle it
is said; of a source's range the lower end begins; what raises exposure lowers the dose by the upper end of the
predicted ratio, what lowers exposure never raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from benzosafe.dosing.cautions import Caution, cautions
from benzosafe.dosing.forbidden import Forbidden, forbidden
from benzosafe.dosing.person import Asked, Patient, Raised, Said
from benzosafe.dosing.planning import Plan, first_day_ug, made, not_made, plan_for, unraised
from benzosafe.dosing.stops import no_dose_in_liver_failure, pregnancy, too_high
from benzosafe.dosing.taken import Taken, duplicate_words, taken_already
from benzosafe.knowledge.model import Quantity
from benzosafe.knowledge.regimen_choice import Fit, fitting
from benzosafe.patient.tables import Order
from benzosafe.review.finding import Finding
from benzosafe.taper.product import Product

PROPOSED, NO_RULE, CONTRAINDICATED, AVOID = "proposed", "no_rule", "contraindicated", "avoid"
ALREADY_TAKEN, NOT_KNOWN, NOT_MADE = "already_taken", "not_known", "cannot_be_made"
DISPUTED = "disputed"
ONE_TIME = ("once", "emergency")


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
    said: Said = field(default_factory=Said)
    """What the review says of the drug begun here."""

    not_known: tuple[str, ...] = ()
    review_on: tuple[date, date] | None = None
    decide_on: tuple[date, date] | None = None
    """When to decide whether it is stopped or goes on."""

    steady_days: tuple[float, float] | None = None
    cautions: list[Caution] = field(default_factory=list)
    forbidden: tuple[Forbidden, ...] = ()
    """Contraindications of the country's label that hold, or of which nothing is known."""

    taken: list[Taken] = field(default_factory=list)
    """What of the class is taken already."""

    pregnant: bool | None = False


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
    taken = taken_already(patient, asked)
    if taken and not (own[0].regimen.use in ONE_TIME and all(item.ingredient != asked.drug for item in taken)):
        return _no_beginning(asked, patient, own, others, taken)
    unsure = [fit for fit in own if not fit.surely]
    if len(own) > 1 or unsure:
        missing = tuple(dict.fromkeys(name for fit in unsure for name in fit.not_known))
        if missing:
            return Proposal(asked, NOT_KNOWN, "it decides which dose holds", others=fits, not_known=missing)
    return _planned(asked, patient, own, others, products)


def _no_beginning(asked: Asked, patient: Patient, own: list[Fit], others: list[Fit], taken: list[Taken]) -> Proposal:
    """One of the class is taken already: no table, but what the source says and what the review says of both."""
    why = duplicate_words(taken, asked.drug)
    plan = plan_for(asked, patient, own[0]) if len(own) == 1 and own[0].surely else None
    if plan is None:
        return Proposal(asked, ALREADY_TAKEN, why, others=[*own, *others], taken=taken)
    same = any(item.ingredient == asked.drug for item in taken)
    said = Said() if same else patient.reviewed_with(asked, _first_draft(asked, patient, plan))
    return Proposal(asked, ALREADY_TAKEN, why, plan, others, said=said, taken=taken)


def _first_draft(asked: Asked, patient: Patient, plan: Plan) -> list[Order]:
    """The first dose as it is made; as the source says it where none can be."""
    if plan.rungs:
        return patient.draft(asked, Fraction(plan.rungs[0].single_ug), plan.rungs[0].times)
    return patient.draft(asked, first_day_ug(plan.start, plan.times) / plan.times, plan.times)


def _planned(
    asked: Asked, patient: Patient, own: list[Fit], others: list[Fit], products: Sequence[Product] | None
) -> Proposal:
    fit = own[0]
    plan = plan_for(asked, patient, fit)
    others = [*own[1:], *others]
    if plan is None:
        return Proposal(asked, NOT_KNOWN, "the dose goes by it", others=[fit, *others], not_known=("weight",))
    raised, careful = patient.raised(asked.drug), cautions(patient, plan.adjustments)
    if any(item.surely for item in careful):
        plan = unraised(plan)
    plan = made(plan, raised.factor, products)
    said = patient.reviewed_with(asked, _first_draft(asked, patient, plan))
    refusal = _refused(asked, patient, plan, said, others)
    if refusal is not None:
        return refusal
    found = Proposal(
        asked, PROPOSED, "", plan, others, raised, said, _not_known(plan, patient), cautions=careful,
        forbidden=tuple(item for item in forbidden(patient, asked) if not item.surely),
        taken=taken_already(patient, asked), pregnant=pregnancy(patient),
    )  # fmt: skip
    if not plan.rungs:
        return replace(found, status=NOT_MADE, why=not_made(plan))
    high = too_high(said.findings)
    if high is not None:  # of source and review, the review has the last word
        return replace(found, status=DISPUTED, why=_dispute(high), plan=replace(plan, rungs=[]))
    return _dated(found, patient)


def _dated(found: Proposal, patient: Patient) -> Proposal:
    """With when to look again, to decide, and how long the level rises; not where one dose is all."""
    if found.plan is None or found.plan.regimen.use in ONE_TIME:
        return found
    again, decide = (_days_after(patient, f"{name}_after_start_days") for name in ("review", "decide"))
    steady = _steady(patient, found.asked.drug, found.raised)
    return replace(found, review_on=again, decide_on=decide, steady_days=steady)


def _dispute(high: Finding) -> str:
    return f"{high.rule.rule.title}. {' '.join(high.rule.rule.advice.split()).rstrip('.')}"


def _not_known(plan: Plan, patient: Patient) -> tuple[str, ...]:
    """What would settle the adjustments; and whether one of the class is taken already, where that cannot be told."""
    names = [name for item in plan.adjustments if not item.surely for name in item.not_known]
    unlisted = patient.frame.truth("bzra_active").value(0) is None
    open_ones = {
        "medicines_taken": unlisted, "pregnant": pregnancy(patient) is None,
        "liver_failure": no_dose_in_liver_failure(plan.regimen, patient) is None,
    }  # fmt: skip
    return tuple(dict.fromkeys([*names, *(name for name, is_open in open_ones.items() if is_open)]))


def _refused(asked: Asked, patient: Patient, plan: Plan, said: Said, others: list[Fit]) -> Proposal | None:
    """Why no dose may be computed here: the review, the country's label, or the source itself; None where it may."""
    unmade = replace(plan, rungs=[])
    hard = [finding for finding in said.findings if finding.severity == "contraindicated"]
    if hard:
        return Proposal(asked, CONTRAINDICATED, hard[0].rule.rule.title, others=others, said=said)
    label = [item for item in forbidden(patient, asked) if item.surely]
    if label:
        what = ", ".join(patient.label(item.contraindication.condition) for item in label)
        places = ", ".join(dict.fromkeys(item.contraindication.jurisdiction for item in label))
        why = f"the label of {places} forbids it with: {what}"
        return Proposal(asked, CONTRAINDICATED, why, others=others, said=said, forbidden=tuple(label))
    sure = next((item for item in plan.adjustments if item.adjustment.avoid and item.surely), None)
    if sure is not None:
        return Proposal(asked, AVOID, sure.adjustment.why, unmade, others, said=said)
    if no_dose_in_liver_failure(plan.regimen, patient) is True:
        return Proposal(asked, AVOID, "no source here gives a dose in liver failure", unmade, others, said=said)
    return None


def _no_rule(asked: Asked, patient: Patient) -> str:
    dosing = patient.knowledge.dosing.get(asked.drug)
    if dosing is None:
        return f"no rule exists for {asked.drug}"
    known = ", ".join(sorted({patient.reason(regimen.indication) for regimen in dosing.regimens}))
    fitting_nobody = any(regimen.indication in asked.indications for regimen in dosing.regimens)
    who = " of this age, weight, sex or by this route" if fitting_nobody else ""
    return (
        f"no rule exists for {asked.drug} in {patient.reason(asked.indications[0])}{who}; there are rules for: {known}"
    )


def _by_country(fits: list[Fit], asked: Asked) -> tuple[list[Fit], list[Fit]]:
    """Those of the country and of the plain forms first; every other one is shown beside."""
    plain = [fit for fit in fits if fit.regimen.jurisdiction == asked.country and asked.wants(fit.regimen.forms)]
    labelled = [fit for fit in plain if fit.regimen.labelled] or plain
    return labelled, [fit for fit in fits if fit not in labelled]


def _days_after(patient: Patient, after_days: str) -> tuple[date, date]:
    after = patient.knowledge.parameters[after_days]
    return patient.on + timedelta(days=int(after.lowest)), patient.on + timedelta(days=int(after.highest))


def _steady(patient: Patient, drug: str, raised: Raised) -> tuple[float, float] | None:
    """Days until the level no longer rises [d], from the half-life, longer or shorter by what others make of exposure.

    JUDGEMENT: a changed exposure is taken as a changed half-life, as it is when clearance after absorption changes.
    """
    half_life: Quantity | None = patient.half_life_h(drug)
    if half_life is None:
        return None
    lives = patient.knowledge.parameters["steady_state_half_lives"].lowest
    low, high = raised.ratio if raised.ratio and raised.by else (Fraction(1), Fraction(1))
    shorter, longer = min(float(low), 1.0), max(float(high), 1.0)
    return half_life.lowest * shorter * lives / 24, half_life.highest * longer * lives / 24
