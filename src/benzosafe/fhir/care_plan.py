"""A taper as FHIR R4: a draft CarePlan with an activity per step, and draft MedicationRequests per product and fill."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from benzosafe.fhir.taper_requests import UCUM, Linked, medication, request_of
from benzosafe.fhir.write_parts import Json, clean, patient_of, url_of, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.mind_words import HEADING, Mind, minds_of
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.prescription import Prescription, prescriptions
from benzosafe.taper.product import UG_PER_MG
from benzosafe.taper.record import plan_data
from benzosafe.taper.supply import fills
from benzosafe.taper.supply_words import override_words, step_words

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/taper")
_DRAFT = "Draft by software; nobody has reviewed or signed it. Do not stop suddenly: every step can be held or slowed."


def taper_bundle(
    knowledge: Knowledge,
    plan: TaperPlan,
    patient: str,
    jurisdiction: str,
    fill_days: int | None = None,
    minds: Iterable[Any] = (),
) -> dict[str, Any]:
    """A FHIR R4 collection: the software, a CarePlan (draft, plan), and one MedicationRequest per product and fill.

    `patient`: the patient's id. The same input gives the same ids and bytes. Errors as `fills`. `minds`: steps the
    prescriber has to decide on first, as `taper.mind_words.minds_of` reads them, and its errors; ids stay the same.
    """
    named = json.dumps([patient, jurisdiction, fill_days, plan_data(plan)], sort_keys=True)
    device: Json = {
        "resourceType": "Device", "id": _id(named, "device"), "status": "active",
        "deviceName": [{"name": "benzosafe", "type": "model-name"}],
        "version": [{"type": {"text": "knowledge"}, "value": clean(knowledge.version)}],
    }  # fmt: skip
    subject, care_plan_id = patient_of({"patient": {"id": patient}}), _id(named, "care plan")
    made, first = fills(knowledge, plan, jurisdiction, fill_days), minds_of(minds, "FHIR", plan)
    requests = [
        request_of(
            knowledge, plan, draft, item,
            Linked(subject, url_of(care_plan_id), _id(named, "fill", draft.number), _of_fill(first, draft)),
            _id(named, "request", draft.number, place),
        )
        for draft in prescriptions(knowledge, plan, made, jurisdiction)
        for place, item in enumerate(draft.items)
    ]  # fmt: skip
    care_plan = _care_plan(knowledge, plan, requests, subject, care_plan_id, first)
    care_plan["author"] = {"reference": url_of(device["id"]), "display": "benzosafe"}
    resources = [device, care_plan, *requests]
    return {
        "resourceType": "Bundle",
        "id": _id(named, "bundle"),
        "type": "collection",
        "entry": [{"fullUrl": url_of(resource["id"]), "resource": resource} for resource in resources],
    }


def _care_plan(
    knowledge: Knowledge, plan: TaperPlan, requests: list[Json], subject: Json, name: str, first: Sequence[Mind]
) -> Json:  # fmt: skip
    override = override_words(plan.override)
    steps = plan.steps
    target = f"to {plan.target_ug / UG_PER_MG:g} mg a day" if plan.target_ug else "until nothing is taken"
    said = f"From {plan.before_ug / UG_PER_MG:g} mg a day {target}. {_DRAFT}"
    notes = (override, *(f"{HEADING}. {mind.words}" for mind in first), *plan.notes)
    return without_empty({
        "resourceType": "CarePlan", "id": name, "status": "draft", "intent": "plan",
        "category": [{"text": "Gradual reduction of a medicine"}],
        "title": clean(f"Taper of {plan.drug}" + (f". {override}" if override else "")),
        "description": clean(f"{override}. {said}" if override else said),
        "subject": subject,
        "period": {"start": steps[0].starts_on.isoformat(), "end": steps[-1].ends_on.isoformat()} if steps else {},
        # An activity holds either details or a reference (cpl-3): the steps come first, then the requests.
        "activity": [
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
