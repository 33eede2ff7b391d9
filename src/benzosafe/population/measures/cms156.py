"""CMS156, Use of High-Risk Medications in Older Adults: repeated orders of medicines best avoided; three rates."""

from __future__ import annotations

from decimal import Decimal

from benzosafe.fhir.elements import CodeableConcept, codings
from benzosafe.knowledge.names import RXNORM
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.cms156_exclusions import EXCLUSION_SETS, SINGLE_CODES, EndOfLife
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
from benzosafe.population.measures.membership import Membership
from benzosafe.population.measures.moments import Span, has_age, inside, overlap, years_before
from benzosafe.population.measures.orders import Ordered, days_supply, is_order, more_than_one, ordered
from benzosafe.population.measures.problems import ANY_CATEGORY, is_listed, prevalence
from benzosafe.population.measures.resources import Done, Drug, Observed, Person, Problem, Referral, Request, Visit
from benzosafe.population.measures.spans import birth_of, visit_span
from benzosafe.population.measures.value_sets import ValueSets

REQUIRED = (
    *VISITS, *CLASSES, ANTIINFECTIVES, *MOST_MG_PER_DAY, ANTIPSYCHOTICS, BENZODIAZEPINES, *ANTIPSYCHOTIC_REASONS,
    *BENZODIAZEPINE_REASONS, *EXCLUSION_SETS,
)  # fmt: skip
READS = (Person, Visit, Request, Problem, Done, Referral, Observed, Drug)

_OLD_YEARS = 65
_MOST_ANTIINFECTIVE_DAYS = 90
_ESTABLISHED_VISIT, _ERGOLOID = "established visit", "ergoloid"
_SINGLE_CODES = SINGLE_CODES | {_ESTABLISHED_VISIT: (CPT_ESTABLISHED_VISIT,), _ERGOLOID: (ERGOLOID,)}


class Cms156:
    """The measure with the user's value sets, for one period and edition; every value set is needed."""

    def __init__(self, period: Span, edition: Edition, sets: ValueSets) -> None:
        self._period, self._edition = period, edition
        lists = self._lists = Membership(sets, REQUIRED, _SINGLE_CODES)
        self._visits = lists.bits(*VISITS, _ESTABLISHED_VISIT)
        self._classes = tuple(map(lists.bits, (_ERGOLOID, *CLASSES)))
        self._antiinfectives = lists.bits(ANTIINFECTIVES)
        self._limited = {lists.bits(name): limit for name, limit in MOST_MG_PER_DAY.items()}
        self._explained = {
            lists.bits(ANTIPSYCHOTICS): lists.bits(*ANTIPSYCHOTIC_REASONS),
            lists.bits(BENZODIAZEPINES): lists.bits(*BENZODIAZEPINE_REASONS),
        }
        self._end_of_life = EndOfLife(lists, period, edition)

    def answers(self, chart: Chart) -> list[Answer]:
        """The patient's answer in each of the three rates."""
        initial = has_age(birth_of(chart), self._period.end, _OLD_YEARS) and any(
            self._qualifies(visit) for visit in chart.visits.values()
        )
        excluded = first = second = False
        if initial:
            excluded = self._end_of_life.is_noted(chart)
            if orders := self._orders(chart):
                first, second = self._repeated_or_too_much(orders), self._without_a_reason(orders, chart)
        rates = (("1", first), ("2", second), ("3", first or second))
        return [Answer(chart.patient, "", group, initial, excluded, meets) for group, meets in rates]

    def _qualifies(self, visit: Visit) -> bool:
        """A visit that took place wholly within the period."""
        return (
            visit.status in self._edition.visit_statuses
            and bool(self._lists.of_any(visit.type) & self._visits)
            and inside(visit_span(visit), self._period)
        )

    def _orders(self, chart: Chart) -> dict[int, list[Ordered]]:
        """The orders that were made for medicines of each list; a medicine may be in several."""
        found: dict[int, list[Ordered]] = {}
        for request in chart.requests.values():
            listed = self._lists.of(request.medication_codeable_concept)
            if listed and is_order(request, self._edition):
                order = ordered(request, self._period)
                while listed:
                    lowest = listed & -listed
                    found.setdefault(lowest, []).append(order)
                    listed ^= lowest
        return found

    def _repeated(self, orders: dict[int, list[Ordered]], listed: int) -> list[Request]:
        return more_than_one(orders[listed], self._period) if listed in orders else []

    def _repeated_or_too_much(self, orders: dict[int, list[Ordered]]) -> bool:
        """Rate 1: a class ordered again, anti-infectives for over 90 days, digoxin or doxepin above the daily limit."""
        if any(listed in orders and self._repeated(orders, listed) for listed in self._classes):
            return True
        supplies = (days_supply(request) for request in self._repeated(orders, self._antiinfectives))
        if sum(days for days in supplies if days is not None) > _MOST_ANTIINFECTIVE_DAYS:
            return True
        return any(listed in orders and self._above(orders, listed) for listed in self._limited)

    def _above(self, orders: dict[int, list[Ordered]], listed: int) -> bool:
        """Repeated orders of which one is above the limit; since 2026 only orders above it count as repeated."""
        limit = self._limited[listed]
        if self._edition.strict:
            above = [item for item in orders[listed] if _exceeds(item.request, limit)]
            return bool(more_than_one(above, self._period))
        return any(_exceeds(item, limit) for item in self._repeated(orders, listed))

    def _without_a_reason(self, orders: dict[int, list[Ordered]], chart: Chart) -> bool:
        """Rate 2: antipsychotics or benzodiazepines ordered again, and no diagnosis on record to explain it."""
        return any(
            listed in orders and self._unexplained(orders[listed], reasons, chart)
            for listed, reasons in self._explained.items()
        )

    def _unexplained(self, orders: list[Ordered], reasons: int, chart: Chart) -> bool:
        if not more_than_one(orders, self._period):
            return False
        index = min((item.at for item in orders if item.at and item.in_period), key=lambda at: at.fields)
        first = years_before(self._period.start, 1) if self._period.start else None
        before = Span(first, index)
        return not any(self._explains(problem, reasons, before, chart) for problem in chart.problems.values())

    def _explains(self, problem: Problem, reasons: int, before: Span, chart: Chart) -> bool:
        strict = self._edition.strict
        if not self._lists.of(problem.code) & reasons:
            return False
        listed = is_listed(problem, ANY_CATEGORY if strict else None, verified=strict)
        return listed and overlap(prevalence(problem, birth_of(chart)), before, by_day=False)


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
