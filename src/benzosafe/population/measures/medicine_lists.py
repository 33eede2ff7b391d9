"""Which medicines of a list a supply holds: from the user's codes, or from our own knowledge in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from benzosafe.fhir.elements import codings
from benzosafe.population.measures.dispensing_sets import part_of
from benzosafe.population.measures.own_lists import OwnMedicines
from benzosafe.population.measures.resources import Dispense
from benzosafe.population.measures.value_sets import Holds, ValueSets


class MedicineList(Protocol):
    """A list of medicines to count."""

    def ingredients(self, dispense: Dispense) -> tuple[str, ...]:
        """The medicines of the list that were handed over."""
        ...

    def recognises(self, dispense: Dispense) -> bool:
        """Whether it can be told that the medicine is in the list or is not."""
        ...


@dataclass(frozen=True)
class GivenMedicines:
    """The user's codes: one list for each medicine to count, or one for a class."""

    parts: Mapping[str, Holds]

    def ingredients(self, dispense: Dispense) -> tuple[str, ...]:
        """The lists that the medicine's code is in."""
        return tuple(name for name, holds in self.parts.items() if holds(dispense.medication_codeable_concept))

    @staticmethod
    def recognises(dispense: Dispense) -> bool:
        """Whether it has a code to look up; words alone are in no list of codes."""
        return any(coding.system and coding.code for coding in codings(dispense.medication_codeable_concept))


def medicine_list(sets: ValueSets, name: str) -> MedicineList:
    """The list of this name: the user's, by ingredient where it comes so, else our own; empty where there is none."""
    own = sets.own.get(name)
    if name not in sets.sets and isinstance(own, OwnMedicines):
        return own
    parts = {part: codes for given, codes in sets.sets.items() if (part := part_of(given, name))}
    return GivenMedicines(parts or {name: sets.any_of(name)})


@dataclass(frozen=True)
class ByClass:
    """Several lists of which only the class counts, not the ingredient."""

    lists: Mapping[str, MedicineList]

    def ingredients(self, dispense: Dispense) -> tuple[str, ...]:
        """The names of the lists that hold the medicine."""
        return tuple(name for name, held in self.lists.items() if held.ingredients(dispense))

    def recognises(self, dispense: Dispense) -> bool:
        """Whether every list can tell."""
        return all(held.recognises(dispense) for held in self.lists.values())
