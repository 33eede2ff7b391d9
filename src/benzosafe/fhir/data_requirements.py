"""The facts a review lacked, as FHIR DataRequirements: which resources with which codes would settle them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benzosafe.fhir.write_parts import Json
from benzosafe.knowledge.concepts import LOINC, SNOMED
from benzosafe.knowledge.load import Knowledge

_OF_LIST = {"orders": "MedicationRequest", "conditions": "Condition", "allergies": "AllergyIntolerance"}
_OF_PATIENT = {"age_years": "birthDate", "sex": "gender"}
# A fact worked out from the medicines needs their doses, dates and products; other facts say so by their names.
_OF_MEDICINES = ("_active", "_count", "_per_day", "_load", "_days_of_use", "_supply_left_days", "_single")


def data_requirements(
    knowledge: Knowledge, missing: Iterable[str], unknown_lists: Iterable[str], *, unresolved: bool
) -> list[Json]:
    """One requirement per list that was not given and per fact read from a resource, with the codes it is read by."""
    found: list[Json] = [{"type": _OF_LIST[name]} for name in unknown_lists]
    if unresolved:
        found.append({"type": "MedicationRequest", "mustSupport": ["medication"]})
    for name in dict.fromkeys(missing):
        found += _of_fact(knowledge, name)
    return [item for place, item in enumerate(found) if item not in found[:place]]


def _of_fact(knowledge: Knowledge, name: str) -> Iterator[Json]:
    if name in _OF_PATIENT:
        yield {"type": "Patient", "mustSupport": [_OF_PATIENT[name]]}
    if name in knowledge.observations:
        codes = [{"system": LOINC, "code": code} for code in knowledge.observations[name].loinc]
        yield from _coded("Observation", codes)
    if name in knowledge.conditions:
        codes = [{"system": SNOMED, "code": code} for code in knowledge.conditions[name].snomed]
        yield from _coded("Condition", codes)
    elif name.endswith(_OF_MEDICINES):
        yield {"type": "MedicationRequest", "mustSupport": ["medication", "status", "dosageInstruction"]}


def _coded(kind: str, codes: list[Json]) -> Iterator[Json]:
    """A fact that is read by words only is named in the OperationOutcome, not here."""
    if codes:
        yield {"type": kind, "codeFilter": [{"path": "code", "code": codes}]}
