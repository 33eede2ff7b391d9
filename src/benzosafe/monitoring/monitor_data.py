"""The look at a patient as plain data: the versioned JSON contract that every rendering reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

from pydantic import BaseModel

from benzosafe import __version__
from benzosafe.knowledge.model import Evidence
from benzosafe.monitoring.monitor import Monitored
from benzosafe.monitoring.urine_report import urine_data

SCHEMA = "benzosafe.monitor/1"
NOTE = (
    "Draft: nothing here has had a clinical review. A signal is a reason to ask, never a verdict, and dependence is "
    "not misuse. A benzodiazepine or Z-drug that has been taken for weeks must not be stopped at once."
)
Json = dict[str, Any]


def monitor_data(seen: Monitored) -> Json:
    """Everything seen of a patient on a day (schema benzosafe.monitor/1)."""
    knowledge = seen.knowledge
    return {
        "schema": SCHEMA, "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}", "note": NOTE,
        "patient": seen.record.patient_id, "on": seen.on.isoformat(),
        "now": as_json(seen.now), "red_flags": as_json(seen.flags), "not_judged": list(seen.not_judged),
        "review_interrupts": [
            {"rule": item.rule.rule.id, "title": item.rule.rule.title, "severity": item.severity,
             "advice": " ".join(item.rule.rule.advice.split())}
            for item in seen.findings
        ],
        "tasks": [{**as_json(task), "escalated": task.escalated(seen.on)} for task in seen.tasks],
        "trends": as_json(seen.trends), "not_measured": list(seen.not_measured),
        "still_right": as_json(seen.judged),
        "signals": as_json(seen.signals), "adherence": as_json(seen.adherence),
        "urine": urine_data(seen.record, seen.urine, knowledge, seen.on)["samples"],
        "lists_not_given": list(seen.lists_not_given),
        "not_understood": [
            *({"where": gap.where, "what": gap.what} for gap in seen.record.gaps if gap.kind != "notice"),
            *({"where": "observations", "what": words} for words in seen.totals_not_read),
        ],
    }  # fmt: skip


def as_json(value: Any) -> Any:
    """A value as JSON has it: days as text, what is not a finite number as nothing."""
    if isinstance(value, Evidence):
        return {"source": value.source, "at": value.at, "confidence": value.confidence}
    if isinstance(value, BaseModel):
        value = value.model_dump()
    elif is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value
