"""Who made what from what: Provenance of a result, AuditEvent of a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from benzosafe.fhir.write_parts import RULE_SYSTEM, Json, clean, instant, without_empty

KNOWLEDGE_SYSTEM = "https://benzosafe.org/knowledge"
AUDIT_SYSTEM = "https://benzosafe.org/audit"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_PATIENT_ROLE = {
    "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1", "display": "Patient",
}  # fmt: skip
_OUTCOMES = {"done": "0", "refused": "4", "failed": "8"}


@dataclass(frozen=True)
class Origin:
    """The software (its Device's address), when, with which knowledge and by which rules something was made."""

    device: str
    recorded: datetime
    knowledge_version: str
    activity: str = ""
    rules: Sequence[tuple[str, object]] = ()
    """Rule ids with their versions."""


def provenance(name: str, targets: Sequence[str], origin: Origin) -> Json:
    """Which software and knowledge made the targets (addresses); the rules with their versions are the policies."""
    followed = dict.fromkeys(f"{RULE_SYSTEM}/{clean(rule)}|{clean(version)}" for rule, version in origin.rules)
    version = clean(origin.knowledge_version)
    return without_empty({
        "resourceType": "Provenance", "id": name,
        "target": [{"reference": target} for target in targets],
        "recorded": instant(origin.recorded),
        "policy": list(followed),
        "activity": {"text": clean(origin.activity)} if clean(origin.activity) else {},
        "agent": [{
            "type": {"coding": [{"system": _PARTICIPANT, "code": "assembler", "display": "Assembler"}]},
            "who": {"reference": origin.device, "display": "benzosafe"},
        }],
        "entity": [{
            "role": "source",
            "what": {
                "identifier": {"system": KNOWLEDGE_SYSTEM, "value": version},
                "display": f"benzosafe knowledge {version} (draft: no clinical review)",
            },
        }],
    })  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What somebody decided about a finding, when, why, and what became of it. `who` and the rest are References."""

    what: str
    who: Json
    recorded: datetime
    outcome: Literal["done", "refused", "failed"] = "done"
    why: str = ""
    patient: Json | None = None
    about: Sequence[Json] = ()


def audit_event(name: str, decision: Decision) -> Json:
    """A decision for the audit trail."""
    said = f"{decision.what}: {decision.why}" if decision.why else decision.what
    patient = [{"what": decision.patient, "role": _PATIENT_ROLE}] if decision.patient else []
    return without_empty({
        "resourceType": "AuditEvent", "id": name,
        "type": {"system": AUDIT_SYSTEM, "code": "decision", "display": "A decision about a finding"},
        "action": "E",
        "recorded": instant(decision.recorded),
        "outcome": _OUTCOMES[decision.outcome],
        "outcomeDesc": clean(said),
        "agent": [{"who": decision.who, "requestor": True}],
        "source": {"observer": {"display": "benzosafe"}},
        "entity": [*patient, *({"what": item} for item in decision.about)],
    })  # fmt: skip
