"""CMS506, Safe Use of Opioids: two opioids, or an opioid and a benzodiazepine, at discharge; per encounter."""

from __future__ import annotations

from benzosafe.population.measures.answers import Answer, unless_missing
from benzosafe.population.measures.cms506_exclusions import EXCLUSION_SETS, Exclusions
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.membership import Membership
from benzosafe.population.measures.moments import Moment, Span, during, has_age
from benzosafe.population.measures.orders import authored, is_order, is_taken_home, medicine_of
from benzosafe.population.measures.resources import Done, Drug, Person, Problem, Referral, Request, Visit
from benzosafe.population.measures.spans import birth_of, visit_span
from benzosafe.population.measures.value_sets import ValueSets

OPIOIDS = "Schedule II, III and IV Opioid Medications"
BENZODIAZEPINES = "Schedule IV Benzodiazepines"
INPATIENT = "Encounter Inpatient"
REQUIRED = (INPATIENT, OPIOIDS, BENZODIAZEPINES, *EXCLUSION_SETS)
OWN_CLASS = {OPIOIDS: "opioid", BENZODIAZEPINES: "benzodiazepine"}
"""The classes of our knowledge that stand in where the value set of the medicine is not there."""

READS = (Person, Visit, Request, Problem, Done, Referral, Drug)
LEAVES_OUT = ("dosage_instruction", "dispense_request")
"""Fields of what it reads that it does not ask for."""

_ADULT_YEARS = 18

Ordered = tuple[int, Moment, Request]
"""An order at discharge: the lists its medicine is in, and when it was written."""


class Cms506:
    """The measure with the user's value sets, for one period and edition."""

    def __init__(self, period: Span, edition: Edition, sets: ValueSets) -> None:
        self._period, self._edition = period, edition
        lists = self._lists = Membership(sets, REQUIRED)
        self._opioid, self._benzodiazepine = lists.bits(OPIOIDS), lists.bits(BENZODIAZEPINES)
        self._inpatient = lists.bits(INPATIENT)
        self._inpatient_missing = bool(sets.missing([INPATIENT]))
        self._exclusions = Exclusions(lists, period, edition)
        self._exclusions_incomplete = bool(sets.missing(EXCLUSION_SETS))

    def answers(self, chart: Chart) -> list[Answer]:
        """One answer for each encounter that is, or may be, in the initial population."""
        medicines = self._medicines(chart) if chart.visits else []
        orders = self._at_discharge(medicines)
        birth = birth_of(chart) if orders else None
        if birth is None:
            return []
        units = [
            (visit, span, initial)
            for visit in chart.visits.values()
            if (span := self._stay(visit, birth)) and (initial := self._initial(visit, span, orders)) is not False
        ]
        if not units:
            return []
        excluded = self._exclusions.excluded(chart, [(visit, span) for visit, span, _ in units], medicines)
        return [
            Answer(
                chart.patient, visit.id or "", "1", initial, unless_missing(out, self._exclusions_incomplete),
                self._concurrent(span, orders),
            )
            for (visit, span, initial), out in zip(units, excluded, strict=True)
        ]  # fmt: skip

    def _medicines(self, chart: Chart) -> list[tuple[int, Request]]:
        """Every request for a medicine of any list, with the lists it is in."""
        of = self._lists.of_medicine
        return [
            (found, request)
            for request in chart.requests.values() if (found := of(request.medication_codeable_concept))
        ]  # fmt: skip

    def _at_discharge(self, medicines: list[tuple[int, Request]]) -> list[Ordered]:
        """The opioids and the benzodiazepines that were prescribed to be taken at home, and when."""
        kinds = self._opioid | self._benzodiazepine
        return [
            (found, at, request)
            for found, request in medicines
            if found & kinds and is_order(request, self._edition) and is_taken_home(request)
            if (at := authored(request))
        ]

    def _stay(self, visit: Visit, birth: Moment) -> Span | None:
        """From admission to discharge, of an adult's finished visit that ended in the period."""
        span = visit_span(visit) if visit.status == "finished" else None
        if span is None or span.end is None or not during(span.end, self._period, by_day=True):
            return None
        return span if has_age(birth, span.start, _ADULT_YEARS) else None

    def _initial(self, visit: Visit, span: Span, orders: list[Ordered]) -> bool | None:
        """An inpatient stay with such an order written on one of its days."""
        if not any(during(at, span, by_day=True) for _, at, _ in orders):
            return False
        return None if self._inpatient_missing else bool(self._lists.of_any(visit.type) & self._inpatient)

    def _concurrent(self, span: Span, orders: list[Ordered]) -> bool:
        """Two different opioids, or an opioid and a benzodiazepine, written on days of the stay."""
        within = [(found, request) for found, at, request in orders if during(at, span, by_day=True)]
        opioids = [request for found, request in within if found & self._opioid]
        if not opioids:
            return False
        if any(found & self._benzodiazepine for found, _ in within):
            return True
        return len(opioids) >= 2 and len({medicine_of(item.medication_codeable_concept) for item in opioids}) >= 2
