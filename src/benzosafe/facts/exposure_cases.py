"""From orders to cases of the exposure model: which victim, taken how, with what that touches its enzymes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from benzosafe.exposure.course_of_change import CourseOfChange, course_of_change
from benzosafe.exposure.population import (
    Beside,
    Case,
    Exposures,
    Subject,
    enzymes_acted_on,
    enzymes_clearing,
    exposures,
)
from benzosafe.facts.catalog import ROLES
from benzosafe.facts.column import Bools
from benzosafe.facts.frame import Frame
from benzosafe.patient.tables import Order

_NO_ROLE = ROLES.words.index("none")
_TRAITS = ("poor", "intermediate", "rapid")


def cases_of(frame: Frame) -> tuple[dict[int, tuple[Case, ...]], list[int]]:
    """For every order that others act on its cases, two when its route is not known; and the orders out of reach.

    Out of reach is a drug whose clearance is not known, beside one that acts on an enzyme it may need.
    """
    found: dict[int, tuple[Case, ...]] = {}
    out_of_reach: list[int] = []
    for victim, others in meetings(frame, frame.catalog.acts_on_enzymes[frame.ingredient] & frame.possibly_active):
        subjects = subjects_of(frame, victim)
        if not subjects and any(_could_act(frame, victim, frame.orders[i].ingredient or "") for i in others):
            out_of_reach.append(victim)
        own = tuple(_case(frame, subject, [frame.orders[i] for i in others]) for subject in subjects)
        if any(case.beside for case in own):
            found[victim] = own
    return found, out_of_reach


def values_of(frame: Frame, cases: dict[int, tuple[Case, ...]]) -> Iterator[tuple[int, Exposures]]:
    """The exposures of the cases of each order; alike cases are computed once."""
    numbers = {case: place for place, case in enumerate(dict.fromkeys(c for own in cases.values() for c in own))}
    values = exposures(frame.knowledge, list(numbers))
    for order, own in cases.items():
        places = [numbers[case] for case in own]
        yield order, Exposures(values.typical[places], values.limits[places])


def meetings(frame: Frame, others: Bools) -> Iterator[tuple[int, list[int]]]:
    """Each benzodiazepine or Z-drug that may be taken, with the masked orders of other drugs in its row."""
    victims = frame.member("bzra") & frame.possibly_active
    both = (frame.any_row(victims) & frame.any_row(others))[frame.order_row]
    beside: dict[int, list[int]] = {}
    for number in np.flatnonzero(others & both).tolist():
        beside.setdefault(int(frame.order_row[number]), []).append(number)
    for number in np.flatnonzero(victims & both).tolist():
        own = [i for i in beside[int(frame.order_row[number])] if frame.ingredient[i] != frame.ingredient[number]]
        if own:
            yield number, own


def subjects_of(frame: Frame, victim: int) -> list[Subject]:
    """The victim as it is taken; both ways when the route is not known; none when it cannot be predicted."""
    name, route = frame.orders[victim].ingredient or "", frame.word("order_route").value(victim)
    phenotype = frame.word("cyp2c19_phenotype").value(int(frame.order_row[victim]))
    traits = frozenset({f"cyp2c19_{phenotype}"} if phenotype in _TRAITS else ())
    ways = (True, False) if route is None else (route == "oral",)
    found = [Subject(name, oral, traits) for oral in ways]  # type: ignore[arg-type]
    return [subject for subject in found if enzymes_clearing(frame.knowledge, subject) is not None]


def course_of(frame: Frame, victim: int, other: int) -> CourseOfChange | None:
    """When the effect of one order on another comes and goes; None when it does not touch it."""
    order = frame.orders[other]
    dose = order.dose_mg_per_day
    mg = dose.high if dose is not None and 0 < dose.high < np.inf else None
    for subject in subjects_of(frame, victim):
        if _touches(frame, subject, order.ingredient or ""):
            return course_of_change(frame.knowledge, subject, order.ingredient or "", mg)
    return None


def _could_act(frame: Frame, victim: int, name: str) -> bool:
    """Whether a drug acts on an enzyme that may clear a victim whose shares are not known."""
    roles, number = frame.catalog.roles, frame.ingredient[victim]
    return any(roles[e][number] != _NO_ROLE for e in enzymes_acted_on(frame.knowledge, name) if e in roles)


def _touches(frame: Frame, subject: Subject, name: str) -> bool:
    clearing = enzymes_clearing(frame.knowledge, subject)
    return bool(clearing and clearing & enzymes_acted_on(frame.knowledge, name))


def _case(frame: Frame, subject: Subject, others: list[Order]) -> Case:
    by_name: dict[str, list[Order]] = {}
    for order in others:
        by_name.setdefault(order.ingredient or "", []).append(order)
    touching = [name for name in sorted(by_name) if _touches(frame, subject, name)]
    return Case(subject, tuple(_beside(name, by_name[name]) for name in touching))


def _beside(name: str, orders: list[Order]) -> Beside:
    """All orders of one drug: what is certainly and what is possibly taken a day; unlimited is read as usual."""
    doses = [order.dose_mg_per_day for order in orders]
    certain = [order.active is True for order in orders]
    if any(dose is None or not isfinite(dose.high) for dose in doses):
        return Beside(name, None if any(certain) else 0.0, None)
    least = sum(dose.low for dose, sure in zip(doses, certain, strict=True) if dose and sure)
    return Beside(name, least, sum(dose.high for dose in doses if dose))
