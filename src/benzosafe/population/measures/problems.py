"""Conditions as the measures see them: when they were present, in which category, and whether they were verified."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from benzosafe.fhir.elements import CodeableConcept, Quantity, codings
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment, Span, days_after, read_moment
from benzosafe.population.measures.resources import Problem
from benzosafe.population.measures.value_sets import Holds

_HL7 = "http://terminology.hl7.org/CodeSystem/condition-category"
PROBLEM_LIST = (_HL7, "problem-list-item")
ENCOUNTER_DIAGNOSIS = (_HL7, "encounter-diagnosis")
HEALTH_CONCERN = ("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")
ON_LISTS = frozenset({PROBLEM_LIST, HEALTH_CONCERN})
ANY_CATEGORY = ON_LISTS | {ENCOUNTER_DIAGNOSIS}

_GOES_ON = frozenset({"active", "recurrence", "relapse"})
_VERIFIED = frozenset({"confirmed", "unconfirmed", "provisional", "differential"})
_DAYS_OF_UNIT = {"d": 1, "wk": 7, "day": 1, "days": 1, "week": 7, "weeks": 7}
_MONTHS_OF_UNIT = {"mo": 1, "month": 1, "months": 1, "a": 12, "year": 12, "years": 12}


def problems(chart: Chart, holds: Holds, *, verified: bool = False) -> Iterator[Problem]:
    """The conditions of a list, in any category; verified ones only where that is asked."""
    return (item for item in chart.problems.values() if holds(item.code) and is_listed(item, None, verified=verified))


def is_listed(problem: Problem, categories: frozenset[tuple[str, str]] | None, *, verified: bool) -> bool:
    """Whether it is of one of these categories where any are asked for, and verified where that is asked."""
    if verified and not is_verified(problem):
        return False
    return categories is None or any(not categories.isdisjoint(_pairs(item)) for item in problem.category or ())


def is_verified(problem: Problem) -> bool:
    """Whether it is not refuted and not entered in error; one without a status counts (P5)."""
    status = problem.verification_status
    return status is None or any(code in _VERIFIED for _, code in _pairs(status))


def prevalence(problem: Problem, birth: Moment | None) -> Span:
    """From onset to abatement; open to the future while it is active, of unknown end where it is not (P4)."""
    start = _onset(problem, birth)
    end = _abatement(problem, birth)
    goes_on = any(code in _GOES_ON for _, code in _pairs(problem.clinical_status))
    return Span(start, end, end_known=end is not None or (goes_on and not _says_abatement(problem)))


def _onset(problem: Problem, birth: Moment | None) -> Moment | None:
    if problem.onset_date_time:
        return read_moment(problem.onset_date_time)
    if problem.onset_period:
        return read_moment(problem.onset_period.start)
    return _at_age(problem.onset_age or (problem.onset_range.low if problem.onset_range else None), birth)


def _abatement(problem: Problem, birth: Moment | None) -> Moment | None:
    if problem.abatement_date_time:
        return read_moment(problem.abatement_date_time)
    if problem.abatement_period:
        return read_moment(problem.abatement_period.end)
    age = problem.abatement_age or (problem.abatement_range.high if problem.abatement_range else None)
    year_on = _at_age(age, birth, more_months=12)  # "at 40" lasts until the day before the next birthday
    return days_after(year_on, -1) if year_on else None


def _says_abatement(problem: Problem) -> bool:
    """Whether an end is written, even one that cannot be read; an open period says none."""
    period = problem.abatement_period
    return bool(
        problem.abatement_date_time or (period and period.end) or problem.abatement_age or problem.abatement_range
    )


def _at_age(age: Quantity | None, birth: Moment | None, more_months: int = 0) -> Moment | None:
    """The day of this age, to the day; None where the birth date or the age is not known."""
    if age is None or age.value is None or birth is None:
        return None
    unit = (age.code or age.unit or "").lower()
    months = int(age.value) * _MONTHS_OF_UNIT[unit] if unit in _MONTHS_OF_UNIT else 0
    if unit not in _MONTHS_OF_UNIT and unit not in _DAYS_OF_UNIT:
        return None
    moved = _months_after(birth, months + more_months)
    return days_after(moved, int(age.value) * _DAYS_OF_UNIT.get(unit, 0)) if moved else None


def _months_after(moment: Moment, months: int) -> Moment | None:
    if len(moment.day) < 3:
        return None
    year, month = divmod(moment.day[0] * 12 + moment.day[1] - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    fields = (year, month + 1, min(moment.day[2], calendar.monthrange(year, month + 1)[1]))
    return Moment(fields, fields)


def _pairs(concept: CodeableConcept | None) -> list[tuple[str | None, str | None]]:
    return [(coding.system, coding.code) for coding in codings(concept)]
