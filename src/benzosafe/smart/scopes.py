"""What is asked of a record system: the least that a review needs, each with the reason; never to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Syntax = Literal["v1", "v2"]
Level = Literal["patient", "system"]


@dataclass(frozen=True)
class Read:
    """One kind of resource that is read."""

    resource: str
    why: str
    rights: str = "rs"
    """v2 letters: r reads by id, s searches. Servers register `rs` together; it shows no more than `s` does."""

    def scope(self, level: Level, syntax: Syntax) -> str:
        """The scope as this server writes it."""
        return f"{level}/{self.resource}.{self.rights if syntax == 'v2' else 'read'}"


READS: tuple[Read, ...] = (
    Read("Patient", "Age and sex decide limits and risks; only by id, so that nobody can be looked for.", "r"),
    Read("MedicationRequest", "What is and was prescribed: the regimen itself, recent stops and long use."),
    Read("MedicationStatement", "What the person says they take: over-the-counter and other people's medicines."),
    Read("MedicationDispense", "What was handed out: the supply left, gaps, and whether a prescription was filled."),
    Read("Medication", "The names and strengths behind prescriptions that only point to a medicine."),
    Read("Condition", "Lung, liver and sleep disease, seizures, pregnancy and past harm change what is safe."),
    Read("AllergyIntolerance", "Medicines that must not be suggested."),
    Read("Observation", "Kidney and liver values, oxygen, alcohol and scores of dependence change what is safe."),
)

SESSION: dict[str, str] = {
    "launch": "The record system opened us and says for which patient (launch from within the record).",
    "launch/patient": "The clinician picks the patient in the record system's own page (standalone launch).",
    "openid": "Who is signed in, for the audit trail: every decision has an author.",
    "fhirUser": "That person's own entry (Practitioner), which the audit trail names.",
    "online_access": "A new token while the person stays signed in; not offline_access, which would outlive that.",
}

_SCOPE = re.compile(r"(?:patient|user|system)/(?P<resource>[A-Za-z]+|\*)\.(?P<rights>[a-z]+|\*)(?P<narrowed>\?.*)?")


def scopes_for_backend(syntax: Syntax) -> tuple[str, ...]:
    """What a backend service asks for: reading, nothing else."""
    return tuple(read.scope("system", syntax) for read in READS)


def scopes_for_launch(syntax: Syntax, *, from_record: bool) -> tuple[str, ...]:
    """What a launched session asks for; `from_record` when the record system opened us."""
    session = ("launch" if from_record else "launch/patient", "openid", "fhirUser", "online_access")
    return (*session, *(read.scope("patient", syntax) for read in READS))


def lacking(granted: str) -> frozenset[str]:
    """Kinds of resource that the granted scopes do not show, or show in part only.

    A server may grant less than was asked and then answer searches with less, without a word: an empty answer under
    such a scope is not the absence of anything. No scope stated means all that was asked (RFC 6749, 5.1).
    """
    if not granted.strip():
        return frozenset()
    shown: dict[str, set[str]] = {}
    for scope in granted.split():
        match = _SCOPE.fullmatch(scope)
        if match and not match["narrowed"]:
            shown.setdefault(match["resource"], set()).update(_letters(match["rights"]))
    everything = shown.get("*", set())
    return frozenset(
        read.resource for read in READS if read.rights[-1] not in shown.get(read.resource, set()) | everything
    )


def _letters(rights: str) -> set[str]:
    return set("rs") if rights in ("read", "*") else set() if rights == "write" else set(rights)
