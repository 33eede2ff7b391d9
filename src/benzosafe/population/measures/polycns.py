"""POLY-CNS, Polypharmacy: Use of Multiple CNS-Active Medications in Older Adults: three at hand on thirty days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from benzosafe.population.measures.answers import Answer, between
from benzosafe.population.measures.coverage_days import Supply, at_least_three, least_and_most, year_days
from benzosafe.population.measures.dispensing_sets import ALSO, CNS_ACTIVE, HOSPICE, SEIZURES
from benzosafe.population.measures.dispensings import handed_over
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.medicine_lists import Lookup, medicine_list
from benzosafe.population.measures.moments import Span, has_age
from benzosafe.population.measures.noted import has_care, has_diagnosis
from benzosafe.population.measures.spans import birth_of
from benzosafe.population.measures.value_sets import ValueSets

REQUIRED = (CNS_ACTIVE, HOSPICE, SEIZURES)
OWN_CLASS = {CNS_ACTIVE: "cns_active_dispensed", HOSPICE: "hospice", SEIZURES: "epilepsy"}
"""Our own lists, which stand in where the user's are not there."""

_OLD_YEARS = 65
_LEAST_CLAIM_DATES = 2
_LEAST_CONCURRENT_DAYS = 30


@dataclass(frozen=True)
class Polycns:
    """The measure with the user's lists or ours, for one year; it has one edition."""

    period: Span
    edition: Edition
    sets: ValueSets

    def answers(self, chart: Chart) -> list[Answer]:
        """The patient's answer; none where no missing day could put the patient into the denominator."""
        if self.period.start is None or not has_age(birth_of(chart), self.period.start, _OLD_YEARS):
            return []
        year = self.period.start.day[0]
        handed, length = handed_over(chart, self._medicines, year), year_days(year)
        notes = tuple(handed.notes.items())
        supplies = [least_and_most(claims, length) for claims in handed.claims.values()]
        surely, greatest = ([pair[end] for pair in supplies] for end in (0, 1))
        eligible = bool(_repeated(greatest))
        if not eligible and not notes:
            return []
        excluded = eligible and self._excluded(chart)
        found = between(_answer(chart, excluded, surely), _answer(chart, excluded, greatest))
        return [replace(found, notes=notes)]

    @cached_property
    def _medicines(self) -> Lookup:
        return Lookup(medicine_list(self.sets, CNS_ACTIVE))

    def _excluded(self, chart: Chart) -> bool:
        hospice = self.sets.any_of(HOSPICE, *ALSO[HOSPICE])
        seizures = self.sets.any_of(SEIZURES, *ALSO[SEIZURES])
        return has_care(chart, hospice, self.period) or has_diagnosis(chart, seizures, self.period)


def _answer(chart: Chart, excluded: bool, supplies: list[Supply]) -> Answer:
    repeated = _repeated(supplies)
    together = at_least_three(supply.covered for supply in repeated).bit_count()
    return Answer(chart.patient, "", "1", bool(repeated), excluded, together >= _LEAST_CONCURRENT_DAYS)


def _repeated(supplies: list[Supply]) -> list[Supply]:
    """The medicines that were handed over on two dates or more."""
    return [supply for supply in supplies if supply.dates >= _LEAST_CLAIM_DATES]
