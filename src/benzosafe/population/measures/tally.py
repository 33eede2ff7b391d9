"""Counts added up, patient by patient: of each group and population, of each stratum, and what had to be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benzosafe.population.measures.answers import POPULATIONS, Answer


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


@dataclass
class Tally:
    """Everything that is counted over all patients; two tallies of different patients can be merged."""

    totals: dict[str, Totals] = field(default_factory=dict)
    """By group."""

    strata: dict[str, dict[str, dict[str, Totals]]] = field(default_factory=dict)
    """By group, stratifier and stratum."""

    notes: Counter[str] = field(default_factory=Counter)
    """What had to be left out or worked out, and how often."""

    patients_with_note: Counter[str] = field(default_factory=Counter)
    """Patients whom a note is about."""

    def add(self, answers: Iterable[Answer], strata: Mapping[str, str]) -> None:
        """Add the answers on one patient, who is in these strata, by stratifier."""
        for answer in answers:
            _add(self.totals.setdefault(answer.group, no_totals()), answer)
            of_group = self.strata.setdefault(answer.group, {})
            for stratifier, stratum in strata.items():
                _add(of_group.setdefault(stratifier, {}).setdefault(stratum, no_totals()), answer)
            for note, count in answer.notes:
                self.notes[note] += count
                self.patients_with_note[note] += 1

    def merge(self, other: Tally) -> None:
        """Add what was counted of other patients."""
        for group, totals in other.totals.items():
            _merge(self.totals.setdefault(group, no_totals()), totals)
        for group, stratifiers in other.strata.items():
            for stratifier, strata in stratifiers.items():
                for stratum, totals in strata.items():
                    of_stratifier = self.strata.setdefault(group, {}).setdefault(stratifier, {})
                    _merge(of_stratifier.setdefault(stratum, no_totals()), totals)
        self.notes.update(other.notes)
        self.patients_with_note.update(other.patients_with_note)


def _add(totals: Totals, answer: Answer) -> None:
    for name, count in answer.counts.items():
        total = totals[name]
        if count is None:
            total.not_computed += 1
        else:
            total.certain += count
    for name in answer.possible:
        totals[name].possible += 1


def _merge(totals: Totals, others: Totals) -> None:
    for name, other in others.items():
        totals[name].certain += other.certain
        totals[name].not_computed += other.not_computed
        totals[name].possible += other.possible
