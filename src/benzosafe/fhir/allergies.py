"""Recorded allergies and intolerances to ingredients or to whole classes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benzosafe.fhir.coverage import entered_in_error, is_absence
from benzosafe.fhir.elements import CodeableConcept, present
from benzosafe.fhir.reading import Entry, Reading, codes_of, has_code, text_of
from benzosafe.patient.tables import Allergy

_AROUND = re.compile(
    r"\b(allergy to|allergic to|allergy|allergic|hypersensitivity to|hypersensitivity|intolerance to|intolerance|"
    r"adverse reaction to|propensity to|substance|disorder|finding|medicinal product|product|drug|antibiotic)\b|[()]",
    re.IGNORECASE,
)  # fmt: skip


def read_allergies(reading: Reading) -> list[Allergy]:
    """Every allergy that stands; refuted, resolved and 'no known allergy' records give none."""
    found: list[Allergy] = []
    for entry in reading.of_kind("AllergyIntolerance"):
        if _stands(entry):
            found += _of_entry(entry, reading)
    return sorted(found, key=lambda item: (item.allergy_id, item.ingredient or "", item.text))


def _stands(entry: Entry) -> bool:
    body = entry.body
    over = has_code(body.clinical_status, {"inactive", "resolved"}) or has_code(body.verification_status, {"refuted"})
    return not (over or entered_in_error(entry) or is_absence(entry))


def _of_entry(entry: Entry, reading: Reading) -> Iterator[Allergy]:
    substances = [item.substance for item in present(entry.body.reaction) if item.substance]
    concepts: list[CodeableConcept] = [item for item in (entry.body.code, *substances) if item]
    if not any(text_of(item) or codes_of(item) for item in concepts):
        reading.gap(entry, "code", "no substance is named")
    seen: set[tuple[str | None, tuple[str, ...]]] = set()
    for concept in concepts:
        for allergy in _of_concept(entry, concept, reading):
            if (allergy.ingredient, allergy.classes) not in seen:
                seen.add((allergy.ingredient, allergy.classes))
                yield allergy


def _of_concept(entry: Entry, concept: CodeableConcept, reading: Reading) -> Iterator[Allergy]:
    text = text_of(concept)
    plain = " ".join(_AROUND.sub(" ", text).split())
    classes = _classes(plain, reading)
    ingredients = () if classes else reading.knowledge.names.resolve(plain, codes_of(concept)).ingredients
    for ingredient in ingredients or (None,):
        yield Allergy(entry.reference, text, ingredient=ingredient, classes=classes)


def _classes(plain: str, reading: Reading) -> tuple[str, ...]:
    """The class whose name this is, in singular or plural."""
    wanted = {plain.lower().replace("-", " "), plain.lower().replace("-", " ").removesuffix("s")}
    return tuple(
        name
        for name, item in reading.knowledge.classes.items()
        if {name.replace("_", " "), item.label.lower().replace("-", " ")} & wanted
    )
