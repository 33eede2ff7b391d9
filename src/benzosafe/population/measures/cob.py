"""COB, Concurrent Use of Opioids and Benzodiazepines: both at hand on thirty days of a year; per patient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from msgspec.structs import replace

from benzosafe.population.measures.answers import Answer, between
from benzosafe.population.measures.coverage_days import Supply, least_and_most, year_days
from benzosafe.population.measures.dispensing_sets import (
    ALSO,
    BENZODIAZEPINES,
    CANCER,
    HOSPICE,
    OPIOIDS,
    PALLIATIVE_CARE,
    SICKLE_CELL,
)
from benzosafe.population.measures.dispensings import handed_over
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.medicine_lists import ByClass, Lookup, medicine_list
from benzosafe.population.measures.moments import Span, has_age
from benzosafe.population.measures.noted import has_care, has_diagnosis
from benzosafe.population.measures.spans import birth_of
from benzosafe.population.measures.value_sets import ValueSets

REQUIRED = (OPIOIDS, BENZODIAZEPINES, HOSPICE, PALLIATIVE_CARE, CANCER, SICKLE_CELL)
OWN_CLASS = {
    OPIOIDS: "opioids_dispensed", BENZODIAZEPINES: "benzodiazepines_dispensed", HOSPICE: "hospice",
    PALLIATIVE_CARE: "palliative_care", CANCER: "cancer", SICKLE_CELL: "sickle_cell",
}  # fmt: skip
"""Our own lists, which stand in where the user's are not there."""

_ADULT_YEARS = 18
_LEAST_CLAIM_DATES = 2
_LEAST_OPIOID_DAYS = 15
_LEAST_DAYS_LEFT = 30
_LEAST_CONCURRENT_DAYS = 30


@dataclass(frozen=True)
class Cob:
    """The measure with the user's lists or ours, for one year; it has one edition."""

    period: Span
    edition: Edition
    sets: ValueSets

    def answers(self, chart: Chart) -> list[Answer]:
        """The patient's answer; none where no missing day could put the patient into the denominator."""
        if self.period.start is None or not has_age(birth_of(chart), self.period.start, _ADULT_YEARS):
            return []
        handed = handed_over(chart, self._medicines, self.period.start.day[0])
        notes = tuple(handed.notes.items())
        opioids = least_and_most(handed.of(OPIOIDS), self._length)
        eligible = self._eligible(opioids[1])
        if not eligible and not notes:
            return []
        benzodiazepines = least_and_most(handed.of(BENZODIAZEPINES), self._length)
        excluded = eligible and self._excluded(chart)
        least, most = (self._answer(chart, excluded, *pair) for pair in zip(opioids, benzodiazepines, strict=True))
        return [replace(between(least, most), notes=notes)]

    @cached_property
    def _medicines(self) -> Lookup:
        return Lookup(ByClass({name: medicine_list(self.sets, name) for name in (OPIOIDS, BENZODIAZEPINES)}))

    @cached_property
    def _length(self) -> int:
        return year_days(self.period.start.day[0]) if self.period.start else 0

    def _answer(self, chart: Chart, excluded: bool, opioids: Supply, benzodiazepines: Supply) -> Answer:
        both = (opioids.covered & benzodiazepines.covered).bit_count()
        meets = benzodiazepines.dates >= _LEAST_CLAIM_DATES and both >= _LEAST_CONCURRENT_DAYS
        return Answer(chart.patient, "", "1", self._eligible(opioids), excluded, meets)

    def _eligible(self, opioids: Supply) -> bool:
        """Opioids on two dates, for fifteen days, the first with thirty days of the year left, its own included."""
        return (
            opioids.dates >= _LEAST_CLAIM_DATES
            and opioids.total_days >= _LEAST_OPIOID_DAYS
            and opioids.first is not None
            and self._length - opioids.first >= _LEAST_DAYS_LEFT
        )

    def _excluded(self, chart: Chart) -> bool:
        care = self.sets.any_of(HOSPICE, PALLIATIVE_CARE, *ALSO[HOSPICE], *ALSO[PALLIATIVE_CARE])
        diagnoses = self.sets.any_of(CANCER, SICKLE_CELL, *ALSO[CANCER], *ALSO[SICKLE_CELL])
        return has_care(chart, care, self.period) or has_diagnosis(chart, diagnoses, self.period)
