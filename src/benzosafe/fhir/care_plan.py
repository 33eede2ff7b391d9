"""A taper as FHIR R4: a draft CarePlan with an activity per step, and draft MedicationRequests per product and fill."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from benzosafe.fhir.changeover_requests import change_activities, change_notes, medicine_request
from benzosafe.fhir.taper_requests import UCUM, Linked, medication, request_of
from benzosafe.fhir.write_parts import Json, clean, patient_of, url_of, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_record import changeover_data
from benzosafe.taper.changeover_supply import change_fills, drug_runs
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.mind_words import HEADING, Mind, minds_of
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.prescription import Prescription, prescriptions
from benzosafe.taper.product import UG_PER_MG
from benzosafe.taper.record import plan_data
from benzosafe.taper.supply import fills
from benzosafe.taper.supply_words import override_words, step_words

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/taper")
_DRAFT = "Draft by software; nobody has reviewed or signed it. Do not stop suddenly: every step can be held or slowed."


def taper_bundle(  # noqa: PLR0913, PLR0917 - each is a part of the whole plan
    knowledge: Knowledge,
    plan: TaperPlan,
    patient: str,
    jurisdiction: str,
    fill_days: int | None = None,
    minds: Iterable[Any] = (),
    change: Changeover | None = None,
) -> dict[str, Any]:
    """A FHIR R4 collection: the software, a CarePlan (draft, plan), and one MedicationRequest per product and fill.

    `patient`: the patient's id. The same input gives the same ids and bytes. Errors as `fills`. `minds`: steps the
    prescriber has to decide on first, as `taper.mind_words.minds_of` reads them, and its errors; ids stay the same.
    `change`: the change to another drug that comes first; then there is one MedicationRequest per medicine, the old one
    ending on its last day.
    """
    whole = [patient, jurisdiction, fill_days, plan_data(plan), *([changeover_data(change)] if change else [])]
    named = json.dumps(whole, sort_keys=True)
    device: Json = {
        "resourceType": "Device", "id": _id(named, "device"), "status": "active",
        "deviceName": [{"name": "benzosafe", "type": "model-name"}],
        "version": [{"type": {"text": "knowledge"}, "value": clean(knowledge.version)}],
    }  # fmt: skip
    subject, care_plan_id = patient_of({"patient": {"id": patient}}), _id(named, "care plan")
    first = minds_of(minds, "FHIR", plan)
    linked = Linked(subject, url_of(care_plan_id), "", first)
    supply = (jurisdiction, fill_days)
    requests = (
        _of_medicines(knowledge, plan, change, (linked, named), supply) if change
        else _of_fills(knowledge, plan, (linked, named), supply)
    )  # fmt: skip
    care_plan = _care_plan(knowledge, (plan, change), requests, subject, care_plan_id, first)
    care_plan["author"] = {"reference": url_of(device["id"]), "display": "benzosafe"}
    resources = [device, care_plan, *requests]
    return {
        "resourceType": "Bundle",
        "id": _id(named, "bundle"),
        "type": "collection",
        "entry": [{"fullUrl": url_of(resource["id"]), "resource": resource} for resource in resources],
    }


def _of_fills(
    knowledge: Knowledge, plan: TaperPlan, of: tuple[Linked, str], supply: tuple[str, int | None]
) -> list[Json]:
    """One request per product and fill."""
    linked, named = of
    made = fills(knowledge, plan, *supply)
    return [
        request_of(
            knowledge, plan, draft, item,
            replace(linked, group=_id(named, "fill", draft.number), first=_of_fill(linked.first, draft)),
            _id(named, "request", draft.number, place),
        )
        for draft in prescriptions(knowledge, plan, made, supply[0])
        for place, item in enumerate(draft.items)
    ]  # fmt: skip


def _of_medicines(
    knowledge: Knowledge, plan: TaperPlan, change: Changeover, of: tuple[Linked, str], supply: tuple[str, int | None]
) -> list[Json]:
    """One request per medicine: the old one to its last day, the new one through the change and the taper."""
    linked, named = of
    runs = drug_runs(change, plan, ceiling_of(knowledge))
    made = change_fills(knowledge, change, plan, *supply)
    group = replace(linked, group=_id(named, "change"))
    return [
        medicine_request(
            knowledge, run, one, group if run.drug == plan.drug else replace(group, first=()),
            _id(named, "request", run.drug),
        )
        for run, one in zip(runs, made, strict=True) if one
    ]  # fmt: skip


def _care_plan(
    knowledge: Knowledge, of: tuple[TaperPlan, Changeover | None], requests: list[Json], subject: Json, name: str,
    first: Sequence[Mind],
) -> Json:  # fmt: skip
    plan, change = of
    override = override_words(plan.override)
    steps = plan.steps
    target = f"to {plan.target_ug / UG_PER_MG:g} mg a day" if plan.target_ug else "until nothing is taken"
    said = f"From {plan.before_ug / UG_PER_MG:g} mg a day {target}. {_DRAFT}"
    title, start = f"Taper of {plan.drug}", steps[0].starts_on if steps else None
    if change:
        title, start = f"Change from {change.old} to {change.new}, then taper of {plan.drug}", change.shown[0].starts_on
        old = f"{change.before_pair[0] / UG_PER_MG:g} mg of {change.old} a day"
        until = f"to {change.new} until {change.ends_on}, in stages of both drugs"
        said = f"From {old} {until}. Then {said[0].lower()}{said[1:]}"
    about = change_notes(change) if change else ()
    notes = (override, *(f"{HEADING}. {mind.words}" for mind in first), *about, *plan.notes)
    return without_empty({
        "resourceType": "CarePlan", "id": name, "status": "draft", "intent": "plan",
        "category": [{"text": "Gradual reduction of a medicine"}],
        "title": clean(title + (f". {override}" if override else "")),
        "description": clean(f"{override}. {said}" if override else said),
        "subject": subject,
        "period": {"start": start.isoformat(), "end": steps[-1].ends_on.isoformat()} if start else {},
        # An activity holds either details or a reference (cpl-3): the steps come first, then the requests.
        "activity": [
            *(change_activities(knowledge, change) if change else ()),
            *(_activity(knowledge, plan, step, [mind for mind in first if mind.step == step.number]) for step in steps),
            *({"reference": {"reference": url_of(request["id"])}} for request in requests),
        ],
        "note": [{"text": clean(text)} for text in notes if clean(text)],
    })  # fmt: skip


def _of_fill(minds: Sequence[Mind], draft: Prescription) -> tuple[Mind, ...]:
    return tuple(mind for mind in minds if draft.covers_from <= mind.starts_on <= draft.covers_to)


def _activity(knowledge: Knowledge, plan: TaperPlan, step: TaperStep, minds: Sequence[Mind]) -> Json:
    """One step: its days, what is taken a day in mg, and the same in words with the proof of its size."""
    fall, rolling = (float(-share * 100) for share in (step.fall, step.rolling_fall))
    asked = " ".join(f"{mind.what} {mind.do}" for mind in minds)
    before = f"Do not start before the prescriber has decided. {asked} " if asked else ""
    proof = f"Change from the step before {fall:+.1f} %, largest within the limit's days {rolling:+.1f} %."
    return {
        "detail": without_empty({
            "kind": "MedicationRequest", "status": "not-started", "doNotPerform": False,
            "statusReason": {"text": clean(f"Waits for the prescriber. {asked}")} if asked else {},
            "productCodeableConcept": medication(knowledge, plan.drug, None),
            "scheduledPeriod": {"start": step.starts_on.isoformat(), "end": step.ends_on.isoformat()},
            "dailyAmount": {"value": step.delivered_ug / UG_PER_MG, "unit": "mg", "system": UCUM, "code": "mg"},
            "description": clean(f"Step {step.number}. {before}{step_words(step)} {proof}"),
        })
    }  # fmt: skip


def _id(named: str, *parts: object) -> str:
    return str(uuid.uuid5(_NAMESPACE, json.dumps([named, *parts])))
