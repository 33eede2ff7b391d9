"""The job every simulator gets: a made-up crowd, a 90-day taper three times a day, an inhibitor for a fortnight.

Three variants of the same crowd: clearance `constant`, `piecewise` (one step when the inhibitor starts, one when it
stops), and `continuous` (it follows the inhibitor's own level in liver and gut).
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from benzosafe.kinetics.crowd import Phase
from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.interaction import Interaction, Perpetrator, Site
from benzosafe.kinetics.level import absorption_rate
from benzosafe.kinetics.organs import Organs, blended
from benzosafe.kinetics.simulate import Dosing
from benzosafe.kinetics.system import Body, System

Floats = NDArray[np.float64]

VARIANTS = ("constant", "piecewise", "continuous")
DAYS, EVERY_H, FIRST_MG, WEEKS, DOSES_A_WEEK = 90, 8.0, 5.0, 13, 21
INHIBITOR_FROM_H, INHIBITOR_TO_H = 30 * 24.0, 44 * 24.0
INHIBITOR_HALF_LIFE_H, INHIBITOR_TMAX_H = 30.0, 2.0
SHARE, EXTRACTION, GUT_SURVIVAL, ABSORBED = 0.9, 0.4, 0.55, 0.9
ELIMINATED = np.log(2.0) / INHIBITOR_HALF_LIFE_H
TAKEN_UP = absorption_rate(INHIBITOR_HALF_LIFE_H, INHIBITOR_TMAX_H)


@dataclass(frozen=True)
class Crowd:
    """The people: uptake [1/h], clearance and exchange [L/h], volumes [L], inhibition index in liver and gut."""

    ka: Floats
    clearance: Floats
    central: Floats
    exchange: Floats
    peripheral: Floats
    liver_index: Floats
    gut_index: Floats

    @property
    def people(self) -> int:
        return len(self.ka)

    def select(self, chosen: list[int]) -> Crowd:
        return Crowd(*(values[chosen] for values in vars(self).values()))

    @property
    def organs(self) -> Organs:
        one = np.ones(self.people)
        return Organs(EXTRACTION * one, GUT_SURVIVAL * one, ABSORBED * one)

    @property
    def system(self) -> System:
        return System(Body(self.ka, self.clearance, self.central, self.exchange, self.peripheral))

    def held(self, level: float) -> Floats:
        """Clearance over that at rest, and availability, while the inhibitor's level is held; shape (2, people)."""
        whole = blended([np.full(self.people, SHARE)], [1.0 / (1.0 + self.liver_index * level)])
        wall = 1.0 / (1.0 + self.gut_index * level)
        return np.stack([self.organs.clearance_factor(whole), self.organs.oral_availability(whole, wall)])

    def phases(self, variant: str) -> tuple[Phase, ...]:
        rest = Phase(0.0, self.held(0.0))
        if variant == "constant":
            return (rest,)
        return (rest, Phase(INHIBITOR_FROM_H, self.held(1.0)), Phase(INHIBITOR_TO_H, self.held(0.0)))

    def interaction(self, variant: str) -> Interaction:
        """Liver and gut enzyme under one inhibitor; nobody takes it in the constant variant."""
        one, nothing = np.ones(self.people), np.zeros(self.people)
        if variant == "constant":
            return Interaction((), (), np.zeros((2, 0, self.people)), self.organs)
        liver = Site(0.01 * one, (0,), (Influence(self.liver_index, nothing, nothing),))
        gut = Site(0.03 * one, (0,), (Influence(self.gut_index, nothing, nothing),))
        weights = np.zeros((2, 2, self.people))
        weights[0, 0] = SHARE
        taken = np.arange(INHIBITOR_FROM_H, INHIBITOR_TO_H, 24.0)
        inhibitor = Perpetrator(taken, np.ones(len(taken)), INHIBITOR_HALF_LIFE_H, TAKEN_UP)
        return Interaction((inhibitor,), (liver, gut), weights, self.organs, 1)

    def handful(self, count: int) -> list[int]:
        """The people hardest to get right, and one in the middle."""
        rate = self.clearance / self.central
        middle = np.argsort(rate)[self.people // 2]
        odd = (self.liver_index.argmax(), self.ka.argmax(), rate.argmax(), rate.argmin(), middle)
        return list(dict.fromkeys(int(person) for person in odd))[:count]


def crowd(people: int) -> Crowd:
    """Log-normal uptake, clearance, volume and index; the same people each time, whatever their number."""
    chance = np.random.default_rng(20)
    ka, clearance, central, index = np.exp(chance.standard_normal((people, 4)) * [0.3, 0.3, 0.2, 0.3]).T
    one = np.ones(people)
    return Crowd(2.0 * ka, 24.0 * clearance, 30.0 * central, 20.0 * one, 48.0 * one, 4.0 * index, 8.0 * index)


def outputs_h() -> Floats:
    return np.arange(0.0, 24.0 * DAYS + 0.5)


def doses_mg() -> Floats:
    """One amount every eight hours, lower from week to week."""
    number = np.arange(int(24 * DAYS / EVERY_H))
    return np.asarray(FIRST_MG * (1.0 - number // DOSES_A_WEEK / WEEKS))


def dosing() -> Dosing:
    amounts = doses_mg()
    return Dosing(EVERY_H * np.arange(len(amounts)), amounts)


def exact(people: Crowd, variant: str) -> Floats:
    """Concentrations, shape (outputs, people), by a solution that shares nothing with what is measured [mg/L].

    Matrix exponentials hour by hour where clearance steps; the textbook's equations by DOP853 at 1e-12 where it varies.
    """
    if variant == "continuous":
        oracle, interaction = _oracle().Oracle, people.interaction(variant)
        found = [oracle(people.system, interaction, p).run(dosing(), outputs_h())[:, 1] for p in range(people.people)]
    else:
        found = [_by_matrices(people, variant, person) for person in range(people.people)]
    return np.stack(found, axis=1) / people.central


def by_oracle(people: Crowd) -> Floats:
    """The constant variant of one person by DOP853, to check the two references against each other [mg/L]."""
    run = _oracle().Oracle(people.system, people.interaction("constant"), 0).run(dosing(), outputs_h())
    return np.asarray(run[:, 1] / people.central[0])


def _by_matrices(people: Crowd, variant: str, person: int) -> Floats:
    from scipy.linalg import expm

    cl, v = people.clearance[person], people.central[person]
    q, w, ka = people.exchange[person], people.peripheral[person], people.ka[person]
    hourly = [
        expm(np.array([[-ka, 0, 0], [ka * f, -(cl * share + q) / v, q / w], [0, q / v, -q / w]]))
        for share, f in (people.held(0.0)[:, person], people.held(1.0)[:, person])
    ]
    amounts, state, found = doses_mg(), np.zeros(3), np.empty(len(outputs_h()))
    for hour in range(len(found)):
        if hour % EVERY_H == 0 and hour < 24 * DAYS:
            state[0] += amounts[int(hour / EVERY_H)]
        found[hour] = state[1]
        inhibited = variant == "piecewise" and INHIBITOR_FROM_H <= hour < INHIBITOR_TO_H
        state = hourly[inhibited] @ state
    return found


def _oracle() -> ModuleType:
    place = Path(__file__).parent.parent / "tests" / "kinetics" / "oracle.py"
    spec = importlib.util.spec_from_file_location("kinetics_oracle", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def difference(found: Floats, exactly: Floats) -> float:
    """Largest difference relative to the concentration, wherever that is above 1e-6 of the person's peak."""
    counted = exactly > 1e-6 * exactly.max(axis=0)
    return float(np.abs(found[counted] / exactly[counted] - 1.0).max())
