"""Urine tests read beside a record, as plain data (schema benzosafe.urine/1): each statement with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from benzosafe import __version__
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.rule_model import Threshold
from benzosafe.monitoring.urine import UrineReading
from benzosafe.monitoring.urine_sample import Confirm, Judged
from benzosafe.patient.course import Assay
from benzosafe.patient.tables import DataGap, Record
from benzosafe.review.report import cited

SCHEMA = "benzosafe.urine/1"
NOTE = (
    "Draft: nothing here has had a clinical review. A urine test is one piece of a conversation; who treats the person "
    "decides, with the laboratory's help. A benzodiazepine or Z-drug that has been taken for weeks must not be stopped "
    "at once."
)
Json = dict[str, Any]


def urine_data(
    record: Record, readings: Iterable[UrineReading], knowledge: Knowledge, on: date, gaps: Iterable[DataGap] = ()
) -> Json:
    """Everything the readings say; gaps: what of the result could not be read."""
    return {
        "schema": SCHEMA, "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}", "note": NOTE,
        "patient": record.patient_id, "on": on.isoformat(),
        "medicines_known": record.coverage.orders,
        "limits": {name: _limit(limit, knowledge) for name, limit in knowledge.urine.limits.items()},
        "samples": [_reading(reading, knowledge) for reading in readings],
        "gaps": [{"where": gap.where, "what": gap.what, "kind": gap.kind} for gap in gaps],
    }  # fmt: skip


def _limit(limit: Threshold, knowledge: Knowledge) -> Json:
    """A number by which tests are read, with where it stands."""
    source = cited(limit.source, limit.at, "", limit.confidence, knowledge)
    return {"low": limit.lowest, "high": limit.highest, "unit": limit.unit, "source": source}


def _reading(reading: UrineReading, knowledge: Knowledge) -> Json:
    specimen = reading.specimen
    return {
        "id": specimen.specimen_id,
        "collected_on": specimen.collected_on.isoformat() if specimen.collected_on else None,
        "creatinine_mg_per_dl": specimen.creatinine_mg_per_dl, "temperature_celsius": specimen.temperature_celsius,
        "cannot_judge": list(reading.cannot_judge), "remarks": list(reading.remarks),
        "results": [_judged(one, knowledge) for one in reading.judged],
        "confirmed_unexpected": [one.about for one in reading.confirmed_unexpected],
        "not_found": list(reading.not_found), "not_judged": list(reading.not_judged),
        "not_understood": list(reading.not_understood), "ask": list(reading.ask), "rules": list(reading.rules),
    }  # fmt: skip


def _judged(one: Judged, knowledge: Knowledge) -> Json:
    return {
        "about": one.about, "kind": one.kind, "method": one.method, "verdict": one.verdict,
        "assays": [_assay(assay) for assay in one.assays],
        "shows": one.shows, "does_not_show": one.does_not_show, "reasons": list(one.reasons),
        "innocent": list(one.innocent), "ask": list(one.ask), "confirm": _confirm(one.confirm),
        "sources": [
            cited(item.source, item.at, item.strength, item.confidence, knowledge) for item in one.evidence
        ],
    }  # fmt: skip


def _assay(assay: Assay) -> Json:
    return {
        "name": assay.name, "method": assay.method, "outcome": assay.outcome,
        "value_ng_per_ml": assay.value_ng_per_ml, "cutoff_ng_per_ml": assay.cutoff_ng_per_ml,
        "hydrolysed": assay.hydrolysed,
    }  # fmt: skip


def _confirm(confirm: Confirm | None) -> Json | None:
    if confirm is None:
        return None
    return {
        "by": "mass spectrometry", "hydrolysis": confirm.hydrolysis,
        "substances": [{"name": name, "cutoff_ng_per_ml_at_most": limit} for name, limit in confirm.substances],
    }  # fmt: skip
