"""A review, as its JSON contract has it, becomes a FHIR R4 Bundle of DetectedIssues and RiskAssessments."""

from __future__ import annotations

import re
from typing import Any

from benzosafe.fhir.issue_codes import ACT_CODE, DISPLAYS, act_code
from benzosafe.fhir.write_parts import (
    RULE_SYSTEM,
    Json,
    Review,
    clean,
    patient_of,
    said,
    stable_id,
    url_of,
    without_empty,
)
from benzosafe.fhir.write_scores import risk_resources

_SEVERITY_OF = {
    "contraindicated": "high",
    "high": "high",
    "moderate": "moderate",
    "low": "low",
    "info": "low",
}
_REFERENCE = re.compile(r"(Medication(?:Request|Statement|Administration|Dispense))/([A-Za-z0-9\-.]{1,64})(?:[#( ].*)?")


def write_bundle(review: Review) -> dict[str, Any]:
    """The findings as a FHIR R4 collection: one DetectedIssue each, the scores, and the software that made them."""
    device = device_of(review)
    texts = {
        item.get("order"): clean(item.get("text") or item.get("ingredient")) for item in review.get("regimen") or ()
    }
    issues = [
        detected_issue(finding, review, place, texts) for place, finding in enumerate(review.get("findings") or ())
    ]
    for issue in issues:
        issue["author"] = {"reference": url_of(device["id"]), "display": "benzosafe"}
    resources = [device, *issues, *risk_resources(review, issues)]
    return {
        "resourceType": "Bundle",
        "id": stable_id(review, "bundle"),
        "type": "collection",
        "entry": [{"fullUrl": url_of(resource["id"]), "resource": resource} for resource in resources],
    }


def device_of(review: Review) -> Json:
    """The software and the knowledge that said it."""
    versions = [("engine", review.get("engine_version")), ("knowledge", review.get("knowledge_version"))]
    note = clean(review.get("knowledge_status"))
    return without_empty({
        "resourceType": "Device",
        "id": stable_id(review, "device"),
        "status": "active",
        "deviceName": [{"name": "benzosafe", "type": "model-name"}],
        "version": [{"type": {"text": kind}, "value": clean(value)} for kind, value in versions if clean(value)],
        "note": [{"text": note}] if note else [],
    })  # fmt: skip


def detected_issue(finding: Json, review: Review, place: int, texts: dict[Any, str]) -> Json:
    """One finding; `texts` are the medicines as written, by their orders."""
    severity = finding.get("severity")
    advice = clean(finding.get("advice"))
    links = [clean(source.get("url")) for source in finding.get("sources") or ()]
    return without_empty({
        "resourceType": "DetectedIssue",
        "id": stable_id(review, "issue", place, finding.get("rule"), finding.get("scenario"), finding.get("orders")),
        # A finding that is only possible, because facts are missing, is not final.
        "status": "final" if severity else "preliminary",
        "code": _code(finding),
        "severity": _SEVERITY_OF.get(str(severity or finding.get("severity_possible")), "low"),
        "patient": patient_of(review),
        "identifiedDateTime": review.get("reviewed_on"),
        "implicated": _orders(finding, texts),
        "evidence": _evidence(finding),
        "detail": _detail(finding),
        "reference": next((link for link in links if link and " " not in link), None),
        "mitigation": [{"action": {"text": advice}}] if advice else [],
    })  # fmt: skip


def _code(finding: Json) -> Json:
    """The HL7 code first, then our rule with its version."""
    hl7, rule, title = act_code(finding), clean(finding.get("rule")), clean(finding.get("title"))
    own = {"system": RULE_SYSTEM, "version": clean(finding.get("version")), "code": rule, "display": title}
    coding = [{"system": ACT_CODE, "code": hl7, "display": DISPLAYS[hl7]}]
    coding += [without_empty(own)] if rule else []
    return {"coding": coding, "text": title or rule or DISPLAYS[hl7]}


def _detail(finding: Json) -> str:
    """Reason, severity, what is missing and what the draft has to do with it, as one text."""
    severity, possible = finding.get("severity"), finding.get("severity_possible")
    graded = f"Severity: {severity or 'not certain'}"
    if possible and possible != severity:
        graded += f" (possibly {possible})"
    missing = ", ".join(clean(name) for name in finding.get("missing") or ())
    parts = [
        clean(finding.get("reason")) or clean(finding.get("title")),
        f"{graded}; tier {finding.get('tier', 3)}; scenario {clean(finding.get('scenario')) or 'as_is'}.",
        f"Not known: {missing}." if missing else "",
        "Caused by the draft order." if finding.get("caused_by_draft") else "",
    ]
    return " ".join(part for part in parts if part)


def _orders(finding: Json, texts: dict[Any, str]) -> list[Json]:
    """The medication records a finding rests on, as references where the input was FHIR, else by name."""
    found: dict[str, Json] = {}
    for order in finding.get("orders") or ():
        name = order.get("order") or order.get("order_id") if isinstance(order, dict) else order
        match = _REFERENCE.fullmatch(str(name))
        reference = f"{match[1]}/{match[2]}" if match else ""
        pointer = without_empty({"reference": reference, "display": texts.get(name) or ("" if match else clean(name))})
        if pointer:
            found.setdefault(reference or str(name), pointer)
    return list(found.values())


def _evidence(finding: Json) -> list[Json]:
    """The facts and the sources, each as a text, for FHIR has no place for three-valued facts."""
    facts = [f"{name} = {said(value)}" for name, value in (finding.get("facts") or {}).items()]
    sources = [_source(source) for source in finding.get("sources") or ()]
    concepts = [{"text": clean(text)} for text in (*facts, *sources) if clean(text)]
    return [{"code": concepts}] if concepts else []


def _source(source: Json) -> str:
    written = [
        source.get("citation") or source.get("id"),
        source.get("year"),
        source.get("at"),
        source.get("grade"),
    ]
    return ", ".join(part for part in map(clean, written) if part)
