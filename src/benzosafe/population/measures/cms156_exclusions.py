"""Who is left out of CMS156: patients in hospice or palliative care at any time of the measurement period."""

from __future__ import annotations

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Span, during, overlap, read_moment
from benzosafe.population.measures.problems import ANY_CATEGORY, prevalence, problems
from benzosafe.population.measures.resources import Visit
from benzosafe.population.measures.spans import birth_of, done_span, observed_span, visit_span
from benzosafe.population.measures.value_sets import Codes, ValueSets

INPATIENT = "Encounter Inpatient"
CARE_VISITS = ("Hospice Encounter", "Palliative Care Encounter")
CARE_DIAGNOSES = ("Hospice Diagnosis", "Palliative Care Diagnosis")
CARE_PROCEDURES = ("Hospice Care Ambulatory", "Palliative Care Intervention")
HOSPICE_ORDER = "Hospice Care Ambulatory"
EXCLUSION_SETS = (INPATIENT, *CARE_VISITS, *CARE_DIAGNOSES, *CARE_PROCEDURES)

_SNOMED, _LOINC = "http://snomed.info/sct", "http://loinc.org"
# Codes that the measure names itself, outside every value set: discharge to a home or a facility for hospice care,
# the question about hospice care with its answer yes, and the palliative care questionnaire.
_TO_HOSPICE = Codes(frozenset({(_SNOMED, "428371000124100"), (_SNOMED, "428361000124107")}))
_HOSPICE_QUESTION = Codes(frozenset({(_LOINC, "45755-6")}))
_YES = Codes(frozenset({(_SNOMED, "373066001")}))
_PALLIATIVE_QUESTIONS = Codes(frozenset({(_LOINC, "71007-9")}))
_SURVEY = Codes(frozenset({("http://terminology.hl7.org/CodeSystem/observation-category", "survey")}))
_OBSERVED = frozenset({"final", "amended", "corrected"})
_ASKED = frozenset({"active", "completed"})


def in_care_at_the_end_of_life(chart: Chart, period: Span, edition: Edition, sets: ValueSets) -> bool:
    """Whether any record shows hospice or palliative care in the period."""
    return (
        any(_by_visit(visit, period, edition, sets) for visit in chart.visits.values())
        or _by_survey(chart, period)
        or _by_order(chart, period, edition, sets)
        or _by_procedure(chart, period, sets)
        or _by_diagnosis(chart, period, edition, sets)
    )


def _by_visit(visit: Visit, period: Span, edition: Edition, sets: ValueSets) -> bool:
    """A stay that ended with a discharge to hospice, or a visit of hospice or palliative care."""
    span = visit_span(visit)
    if visit.status not in edition.visit_statuses or span is None:
        return False
    types: list[CodeableConcept] = visit.type or []
    if any(sets.any_of(*CARE_VISITS)(concept) for concept in types) and overlap(span, period, by_day=True):
        return True
    stay = visit.hospitalization
    to_hospice = stay is not None and _TO_HOSPICE(stay.discharge_disposition)
    inpatient = any(sets.any_of(INPATIENT)(concept) for concept in types)
    return to_hospice and inpatient and span.end is not None and during(span.end, period, by_day=True)


def _by_survey(chart: Chart, period: Span) -> bool:
    for observed in chart.observed.values():
        in_hospice = _HOSPICE_QUESTION(observed.code) and _YES(observed.value_codeable_concept)
        if not in_hospice and not _PALLIATIVE_QUESTIONS(observed.code):
            continue
        is_survey = any(_SURVEY(concept) for concept in observed.category or ())
        if observed.status in _OBSERVED and is_survey and overlap(observed_span(observed), period, by_day=True):
            return True
    return False


def _by_order(chart: Chart, period: Span, edition: Edition, sets: ValueSets) -> bool:
    holds = sets.any_of(HOSPICE_ORDER)
    return any(
        holds(asked.code) and asked.status in _ASKED and asked.intent in edition.order_intents
        and not asked.do_not_perform and during(read_moment(asked.authored_on), period, by_day=True)
        for asked in chart.asked.values()
    )  # fmt: skip


def _by_procedure(chart: Chart, period: Span, sets: ValueSets) -> bool:
    holds = sets.any_of(*CARE_PROCEDURES)
    return any(
        holds(done.code) and done.status == "completed" and overlap(done_span(done), period, by_day=True)
        for done in chart.done.values()
    )


def _by_diagnosis(chart: Chart, period: Span, edition: Edition, sets: ValueSets) -> bool:
    strict = edition.strict
    found = problems(chart, sets.any_of(*CARE_DIAGNOSES), ANY_CATEGORY if strict else None, verified=strict)
    return any(overlap(prevalence(problem, birth_of(chart)), period, by_day=True) for problem in found)
