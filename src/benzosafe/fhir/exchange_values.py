"""A class of medicines as a ValueSet of its members' RxNorm and ATC codes, each with how surely it was read."""

from __future__ import annotations

from benzosafe.facts.catalog import catalog_of
from benzosafe.fhir.canonical import DRAFT, address, id_of, month_of, published
from benzosafe.fhir.write_parts import Json, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import CodeValue, Drug
from benzosafe.knowledge.names import ATC, RXNORM

CONFIDENCE = address("StructureDefinition", "confidence")
"""Extension on each code: verified against a source, or recalled and still to be verified."""
_SURE = "Each code says whether it was verified or recalled: check recalled ones before use."
_SHOWN = 40


def values_id(name: str) -> str:
    """The id of a class's ValueSet."""
    return id_of(f"class-{name}")


def class_values(knowledge: Knowledge, name: str) -> Json:
    """The members of a class; those without a code are named, for they are in the class all the same."""
    catalog = catalog_of(knowledge)
    members = [drug for drug in knowledge.drugs.values() if name in catalog.classes_of(drug.name)]
    coded: dict[str, dict[str, Json]] = {RXNORM: {}, ATC: {}}
    for drug in sorted(members, key=lambda drug: drug.name):
        for system, code in _codes(drug):
            coded[system].setdefault(code.value, _concept(drug, code))
    include = [{"system": system, "concept": list(found.values())} for system, found in coded.items() if found]
    label = knowledge.classes[name].label
    return without_empty({
        **published("ValueSet", values_id(name), knowledge.version, f"Medicines: {label}"),
        "date": month_of(knowledge),
        "description": f"Ingredients benzosafe takes as {label}. {_SURE}{_not_coded(members)} {DRAFT}",
        "compose": {"include": include} if include else {},
    })  # fmt: skip


def _codes(drug: Drug) -> list[tuple[str, CodeValue]]:
    found = [(RXNORM, drug.codes.rxcui)] if drug.codes.rxcui else []
    return found + [(ATC, code) for code in drug.codes.atc]


def _concept(drug: Drug, code: CodeValue) -> Json:
    return {
        "extension": [{"url": CONFIDENCE, "valueCode": code.confidence}], "code": code.value, "display": drug.name,
    }  # fmt: skip


def _not_coded(members: list[Drug]) -> str:
    names = sorted(drug.name for drug in members if not _codes(drug))
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" Members without a code here, which the list therefore lacks: {', '.join(names[:_SHOWN])}{more}."
