"""Which medicines of a list a supply holds: from the user's codes, or from our own knowledge in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from benzosafe.population.measures.dispensing_sets import part_of
from benzosafe.population.measures.own_lists import OwnMedicines
from benzosafe.population.measures.resources import Dispense
from benzosafe.population.measures.value_sets import Holds, ValueSets
from benzosafe.population.measures.written_medicine import Written, written_of

_MOST_REMEMBERED = 200_000


class MedicineList(Protocol):
    """A list of medicines to count."""

    def listed(self, written: Written) -> tuple[str, ...] | None:
        """The medicines of the list that the supply holds; None where it cannot be told what it is."""
        ...


@dataclass(frozen=True)
class GivenMedicines:
    """The user's codes: one list for each medicine to count, or one for a class."""

    parts: Mapping[str, Holds]

    def listed(self, written: Written) -> tuple[str, ...] | None:
        """The lists that the medicine's code is in; words alone are in no list of codes."""
        if not any(system for system, _ in written.codes):
            return None
        concept = written.concept
        return tuple(name for name, holds in self.parts.items() if holds(concept))


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

    def listed(self, written: Written) -> tuple[str, ...] | None:
        """The names of the lists that hold the medicine; None where none does and one of them cannot tell."""
        found = {name: medicines.listed(written) for name, medicines in self.lists.items()}
        holding = tuple(name for name, listed in found.items() if listed)
        return None if not holding and None in found.values() else holding


@dataclass(frozen=True)
class Lookup:
    """A list that remembers: the same few products are handed over to everyone."""

    medicines: MedicineList
    _known: dict[Written, tuple[str, ...] | None] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, dispense: Dispense) -> tuple[str, ...] | None:
        """The medicines of the list that the supply holds; None where it cannot be told what it is."""
        written = written_of(dispense)
        if written not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[written] = self.medicines.listed(written)
        return self._known[written]
