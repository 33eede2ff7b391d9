"""In which lists a coded field is: one bit for each list, so that a single look-up answers for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.population.measures.value_sets import Holds, ValueSets

_MOST_REMEMBERED = 100_000


class Membership:
    """The lists that a measure asks for; one that is not there holds nothing, which the measures account for."""

    def __init__(
        self, sets: ValueSets, names: Iterable[str], single: Mapping[str, Iterable[tuple[str, str]]] | None = None
    ) -> None:
        """`single`: lists of codes that the measure names itself, outside every value set."""
        self._bit_of: dict[str, int] = {}
        self._of_code: dict[tuple[str | None, str | None], int] = {}
        self._own: list[tuple[int, Holds]] = []
        self._known: dict[tuple[object, ...], int] = {}
        names = tuple(dict.fromkeys(names))
        given = {name: sets.sets[name].members for name in names if name in sets.sets}
        for place, (name, codes) in enumerate((given | dict(single or {})).items()):
            self._bit_of[name] = 1 << place
            for code in codes:
                self._of_code[code] = self._of_code.get(code, 0) | 1 << place
        for name in names:
            if name not in given and name in sets.own:
                self._bit_of[name] = bit = 1 << len(self._bit_of)
                self._own.append((bit, sets.own[name]))

    def bits(self, *names: str) -> int:
        """The bits of these lists together."""
        found = 0
        for name in names:
            found |= self._bit_of.get(name, 0)
        return found

    def of(self, concept: CodeableConcept | None) -> int:
        """The lists that any code of the field is in."""
        found = 0
        if concept is not None and concept.coding:
            for coding in concept.coding:
                if coding is not None:
                    found |= self._of_code.get((coding.system, coding.code), 0)
        return found

    def of_any(self, concepts: Iterable[CodeableConcept] | None) -> int:
        """The lists that any of these fields is in."""
        found = 0
        for concept in concepts or ():
            found |= self.of(concept)
        return found

    def of_medicine(self, concept: CodeableConcept | None) -> int:
        """The lists that a medicine is in, those of our own included, which also go by words."""
        found = self.of(concept)
        return found | self._of_own(concept) if self._own and concept is not None else found

    def _of_own(self, concept: CodeableConcept) -> int:
        """Our own lists; remembered, for the same few medicines are ordered for everyone."""
        codes = ((coding.system, coding.code, coding.display) for coding in concept.coding or () if coding)
        key = (concept.text, *codes)
        if key not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = sum(bit for bit, holds in self._own if holds(concept))
        return self._known[key]
