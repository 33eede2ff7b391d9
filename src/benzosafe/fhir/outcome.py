"""What a server says about its own answer (OperationOutcome), and which lists that leaves unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from benzosafe.fhir.elements import CodeableConcept, Element, present
from benzosafe.fhir.repair import decode_tolerantly

LIST_OF_KIND = {
    "MedicationRequest": "orders",
    "MedicationStatement": "orders",
    "MedicationUsage": "orders",
    "MedicationAdministration": "orders",
    "MedicationDispense": "orders",
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
}
ALL_LISTS = frozenset(LIST_OF_KIND.values())

_RESOURCE_NAME = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)(?=[/?]|$)")
# JUDGEMENT: with these issue codes an answer may lack entries even when the severity is only a warning.
_SHORTENED = frozenset(
    {"suppressed", "incomplete", "forbidden", "security", "timeout", "throttled", "too-costly", "too-long"}
)


class _Issue(Element):
    severity: str | None = None
    code: str | None = None
    diagnostics: str | None = None
    details: CodeableConcept | None = None


class _OperationOutcome(msgspec.Struct):
    issue: list[_Issue | None] | None = None


@dataclass(frozen=True)
class Outcome:
    """One remark of a server."""

    severity: str
    code: str
    text: str


def said_by(raw: Raw) -> list[Outcome]:
    """The remarks in an OperationOutcome."""
    outcome, _ = decode_tolerantly(raw, _OperationOutcome)
    return [
        Outcome(
            issue.severity or "error",
            issue.code or "",
            issue.diagnostics or (issue.details and issue.details.text) or "",
        )
        for issue in present(outcome.issue)
    ]


def speaks_of_gap(outcome: Outcome) -> bool:
    """Whether entries may be missing from the answer it came with."""
    return outcome.severity in ("error", "fatal") or (outcome.severity == "warning" and outcome.code in _SHORTENED)


def lists_asked_for(url: str) -> frozenset[str]:
    """The lists a search address asks for; all of them when that cannot be told."""
    named = _RESOURCE_NAME.findall(url.split("?", maxsplit=1)[0] + ("?" if "?" in url else ""))
    kind = named[-1] if named else ""
    if kind in LIST_OF_KIND:
        return frozenset({LIST_OF_KIND[kind]})
    known_elsewhere = bool(kind) and kind not in ("Patient", "Bundle")
    return frozenset() if known_elsewhere else ALL_LISTS
