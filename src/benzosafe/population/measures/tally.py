"""Counts added up, patient by patient: of each group and population, of each stratum, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benzosafe.population.measures.answers import POPULATIONS, Answer, counts_of


@dataclass(slots=True)
class Total:
    """A population's count over units: certain, not computed, and possible besides."""

    certain: int = 0
    not_computed: int = 0
    possible: int = 0
    """Units that would be in it as well, were something known that the records do not say."""

    @property
    def count(self) -> int | None:
        """The count; None where it was not computed for some unit."""
        return None if self.not_computed else self.certain


Totals = dict[str, Total]
"""By population."""


def no_totals() -> Totals:
    """Every population at nought."""
    return {name: Total() for name in POPULATIONS}


def share(totals: Mapping[str, Total]) -> float | None:
    """The numerator as a share of the denominator less its exclusions; None where that is nought or not computed."""
    above, below, out = (totals[name].count for name in ("numerator", "denominator", "denominator-exclusion"))
    return None if above is None or below is None or out is None or below == out else above / (below - out)


_Seen = tuple[str, bool | None, bool | None, bool | None, tuple[str, ...]]
"""What a unit comes to: its group, what `Answer` says of it, and the populations it may be in besides."""

_ALL = ("", "")


@dataclass
class Tally:
    """Everything that is counted over all patients; two tallies of different patients can be merged."""

    units: Counter[tuple[tuple[str, str], _Seen]] = field(default_factory=Counter)
    """How many units come to the same, over all and by stratifier and stratum."""

    notes: Counter[str] = field(default_factory=Counter)
    """What had to be left out or worked out, and how often."""

    patients_with_note: Counter[str] = field(default_factory=Counter)
    """Patients whom a note is about."""

    def add(self, answers: Iterable[Answer], strata: Mapping[str, str]) -> None:
        """Add the answers on one patient, who is in these strata, by stratifier."""
        for answer in answers:
            seen = (answer.group, answer.initial, answer.excluded, answer.meets, answer.possible)
            self.units[_ALL, seen] += 1
            for stratum in strata.items():
                self.units[stratum, seen] += 1
            for note, count in answer.notes:
                self.notes[note] += count
                self.patients_with_note[note] += 1

    def merge(self, other: Tally) -> None:
        """Add what was counted of other patients."""
        self.units.update(other.units)
        self.notes.update(other.notes)
        self.patients_with_note.update(other.patients_with_note)

    @property
    def totals(self) -> dict[str, Totals]:
        """The totals, by group."""
        found: dict[str, Totals] = {}
        for (stratum, seen), units in self.units.items():
            if stratum == _ALL:
                _add(found.setdefault(seen[0], no_totals()), seen, units)
        return found

    @property
    def strata(self) -> dict[str, dict[str, dict[str, Totals]]]:
        """The totals, by group, stratifier and stratum."""
        found: dict[str, dict[str, dict[str, Totals]]] = {}
        for ((stratifier, stratum), seen), units in self.units.items():
            if stratifier:
                of_stratifier = found.setdefault(seen[0], {}).setdefault(stratifier, {})
                _add(of_stratifier.setdefault(stratum, no_totals()), seen, units)
        return found


def _add(totals: Totals, seen: _Seen, units: int) -> None:
    _, initial, excluded, meets, possible = seen
    for name, count in counts_of(initial, excluded, meets).items():
        if count is None:
            totals[name].not_computed += units
        else:
            totals[name].certain += count * units
    for name in possible:
        totals[name].possible += units
