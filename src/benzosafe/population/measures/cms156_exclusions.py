"""Who is left out of CMS156: patients in hospice or palliative care at any time of the measurement period."""

from __future__ import annotations

from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.membership import Membership
from benzosafe.population.measures.moments import Span, during, overlap, read_moment
from benzosafe.population.measures.problems import ANY_CATEGORY, is_listed, prevalence
from benzosafe.population.measures.resources import Done, Observed, Problem, Referral, Visit
from benzosafe.population.measures.spans import birth_of, done_span, observed_span, visit_span

INPATIENT = "Encounter Inpatient"
CARE_VISITS = ("Hospice Encounter", "Palliative Care Encounter")
CARE_DIAGNOSES = ("Hospice Diagnosis", "Palliative Care Diagnosis")
CARE_PROCEDURES = ("Hospice Care Ambulatory", "Palliative Care Intervention")
HOSPICE_ORDER = "Hospice Care Ambulatory"
EXCLUSION_SETS = (INPATIENT, *CARE_VISITS, *CARE_DIAGNOSES, *CARE_PROCEDURES)

_SNOMED, _LOINC = "http://snomed.info/sct", "http://loinc.org"
_TO_HOSPICE, _HOSPICE_QUESTION, _YES = "discharge to hospice", "hospice question", "yes"
_PALLIATIVE_QUESTIONS, _SURVEY = "palliative questions", "survey"
SINGLE_CODES = {
    _TO_HOSPICE: ((_SNOMED, "428371000124100"), (_SNOMED, "428361000124107")),
    _HOSPICE_QUESTION: ((_LOINC, "45755-6"),),
    _YES: ((_SNOMED, "373066001"),),
    _PALLIATIVE_QUESTIONS: ((_LOINC, "71007-9"),),
    _SURVEY: (("http://terminology.hl7.org/CodeSystem/observation-category", "survey"),),
}
"""Codes that the measure names itself, outside every value set: discharge to a home or a facility for hospice care, the
question about hospice care with its answer yes, the palliative care questionnaire, and the category of both."""

_OBSERVED = frozenset({"final", "amended", "corrected"})
_ASKED = frozenset({"active", "completed"})


class EndOfLife:
    """Hospice and palliative care in one period, as an edition sees it."""

    def __init__(self, lists: Membership, period: Span, edition: Edition) -> None:
        self._lists, self._period, self._edition = lists, period, edition
        self._inpatient, self._to_hospice = lists.bits(INPATIENT), lists.bits(_TO_HOSPICE)
        self._visits, self._diagnoses = lists.bits(*CARE_VISITS), lists.bits(*CARE_DIAGNOSES)
        self._procedures, self._order = lists.bits(*CARE_PROCEDURES), lists.bits(HOSPICE_ORDER)
        self._hospice_question, self._yes = lists.bits(_HOSPICE_QUESTION), lists.bits(_YES)
        self._palliative_questions, self._survey = lists.bits(_PALLIATIVE_QUESTIONS), lists.bits(_SURVEY)

    def is_noted(self, chart: Chart) -> bool:
        """Whether any record shows hospice or palliative care in the period."""
        return (
            any(self._by_visit(visit) for visit in chart.visits.values())
            or any(self._by_survey(observed) for observed in chart.observed.values())
            or any(self._by_order(referral) for referral in chart.referrals.values())
            or any(self._by_procedure(done) for done in chart.done.values())
            or any(self._by_diagnosis(problem, chart) for problem in chart.problems.values())
        )

    def _by_visit(self, visit: Visit) -> bool:
        """A stay that ended with a discharge to hospice, or a visit of hospice or palliative care."""
        found = self._lists.of_any(visit.type)
        if not found & (self._visits | self._inpatient) or visit.status not in self._edition.visit_statuses:
            return False
        span, stay = visit_span(visit), visit.hospitalization
        if found & self._visits and overlap(span, self._period, by_day=True):
            return True
        if not found & self._inpatient or stay is None or span is None or span.end is None:
            return False
        to_hospice = self._lists.of(stay.discharge_disposition) & self._to_hospice
        return bool(to_hospice) and during(span.end, self._period, by_day=True)

    def _by_survey(self, observed: Observed) -> bool:
        question = self._lists.of(observed.code)
        if not question & self._palliative_questions and not (
            question & self._hospice_question and self._lists.of(observed.value_codeable_concept) & self._yes
        ):
            return False
        is_survey = self._lists.of_any(observed.category) & self._survey
        final = observed.status in _OBSERVED
        return bool(is_survey) and final and overlap(observed_span(observed), self._period, by_day=True)

    def _by_order(self, referral: Referral) -> bool:
        return (
            bool(self._lists.of(referral.code) & self._order) and referral.status in _ASKED
            and referral.intent in self._edition.order_intents and not referral.do_not_perform
            and during(read_moment(referral.authored_on), self._period, by_day=True)
        )  # fmt: skip

    def _by_procedure(self, done: Done) -> bool:
        listed = done.status == "completed" and self._lists.of(done.code) & self._procedures
        return bool(listed) and overlap(done_span(done), self._period, by_day=True)

    def _by_diagnosis(self, problem: Problem, chart: Chart) -> bool:
        strict = self._edition.strict
        if not self._lists.of(problem.code) & self._diagnoses:
            return False
        listed = is_listed(problem, ANY_CATEGORY if strict else None, verified=strict)
        return listed and overlap(prevalence(problem, birth_of(chart)), self._period, by_day=True)
