"""CMS156, Use of High-Risk Medications in Older Adults: repeated orders of medicines best avoided; three rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from benzosafe.fhir.elements import CodeableConcept, codings
from benzosafe.knowledge.names import RXNORM
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.cms156_exclusions import EXCLUSION_SETS, in_care_at_the_end_of_life
from benzosafe.population.measures.cms156_sets import (
    ANTIINFECTIVES,
    ANTIPSYCHOTIC_REASONS,
    ANTIPSYCHOTICS,
    BENZODIAZEPINE_REASONS,
    BENZODIAZEPINES,
    CLASSES,
    CPT_ESTABLISHED_VISIT,
    ERGOLOID,
    MG_OF_ONE,
    MG_OF_ONE_ML,
    MOST_MG_PER_DAY,
    VISITS,
)
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Span, during, has_age, inside, overlap, years_before
from benzosafe.population.measures.orders import authored, days_supply, is_order, more_than_one, requests_for
from benzosafe.population.measures.problems import ANY_CATEGORY, prevalence, problems
from benzosafe.population.measures.resources import Request, Visit
from benzosafe.population.measures.spans import birth_of, visit_span
from benzosafe.population.measures.value_sets import Codes, Holds, ValueSets

REQUIRED = (
    *VISITS, *CLASSES, ANTIINFECTIVES, *MOST_MG_PER_DAY, ANTIPSYCHOTICS, BENZODIAZEPINES, *ANTIPSYCHOTIC_REASONS,
    *BENZODIAZEPINE_REASONS, *EXCLUSION_SETS,
)  # fmt: skip

_OLD_YEARS = 65
_MOST_ANTIINFECTIVE_DAYS = 90
_ESTABLISHED_VISIT = Codes(frozenset({CPT_ESTABLISHED_VISIT}))
_ERGOLOID = Codes(frozenset({ERGOLOID}))


@dataclass(frozen=True)
class Cms156:
    """The measure with the user's value sets, for one period and edition; every value set is needed."""

    period: Span
    edition: Edition
    sets: ValueSets

    def answers(self, chart: Chart) -> list[Answer]:
        """The patient's answer in each of the three rates."""
        initial = has_age(birth_of(chart), self.period.end, _OLD_YEARS) and any(
            self._qualifies(visit) for visit in chart.visits.values()
        )
        excluded = initial and in_care_at_the_end_of_life(chart, self.period, self.edition, self.sets)
        first = initial and self._repeated_or_too_much(chart)
        second = initial and self._without_a_reason(chart)
        rates = (("1", first), ("2", second), ("3", first or second))
        return [Answer(chart.patient, "", group, initial, excluded, meets) for group, meets in rates]

    def _qualifies(self, visit: Visit) -> bool:
        """A visit that took place wholly within the period."""
        return (
            visit.status in self.edition.visit_statuses
            and inside(visit_span(visit), self.period)
            and any(self.sets.any_of(*VISITS)(concept) or _ESTABLISHED_VISIT(concept) for concept in visit.type or ())
        )

    def _orders(self, chart: Chart, holds: Holds) -> list[Request]:
        return more_than_one(requests_for(chart, holds), self.period, self.edition)

    def _repeated_or_too_much(self, chart: Chart) -> bool:
        """Rate 1: a class ordered again, anti-infectives for over 90 days, digoxin or doxepin above the daily limit."""
        if self._orders(chart, _ERGOLOID) or any(self._orders(chart, self.sets.any_of(name)) for name in CLASSES):
            return True
        supplies = (days_supply(request) for request in self._orders(chart, self.sets.any_of(ANTIINFECTIVES)))
        if sum(days for days in supplies if days is not None) > _MOST_ANTIINFECTIVE_DAYS:
            return True
        return any(self._above(chart, name, limit) for name, limit in MOST_MG_PER_DAY.items())

    def _above(self, chart: Chart, name: str, most_mg_per_day: Decimal) -> bool:
        """Repeated orders of which one is above the limit; since 2026 only orders above it count as repeated."""
        holds = self.sets.any_of(name)
        if self.edition.strict:
            above = [item for item in requests_for(chart, holds) if _exceeds(item, most_mg_per_day)]
            return bool(more_than_one(above, self.period, self.edition))
        return any(_exceeds(item, most_mg_per_day) for item in self._orders(chart, holds))

    def _without_a_reason(self, chart: Chart) -> bool:
        """Rate 2: antipsychotics or benzodiazepines ordered again, and no diagnosis on record to explain it."""
        return self._unexplained(chart, ANTIPSYCHOTICS, ANTIPSYCHOTIC_REASONS) or self._unexplained(
            chart, BENZODIAZEPINES, BENZODIAZEPINE_REASONS
        )

    def _unexplained(self, chart: Chart, name: str, reasons: tuple[str, ...]) -> bool:
        holds = self.sets.any_of(name)
        if not self._orders(chart, holds):
            return False
        written = [authored(item) for item in requests_for(chart, holds) if is_order(item, self.edition)]
        index = min((at for at in written if at and during(at, self.period, by_day=False)), key=lambda at: at.fields)
        first = years_before(self.period.start, 1) if self.period.start else None
        return not any(overlap(span, Span(first, index), by_day=False) for span in self._present(chart, reasons))

    def _present(self, chart: Chart, reasons: tuple[str, ...]) -> Iterator[Span]:
        strict = self.edition.strict
        found = problems(chart, self.sets.any_of(*reasons), ANY_CATEGORY if strict else None, verified=strict)
        return (prevalence(problem, birth_of(chart)) for problem in found)


def _exceeds(request: Request, most_mg_per_day: Decimal) -> bool:
    """Whether the amount supplied, spread over the days it lasts, is certainly above the limit."""
    supply = request.dispense_request
    quantity = supply.quantity if supply else None
    days = days_supply(request)
    if quantity is None or quantity.value is None or not days:
        return False
    millilitres = (quantity.code or quantity.unit) == "mL"
    strength = _strength(request.medication_codeable_concept, millilitres=millilitres)
    return strength is not None and quantity.value * strength / days > most_mg_per_day


def _strength(concept: CodeableConcept | None, *, millilitres: bool) -> Decimal | None:
    """The strength [mg] of one tablet or capsule, or of 1 mL where the quantity is in mL."""
    for coding in codings(concept):
        if coding.system != RXNORM:
            continue
        code = coding.code or ""
        if code in MG_OF_ONE:
            return MG_OF_ONE[code]
        if code in MG_OF_ONE_ML:
            return MG_OF_ONE_ML[code] if millilitres else None
    return None
