"""$simulate: concentrations over time as Observations that no receiver can take for a measurement."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from benzosafe.errors import UsageError
from benzosafe.exposure.plan import Plan
from benzosafe.exposure.report import report_simulation
from benzosafe.exposure.simulation import simulate_plan
from benzosafe.exposure.written_plan import Written, check_numbers, plan_of_record, plan_of_written, refuse_unused
from benzosafe.exposure.written_schedule import Listing
from benzosafe.fhir.operation_answer import addresses, collection, day_of, knowledge_version, patient_record
from benzosafe.fhir.parameters import Given
from benzosafe.fhir.places import parameter_place
from benzosafe.fhir.write_outcome import outcome, remark
from benzosafe.fhir.write_parts import Json, clean, patient_of, url_of, without_empty
from benzosafe.fhir.write_provenance import Origin, provenance
from benzosafe.knowledge.load import Knowledge
from benzosafe.review.finding import Finding
from benzosafe.review.pair import findings_beside

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/simulation")
_UCUM = "http://unitsofmeasure.org"
# JUDGEMENT: a service answers many; a longer or larger simulation is for the command line.
_MOST_DAYS, _MOST_PEOPLE = 200.0, 500
_MOST_WORK = 120_000  # doses, times the medicines, times the people that are followed: some seconds
_DRAWS = 40
_MOST_POINTS = 1_000
_STEPS_H = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 12.0, 24.0)
_CURVES = {
    "typical": "typical person", "typical_low": "typical person, 5th percentile of how well the parameters are known",
    "typical_high": "typical person, 95th percentile of how well the parameters are known",
    "people_low": "5th percentile of people", "people_high": "95th percentile of people",
}  # fmt: skip


def answer_simulate(given: Given, knowledge: Knowledge, now: datetime) -> Json:
    """The simulation as FHIR and as its own JSON; errors of a request that cannot be simulated are raised."""
    as_json, said = given.wants_json(), list[str]()
    people = _few(given.whole("people"), 100, _MOST_PEOPLE, "people")
    seed = given.whole("seed")
    seed = 1 if seed is None else seed
    days = given.number("days")
    check_numbers(days, people, seed)
    _few(days, 0, _MOST_DAYS, "days")
    plan, patient = _plan(given, knowledge, now, said)
    _refuse_too_much(plan, people)
    data = report_simulation(simulate_plan(knowledge, plan, people=people, draws=_DRAWS, seed=seed))
    rules = findings_beside(knowledge, plan, now.date())
    if as_json:
        named = [{"beside": name, "rule": item.rule.rule.id, "severity": item.severity} for name, item in rules]
        return {"json": {**data, "rules": named, "remarks": said}}
    return {"fhir": _Written(data, patient, knowledge, now).bundle(said, rules)}


def _few(value: Any, default: int, most: float, name: str) -> Any:
    if value is not None and value > most:
        raise UsageError(
            f"{value:g} is more than the {most:g} that are answered here.", where=parameter_place(name),
            next_step="Ask for fewer, or use benzosafe simulate at the command line.",
        )  # fmt: skip
    return default if value is None else value


def _refuse_too_much(plan: Plan, people: int) -> None:
    work = len(plan.times_h) * (1 + len(plan.beside)) * (people + _DRAWS)
    if work > _MOST_WORK:
        raise UsageError(
            f"{len(plan.times_h):,} doses beside {len(plan.beside)} medicines in {people} people are more than are"
            " followed here.", where=parameter_place("days"),
            next_step="Ask for fewer days or people, or use benzosafe simulate at the command line.",
        )  # fmt: skip


def _plan(given: Given, knowledge: Knowledge, now: datetime, said: list[str]) -> tuple[Plan, str | None]:
    schedule = given.text("schedule")
    written = Written(
        given.text("drug"), given.text("dose"), given.text("times"), given.texts("with"),
        Listing("schedule", schedule) if schedule else None, given.yes("steady", False), given.text("route"),
        given.texts("trait"), given.number("days"),
    )  # fmt: skip
    refuse_unused(written, patient=given.bundle is not None, on=given.text("on"))
    if given.bundle is None:
        return plan_of_written(written, knowledge, said.append), None
    on = day_of(given, now)
    record = patient_record(given, knowledge, on)
    return plan_of_record(written, knowledge, record, on, said.append), record.patient_id


class _Written:
    """One simulation being written: every resource with an id that follows from the numbers."""

    def __init__(self, data: dict[str, Any], patient: str | None, knowledge: Knowledge, now: datetime) -> None:
        self.data, self.knowledge, self.now = data, knowledge, now
        self.named = json.dumps([patient, data, knowledge.digest], sort_keys=True)
        self.subject = patient_of({"patient": {"id": patient}}) if patient is not None else {}

    def bundle(self, said: Sequence[str], rules: Sequence[tuple[str, Finding]]) -> Json:
        """All of it as a collection."""
        device: Json = {
            "resourceType": "Device", "id": self.id("device"), "status": "active",
            "deviceName": [{"name": "benzosafe", "type": "model-name"}],
            "version": [{"type": {"text": "knowledge"}, "value": knowledge_version(self.knowledge)}],
        }  # fmt: skip
        resources = [device, *(self.curves(band, url_of(device["id"])) for band in self.data["analytes"])]
        peak = self.data["exposure_peak"]
        resources += [self.exposure(peak, url_of(device["id"]))] if peak else []
        resources.append(outcome(self.remarks(said, rules), self.id("remarks")))
        origin = Origin(
            url_of(device["id"]), self.now, knowledge_version(self.knowledge), "Simulation (a model, not measured)",
            [(item.rule.rule.id, item.rule.rule.version) for _, item in rules],
        )  # fmt: skip
        made = provenance(self.id("provenance"), addresses(resources), origin)
        return collection(self.id("answer"), [*resources, made])

    def id(self, *parts: object) -> str:
        return str(uuid.uuid5(_NAMESPACE, json.dumps([self.named, *parts])))

    def observation(self, name: str, text: str, device: str, more: Json) -> Json:
        """JUDGEMENT: no LOINC code, no category and status 'registered', so that nothing files it as a result."""
        return without_empty({
            "resourceType": "Observation", "id": self.id(name), "status": "registered",
            "code": {"text": clean(text)}, "subject": self.subject,
            "method": {"text": "Simulation by software: a model of the average, not a measurement in this person"},
            "device": {"reference": device, "display": "benzosafe"},
            **self.period(), **more,
        })  # fmt: skip

    def period(self) -> Json:
        """The days shown, where they are days of a calendar."""
        start = self.data["starts_on"]
        if not start:
            return {}
        first = datetime.fromisoformat(start)
        last = first + timedelta(days=float(self.data["days"]))
        return {"effectivePeriod": {"start": first.date().isoformat(), "end": last.date().isoformat()}}

    def curves(self, band: Json, device: str) -> Json:
        """One analyte: five curves on an even grid, and its highest and last value with their intervals."""
        times, step = self.grid()
        found = [
            {"code": {"text": words}, "valueSampledData": _sampled(self.data["times_h"], band[name], times, step)}
            for name, words in _CURVES.items()
        ]
        for name, words in (("highest", "highest of the typical person"), ("end", "end of the days shown")):
            found += _interval(band[name], words, "ng/mL")
        text = f"Simulated concentration of {band['analyte']} in blood (model, not measured)"
        notes = [{"text": f"Days from 00:00 of day 1, every {step:g} h. Seed {self.data['seed']}."}]
        return self.observation(band["analyte"], text, device, {"component": found, "note": notes})

    def exposure(self, peak: Json, device: str) -> Json:
        """The day on which the others change exposure most, and the dose it is like."""
        found = _interval(peak["auc_ratio"], "exposure over that of the same doses alone", "1")
        if peak["like_mg_per_day"]:
            found += _interval(peak["like_mg_per_day"], "dose it is like", "mg/d")
        found.append({"code": {"text": "day"}, "valueInteger": peak["day"]})
        text = f"Simulated change of exposure to {self.data['drug']} by what is taken beside it (model, not measured)"
        return self.observation("exposure", text, device, {"component": found})

    def grid(self) -> tuple[Any, float]:
        """Even times [h], as SampledData needs them: a quarter of an hour for some days, more for many."""
        hours = float(self.data["days"]) * 24.0
        step = next((one for one in _STEPS_H if hours / one <= _MOST_POINTS), _STEPS_H[-1])
        return np.arange(0.0, hours + 1e-9, step), step

    def remarks(self, said: Sequence[str], rules: Sequence[tuple[str, Finding]]) -> list[Json]:
        """First what the rules say, so that no curve reads as consent; then assumptions and what it rests on."""
        found = [
            remark("warning", "business-rule", f"{item.rule.rule.title} ({item.severity}, with {name}): {item.reason}")
            for name, item in rules
        ]
        words = (*said, *self.data["assumed"], *self.data["rests_on"])
        found += [remark("information", "informational", text) for text in words]
        found.append(remark("information", "informational", "Draft: no value here has had a clinical review."))
        return found


def _sampled(times: Sequence[float], values: Sequence[float], grid: Any, step_h: float) -> Json:
    data = " ".join(f"{value:.4g}" for value in np.interp(grid, times, values))
    return {
        "origin": {"value": 0, "unit": "ng/mL", "system": _UCUM, "code": "ng/mL"},
        "period": step_h * 3_600_000, "dimensions": 1, "data": data,
    }  # fmt: skip


def _interval(value: Json, words: str, unit: str) -> list[Json]:
    """The value and its interval, 5th to 95th percentile."""
    if value["value"] is None:
        return []
    measured = {"unit": unit, "system": _UCUM, "code": unit}
    ends = {end: {"value": value[end], **measured} for end in ("low", "high") if value[end] is not None}
    return [
        {"code": {"text": words}, "valueQuantity": {"value": value["value"], **measured}},
        *([{"code": {"text": f"{words}, 5th to 95th percentile"}, "valueRange": ends}] if ends else []),
    ]
