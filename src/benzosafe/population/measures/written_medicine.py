"""A medicine as a supply names it: the words, the codes, and the route of its directions; a key to look it up by."""

from __future__ import annotations

from typing import NamedTuple

from benzosafe.fhir.dosage import read_route
from benzosafe.fhir.elements import CodeableConcept, Coding, codings, present
from benzosafe.population.measures.resources import Dispense


class Written(NamedTuple):
    """All that a list of medicines asks of a supply."""

    texts: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    route: str | None = None

    @property
    def concept(self) -> CodeableConcept:
        """The codes and the first words as a coded field."""
        pairs: list[Coding | None] = [Coding(system=system, code=code) for system, code in self.codes]
        return CodeableConcept(coding=pairs, text=self.texts[0] if self.texts else None)


def written_in(concept: CodeableConcept | None, route: str | None = None) -> Written:
    """A coded field: its text, then the displays of its codes, each once."""
    if concept is None:
        return Written(("",), (), route)
    if not concept.coding:
        return Written((concept.text or "",), (), route)
    found = codings(concept)
    texts = dict.fromkeys([concept.text or "", *(coding.display or "" for coding in found)])
    codes = tuple((coding.system or "", coding.code.strip()) for coding in found if coding.code)
    return Written(tuple(texts), codes, route)


def written_of(dispense: Dispense) -> Written:
    """The medicine of a supply."""
    route = None
    if dispense.dosage_instruction:
        routes = (read_route(dosage.route) for dosage in present(dispense.dosage_instruction))
        route = next((found for found in routes if found), None)
    return written_in(dispense.medication_codeable_concept, route)
