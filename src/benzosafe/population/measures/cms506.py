"""CMS506, Safe Use of Opioids: two opioids, or an opioid and a benzodiazepine, at discharge; per encounter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from benzosafe.population.measures.answers import Answer, unless_missing
from benzosafe.population.measures.cms506_exclusions import EXCLUSION_SETS, Exclusions
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Span, during, has_age
from benzosafe.population.measures.orders import authored, is_order, is_taken_home, medicine_of, requests_for
from benzosafe.population.measures.resources import Request, Visit
from benzosafe.population.measures.spans import birth_of, visit_span
from benzosafe.population.measures.value_sets import Holds, ValueSets

OPIOIDS = "Schedule II, III and IV Opioid Medications"
BENZODIAZEPINES = "Schedule IV Benzodiazepines"
INPATIENT = "Encounter Inpatient"
REQUIRED = (INPATIENT, OPIOIDS, BENZODIAZEPINES, *EXCLUSION_SETS)
OWN_CLASS = {OPIOIDS: "opioid", BENZODIAZEPINES: "benzodiazepine"}
"""The classes of our knowledge that stand in where the value set of the medicine is not there."""

_ADULT_YEARS = 18


@dataclass(frozen=True)
class Cms506:
    """The measure with the user's value sets, for one period and edition."""

    period: Span
    edition: Edition
    sets: ValueSets

    def answers(self, chart: Chart) -> list[Answer]:
        """One answer for each encounter that is, or may be, in the initial population."""
        orders = self._orders_at_discharge(chart)
        units = [(visit, self._initial(visit, chart, orders)) for visit in chart.visits.values()]
        units = [(visit, initial) for visit, initial in units if initial is not False]
        visits = [visit for visit, _ in units]
        exclusions = Exclusions(chart, visits, self.period, self.edition, self.sets)
        return [
            Answer(
                chart.patient, visit.id or "", "1", initial,
                unless_missing(exclusions.excludes(visit), self._exclusions_incomplete),
                self._concurrent(visit, orders),
            )
            for visit, initial in units
        ]  # fmt: skip

    @cached_property
    def _opioid(self) -> Holds:
        return self.sets.any_of(OPIOIDS)

    @cached_property
    def _benzodiazepine(self) -> Holds:
        return self.sets.any_of(BENZODIAZEPINES)

    @cached_property
    def _inpatient(self) -> Holds:
        return self.sets.any_of(INPATIENT)

    @cached_property
    def _exclusions_incomplete(self) -> bool:
        return bool(self.sets.missing(EXCLUSION_SETS))

    def _orders_at_discharge(self, chart: Chart) -> tuple[list[Request], list[Request]]:
        """The opioids and the benzodiazepines that were prescribed to be taken at home."""
        kinds = (self._opioid, self._benzodiazepine)
        opioids, benzodiazepines = (
            [item for item in requests_for(chart, holds) if is_taken_home(item) and is_order(item, self.edition)]
            for holds in kinds
        )
        return opioids, benzodiazepines

    def _initial(self, visit: Visit, chart: Chart, orders: tuple[list[Request], list[Request]]) -> bool | None:
        """An adult's finished stay that ended in the period, with such an order written on one of its days."""
        span = visit_span(visit)
        if visit.status != "finished" or span is None:
            return False
        fits = span.end is not None and during(span.end, self.period, by_day=True)
        if not fits or not has_age(birth_of(chart), span.start, _ADULT_YEARS):
            return False
        if not any(during(authored(item), span, by_day=True) for kind in orders for item in kind):
            return False
        if self.sets.missing([INPATIENT]):
            return None
        return any(self._inpatient(concept) for concept in visit.type or ())

    def _concurrent(self, visit: Visit, orders: tuple[list[Request], list[Request]]) -> bool:
        span = visit_span(visit)
        opioids, benzodiazepines = (
            [item for item in kind if during(authored(item), span, by_day=True)] for kind in orders
        )
        different = {medicine_of(item.medication_codeable_concept) for item in opioids}
        return len(different) >= 2 or bool(opioids and benzodiazepines)
