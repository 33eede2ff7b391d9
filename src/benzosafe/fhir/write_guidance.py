"""The answer to a request for guidance: whether it is complete, what was missing, and what must be seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from benzosafe.fhir.data_requirements import data_requirements
from benzosafe.fhir.places import expression_of
from benzosafe.fhir.write_outcome import outcome, remark
from benzosafe.fhir.write_parts import (
    RULE_SYSTEM,
    Json,
    Review,
    clean,
    instant,
    patient_of,
    stable_id,
    url_of,
    without_empty,
)
from benzosafe.knowledge.load import Knowledge

_INTERRUPTIVE = 1  # tier 0: hard stop, tier 1: interrupts
_CODE_OF_GAP = {
    "missing": "incomplete", "unresolved_drug": "code-invalid", "unreadable": "structure", "notice": "informational",
}  # fmt: skip
_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"


def status_of(review: Review) -> str:
    """'data-required' when the medicines are not all known, 'data-requested' when single facts are, else 'success'.

    Without the list of medicines, or with one nobody could resolve, what was found may be the smaller part.
    """
    if not review["patient"]["coverage"]["orders"] or review.get("unresolved"):
        return "data-required"
    return "data-requested" if review.get("not_checked") or review.get("data_gaps") else "success"


def guidance_response(
    review: Review, knowledge: Knowledge, *, module: str, now: datetime, evaluation: str = "", performer: str = ""
) -> Json:
    """The envelope of a review; `evaluation` and `performer` are the addresses of its OperationOutcome and Device."""
    missing = [name for entry in review.get("not_checked") or () for name in entry["missing"]]
    missing += [name for finding in review.get("findings") or () for name in finding["missing"]]
    return without_empty({
        "resourceType": "GuidanceResponse", "id": stable_id(review, "guidance"),
        "moduleCanonical": module,
        "status": status_of(review),
        "subject": patient_of(review),
        "occurrenceDateTime": instant(now),
        "performer": {"reference": performer, "display": "benzosafe"} if performer else {},
        "note": [{"text": text} for text in _notes(review)],
        "evaluationMessage": [{"reference": evaluation}] if evaluation else [],
        "dataRequirement": data_requirements(
            knowledge, missing, _lists_not_given(review), unresolved=bool(review["unresolved"])
        ),
    })  # fmt: skip


def _lists_not_given(review: Review) -> list[str]:
    """Lists that are neither given nor said to be empty; single observations are asked for by name instead."""
    return [name for name in ("orders", "conditions", "allergies") if not review["patient"]["coverage"][name]]


def _notes(review: Review) -> Iterable[str]:
    counts = f"{len(review['findings'])} finding(s); {len(review['not_checked'])} check(s) could not be decided"
    unresolved = len(review["unresolved"])
    yield f"{counts}; {unresolved} medicine(s) not resolved. What was not checked is not thereby safe."
    yield clean(review.get("knowledge_status"))


def evaluation(review: Review, bundle: str) -> Json:
    """Everything that was missing, unreadable or not checked, as one OperationOutcome; {} when there is nothing."""
    issues = [
        remark(
            "warning", "incomplete", f"the {name} list was not given, so what is on it is not known",
            bundle, "Send it, or the statement that there is none.",
        )
        for name in _lists_not_given(review)
    ]  # fmt: skip
    issues += [_gap(gap, bundle) for gap in (*review["unresolved"], *review["data_gaps"])]
    issues += [_unchecked(entry, review["fact_labels"]) for entry in review["not_checked"]]
    return outcome(issues, stable_id(review, "evaluation")) if issues else {}


def _gap(gap: Json, bundle: str) -> Json:
    said = f"{gap['what']}: {gap['text']}" if gap["text"] and gap["text"] not in gap["what"] else gap["what"]
    severity = "information" if gap["kind"] == "notice" else "warning"
    place = expression_of(gap["where"], bundle)
    reference = "" if gap["where"] == place else f" ({gap['where']})"
    return remark(severity, _CODE_OF_GAP.get(gap["kind"], "value"), f"{said}{reference}", place)


def _unchecked(entry: Json, labels: dict[str, str]) -> Json:
    unknown = ", ".join(labels.get(name, name) for name in entry["missing"])
    medicines = ", ".join(entry["unresolved_medicines"])
    why = ". ".join(part for part in (
        f"Not known: {unknown}" if unknown else "", f"Not resolved: {medicines}" if medicines else "",
    ) if part)  # fmt: skip
    what = f"Not checked: {entry['title']} (up to {entry['severity_possible']}). {why or 'Facts are missing'}."
    return remark("warning", "incomplete", what)


def flags(review: Review, author: str) -> list[Json]:
    """A Flag for each finding that must be seen: those that stop or interrupt."""
    return [
        _flag(review, finding, place, author)
        for place, finding in enumerate(review["findings"]) if finding["tier"] <= _INTERRUPTIVE
    ]  # fmt: skip


def _flag(review: Review, finding: dict[str, Any], place: int, author: str) -> Json:
    subject = patient_of(review)
    return without_empty({
        "resourceType": "Flag", "id": stable_id(review, "flag", place, finding["rule"], finding["orders"]),
        "status": "active",
        "category": [{"coding": [{"system": _CATEGORY, "code": "drug", "display": "Drug"}]}],
        "code": {
            "coding": [{"system": RULE_SYSTEM, "version": clean(finding["version"]), "code": finding["rule"]}],
            "text": clean(f"{finding['title']} ({finding['severity'] or 'possible'})"),
        },
        "subject": subject,
        "period": {"start": review["reviewed_on"]},
        "author": {"reference": author, "display": "benzosafe"},
    })  # fmt: skip


def review_bundle(
    review: Review, knowledge: Knowledge, resources: list[Json], now: datetime, module: str, bundle: str
) -> list[Json]:
    """The envelope first, then what was not checked, then the written findings, then flags."""
    device = next(url_of(item["id"]) for item in resources if item["resourceType"] == "Device")
    said = evaluation(review, bundle)
    envelope = guidance_response(
        review, knowledge, module=module, now=now, evaluation=url_of(said["id"]) if said else "", performer=device
    )
    return [envelope, *([said] if said else []), *resources, *flags(review, device)]
