"""The overdose risk index as a RiskAssessment that rests on an Observation of its class; never a percentage."""

from __future__ import annotations

from typing import Any

from benzosafe.fhir.write_parts import Json, Review, clean, patient_of, said, stable_id, url_of, without_empty

_METHOD = "CIP-RIOSORD (risk index for overdose or serious opioid-induced respiratory depression)"


def risk_resources(review: Review, issues: list[Json]) -> list[Json]:
    """For each scenario in which the index was computed: its class and points, and the assessment made from them."""
    found: dict[str, list[Json]] = {}
    for finding, issue in zip(review.get("findings") or (), issues, strict=True):
        facts = finding.get("facts") or {}
        scenario = clean(finding.get("scenario")) or "as_is"
        if scenario not in found and (facts.get("riosord_class") is not None or facts.get("riosord_score") is not None):
            score = _score(review, facts, scenario)
            found[scenario] = [score, _assessment(review, score, scenario, issue)]
    return [resource for pair in found.values() for resource in pair]


def _score(review: Review, facts: Json, scenario: str) -> Json:
    parts = [("risk class", facts.get("riosord_class")), ("points", facts.get("riosord_score"))]
    components = [{"code": {"text": f"CIP-RIOSORD {name}"}, **_value(value)} for name, value in parts if _value(value)]
    return without_empty({
        "resourceType": "Observation",
        "id": stable_id(review, "riosord", scenario, "score"),
        "status": "final",
        "code": {"text": _METHOD},
        "subject": patient_of(review),
        "effectiveDateTime": review.get("reviewed_on"),
        "note": [{"text": f"Scenario {scenario}."}],
        "component": components,
    })  # fmt: skip


def _value(value: Any) -> Json:
    """A whole number, or a range where facts are missing."""
    low, high = value if isinstance(value, list | tuple) and len(value) == 2 else (value, value)
    if low is None and high is None:
        return {}
    if low == high and float(low) == int(low):
        return {"valueInteger": int(low)}
    ends = {"low": low, "high": high}
    return {"valueRange": {name: {"value": end} for name, end in ends.items() if end is not None}}


def _assessment(review: Review, score: Json, scenario: str, issue: Json) -> Json:
    """R4 asks for a probability with each prediction; there is none, so the class stands in the Observation."""
    says = "; ".join(f"{part['code']['text']} {_said(part)}" for part in score.get("component", ()))
    note = f"{says}. An order of concern from a case-control study, not an absolute risk. Scenario {scenario}."
    return without_empty({
        "resourceType": "RiskAssessment",
        "id": stable_id(review, "riosord", scenario),
        "status": "final",
        "method": {"text": _METHOD},
        "subject": patient_of(review),
        "occurrenceDateTime": review.get("reviewed_on"),
        "basis": [{"reference": url_of(score["id"])}, *issue.get("implicated", ())],
        "note": [{"text": note}],
    })  # fmt: skip


def _said(part: Json) -> str:
    if "valueInteger" in part:
        return str(part["valueInteger"])
    limits = part["valueRange"]
    return said([limits.get(end, {}).get("value") for end in ("low", "high")])
