"""A worklist, as its JSON contract has it, becomes a FHIR R4 Bundle: a proposed Task and its reason for each patient.

A List keeps the order; a second one names the patients who could not be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.fhir.write import detected_issue, device_of
from benzosafe.fhir.write_parts import Json, clean, patient_of, stable_id, url_of, without_empty
from benzosafe.fhir.write_tasks import TASK_SYSTEM

_SEE = "see-patient"
_PRIORITY = {0: "asap", 1: "urgent"}
_ORDER = {"system": "http://terminology.hl7.org/CodeSystem/list-order", "code": "priority"}


def write_worklist(worklist: Mapping[str, Any]) -> Json:
    """The patients within capacity as Tasks in their order, each with the finding it is for."""
    whole = _named(worklist, "")
    device = device_of(whole)
    tasks: list[Json] = []
    resources: list[Json] = [device]
    for entry in worklist["listed"]:
        found = _patient(entry, worklist, device)
        tasks.append(found[-1])
        resources += found
    resources.append(_list(whole, worklist, tasks, device))
    if worklist["not_judged"]:
        resources.append(_not_judged(whole, worklist, device))
    return {
        "resourceType": "Bundle", "id": stable_id(whole, "worklist"), "type": "collection",
        "entry": [{"fullUrl": url_of(item["id"]), "resource": item} for item in resources],
    }  # fmt: skip


def _named(worklist: Mapping[str, Any], patient: str) -> Json:
    """What the builders of a review want to know."""
    return {
        "patient": {"id": patient}, "reviewed_on": worklist["screened_on"],
        "engine_version": worklist["engine_version"], "knowledge_version": worklist["knowledge_version"],
        "knowledge_status": worklist["knowledge_status"],
    }  # fmt: skip


def _patient(entry: Json, worklist: Mapping[str, Any], device: Json) -> list[Json]:
    """The DetectedIssue, where there is a finding, and the Task."""
    review = _named(worklist, entry["patient"])
    issues: list[Json] = []
    if entry["finding"]:
        issue = detected_issue(entry["finding"], review, 0, {})
        issue["author"] = {"reference": url_of(device["id"]), "display": "benzosafe"}
        issues.append(issue)
    return [*issues, _task(entry, review, issues, device)]


def _task(entry: Json, review: Json, issues: list[Json], device: Json) -> Json:
    why = "; ".join(entry["do_not_taper"])
    return without_empty({
        "resourceType": "Task", "id": stable_id(review, "worklist-task"),
        "status": "draft", "intent": "proposal",
        "priority": _PRIORITY[entry["finding"]["tier"]] if entry["finding"] else "routine",
        "code": {"coding": [{"system": TASK_SYSTEM, "code": _SEE}], "text": "see the patient"},
        "description": clean(_what(entry)),
        "for": patient_of(review),
        "authoredOn": review["reviewed_on"],
        "requester": {"reference": url_of(device["id"]), "display": "benzosafe"},
        "reasonCode": {"text": clean(f"Reason on record not to taper: {why}")} if why else {},
        "reasonReference": {"reference": url_of(issues[0]["id"])} if issues else {},
        "note": [{"text": text} for text in map(clean, _notes(entry)) if text],
    })  # fmt: skip


def _what(entry: Json) -> str:
    """What would help most, or else that the patient is to be seen."""
    title = (entry["finding"] or {}).get("title", "")
    offered = entry["changes"][0]["words"] if entry["changes"] else "no single change of a medicine is offered"
    return f"Rank {entry['rank']}. {title}: see the patient and weigh: {offered}."


def _notes(entry: Json) -> list[str]:
    notes = [
        f"{change['words']}: {change['cost']}."
        + (f" Before it: {', '.join(change['before'])}." if change["before"] else "")
        for change in entry["changes"]
    ]
    notes += [
        f"{item['ingredient']} is not offered to be lowered: {'; '.join(item['why'])}. {item['instead']}"
        for item in entry["not_offered"]
    ]
    return notes + list(entry["can_be_done"])


def _list(whole: Json, worklist: Mapping[str, Any], tasks: list[Json], device: Json) -> Json:
    counts = worklist["counts"]
    said = (
        f"{counts['listed']} of {counts['candidates']} patients with a finding that interrupts, of "
        f"{counts['patients']} screened on {worklist['screened_on']}. Beyond the capacity of {worklist['capacity']}: "
        f"{counts['beyond_capacity']}. Could not be judged, which is not that they are safe: {counts['not_judged']}. "
        f"Judged only in part: {counts['partly_judged']}."
    )
    return without_empty({
        "resourceType": "List", "id": stable_id(whole, "worklist-list"), "status": "current", "mode": "snapshot",
        "title": "Patients to be seen, most preventable harm first",
        "code": {"text": "worklist"}, "date": worklist["screened_on"], "source": {"reference": url_of(device["id"])},
        "orderedBy": {"coding": [_ORDER]},
        "note": [{"text": said}, {"text": clean(worklist["note"])}],
        "entry": [{"item": {"reference": url_of(item["id"])}} for item in tasks],
        "emptyReason": {} if tasks else {"text": "nobody with a finding that interrupts, or no capacity"},
    })  # fmt: skip


def _not_judged(whole: Json, worklist: Mapping[str, Any], device: Json) -> Json:
    counts = worklist["counts"]
    named, count = len(worklist["not_judged"]), counts["not_judged"] + counts["partly_judged"]
    return without_empty({
        "resourceType": "List", "id": stable_id(whole, "not-judged-list"), "status": "current", "mode": "snapshot",
        "title": f"Patients who could not be judged, or only in part ({named} of {count})",
        "code": {"text": "not judged"}, "date": worklist["screened_on"],
        "source": {"reference": url_of(device["id"])},
        "note": [{"text": "What is not known is not safe: it is not known."}],
        "entry": [{"item": patient_of(_named(worklist, one["patient"]))} for one in worklist["not_judged"]],
    })  # fmt: skip
