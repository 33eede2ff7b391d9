"""Whether a patient's record shows a diagnosis or a kind of care at any time of the measurement year."""

from __future__ import annotations

from collections.abc import Iterator

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Span, during, overlap, read_moment
from benzosafe.population.measures.problems import prevalence, problems
from benzosafe.population.measures.resources import Visit
from benzosafe.population.measures.spans import birth_of, done_span, visit_span
from benzosafe.population.measures.value_sets import Holds

_NO_VISIT = frozenset({"planned", "cancelled", "entered-in-error"})
_DONE = frozenset({"completed", "in-progress"})
_ASKED = frozenset({"active", "completed", "on-hold"})
_ONLY_THOUGHT_OF = frozenset({"proposal", "plan", "option"})


def has_diagnosis(chart: Chart, holds: Holds, period: Span) -> bool:
    """Whether a condition was present or began in the period, or was the diagnosis or reason of a visit in it."""
    return any(_in_period(period, prevalence(problem, birth_of(chart))) for problem in problems(
        chart, holds, verified=True
    )) or any(_is_reason(visit, chart, holds) for visit in _visits(chart, period))  # fmt: skip


def has_care(chart: Chart, holds: Holds, period: Span) -> bool:
    """Whether such care was a diagnosis, the kind or the end of a visit, a procedure, or an order in the period."""
    return (
        has_diagnosis(chart, holds, period)
        or any(_is_kind_or_end(visit, holds) for visit in _visits(chart, period))
        or any(
            holds(done.code) and done.status in _DONE and overlap(done_span(done), period, by_day=True)
            for done in chart.done.values()
        )
        or any(
            holds(referral.code) and referral.status in _ASKED and referral.intent not in _ONLY_THOUGHT_OF
            and not referral.do_not_perform and during(read_moment(referral.authored_on), period, by_day=True)
            for referral in chart.referrals.values()
        )
    )  # fmt: skip


def _in_period(period: Span, span: Span) -> bool:
    """A condition that began in the period was present in it, whatever is known of its end."""
    began = span.start is not None and during(span.start, period, by_day=True)
    return began or overlap(span, period, by_day=True)


def _visits(chart: Chart, period: Span) -> Iterator[Visit]:
    for visit in chart.visits.values():
        if visit.status not in _NO_VISIT and overlap(visit_span(visit), period, by_day=True):
            yield visit


def _is_reason(visit: Visit, chart: Chart, holds: Holds) -> bool:
    pointers = [*(visit.reason_reference or ()), *(item.condition for item in visit.diagnosis or ())]
    pointed = [problem.code for pointer in pointers if (problem := chart.problem_at(pointer))]
    return any(holds(concept) for concept in [*(visit.reason_code or ()), *pointed])


def _is_kind_or_end(visit: Visit, holds: Holds) -> bool:
    concepts: list[CodeableConcept | None] = [*(visit.type or ())]
    if visit.hospitalization is not None:
        concepts.append(visit.hospitalization.discharge_disposition)
    return any(holds(concept) for concept in concepts)
