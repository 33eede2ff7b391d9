"""Why an encounter is left out of CMS506: pain of cancer, sickle cell disease, treated opioid use disorder, care at the
end of life, or a discharge after which no prescription is the hospital's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment, Span, during, moment_at, overlap, read_moment
from benzosafe.population.measures.orders import authored, is_order, is_taken_home, requests_for
from benzosafe.population.measures.problems import ON_LISTS, prevalence, problems
from benzosafe.population.measures.resources import Request, Visit
from benzosafe.population.measures.spans import birth_of, done_span, visit_span
from benzosafe.population.measures.value_sets import ValueSets

CANCER_PAIN = "Cancer Related Pain"
SICKLE_CELL = "Sickle Cell Disease with and without Crisis"
MOUD = "Medications for Opioid Use Disorder (MOUD)"
MAT = "Opioid Medication Assisted Treatment (MAT)"
OPIOID_USE_DISORDER = "Opioid Use Disorder"
PALLIATIVE = "Palliative or Hospice Care"
EMERGENCY = "Emergency Department Visit"
OBSERVATION = "Observation Services"
DISPOSITIONS = (
    "Discharge To Acute Care Facility", "Hospice Care Referral or Admission", "Patient Expired",
    "Left Against Medical Advice",
)  # fmt: skip
EXCLUSION_SETS = (
    CANCER_PAIN, SICKLE_CELL, MOUD, MAT, OPIOID_USE_DISORDER, PALLIATIVE, EMERGENCY, OBSERVATION, *DISPOSITIONS,
)  # fmt: skip

_ASKED_STATUSES = frozenset({"active", "completed", "on-hold"})
_DONE_STATUSES = frozenset({"completed", "in-progress"})
_LONGEST_GAP = timedelta(hours=1)


@dataclass(frozen=True)
class Exclusions:
    """The exclusions of one patient's encounters; `visits` are those of the denominator."""

    chart: Chart
    visits: list[Visit]
    period: Span
    edition: Edition
    sets: ValueSets

    def excludes(self, visit: Visit) -> bool:
        """Whether any exclusion holds for this encounter."""
        span = visit_span(visit)
        return (
            any(overlap(spent, span, by_day=True) for spent in self._painful)
            or self._diagnosed(visit)
            or any(during(authored(item), span, by_day=True) for item in self._treatment)
            or any(
                during(at, self._with_stays_before(visit), by_day=not self.edition.strict) for at in self._palliative
            )
            or self._disposed(visit)
        )

    @cached_property
    def _painful(self) -> list[Span]:
        """When cancer pain was on a list, and when sickle cell disease was present."""
        strict = self.edition.strict
        cancer = problems(self.chart, self.sets.any_of(CANCER_PAIN), ON_LISTS, verified=strict)
        sickle = problems(self.chart, self.sets.any_of(SICKLE_CELL), ON_LISTS if strict else None, verified=strict)
        return [prevalence(problem, birth_of(self.chart)) for kind in (cancer, sickle) for problem in kind]

    def _diagnosed(self, visit: Visit) -> bool:
        """Cancer pain as a diagnosis of the encounter; since 2026, of any encounter of the denominator.

        The newer text asks whether there is such an encounter at all, so one leaves out every other of the patient.
        """
        holds = self.sets.any_of(CANCER_PAIN)
        if not self.edition.strict:
            found = [self.chart.problem_at(item.condition) for item in visit.diagnosis or ()]
            return any(holds(problem.code) for problem in found if problem)
        return any(
            any(holds(concept) for concept in other.reason_code or ())
            or any(
                holds(problem.code)
                for pointer in other.reason_reference or ()
                if (problem := self.chart.problem_at(pointer))
            )
            for other in self.visits
        )

    @cached_property
    def _treatment(self) -> list[Request]:
        """Medicines for opioid use disorder, written while it was treated or while the disorder was present."""
        strict = self.edition.strict
        spans = [
            span
            for done in self.chart.done.values()
            if self.sets.any_of(MAT)(done.code) and (not strict or done.status in _DONE_STATUSES)
            if (span := done_span(done))
        ]
        disorders = problems(
            self.chart, self.sets.any_of(OPIOID_USE_DISORDER), ON_LISTS if strict else None, verified=strict
        )
        present = [prevalence(problem, birth_of(self.chart)) for problem in disorders]
        present = [span for span in present if overlap(span, self.period, by_day=True)]
        return [
            item
            for item in requests_for(self.chart, self.sets.any_of(MOUD))
            if not item.do_not_perform and (not strict or (is_order(item, self.edition) and is_taken_home(item)))
            if any(during(authored(item), span, by_day=True) for span in present)
            or (
                during(authored(item), self.period, by_day=True)
                and any(during(authored(item), span, by_day=True) for span in spans)
            )
        ]

    @cached_property
    def _palliative(self) -> list[Moment]:
        return list(self._palliative_moments())

    def _palliative_moments(self) -> Iterator[Moment]:
        """When palliative or hospice care was asked for, and when it began."""
        holds, strict = self.sets.any_of(PALLIATIVE), self.edition.strict
        for asked in self.chart.asked.values():
            if holds(asked.code) and (not strict or asked.status in _ASKED_STATUSES) and not asked.do_not_perform:
                at = read_moment(asked.authored_on)
                yield from [at] if at else []
        for done in self.chart.done.values():
            if holds(done.code) and (not strict or done.status in _DONE_STATUSES):
                span = done_span(done)
                yield from [span.start] if span and span.start else []

    def _with_stays_before(self, visit: Visit) -> Span | None:
        """The encounter with an observation stay that led to it, and an emergency visit that led to that."""
        span = visit_span(visit)
        if span is None:
            return None
        start = self._led_to(OBSERVATION, span.start)
        return Span(self._led_to(EMERGENCY, start), span.end, span.end_known)

    def _led_to(self, name: str, start: Moment | None) -> Moment | None:
        """The start of the last visit of this kind that ended within the hour before; the same start where none did."""
        instant = start.instant if start else None
        if instant is None:
            return start
        holds = self.sets.any_of(name)
        hour = Span(moment_at(instant - _LONGEST_GAP), moment_at(instant))
        before = [
            span
            for visit in self.chart.visits.values()
            if visit.status == "finished" and any(holds(concept) for concept in visit.type or ())
            if (span := visit_span(visit)) and span.end and during(span.end, hour, by_day=False)
        ]
        last = max(before, key=lambda span: span.end.fields if span.end else (), default=None)
        return (last.start if last else None) or start

    def _disposed(self, visit: Visit) -> bool:
        stay = visit.hospitalization
        return self.sets.any_of(*DISPOSITIONS)(stay.discharge_disposition) if stay else False
