"""What is due becomes a FHIR R4 Bundle: a Task each, proposed by software until somebody takes it on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from benzosafe.fhir.write import device_of
from benzosafe.fhir.write_parts import Json, patient_of, stable_id, url_of
from benzosafe.fhir.write_tasks import ToDo, task

_PROMISE = "promise"


def write_follow_up(data: Mapping[str, Any]) -> Json:
    """What is for today and what is due, from the JSON contract of `benzosafe monitor`; promises kept are left out."""
    review = {
        "patient": {"id": data["patient"]}, "reviewed_on": data["on"], "engine_version": data["engine_version"],
        "knowledge_version": data["knowledge_version"], "knowledge_status": "draft",
    }  # fmt: skip
    device = device_of(review)
    made = [_today(item, data, review) for item in data["now"]]
    made += [_task(one, data, review) for one in data["tasks"] if one["state"] != "kept"]
    return {
        "resourceType": "Bundle", "id": stable_id(review, "follow-up"), "type": "collection",
        "entry": [{"fullUrl": url_of(item["id"]), "resource": item} for item in (device, *made)],
    }  # fmt: skip


def _today(item: Mapping[str, Any], data: Mapping[str, Any], review: Json) -> Json:
    """Something that cannot wait, such as a sudden stop: a task of this day."""
    today = date.fromisoformat(data["on"])
    words = f"{'' if item['certain'] else 'Perhaps: '}{item['label']}."
    return task(
        stable_id(review, "follow-up", "now", item["kind"], item["label"]),
        ToDo("today", words, patient_of(review), today, from_on=today, draft=True, why=item["do"]),
    )


def _task(one: Mapping[str, Any], data: Mapping[str, Any], review: Json) -> Json:
    due_on, today = date.fromisoformat(one["due_on"]), date.fromisoformat(data["on"])
    why = " ".join(reason["why"] for reason in one["reasons"])
    late = [f"Overdue since {due_on}."] if one["state"] == "overdue" else []
    ask = [f"Ask: {'; '.join(one['ask'])}."] if one["ask"] else []
    return task(
        stable_id(review, "follow-up", one["name"], one["due_on"]),
        ToDo(
            one["kind"], " ".join([f"{one['title']}.", *late, *ask]), patient_of(review), max(due_on, today),
            from_on=min(due_on, today), draft=one["kind"] != _PROMISE, why=why,
            owner={"display": one["owner"]} if one["owner"] else None,
        ),
    )  # fmt: skip
