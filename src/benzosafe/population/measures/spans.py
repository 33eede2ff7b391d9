"""When something lasted: encounters, procedures, observations, and a patient's birth."""

from __future__ import annotations

from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment, Span, read_moment, span_of
from benzosafe.population.measures.resources import Done, Observed, Visit


def birth_of(chart: Chart) -> Moment | None:
    """The birth date; None where there is no Patient or it says none."""
    return chart.birth


def visit_span(visit: Visit) -> Span | None:
    """From admission to discharge."""
    return span_of(visit.period.start, visit.period.end) if visit.period else None


def done_span(done: Done) -> Span | None:
    """When a procedure was performed."""
    if done.performed_period:
        return span_of(done.performed_period.start, done.performed_period.end)
    return _moment_span(done.performed_date_time)


def observed_span(observed: Observed) -> Span | None:
    """When an observation holds."""
    if observed.effective_period:
        return span_of(observed.effective_period.start, observed.effective_period.end)
    return _moment_span(observed.effective_date_time or observed.effective_instant)


def _moment_span(text: str | None) -> Span | None:
    at = read_moment(text)
    return Span(at, at) if at else None
