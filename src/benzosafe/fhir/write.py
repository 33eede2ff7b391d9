"""A review, as its JSON contract has it, becomes a FHIR R4 Bundle of DetectedIssues and a RiskAssessment."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from benzosafe.fhir.issue_codes import ACT_CODE, DISPLAYS, act_code

Json = dict[str, Any]

RULE_SYSTEM = "https://benzosafe.org/rule"
_SEVERITY_OF = {"contraindicated": "high", "high": "high", "moderate": "moderate", "low": "low", "info": "low"}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/review")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_REFERENCE = re.compile(r"(Medication(?:Request|Statement|Administration|Dispense))/([A-Za-z0-9\-.]{1,64})(?:[#( ].*)?")


def write_bundle(review: Mapping[str, Any]) -> Json:
    """The findings as a FHIR R4 collection: one DetectedIssue each, the scores, and the software that made them."""
    device = _device(review)
    issues = [_issue(finding, review, place) for place, finding in enumerate(review.get("findings") or ())]
    resources = [device, *issues, *_assessments(review, issues)]
    for resource in resources[1:]:
        if resource["resourceType"] == "DetectedIssue":
            resource["author"] = {"reference": _url(device["id"]), "display": "benzosafe"}
        else:
            resource["performer"] = {"reference": _url(device["id"]), "display": "benzosafe"}
    return {
        "resourceType": "Bundle",
        "id": _id(review, "bundle"),
        "type": "collection",
        "entry": [{"fullUrl": _url(resource["id"]), "resource": resource} for resource in resources],
    }


def _id(review: Mapping[str, Any], *parts: object) -> str:
    """An id that is the same whenever the same review is written again."""
    patient = (review.get("patient") or {}).get("id") or ""
    named = [patient, review.get("reviewed_on"), review.get("knowledge_version"), *parts]
    return str(uuid.uuid5(_NAMESPACE, json.dumps(named, default=str)))


def _url(name: str) -> str:
    return f"urn:uuid:{name}"


def _clean(text: object) -> str:
    """Text as FHIR allows it: no control characters, no empty ends."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+", " ", str(text or "")).split())


def _device(review: Mapping[str, Any]) -> Json:
    versions = [("engine", review.get("engine_version")), ("knowledge", review.get("knowledge_version"))]
    device: Json = {
        "resourceType": "Device",
        "id": _id(review, "device"),
        "status": "active",
        "deviceName": [{"name": "benzosafe", "type": "model-name"}],
    }
    version = [{"type": {"text": kind}, "value": _clean(value)} for kind, value in versions if _clean(value)]
    if version:
        device["version"] = version
    note = _clean(review.get("knowledge_status"))
    if note:
        device["note"] = [{"text": note}]
    return device


def _patient(review: Mapping[str, Any]) -> Json:
    name = _clean((review.get("patient") or {}).get("id"))
    if _FHIR_ID.fullmatch(name):
        return {"reference": f"Patient/{name}"}
    return {"display": name or "the patient of this review"}


def _issue(finding: Json, review: Mapping[str, Any], place: int) -> Json:
    severity = finding.get("severity")
    implicated = _orders(finding, review)
    issue: Json = {
        "resourceType": "DetectedIssue",
        "id": _id(review, "issue", place, finding.get("rule"), finding.get("scenario"), finding.get("orders")),
        # A finding that is only possible, because facts are missing, is not final.
        "status": "final" if severity else "preliminary",
        "code": _code(finding),
        "severity": _SEVERITY_OF.get(str(severity or finding.get("severity_possible")), "low"),
        "patient": _patient(review),
        "identifiedDateTime": review.get("reviewed_on"),
        "detail": _detail(finding),
    }
    if implicated:
        issue["implicated"] = implicated
    evidence = _evidence(finding)
    if evidence:
        issue["evidence"] = evidence
    link = next((source.get("url") for source in finding.get("sources") or () if source.get("url")), None)
    if link:
        issue["reference"] = link
    advice = _clean(finding.get("advice"))
    if advice:
        issue["mitigation"] = [{"action": {"text": advice}}]
    return {key: value for key, value in issue.items() if value}


