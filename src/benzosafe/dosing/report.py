"""A proposal as plain data (schema benzosafe.dose/1): every number with where it comes from."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import floor, isfinite, log10
from typing import Any

from benzosafe import __version__
from benzosafe.dosing.adjust import Adjusted
from benzosafe.dosing.cautions import Caution
from benzosafe.dosing.forbidden import Forbidden
from benzosafe.dosing.order_check import OrderCheck
from benzosafe.dosing.person import Patient
from benzosafe.dosing.planning import Plan
from benzosafe.dosing.propose import ONE_TIME, Proposal
from benzosafe.dosing.rising import Bounds, Rung
from benzosafe.dosing.taken import Taken
from benzosafe.facts.labels import fact_label
from benzosafe.knowledge.dosing_model import Amount
from benzosafe.knowledge.model import Quantity
from benzosafe.knowledge.regimen_amounts import Micrograms, Range
from benzosafe.knowledge.regimen_choice import Fit
from benzosafe.patient.tables import Bounds as Limits
from benzosafe.review.finding import Finding
from benzosafe.review.report import cited

SCHEMA = "benzosafe.dose/1"
_IN_PREGNANCY = "pregnancy_with_bzra"
NOT_ADVICE = (
    "Draft: no number here has had a clinical review. The dose is a place to begin thinking from; who prescribes "
    "decides. A benzodiazepine or Z-drug that has been taken for weeks must not be stopped at once."
)
Json = dict[str, Any]


def dose_data(proposal: Proposal, patient: Patient, order: OrderCheck | None = None) -> Json:
    """Everything a proposal says, and how an order stands to it where one is asked for."""
    asked, knowledge, plan = proposal.asked, patient.knowledge, proposal.plan
    return {
        "schema": SCHEMA, "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}", "note": NOT_ADVICE,
        "patient": patient.record.patient_id, "on": patient.on.isoformat(), "drug": asked.drug,
        "for": asked.indications[0], "for_words": patient.reason(asked.indications[0]), "country": asked.country,
        "route": asked.route, "status": proposal.status, "why": proposal.why,
        "first": _first(proposal, patient),
        "not_known": list(proposal.not_known),
        "plan": _plan(plan, proposal, patient) if plan and plan.rungs else None,
        "rule": _rule(plan.fit, patient) if plan else None,
        "adjustments": [_adjustment(item, patient) for item in plan.adjustments] if plan else [],
        "exposure": _exposure(proposal),
        "cautions_without_number": [_caution(item, patient) for item in proposal.cautions],
        "taken_already": [_taken(item, patient) for item in proposal.taken],
        "contraindications": [_forbidden(item, patient) for item in proposal.forbidden],
        "other_rules": [_rule(fit, patient) for fit in proposal.others],
        "review_says": [_finding(finding) for finding in proposal.said.findings],
        "could_be_contraindicated": [_could_be(finding, patient) for finding in proposal.said.could_be],
        "order": _order(order, patient) if order else None,
        "instead": [
            {"what": item.what, "drug": item.drug, "source": _cited(item.evidence.source, item.evidence, patient)}
            for item in _instead(proposal, patient)
        ],
    }  # fmt: skip


def _first(proposal: Proposal, patient: Patient) -> list[str]:
    """What is to be seen before any number."""
    grave = [finding for finding in proposal.said.findings if finding.severity in ("contraindicated", "high")]
    said = [f"{finding.rule.rule.title} ({finding.severity})" for finding in grave]
    if proposal.pregnant:
        said.insert(0, f"{patient.knowledge.rules[_IN_PREGNANCY].title}: the dose is not changed for it")
    return said


def _plan(plan: Plan, proposal: Proposal, patient: Patient) -> Json:
    look, steady = proposal.review_on, proposal.steady_days
    longest = plan.regimen.longest_days
    return {
        "start": _rung(plan.rungs[0], plan, patient), "rises": [_rung(rung, plan, patient) for rung in plan.rungs[1:]],
        "rise_only_if_needed": plan.target == Micrograms(), "no_rise": _no_rise(plan, proposal),
        "target_mg_per_day": _mg(plan.target.per_day), "target_mg_per_dose": _mg(plan.target.per_dose),
        "ceiling": _ceiling(plan.limit),
        "look_again": [day.isoformat() for day in look] if look else None,
        "decide": [day.isoformat() for day in proposal.decide_on] if proposal.decide_on else None,
        "steady_state_days": [round(day, 1) for day in steady] if steady else None,
        "longest_days": _quantity(longest, patient) if longest else None,
        "makeable": proposal.asked.route == "oral",
    }  # fmt: skip


def _no_rise(plan: Plan, proposal: Proposal) -> str:
    """Why no rise is laid out; empty where one is, or where one dose is all."""
    if len(plan.rungs) > 1 or plan.regimen.use in ONE_TIME:
        return ""
    aim = plan.target.per_dose
    if aim and aim[1] < plan.rungs[0].single_ug:
        return f"from here it falls, to {at_most_mg(aim[1]):g} mg a dose, as far as the symptoms allow"
    lower = [item for item in plan.adjustments if item.counts and item.adjustment.start and not item.adjustment.step]
    if any(item.surely for item in lower) or any(item.surely for item in proposal.cautions):
        return "how it is raised for such a person no source here says: no rise is laid out"
    if lower:
        return "whether it is raised as for most people goes by what is not known: no rise is laid out"
    return "no rise is laid out" if plan.step else "the source says nothing of a rise"


def _rung(rung: Rung, plan: Plan, patient: Patient) -> Json:
    return {
        "from_day": rung.from_day, "from": (patient.on + timedelta(days=rung.from_day)).isoformat(),
        "one_dose": plan.regimen.use in ONE_TIME, "at_bedtime": plan.regimen.use == "at bedtime" and rung.times == 1,
        "mg_per_dose": rung.single_ug / 1000, "times_per_day": rung.times, "mg_per_day": rung.day_ug / 1000,
        "made_of": [portion.words for portion in rung.portions],
    }  # fmt: skip


def _ceiling(limit: Bounds) -> Json:
    return {
        "mg_per_dose": _three_digits(limit.per_dose) if limit.per_dose is not None else None,
        "mg_per_day": _three_digits(limit.per_day) if limit.per_day is not None else None,
    }


def _three_digits(amount_ug: Fraction) -> float:
    """Micrograms in mg, to three digits that count and never rounded up: 15.829 mg says more than is known."""
    exact = at_most_mg(amount_ug)
    digits = 2 - floor(log10(exact)) if exact > 0 else 0
    return floor(Fraction(str(exact)) * Fraction(10) ** digits) / 10.0**digits


def _mg(ends: Range | None) -> list[float] | None:
    return [at_most_mg(end) for end in ends] if ends else None


def at_most_mg(amount_ug: Fraction) -> float:
    """Micrograms in mg, to three decimals, below 1 mg to four; never rounded up."""
    digits = 3 if amount_ug >= 1000 else 4
    return float(floor(amount_ug * Fraction(10) ** (digits - 3)) / 10**digits)


def _caution(item: Caution, patient: Patient) -> Json:
    evidence = item.caution.evidence
    return {
        "what": item.caution.what, "holds": True if item.surely else None,
        "source": _cited(evidence.source, evidence, patient),
    }  # fmt: skip


def _taken(item: Taken, patient: Patient) -> Json:
    return {
        "drug": item.ingredient, "surely": item.surely,
        "mg_per_day": [float(end) for end in item.mg_per_day] if item.mg_per_day else None,
        "like": [
            {"mg_per_day": [round(float(end), 4) for end in like.mg_per_day], "table": like.table.title,
             "source": like.table.source, "confidence": like.table.confidence}
            for like in item.like
        ],
    }  # fmt: skip


def _forbidden(item: Forbidden, patient: Patient) -> Json:
    found = item.contraindication
    return {
        "condition": found.condition, "what": patient.label(found.condition), "jurisdiction": found.jurisdiction,
        "holds": True if item.surely else None, "source": _cited(found.evidence.source, found.evidence, patient),
    }  # fmt: skip


def _could_be(finding: Finding, patient: Patient) -> Json:
    return {
        "rule": finding.rule.rule.id, "title": finding.rule.rule.title,
        "not_known": [
            fact_label(patient.knowledge, name) for name in finding.missing if not name.startswith("order_")
        ],
    }  # fmt: skip


def _order(check: OrderCheck, patient: Patient) -> Json:
    order = check.order
    return {
        "text": f"{order.ingredient} {order.sig}" if order.sig else order.text,
        "mg_per_dose": _ends(order.dose_mg_single), "times_per_day": _ends(order.times_per_day),
        "mg_per_day": _ends(order.dose_mg_per_day), "not_judged": check.not_judged,
        "margins": [
            {"against": margin.against, "asked_mg": float(margin.asked_ug) / 1000,
             "limit_mg": at_most_mg(margin.limit_ug), "ratio": round(float(margin.ratio), 3),
             "left_mg": round(float(margin.left_ug) / 1000, 4), "least": margin.least, "beyond": margin.left_ug < 0}
            for margin in check.margins
        ],
        "review_says": [_finding(finding) for finding in check.findings],
        "could_be": [_could_be(finding, patient) for finding in check.could_be],
    }  # fmt: skip


def _ends(bounds: Limits | None) -> list[float | None] | None:
    return [bounds.low, bounds.high if isfinite(bounds.high) else None] if bounds else None


def _rule(fit: Fit, patient: Patient) -> Json:
    regimen = fit.regimen
    step = regimen.step
    return {
        "id": regimen.id, "jurisdiction": regimen.jurisdiction, "labelled": regimen.labelled,
        "indication": patient.reason(regimen.indication), "use": regimen.use, "forms": list(regimen.forms),
        "doses_per_day": list(regimen.doses_per_day), "start": _amount(regimen.start, patient),
        "start_at_most": _amount(regimen.start_at_most, patient),
        "step": {"by": _amount(step.by, patient), "every_days": _quantity(step.every_days, patient)} if step else None,
        "target": _amount(regimen.target, patient),
        "mean_in_trials": _amount(regimen.mean_in_trials, patient), "at_most": _amount(regimen.at_most, patient),
        "note": regimen.note,
        "not_known": list(fit.not_known), "source": _cited(regimen.evidence.source, regimen.evidence, patient),
    }  # fmt: skip


def _adjustment(item: Adjusted, patient: Patient) -> Json:
    change = item.adjustment
    return {
        "id": change.id, "holds": True if item.surely else None, "counted": item.counts, "why": change.why,
        "avoid": change.avoid, "facts": dict(item.because), "not_known": list(item.not_known),
        "start": _amount(change.start, patient), "target": _amount(change.target, patient),
        "at_most": _amount(change.at_most, patient), "source": _cited(change.evidence.source, change.evidence, patient),
    }  # fmt: skip


def _exposure(proposal: Proposal) -> Json:
    raised = proposal.raised
    return {
        "ratio": [round(float(end), 2) for end in raised.ratio] if raised.ratio else None, "by": list(raised.by),
        "complete": raised.complete,
        "dose_factor": round(float(raised.factor), 3),
    }  # fmt: skip


def _finding(finding: Finding) -> Json:
    rule = finding.rule.rule
    return {
        "rule": rule.id, "title": rule.title, "severity": finding.severity, "tier": finding.tier,
        "reason": finding.reason, "advice": " ".join(rule.advice.split()),
    }  # fmt: skip


def _instead(proposal: Proposal, patient: Patient) -> list[Any]:
    known = patient.knowledge.other_treatments
    return next((list(known[name]) for name in proposal.asked.indications if name in known), [])


def _amount(amount: Amount | None, patient: Patient) -> Json | None:
    return {name: _quantity(item, patient) for name, item in amount.quantities.items()} if amount else None


def _quantity(quantity: Quantity, patient: Patient) -> Json:
    return {
        "low": quantity.lowest, "high": quantity.highest, "unit": quantity.unit, "population": quantity.population,
        "source": _cited(quantity.source, quantity, patient), "note": quantity.note,
    }  # fmt: skip


def _cited(source: str, item: Any, patient: Patient) -> Json:
    return dict(cited(source, item.at, getattr(item, "strength", ""), item.confidence, patient.knowledge))
