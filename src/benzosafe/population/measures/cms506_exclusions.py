"""Why an encounter is left out of CMS506: pain of cancer, sickle cell disease, treated opioid use disorder, care at the
end of life, or a discharge after which no prescription is the hospital's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from benzosafe.population.measures.edition import Edition
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.membership import Membership
from benzosafe.population.measures.moments import Moment, Span, during, moment_at, overlap, read_moment
from benzosafe.population.measures.orders import authored, is_order, is_taken_home
from benzosafe.population.measures.problems import ON_LISTS, is_listed, prevalence
from benzosafe.population.measures.resources import Problem, Request, Visit
from benzosafe.population.measures.spans import birth_of, done_span, visit_span

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


class Exclusions:
    """The exclusions of the measure, for one period and edition."""

    def __init__(self, lists: Membership, period: Span, edition: Edition) -> None:
        self._lists, self._period, self._edition = lists, period, edition
        self._cancer_pain, self._sickle_cell = lists.bits(CANCER_PAIN), lists.bits(SICKLE_CELL)
        self._moud, self._mat, self._disorder = lists.bits(MOUD), lists.bits(MAT), lists.bits(OPIOID_USE_DISORDER)
        self._palliative = lists.bits(PALLIATIVE)
        self._emergency, self._observation = lists.bits(EMERGENCY), lists.bits(OBSERVATION)
        self._dispositions = lists.bits(*DISPOSITIONS)

    def excluded(
        self, chart: Chart, visits: Sequence[tuple[Visit, Span]], medicines: Sequence[tuple[int, Request]]
    ) -> list[bool]:
        """Whether any exclusion holds, for each of the denominator's encounters; with the medicines ordered by list."""
        painful = list(self._painful(chart))
        treatment = [at for at in self._treatment(chart, medicines) if at]
        palliative = list(self._palliative_moments(chart))
        everyone = self._edition.strict and any(self._has_reason(visit, chart) for visit, _ in visits)
        return [
            everyone
            or any(overlap(spent, span, by_day=True) for spent in painful)
            or self._diagnosed(visit, chart)
            or any(during(at, span, by_day=True) for at in treatment)
            or (bool(palliative) and self._palliated(palliative, span, chart))
            or self._disposed(visit)
            for visit, span in visits
        ]

    def _present(self, chart: Chart, listed: int, *, on_lists: bool) -> Iterator[Span]:
        """When a condition of these lists was present; `on_lists`: in the problem list or a health concern."""
        if not chart.problems:
            return
        categories = ON_LISTS if on_lists else None
        for problem in chart.problems.values():
            if self._lists.of(problem.code) & listed and is_listed(problem, categories, verified=self._edition.strict):
                yield prevalence(problem, birth_of(chart))

    def _painful(self, chart: Chart) -> Iterator[Span]:
        """When cancer pain was on a list, and when sickle cell disease was present."""
        yield from self._present(chart, self._cancer_pain, on_lists=True)
        yield from self._present(chart, self._sickle_cell, on_lists=self._edition.strict)

    def _has_reason(self, visit: Visit, chart: Chart) -> bool:
        """Cancer pain as the reason of an encounter.

        The text of 2026 asks whether there is such an encounter at all, so one leaves out every other of the patient.
        """
        pointed = (chart.problem_at(pointer) for pointer in visit.reason_reference or ())
        return bool(self._lists.of_any(visit.reason_code) & self._cancer_pain) or self._any_cancer_pain(pointed)

    def _diagnosed(self, visit: Visit, chart: Chart) -> bool:
        """Until 2026: cancer pain as a diagnosis of the encounter."""
        if self._edition.strict or not visit.diagnosis:
            return False
        return self._any_cancer_pain(chart.problem_at(item.condition) for item in visit.diagnosis)

    def _any_cancer_pain(self, problems: Iterator[Problem | None]) -> bool:
        return any(self._lists.of(problem.code) & self._cancer_pain for problem in problems if problem)

    def _treatment(self, chart: Chart, medicines: Sequence[tuple[int, Request]]) -> Iterator[Moment | None]:
        """When a medicine for opioid use disorder was written, while it was treated or while it was present."""
        written = [request for found, request in medicines if found & self._moud and not request.do_not_perform]
        if self._edition.strict:
            written = [request for request in written if is_order(request, self._edition) and is_taken_home(request)]
        if not written:
            return
        treated = self._treated(chart)
        present = [
            span
            for span in self._present(chart, self._disorder, on_lists=self._edition.strict)
            if overlap(span, self._period, by_day=True)
        ]
        for at in map(authored, written):
            if any(during(at, span, by_day=True) for span in present) or (
                during(at, self._period, by_day=True) and any(during(at, span, by_day=True) for span in treated)
            ):
                yield at

    def _treated(self, chart: Chart) -> list[Span]:
        """When medication-assisted treatment was given."""
        return [
            span
            for done in chart.done.values()
            if self._lists.of(done.code) & self._mat and (not self._edition.strict or done.status in _DONE_STATUSES)
            if (span := done_span(done))
        ]

    def _palliative_moments(self, chart: Chart) -> Iterator[Moment]:
        """When palliative or hospice care was asked for, and when it began."""
        strict = self._edition.strict
        for referral in chart.referrals.values():
            wanted = not referral.do_not_perform and (not strict or referral.status in _ASKED_STATUSES)
            if wanted and self._lists.of(referral.code) & self._palliative:
                at = read_moment(referral.authored_on)
                yield from [at] if at else []
        for done in chart.done.values():
            if (not strict or done.status in _DONE_STATUSES) and self._lists.of(done.code) & self._palliative:
                span = done_span(done)
                yield from [span.start] if span and span.start else []

    def _palliated(self, palliative: list[Moment], span: Span, chart: Chart) -> bool:
        """Such care during the stay; since 2026 to the instant."""
        whole, by_day = self._with_stays_before(span, chart), not self._edition.strict
        return any(during(at, whole, by_day=by_day) for at in palliative)

    def _with_stays_before(self, span: Span, chart: Chart) -> Span:
        """The encounter with an observation stay that led to it, and an emergency visit that led to that."""
        start = self._led_to(self._observation, span.start, chart)
        return Span(self._led_to(self._emergency, start, chart), span.end, span.end_known)

    def _led_to(self, listed: int, start: Moment | None, chart: Chart) -> Moment | None:
        """The start of the last visit of this kind that ended within the hour before; the same start where none did."""
        instant = start.instant if start else None
        if instant is None:
            return start
        hour = Span(moment_at(instant - _LONGEST_GAP), moment_at(instant))
        before = [
            span
            for visit in chart.visits.values()
            if visit.status == "finished" and self._lists.of_any(visit.type) & listed
            if (span := visit_span(visit)) and span.end and during(span.end, hour, by_day=False)
        ]
        last = max(before, key=lambda span: span.end.fields if span.end else (), default=None)
        return (last.start if last else None) or start

    def _disposed(self, visit: Visit) -> bool:
        stay = visit.hospitalization
        return stay is not None and bool(self._lists.of(stay.discharge_disposition) & self._dispositions)
