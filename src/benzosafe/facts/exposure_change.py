"""What other medicines make of the exposure to a benzodiazepine or Z-drug, and when that change comes and goes.

Every drug that inhibits or induces an enzyme of the victim counts at once, at steady state, with its own dose where it
is known. Medicines that act in a way nobody measured or classed are not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benzosafe.facts.column import Number
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact

if TYPE_CHECKING:  # the model is imported when two drugs meet, not at every start
    from benzosafe.exposure.course_of_change import CourseOfChange
    from benzosafe.exposure.population import Case

_KEY = "exposure_change"
_LONGEST_OFFSET_DAYS = 365.0  # beyond the slowest recovery of any enzyme and the slowest drug to leave


@dataclass(frozen=True)
class Change:
    """The exposure change of every order: typical ratio and its limits, and the cases it was computed from."""

    typical: Number
    ratio: Number
    cases: dict[int, tuple[Case, ...]]


def change_of(frame: Frame) -> Change:
    """The change of all orders of a frame, computed once."""
    found = frame.kept.get(_KEY)
    if found is None:
        found = frame.kept[_KEY] = _change(frame)
    assert isinstance(found, Change)
    return found


@fact(per="order")
def order_exposure_ratio(frame: Frame) -> Number:
    """Exposure (AUC) with everything else taken over that without, at full effect: 5th to 95th percentile [1].

    To the drug and its main active metabolites together, by amount. 1 when nothing that acts on its enzymes is taken;
    unknown when the drug's clearance is not known or a medicine is not resolved.
    """
    return change_of(frame).ratio


@fact(per="order")
def order_exposure_ratio_typical(frame: Frame) -> Number:
    """The same at the typical parameters: the best estimate, never shown without its interval [1]."""
    return change_of(frame).typical


@fact(per="order")
def order_like_mg_per_day(frame: Frame) -> Number:
    """The daily dose that would give the same exposure with nothing else taken: 5th to 95th percentile [mg/d]."""
    ratio, dose = change_of(frame).ratio, frame.dose_per_day
    known = np.isfinite(ratio.high) & np.isfinite(dose.high)
    low, high = (
        np.where(known, mg, 1.0) * np.where(known, end, 1.0)
        for mg, end in ((dose.low, ratio.low), (dose.high, ratio.high))
    )
    return Number(np.where(known, low, -np.inf), np.where(known, high, np.inf))


@fact(per="order")
def order_exposure_building_days(frame: Frame) -> Number:
    """Days from its first dose until the medicine that began last has nine tenths of its effect on this order [d]."""
    return _course(frame, _building, lambda course: course.building)


@fact(per="order")
def order_exposure_fading_from_days(frame: Frame) -> Number:
    """Days after its last dose until the effect of a stopped medicine on this order begins to fade [d].

    Of several, the one whose effect lasts longest from today.
    """
    return _course(frame, _fading, lambda course: course.fading_from)


@fact(per="order")
def order_exposure_returning_days(frame: Frame) -> Number:
    """Days after its last dose until less than a tenth of the effect of a stopped medicine on this order is left [d].

    Of several, the one whose effect lasts longest from today.
    """
    return _course(frame, _fading, lambda course: course.returning)


def orders_acting_on(frame: Frame, order: int) -> list[int]:
    """Numbers of the orders that change the exposure of an order by enough to be named."""
    names = set(names_acting_on(frame, order))
    here = frame.orders_of_row(int(frame.order_row[order]))
    return [number for number in here if frame.possibly_active[number] and frame.orders[number].ingredient in names]


def names_acting_on(frame: Frame, order: int) -> list[str]:
    """The drugs that change the exposure of an order by enough to be named, in alphabetical order."""
    cases = change_of(frame).cases.get(order, ())
    if not cases:
        return []
    from benzosafe.exposure.population import counting

    return sorted({name for case in cases for name in counting(frame.knowledge, case)})


def _change(frame: Frame) -> Change:
    typical, ratio = np.ones((len(frame.orders), 2)), np.ones((len(frame.orders), 2))
    unknown = (frame.any_row(frame.unresolved) | ~frame.orders_known)[frame.order_row]
    cases: dict[int, tuple[Case, ...]] = {}
    acting = frame.any_row(frame.catalog.acts_on_enzymes[frame.ingredient] & frame.possibly_active)
    if (acting & frame.any_row(frame.member("bzra") & frame.possibly_active)).any():
        from benzosafe.facts.exposure_cases import cases_of, values_of

        cases, out_of_reach = cases_of(frame)
        unknown[out_of_reach] = True
        for order, values in values_of(frame, cases):
            typical[order] = values.typical[:, 0].min(), values.typical[:, 1].max()
            ratio[order] = values.limits[:, 0].min(), values.limits[:, 1].max()
    ends = [(np.where(unknown, -np.inf, v[:, 0]), np.where(unknown, np.inf, v[:, 1])) for v in (typical, ratio)]
    return Change(Number(*ends[0]), Number(*ends[1]), cases)


Pick = Callable[[Frame, int, list[int]], "CourseOfChange | None"]


def _course(frame: Frame, pick: Pick, of: Callable[[CourseOfChange], tuple[float, float]]) -> Number:
    """When a change comes or goes, for each order; 0 where nothing is to be timed, unknown where it cannot be."""
    from benzosafe.facts.exposure_cases import meetings, subjects_of

    low, high = np.zeros(len(frame.orders)), np.zeros(len(frame.orders))
    for victim, others in meetings(frame, frame.catalog.acts_on_enzymes[frame.ingredient] & frame.systemic):
        course = pick(frame, victim, others)
        if course is not None:
            low[victim], high[victim] = of(course)
        elif not subjects_of(frame, victim):
            low[victim], high[victim] = -np.inf, np.inf
    return Number(low, high)


def _building(frame: Frame, victim: int, others: list[int]) -> CourseOfChange | None:
    """The course of the acting medicine that began last."""
    days = frame.days_taken
    dated = [i for i in others if frame.certainly_active[i] and not np.isnan(days[i])]
    found = _courses(frame, victim, dated)
    return min(found, key=lambda item: float(days[item[0]]))[1] if found else None


def _fading(frame: Frame, victim: int, others: list[int]) -> CourseOfChange | None:
    """The course of the stopped medicine whose effect lasts longest from today."""
    days = frame.days_ended
    ended = [i for i in others if not frame.possibly_active[i] and 0 <= days[i] <= _LONGEST_OFFSET_DAYS]
    found = _courses(frame, victim, ended)
    return max(found, key=lambda item: item[1].returning[1] - float(days[item[0]]))[1] if found else None


def _courses(frame: Frame, victim: int, others: list[int]) -> list[tuple[int, CourseOfChange]]:
    from benzosafe.facts.exposure_cases import course_of

    return [(i, course) for i in others if (course := course_of(frame, victim, i)) is not None]
