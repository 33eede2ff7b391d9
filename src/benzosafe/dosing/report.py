"""A proposal as plain data (schema benzosafe.dose/1): every number with where it comes from."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from benzosafe import __version__
from benzosafe.dosing.adjust import Adjusted
from benzosafe.dosing.person import Patient
from benzosafe.dosing.propose import Plan, Proposal
from benzosafe.dosing.rising import Bounds, Rung
from benzosafe.knowledge.dosing_model import Amount
from benzosafe.knowledge.model import Quantity
from benzosafe.knowledge.regimen_amounts import Micrograms
from benzosafe.knowledge.regimen_choice import Fit
from benzosafe.review.finding import Finding
from benzosafe.review.report import cited

SCHEMA = "benzosafe.dose/1"
NOT_ADVICE = (
    "Draft: no number here has had a clinical review. The dose is a place to begin thinking from; who prescribes "
    "decides. A benzodiazepine or Z-drug that has been taken for weeks must not be stopped at once."
)
Json = dict[str, Any]


def dose_data(proposal: Proposal, patient: Patient) -> Json:
    """Everything a proposal says."""
    asked, knowledge, plan = proposal.asked, patient.knowledge, proposal.plan
    return {
        "schema": SCHEMA, "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}", "note": NOT_ADVICE,
        "patient": patient.record.patient_id, "on": patient.on.isoformat(), "drug": asked.drug,
        "for": asked.indications[0], "for_words": patient.label(asked.indications[0]), "country": asked.country,
        "route": asked.route, "status": proposal.status, "why": proposal.why,
        "not_known": list(proposal.not_known),
        "plan": _plan(plan, proposal, patient) if plan and plan.rungs else None,
        "rule": _rule(plan.fit, patient) if plan else None,
        "adjustments": [_adjustment(item, patient) for item in plan.adjustments] if plan else [],
        "exposure": _exposure(proposal),
        "other_rules": [_rule(fit, patient) for fit in proposal.others],
        "review_says": [_finding(finding) for finding in proposal.findings],
        "instead": [
            {"what": item.what, "drug": item.drug, "source": _cited(item.evidence.source, item.evidence, patient)}
            for item in _instead(proposal, patient)
        ],
    }  # fmt: skip


def _plan(plan: Plan, proposal: Proposal, patient: Patient) -> Json:
    look, steady = proposal.review_on, proposal.steady_days
    longest = plan.regimen.longest_days
    return {
        "start": _rung(plan.rungs[0], patient), "rises": [_rung(rung, patient) for rung in plan.rungs[1:]],
        "rise_only_if_needed": plan.target == Micrograms(),
        "target_mg_per_day": _mg(plan.target.per_day), "target_mg_per_dose": _mg(plan.target.per_dose),
        "ceiling": _ceiling(plan.limit),
        "look_again": [day.isoformat() for day in look] if look else None,
        "steady_state_days": [round(day, 1) for day in steady] if steady else None,
        "longest_days": _quantity(longest, patient) if longest else None,
        "makeable": proposal.asked.route == "oral",
    }  # fmt: skip


def _rung(rung: Rung, patient: Patient) -> Json:
    return {
        "from_day": rung.from_day, "from": (patient.on + timedelta(days=rung.from_day)).isoformat(),
        "mg_per_dose": rung.single_ug / 1000, "times_per_day": rung.times, "mg_per_day": rung.day_ug / 1000,
        "made_of": [portion.words for portion in rung.portions],
    }  # fmt: skip


def _ceiling(limit: Bounds) -> Json:
    return {
        "mg_per_dose": float(limit.per_dose) / 1000 if limit.per_dose is not None else None,
        "mg_per_day": float(limit.per_day) / 1000 if limit.per_day is not None else None,
    }


def _mg(ends: tuple[Fraction, Fraction] | None) -> list[float] | None:
    return [float(end) / 1000 for end in ends] if ends else None


def _rule(fit: Fit, patient: Patient) -> Json:
    regimen = fit.regimen
    step = regimen.step
    return {
        "id": regimen.id, "jurisdiction": regimen.jurisdiction, "labelled": regimen.labelled,
        "indication": patient.label(regimen.indication), "use": regimen.use, "forms": list(regimen.forms),
        "doses_per_day": list(regimen.doses_per_day), "start": _amount(regimen.start, patient),
        "start_at_most": _amount(regimen.start_at_most, patient),
        "step": {"by": _amount(step.by, patient), "every_days": _quantity(step.every_days, patient)} if step else None,
        "target": _amount(regimen.target, patient), "at_most": _amount(regimen.at_most, patient), "note": regimen.note,
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
