"""The statements of a FHIR Medication, MedicationKnowledge or order of a medicine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benzosafe.catalogue.listing import Statement

_CONCEPTS = ("medicationCodeableConcept", "code")


def of_fhir(item: Mapping[str, Any], at: str) -> Iterator[Statement]:
    """What a resource says of the medicine, with its notes, its narrative and what it contains."""
    for name in _CONCEPTS:
        yield from _of_concept(item.get(name), f"{at}{name}", "title", "code")
    for place, part in enumerate(_dicts(item.get("ingredient"))):
        yield from _of_concept(part.get("itemCodeableConcept"), f"{at}ingredient[{place}]", "ingredient", "code")
        yield from _strength(part.get("strength"), f"{at}ingredient[{place}].strength")
    for name in ("form", "doseForm"):
        yield from _of_concept(item.get(name), f"{at}{name}", "form", "")
    for place, reason in enumerate(_dicts(item.get("reasonCode"))):
        yield from _of_concept(reason, f"{at}reasonCode[{place}]", "indication", "")
    for place, dosage in enumerate(_dicts(item.get("dosageInstruction"))):
        for name in ("text", "patientInstruction"):
            yield from _said(dosage.get(name), "directions", f"{at}dosageInstruction[{place}].{name}")
    for place, note in enumerate(_dicts(item.get("note"))):
        yield from _said(note.get("text"), "text", f"{at}note[{place}].text")
    for place, inner in enumerate(_dicts(item.get("contained"))):
        yield from of_fhir(inner, f"{at}contained[{place}].")
    yield from _narrative(item.get("text"), f"{at}text.div")


def _strength(ratio: Any, where: str) -> Iterator[Statement]:
    if not isinstance(ratio, dict):
        return
    over, under = (part if isinstance(part := ratio.get(name), dict) else {} for name in ("numerator", "denominator"))
    if "value" in over:
        unit = str(under.get("unit") or under.get("code") or "")
        volume = f" / {under.get('value', 1)} mL" if unit.lower() == "ml" else ""
        yield Statement("strength", f"{over['value']} {over.get('unit') or over.get('code') or 'mg'}{volume}", where)


def _narrative(text: Any, where: str) -> Iterator[Statement]:
    """The narrative as running text: it is what a person reads."""
    if isinstance(text, dict) and isinstance(text.get("div"), str):
        from benzosafe.catalogue.listing_html import of_html

        yield from (Statement("text", item.text, where) for item in of_html(text["div"]))


def _of_concept(concept: Any, where: str, part: str, code_part: str) -> Iterator[Statement]:
    if not isinstance(concept, dict):
        return
    yield from _said(concept.get("text"), part, f"{where}.text")
    for place, coding in enumerate(_dicts(concept.get("coding"))):
        if code_part and isinstance(coding.get("code"), str):
            yield Statement(code_part, coding["code"], f"{where}.coding[{place}]", str(coding.get("system", "")))
        yield from _said(coding.get("display"), part, f"{where}.coding[{place}].display")


def _said(value: Any, part: str, where: str) -> Iterator[Statement]:
    if isinstance(value, str):
        yield Statement(part, value, where)


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
