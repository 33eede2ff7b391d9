"""One drug on one schedule: its simulated curve, and what follows from its parameters alone.

Concentrations [ng/mL] and areas [ng h/mL] are those of 1 mg a dose; kinetics is linear, so the dose comes in later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from benzosafe.exposure.combine import combine, steady_activity
from benzosafe.exposure.draws import Draws
from benzosafe.exposure.perpetrator import Acting
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.simulate import Dosing, simulate
from benzosafe.kinetics.system import CENTRE, System
from benzosafe.knowledge.load import Knowledge

NG_PER_MG = 1_000.0  # mg/L to ng/mL
_DAY_H = 24.0
_LONGEST_DAYS = 400
_LARGEST_NORM = 3.0
_HALF_LIVES_TO_STEADY = 8.0  # 0.4 % short of it, in the slowest draw
# Times after a dose at which a peak is looked for [h]: about every 20th of the time passed; a parabola does the rest.
_PEAK_GRID = np.concatenate([
    np.arange(0, 60) / 60.0, np.arange(20, 60) / 20.0, np.arange(24, 80) / 8.0, np.arange(20, 72) / 2.0,
    np.arange(18, 75) * 2.0, np.arange(25, 121) * 6.0,
])  # fmt: skip
_ABBREVIATED = {
    "nclb": "desmethylclobazam", "clb": "clobazam", "dmdz": "nordazepam", "desmethyldiazepam": "nordazepam",
    "nordiazepam": "nordazepam", "norclobazam": "desmethylclobazam",
}  # fmt: skip


class NotDone(ValueError):
    """A measure that cannot be predicted; the message says why."""


@dataclass(frozen=True)
class Schedule:
    """When doses are taken: hours of the day, for so many days; None is one dose only, infinite is until nothing
    changes any more."""

    hours: tuple[float, ...] = (0.0,)
    days: float | None = None

    @property
    def interval_h(self) -> float:
        """From one dose to the next [h]."""
        return _DAY_H / len(self.hours)


@dataclass(frozen=True)
class Run:
    """One drug on one schedule, 1 mg a dose, in the typical person and in each draw."""

    victim: Victim
    schedule: Schedule
    compartment: int = CENTRE

    def of(self, analyte: str) -> Run:
        """The same with another analyte measured."""
        found = compartment_of(self.victim, analyte)
        if found is None:
            raise NotDone(f"{analyte} is not simulated after {self.victim.analyte}")
        return replace(self, compartment=found)

    @property
    def repeated(self) -> bool:
        """Whether there is more than one dose."""
        return self.schedule.days is not None

    @cached_property
    def times_h(self) -> Floats:
        """When doses are taken [h]."""
        days = self.schedule.days
        if days is None:
            return np.zeros(1)
        if np.isfinite(days) and days > _LONGEST_DAYS:
            raise NotDone(f"more than {_LONGEST_DAYS} days are not followed")
        if np.isinf(days):
            analytes = map(self.victim.compartment_of, self.victim.analytes)
            slowest = max(float(half_life(self.victim, place).max()) for place in analytes)
            days = min(max(np.ceil(_HALF_LIVES_TO_STEADY * slowest / _DAY_H), 3.0), _LONGEST_DAYS)
        return np.asarray(np.add.outer(np.arange(int(days)) * _DAY_H, np.asarray(self.schedule.hours)).ravel())

    def levels(self, *at_h: float) -> Floats:
        """Concentration at some times after the first dose, shape (times, draws) [ng/mL]."""
        return self._amounts(np.asarray(at_h))[:, self.compartment] * self._scale

    def area(self, from_h: float, to_h: float) -> Floats:
        """Area under the concentration between two times after the first dose [ng h/mL]."""
        state = System(self.victim.body, (self.compartment,)).area_of(self.compartment)
        amounts = self._amounts(np.array([from_h, to_h]))[:, state]
        return np.asarray((amounts[1] - amounts[0]) * self._scale)

    @cached_property
    def peak(self) -> tuple[Floats, Floats]:
        """Highest concentration after the last dose [ng/mL], and how long after it [h]."""
        victim, start = self.victim, float(self.times_h[-1])
        end = self.schedule.interval_h if self.repeated else np.inf
        corner = victim.lag_h + victim.over_h
        after = np.unique(np.round(np.append(victim.lag_h + _PEAK_GRID, corner), 9))
        after = after[after <= min(end, max(_DAY_H, 8.0 * float(half_life(victim, self.compartment)[0])))]
        levels = self.levels(*(start + after))
        # A constant-rate input ends in a sharp peak, which is on the grid and which no parabola fits.
        if victim.over_h > 0 and self.compartment == CENTRE:
            return levels.max(axis=0), after[levels.argmax(axis=0)]
        return _vertex(after, levels)

    @cached_property
    def _scale(self) -> Floats:
        return np.asarray(NG_PER_MG / self.victim.body.volume_of(self.compartment))

    def _amounts(self, at_h: Floats) -> Floats:
        victim = self.victim
        if not (at_h.min() >= 0.0 and at_h.max() <= (_LONGEST_DAYS + 1) * _DAY_H):
            raise NotDone(f"only the first {_LONGEST_DAYS} days are followed")
        doses = Dosing(
            self.times_h + victim.lag_h, np.full(len(self.times_h), victim.dose_factor), victim.into_blood,
            victim.over_h,
        )  # fmt: skip
        # An hour more than asked, so that something has been given by then.
        end = max(float(at_h.max()), float(doses.breaks_h[0])) + 1.0
        outputs = _filled(np.concatenate([at_h, doses.breaks_h[doses.breaks_h < end], [end]]), _step_h(victim))
        system = System(victim.body, (self.compartment,))
        return simulate(system, combine(victim, (), {}), doses, outputs)[np.searchsorted(outputs, at_h)]


def _step_h(victim: Victim) -> float:
    """How far one step of the solver may go [h]: many equal steps share one matrix, a long one is cut into costly
    different ones."""
    body = victim.body
    return _LARGEST_NORM / float(np.maximum(body.ka, (body.clearance + body.exchange) / body.central).max())


def _filled(stops: Floats, longest_h: float) -> Floats:
    """The stops in order, with equal steps between them no longer than allowed."""
    stops = np.unique(stops)
    between = [np.linspace(a, b, int(np.ceil((b - a) / longest_h)) + 1)[1:-1] for a, b in pairwise(stops)]
    return np.unique(np.concatenate([stops, *between]))


def _vertex(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Highest value and its time from the parabola through the highest point and its neighbours."""
    top, person = values.argmax(axis=0), np.arange(values.shape[1])
    inside = np.clip(top, 1, len(times) - 2)
    (x0, x1, x2), (y0, y1, y2) = (
        [array[inside + step] for step in (-1, 0, 1)] if array.ndim == 1
        else [array[inside + step, person] for step in (-1, 0, 1)]
        for array in (times, values)
    )  # fmt: skip
    left, right = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = np.minimum((right - left) / (x2 - x0), -1e-300)
    at = np.clip(0.5 * (x0 + x1) - 0.5 * left / bend, x0, x2)
    high = y0 + left * (at - x0) + bend * (at - x0) * (at - x1)
    flat = (inside != top) | ~np.isfinite(at)
    return np.where(flat, values[top, person], high), np.where(flat, times[top], at)


