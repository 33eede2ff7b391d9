"""The review as plain data: the versioned JSON contract that every rendering reads."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Any

from benzosafe import __version__
from benzosafe.facts.frame import Frame
from benzosafe.facts.labels import fact_label
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Bounds, DataGap, Order, Record
from benzosafe.review.evaluate import RANK, SEVERITY_OF_RANK
from benzosafe.review.finding import Finding, plain
from benzosafe.review.rank import Suppressed, Verdict
from benzosafe.review.review import Review, TriedChange

SCHEMA = "benzosafe.review/1"
_PATIENT_FACTS = ("age_years", "sex", "weight_kg", "egfr_ml_per_min", "pregnant", "breastfeeding", "alcohol_use")
_EXPOSURE_FACTS = (
    "bzra_days_of_use", "bzra_diazepam_equivalent_mg_per_day", "benzodiazepine_dose_band", "physical_dependence",
    "opioid_mme_per_day", "cns_depressant_count", "sedative_load",
)  # fmt: skip


def report(review: Review) -> dict[str, Any]:
    """The whole review as JSON-ready data (schema benzosafe.review/1)."""
    knowledge, verdict = review.knowledge, review.verdict
    frame = review.frame
    findings = [_finding(finding, knowledge) for finding in verdict.findings]
    not_checked = _not_checked(verdict, review)
    main = len(review.scenarios) - 1
    return {
        "schema": SCHEMA,
        "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}",
        "knowledge_status": "draft: no value here has had a clinical review",
        "patient": _patient(review.record, frame, main),
        "reviewed_on": review.on.isoformat(),
        "exposure": {name: plain(frame.column(name), main) for name in _EXPOSURE_FACTS},
        "regimen": [_order(order) for order in review.scenarios[-1].orders],
        "scenarios": [_scenario(review, scenario.name, scenario.notes) for scenario in review.scenarios],
        "findings": findings,
        "unresolved": [_gap(gap) for gap in _unresolved(review)],
        "data_gaps": [_gap(gap) for gap in review.record.gaps if gap.kind != "unresolved_drug"],
        "not_checked": not_checked,
        "suppressed": [_suppressed(item, knowledge) for item in verdict.suppressed],
        "changes_that_help": [_change(item) for item in review.changes],
        "fact_labels": _labels(findings, not_checked, knowledge),
    }


def _unresolved(review: Review) -> list[DataGap]:
    """Medicines that could be anything: those the reader listed, and drafts."""
    listed = [gap for gap in review.record.gaps if gap.kind == "unresolved_drug"]
    drafts = [o for o in review.scenarios[-1].orders if o.source == "draft" and o.ingredient is None]
    what = "'{}' is not a medicine known here"
    return listed + [DataGap(o.order_id, what.format(o.text), "unresolved_drug", o.text) for o in drafts]


def _labels(findings: list[dict[str, Any]], not_checked: list[dict[str, Any]], knowledge: Knowledge) -> dict[str, str]:
    """Every fact named in the report, in words."""
    named = [name for entry in findings for name in (*entry["facts"], *entry["missing"])]
    named += [name for entry in not_checked for name in entry["missing"]]
    return {name: fact_label(knowledge, name) for name in dict.fromkeys(named)}


def _patient(record: Record, frame: Frame, row: int) -> dict[str, Any]:
    facts = {name: plain(frame.column(name), row) for name in _PATIENT_FACTS}
    return {"id": record.patient_id, "birth_date": _day(record.birth_on), **facts, "coverage": asdict(record.coverage)}


def _scenario(review: Review, name: str, notes: tuple[str, ...]) -> dict[str, Any]:
    findings = review.verdicts[name].findings
    counts = {s: sum(finding.severity == s for finding in findings) for s in RANK}
    worst = SEVERITY_OF_RANK.get(max((finding.rank for finding in findings), default=0))
    return {"name": name, "worst": worst, "counts": counts, "notes": list(notes)}


def _finding(finding: Finding, knowledge: Knowledge) -> dict[str, Any]:
    rule, expected = finding.rule.rule, finding.predicted
    return {
        "rule": rule.id,
        "version": rule.version,
        "status": rule.status,
        "title": rule.title,
        "topic": finding.rule.topic,
        "tier": finding.tier,
        "severity": finding.severity,
        "severity_possible": SEVERITY_OF_RANK[finding.rank_possible],
        "missing": finding.missing,
        "exclusions_unknown": finding.exclusions_unknown,
        "scenario": finding.scenario,
        "caused_by_draft": finding.caused_by_draft,
        "ingredients": finding.ingredients,
        "orders": finding.orders,
        "facts": finding.facts,
        "thresholds": {name: _threshold(limit) for name, limit in rule.thresholds.items()},
        "reason": " ".join(filter(None, (finding.reason, expected["words"] if expected else ""))),
        "predicted": expected,
        "advice": " ".join(rule.advice.split()),
        "wrong_when": " ".join(rule.wrong_when.split()),
        "sources": [cited(item.source, item.at, item.strength, item.confidence, knowledge) for item in rule.evidence],
    }


def _threshold(limit: Any) -> dict[str, Any]:
    return {
        "value": limit.lowest,
        "unit": limit.unit,
        "source": limit.source,
        "population": limit.population,
        "confidence": limit.confidence,
    }


def cited(name: str, at: str, strength: str, confidence: str, knowledge: Knowledge) -> dict[str, Any]:
    """A source with the place in it, the strength of what it says there, and how sure we are of both."""
    source = knowledge.sources[name]
    link = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
    return {
        "id": name,
        "citation": source.citation,
        "year": source.year,
        "at": at,
        "grade": strength,
        "confidence": confidence,
        "url": link,
    }


def _not_checked(verdict: Verdict, review: Review) -> list[dict[str, Any]]:
    """Checks that could not be decided, one entry a rule, worst first."""
    entries: dict[str, dict[str, Any]] = {}
    unresolved = [o.text for o in review.scenarios[-1].orders if o.ingredient is None and o.active is not False]
    for finding in verdict.undecided:
        rule = finding.rule.rule
        entry = entries.setdefault(rule.id, {
            "rule": rule.id, "title": rule.title, "topic": finding.rule.topic,
            "severity_possible": SEVERITY_OF_RANK[finding.rank_possible], "missing": [], "scenario": finding.scenario,
        })  # fmt: skip
        entry["missing"] = list(dict.fromkeys(entry["missing"] + finding.missing))
    for entry in entries.values():
        drugs = [
            name for name in entry["missing"] if name.endswith(("_active", "_count", "_days_ago", "_per_day", "_load"))
        ]
        entry["unresolved_medicines"] = unresolved if drugs or not entry["missing"] else []
    return list(entries.values())


def _suppressed(item: Suppressed, knowledge: Knowledge) -> dict[str, Any]:
    rule = item.finding.rule.rule
    return {"rule": rule.id, "title": rule.title, "severity": item.finding.severity, "kind": item.kind, "why": item.why,
            "scenario": item.finding.scenario, "ingredients": item.finding.ingredients}  # fmt: skip


def _change(item: TriedChange) -> dict[str, Any]:
    change = item.change
    return {
        "action": change.action,
        "ingredient": change.ingredient,
        "to": change.to,
        "words": change.words,
        "how": change.how,
        "withdrawal_cost": change.why.rstrip("."),
        "source": change.source,
        "burden_before": item.burden_before,
        "burden_after": item.burden_after,
        "worst_severity_after": SEVERITY_OF_RANK.get(item.worst_after),
        "removes_or_lowers": [finding.rule.rule.title for finding in item.removes],
        "brings": [finding.rule.rule.title for finding in item.brings],
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "order": order.order_id, "text": order.text, "ingredient": order.ingredient, "source": order.source,
        "active": order.active, "active_because": order.active_because, "route": order.route, "form": order.form,
        "dose_mg_single": _bounds(order.dose_mg_single), "dose_mg_per_day": _bounds(order.dose_mg_per_day),
        "as_needed": order.prn, "sig": order.sig, "sig_reading": order.sig_reading,
        "indication": order.indication or order.indication_text or None,
        "start": _day(order.start_on), "end": _day(order.end_on), "supply_ends": _day(order.supply_ends_on),
        "taken_since": _day(order.continuous_since), "same_as": list(order.same_as),
        "conflicts": list(order.conflicts), "problems": list(order.problems),
    }  # fmt: skip


def _bounds(bounds: Bounds | None) -> list[float | None] | None:
    """Least and most [mg]; None as the upper limit means no limit is known."""
    return None if bounds is None else [round(bounds.low, 6), round(bounds.high, 6) if isfinite(bounds.high) else None]


def _gap(gap: DataGap) -> dict[str, Any]:
    return {"where": gap.where, "what": gap.what, "kind": gap.kind, "text": gap.text}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