def _code(finding: Json) -> Json:
    hl7, rule, title = act_code(finding), _clean(finding.get("rule")), _clean(finding.get("title"))
    own = {"system": RULE_SYSTEM, "code": rule, "display": title}
    if finding.get("version"):
        own["version"] = _clean(finding["version"])
    coding = [{"system": ACT_CODE, "code": hl7, "display": DISPLAYS[hl7]}]
    if rule:
        coding.append({key: value for key, value in own.items() if value})
    return {"coding": coding, "text": title or rule or DISPLAYS[hl7]}


def _detail(finding: Json) -> str:
    """Reason, severity, what is missing and what the draft has to do with it, as one text."""
    severity, possible = finding.get("severity"), finding.get("severity_possible")
    said = f"Severity: {severity or 'not certain'}"
    if possible and possible != severity:
        said += f" (possibly {possible})"
    missing = ", ".join(_clean(name) for name in finding.get("missing") or ())
    parts = [
        _clean(finding.get("reason")) or _clean(finding.get("title")),
        f"{said}; tier {finding.get('tier', 3)}; scenario {_clean(finding.get('scenario')) or 'as_is'}.",
        f"Not known: {missing}." if missing else "",
        "Caused by the draft order." if finding.get("caused_by_draft") else "",
    ]
    return " ".join(part for part in parts if part)


def _orders(finding: Json, review: Mapping[str, Any]) -> list[Json]:
    """The medication records a finding rests on, as references where the input was FHIR, else by name."""
    texts = {item.get("order"): _clean(item.get("text") or item.get("ingredient")) for item in review.get("regimen") or ()}
    found: dict[str, Json] = {}
    for order in finding.get("orders") or ():
        name = order.get("order") or order.get("order_id") if isinstance(order, dict) else order
        match = _REFERENCE.fullmatch(str(name))
        pointer = {"display": texts.get(name) or _clean(name)}
        if match:
            pointer = {"reference": f"{match[1]}/{match[2]}", **pointer}
        found.setdefault(str(pointer.get("reference") or name), {key: value for key, value in pointer.items() if value})
    return [pointer for pointer in found.values() if pointer]


def _evidence(finding: Json) -> list[Json]:
    """The facts and the sources, each as a text, for FHIR has no place for three-valued facts."""
    facts = [f"{name} = {_said(value)}" for name, value in (finding.get("facts") or {}).items()]
    sources = [
        ", ".join(part for part in (_clean(s.get("citation") or s.get("id")), _clean(s.get("year")), _clean(s.get("at")), _clean(s.get("grade"))) if part)
        for s in finding.get("sources") or ()
    ]  # fmt: skip
    concepts = [{"text": text} for text in (*facts, *sources) if _clean(text)]
    return [{"code": concepts}] if concepts else []


def _said(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = ("?" if end is None else f"{end:g}" for end in value)
        return f"{low} to {high}"
    return _clean(f"{value:g}" if isinstance(value, float) else value)


def _assessments(review: Mapping[str, Any], issues: list[Json]) -> list[Json]:
    """One RiskAssessment for each scenario in which the overdose risk index was computed; its class, no percentage."""
    found: dict[str, Json] = {}
    for finding, issue in zip(review.get("findings") or (), issues, strict=True):
        facts = finding.get("facts") or {}
        scenario = _clean(finding.get("scenario")) or "as_is"
        known = facts.get("riosord_class", facts.get("riosord_score"))
        if known is not None and scenario not in found:
            found[scenario] = _assessment(review, facts, scenario, issue)
    return list(found.values())


def _assessment(review: Mapping[str, Any], facts: Json, scenario: str, issue: Json) -> Json:
    says = [f"{word} {_said(facts[name])}" for name, word in (("riosord_class", "risk class"), ("riosord_score", "points")) if facts.get(name) is not None]
    assessment: Json = {
        "resourceType": "RiskAssessment",
        "id": _id(review, "riosord", scenario),
        "status": "final",
        "method": {"text": "CIP-RIOSORD (risk index for overdose or serious opioid-induced respiratory depression)"},
        "subject": _patient(review),
        "occurrenceDateTime": review.get("reviewed_on"),
        "prediction": [{
            "outcome": {"text": "Overdose or serious opioid-induced respiratory depression"},
            "qualitativeRisk": {"text": f"CIP-RIOSORD {', '.join(says)}"},
            "rationale": "An order of concern from a case-control study; it is no absolute risk.",
        }],
        "note": [{"text": f"Scenario {scenario}."}],
    }  # fmt: skip
    if issue.get("implicated"):
        assessment["basis"] = issue["implicated"]
    return {key: value for key, value in assessment.items() if value}