def compartment_of(victim: Victim, analyte: str) -> int | None:
    """The compartment of an analyte under any of its usual names; None when it is not simulated."""
    wanted = _plain(analyte)
    return next((victim.compartment_of(name) for name in victim.analytes if _plain(name) == wanted), None)


def _plain(analyte: str) -> str:
    name = analyte.strip().lower().removeprefix("n-")
    return _ABBREVIATED.get(name, name)


def half_life(victim: Victim, compartment: int) -> Floats:
    """Terminal half-life [h]: a metabolite's is its own or that of what it is made from, whichever is longer."""
    if compartment == CENTRE:
        return victim.half_life_h()
    made = victim.body.metabolites[compartment - 3]
    own: Floats = np.log(2.0) * made.volume / made.clearance
    return np.maximum(own, half_life(victim, made.parent))


def bioavailability(victim: Victim) -> Floats:
    """Share of a dose that reaches the blood."""
    if victim.availability is not None:
        return victim.availability
    return victim.organs.oral_availability(np.ones(1), np.ones(1))


def whole_area(victim: Victim, compartment: int) -> Floats:
    """Area to infinity of one dose of 1 mg [ng h/mL]: what gets in over what clears it."""
    if compartment == CENTRE:
        return bioavailability(victim) * victim.dose_factor * NG_PER_MG / victim.body.clearance
    made = victim.body.metabolites[compartment - 3]
    cleared = _clearance(victim, made.parent) * whole_area(victim, made.parent)
    return np.asarray(made.formed * cleared / made.clearance)


def _clearance(victim: Victim, compartment: int) -> Floats:
    body = victim.body
    return body.clearance if compartment == CENTRE else body.metabolites[compartment - 3].clearance


def under(victim: Victim, taken: Sequence[tuple[Acting, float]]) -> Victim:
    """The same drug while others are taken at daily doses [mg/d], their effect full and steady."""
    active = steady_activity(victim, taken)
    body, organs, one = victim.body, victim.organs, np.ones(victim.body.people)

    def blend(shares: Mapping[str, Floats]) -> Floats:
        changes = (share * (active[e, "liver"] - 1.0) for e, share in shares.items() if (e, "liver") in active)
        return np.asarray(sum(changes, one))

    intrinsic = blend(victim.shares)
    factors = [organs.clearance_factor(intrinsic), *map(blend, victim.metabolite_shares)]
    metabolites = []
    for number, made in enumerate(body.metabolites):
        parent = factors[0 if made.parent == CENTRE else made.parent - 2]
        formed = made.formed * blend(victim.formation[number]) / parent
        metabolites.append(replace(made, formed=formed, clearance=made.clearance * factors[number + 1]))
    availability = victim.availability
    if availability is None:
        availability = organs.oral_availability(intrinsic, active.get(("cyp3a4", "gut"), one))
    changed = replace(body, clearance=body.clearance * factors[0], metabolites=tuple(metabolites))
    return replace(victim, body=changed, availability=availability)


def in_blood(run: Run, knowledge: Knowledge, draws: Draws) -> Floats:
    """Whole blood over plasma concentration of the drug; NotDone when it is not known."""
    own = run.victim.disposition.blood_plasma_ratio
    if own is None or run.compartment != CENTRE:
        raise NotDone("measured in whole blood, and its blood to plasma ratio is not known")
    return draws.positive(own, f"{run.victim.analyte}.ratio")
