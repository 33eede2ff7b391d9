"""When a change comes and goes for a subject of the review, in the words of its facts: least and most days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from benzosafe.exposure.combine import turnover_rates
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.population import DRAWS, Subject, victim_of
from benzosafe.exposure.timing import timings
from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class CourseOfChange:
    """When a change comes and goes [d], each as 5th and 95th percentile; counted from the first or the last dose."""

    building: tuple[float, float]
    fading_from: tuple[float, float]
    returning: tuple[float, float]


_TOO_SMALL = CourseOfChange((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


@lru_cache(maxsize=1024)
def course_of_change(
    knowledge: Knowledge, subject: Subject, perpetrator: str, mg_per_day: float | None
) -> CourseOfChange:
    """Days to nine tenths of a change, and after the last dose until a tenth and until nine tenths of it are gone.

    Of the drug and its main active metabolites: complete when the slowest is, fading from when the first begins to.
    All 0 when every level changes by less than a tenth: too little to be timed.
    """
    victim, who = victim_of(knowledge, subject), acting(knowledge, perpetrator, DRAWS)
    assert victim is not None
    mg = who.reference_mg_per_day if mg_per_day is None else mg_per_day
    found = timings(victim, who, mg, turnover_rates(knowledge, DRAWS))
    if not found:
        return _TOO_SMALL
    building = max((item.building for item in found), key=lambda days: days.value)
    fading = min((item.fading_from for item in found), key=lambda days: days.value)
    returning = max((item.returning for item in found), key=lambda days: days.value)
    return CourseOfChange((building.low, building.high), (fading.low, fading.high), (returning.low, returning.high))
