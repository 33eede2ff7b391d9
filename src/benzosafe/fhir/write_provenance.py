"""Who made what from what: the Provenance of a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from benzosafe.fhir.write_parts import RULE_SYSTEM, Json, clean, instant, without_empty

KNOWLEDGE_SYSTEM = "https://benzosafe.org/knowledge"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


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
