"""$taper: a plan of lower doses as a draft, with a task before each step; or why there is none."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from benzosafe.errors import InputRefused, UsageError
from benzosafe.exposure.written import ingredient
from benzosafe.fhir.care_plan import taper_bundle
from benzosafe.fhir.operation_answer import addresses, collection, day_of, knowledge_version, patient_record
from benzosafe.fhir.parameters import Given
from benzosafe.fhir.write_outcome import outcome, remark
from benzosafe.fhir.write_parts import Json, url_of
from benzosafe.fhir.write_provenance import Origin, provenance
from benzosafe.fhir.write_tasks import ToDo, task
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.asked import Asked, refuse_idle
from benzosafe.taper.job import Job, taper_job

_MOST_PIECES, _MOST_FILL_DAYS = 20, 366
_HOLD = "Ask how the person is first: the step can be held or slowed. Do not stop suddenly."


def answer_taper(given: Given, knowledge: Knowledge, now: datetime) -> Json:
    """The plan as FHIR and as its own JSON; a taper that must not or cannot be raises why."""
    as_json, said = given.wants_json(), list[str]()
    asked = _asked(given, knowledge, said)
    on = day_of(given, now)
    job = taper_job(knowledge, patient_record(given, knowledge, on), asked, on)
    return {"json": {**job.data, "remarks": said}, "fhir": {} if as_json else _bundle(job, knowledge, now, said)}


def _asked(given: Given, knowledge: Knowledge, said: list[str]) -> Asked:
    pieces, days = given.whole("maxTablets"), given.whole("fillDays")
    if pieces is not None and not 1 <= pieces <= _MOST_PIECES:
        raise UsageError(f"must be 1 to {_MOST_PIECES} pieces.", where="--max-tablets")
    if days is not None and not 1 <= days <= _MOST_FILL_DAYS:
        raise UsageError(f"must be 1 to {_MOST_FILL_DAYS} days.", where="--fill-days")
    asked = Asked(
        given.text("drug"), given.text("pace"), given.text("shape") or "proportional", given.number("target") or 0.0,
        given.text("products"), given.text("add"), given.text("fromProducts"), given.text("country"),
        given.text("start"), given.text("via"), None, None, given.number("asRegular"), given.number("halfOccupancy"),
        pieces or 4, None, given.yes("levels", True), days,
    )  # fmt: skip
    refuse_idle(asked)
    drug = ingredient(asked.drug, knowledge, "--drug", said.append) if asked.drug else None
    return replace(asked, drug=drug, via=ingredient(asked.via, knowledge, "--via", said.append) if asked.via else None)


def _bundle(job: Job, knowledge: Knowledge, now: datetime, said: list[str]) -> Json:
    if job.data["crossover"] and job.change is None:
        raise InputRefused(
            "the Bundle would not show the weeks of the change to another drug.", where="--via",
            next_step="Ask with output=json.",
        )  # fmt: skip
    made = taper_bundle(
        knowledge, job.plan, job.data["patient"], job.country, job.fill_days, job.data["minds"], job.change,
    )  # fmt: skip
    resources = [entry["resource"] for entry in made["entry"]]
    plan = next(item for item in resources if item["resourceType"] == "CarePlan")
    device = next(item for item in resources if item["resourceType"] == "Device")
    resources += _tasks(job, plan)
    remarks = _remarks(job.data, said)
    if remarks:
        resources.append(outcome(remarks, _id(plan, "remarks")))
    origin = Origin(url_of(device["id"]), now, knowledge_version(knowledge), "Planning of a taper")
    written = provenance(_id(plan, "provenance"), addresses(resources), origin)
    return collection(_id(plan, "answer"), [*resources, written])


def _id(plan: Json, *parts: object) -> str:
    return str(uuid.uuid5(uuid.UUID(plan["id"]), repr(parts)))


def _tasks(job: Job, plan: Json) -> list[Json]:
    """Before each step somebody asks how the person is: due when it would start, open until it ends."""
    pointer = {"reference": url_of(plan["id"])}
    return [
        task(_id(plan, "task", step["number"]), ToDo(
            "review-before-step",
            f"Before step {step['number']} ({step['starts_on']}) of the taper of {job.plan.drug}. {_HOLD}",
            plan["subject"], due_on=date.fromisoformat(step["starts_on"]), draft=True, focus=pointer, based_on=pointer,
            why="; ".join(mind["what"] for mind in job.data["minds"] if mind["step"] == step["number"]),
        ))
        for step in job.data["steps"]
    ]  # fmt: skip


def _remarks(data: dict[str, Any], said: list[str]) -> list[Json]:
    """What the name given was taken for, why no levels are shown, and the whole assessment in words."""
    found = [remark("information", "informational", text) for text in said]
    levels = data["levels"] or {}
    if "not_simulated" in levels:
        found.append(remark("warning", "not-supported", f"levels are not simulated: {levels['not_simulated']}"))
    for part in data["assessment"]["words"]:
        found += [remark("information", "informational", f"{part['heading']}: {line}") for line in part["lines"]]
    return found
