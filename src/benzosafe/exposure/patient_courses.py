"""What else a patient takes as courses that act on enzymes; what is left out is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np

from benzosafe.exposure.draws import Draws
from benzosafe.exposure.patient_doses import is_zero, say_slow_release
from benzosafe.exposure.patient_spans import Span, Window, never_taken, spans_of
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.plan import Course
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order

# A drug applied here does not reach the blood in an amount that acts on the liver or the gut.
LOCAL_ROUTES = frozenset({
    "topical", "cutaneous", "ophthalmic", "intravitreal", "intraocular", "otic", "vaginal", "intravaginal", "inhaled",
})  # fmt: skip
_SMOKED = frozenset({"tobacco", "cannabis"})  # inhaled, and meant to reach the blood
_WEEK_DAYS = 7.0
_HALF_LIVES_GONE = 6.0  # less than 2 % of a drug is left
_ENZYME_BACK_DAYS = 28  # more than six half-lives of the slowest enzyme


def courses_of(knowledge: Knowledge, orders: Sequence[Order], window: Window, assumed: list[str]) -> tuple[Course, ...]:
    """The courses of all drugs known to act on enzymes, those that ended within the history included."""
    by_name: dict[str, list[Order]] = {}
    for order in orders:
        if order.ingredient and not never_taken(order):
            by_name.setdefault(order.ingredient, []).append(order)
    _say_unknown(knowledge, orders, assumed)
    found: list[Course] = []
    for name, own in by_name.items():
        if acts_on_enzymes(knowledge, name):
            reaching = _reaching_blood(own, assumed)
            own_window = replace(window, history_days=_history_days(knowledge, name, window))
            spans = spans_of(reaching, own_window, assumed)
            found += _joined([course for span in spans if (course := _course(knowledge, span, assumed))])
    return tuple(found)


def _history_days(knowledge: Knowledge, name: str, window: Window) -> int:
    """How long before the days shown a dose still counts [d]: until the drug is gone and the enzyme is back."""
    who = acting(knowledge, name, Draws(0))
    half_life_days = max(who.half_life_h, *who.half_life_range_h, 0.0) / 24.0
    return min(window.history_days, int(np.ceil(_HALF_LIVES_GONE * half_life_days)) + _ENZYME_BACK_DAYS)


def acts_on_enzymes(knowledge: Knowledge, name: str) -> bool:
    """Whether the knowledge tells what a drug does to enzymes, be it next to nothing."""
    drug = knowledge.drugs.get(name)
    return name in knowledge.potencies or bool(drug and drug.perpetrator)


def _say_unknown(knowledge: Knowledge, orders: Sequence[Order], assumed: list[str]) -> None:
    """Names, in one line each, what is taken and cannot be simulated because nothing is known of it."""
    taken = [order for order in orders if order.active is not False and not never_taken(order)]
    lost = list(dict.fromkeys(f"'{order.text}'" for order in taken if not order.ingredient))
    if lost:
        was, of = ("was", "it") if len(lost) == 1 else ("were", "them")
        assumed.append(f"{_listed(lost)} {was} not recognised: nothing of {of} is simulated")
    unknown = list(dict.fromkeys(
        order.ingredient for order in taken
        if order.ingredient and not acts_on_enzymes(knowledge, order.ingredient) and not _is_local(order)
    ))  # fmt: skip
    if unknown:
        assumed.append(f"the effect of {_listed(unknown)} on enzymes is not known: none is simulated")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is_local(order: Order) -> bool:
    return order.route in LOCAL_ROUTES and not (order.route == "inhaled" and order.ingredient in _SMOKED)


def _reaching_blood(orders: Sequence[Order], assumed: list[str]) -> list[Order]:
    for order in orders:
        if _is_local(order) and order.active is not False:
            assumed.append(f"{order.ingredient} ({order.route}) hardly reaches the blood: no effect is simulated")
    return [order for order in orders if not _is_local(order)]


def _course(knowledge: Knowledge, span: Span, assumed: list[str]) -> Course | None:
    """The course of one order; None when its dose is zero."""
    order, name = span.order, span.order.ingredient or ""
    if is_zero(order):
        assumed.append(f"{name} has a dose of 0: not taken")
        return None
    mg_per_day = _mg_per_day(knowledge, order)
    if mg_per_day is None:
        assumed.append(f"the dose of {name} is not known: its usual dose is assumed")
    if order.prn:
        assumed.append(f"{name} is taken as needed: every day is assumed")
    elif order.days_per_week is not None and 0 < order.days_per_week < _WEEK_DAYS:
        days = "1 day" if order.days_per_week == 1 else f"{order.days_per_week:g} days"
        assumed.append(f"{name} is taken on {days} a week: its average is simulated every day")
    say_slow_release(order, assumed)
    return Course(name, float(span.first), None if span.end is None else float(span.end), mg_per_day)


def _mg_per_day(knowledge: Knowledge, order: Order) -> float | None:
    """The most a day [mg]; not known without a limit, or where the drug is not measured in mg (juice, cigarettes)."""
    potency = knowledge.potencies.get(order.ingredient or "")
    in_mg = potency is None or potency.reference_mg_per_day.unit.startswith("mg")
    daily = order.dose_mg_per_day
    return daily.high if in_mg and daily is not None and isfinite(daily.high) else None


def _joined(courses: list[Course]) -> list[Course]:
    """Doses of several orders add up, but a usual dose that is assumed is not assumed twice at the same time."""
    known = [course for course in courses if course.mg_per_day is not None]
    joined: list[Course] = []
    for course in sorted((c for c in courses if c.mg_per_day is None), key=lambda c: c.from_day):
        last = joined[-1] if joined else None
        if last is not None and (last.to_day is None or course.from_day <= last.to_day):
            open_ended = last.to_day is None or course.to_day is None
            to_day = None if open_ended else max(last.to_day or 0.0, course.to_day or 0.0)
            joined[-1] = Course(last.name, last.from_day, to_day, None)
        else:
            joined.append(course)
    return [*known, *joined]
