"""The compiled kernel gives what the plain solution gives: constant, stepwise and continuously varying clearance."""

from __future__ import annotations

import numpy as np
import pytest

from benzosafe.kinetics.crowd import Phase, simulate_crowd, simulate_phases
from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.interaction import Interaction, Perpetrator, Site
from benzosafe.kinetics.organs import Organs
from benzosafe.kinetics.simulate import Dosing, simulate
from benzosafe.kinetics.system import CENTRE, Body, System
from tests.kinetics.oracle import Oracle

PEOPLE = 150  # one whole block and part of another
HOURS = np.arange(0.0, 24.0 * 12 + 1, 1.0)


def people():
    source = np.random.default_rng(3)

    def vary(value, sigma):
        return value * np.exp(sigma * source.standard_normal(PEOPLE))

    return Body(vary(2.0, 0.4), vary(24.0, 0.3), vary(30.0, 0.2), vary(20.0, 0.2), vary(48.0, 0.2))


def taper():
    times = np.arange(0.0, 24.0 * 12, 8.0)
    return Dosing(times, 5.0 - 0.1 * np.arange(len(times)))


def interaction(turnover=False, fixed=None):
    source = np.random.default_rng(4)
    one = np.ones(PEOPLE)
    strength = 4.0 * np.exp(0.3 * source.standard_normal(PEOPLE))
    doses = 24.0 * np.arange(3.0, 7.0) + 3.3
    sites = (
        Site(0.01 * one, (0,), (Influence(strength, 5 * strength * turnover, 2 * one * turnover, 0.3),)),
        Site(0.03 * one, (0,), (Influence(2 * strength, 0 * one, 3 * one * turnover),)),
    )
    weights = np.zeros((2, 2, PEOPLE))
    weights[0, 0] = 0.9
    who = Perpetrator(doses, np.ones(len(doses)), 9.0, 1.2)
    return Interaction((who,), sites, weights, Organs(0.4 * one, 0.55 * one, 0.9 * one), 1, fixed)


@pytest.mark.parametrize("turnover", [False, True])
@pytest.mark.parametrize("by_mouth", [True, False])
def test_varying_clearance(turnover, by_mouth):
    system, other = System(people()), interaction(turnover, None if by_mouth else np.full(PEOPLE, 0.7))
    plain = simulate(system, other, taper(), HOURS)[:, CENTRE] / system.body.central
    fast = simulate_crowd(system, other, taper(), HOURS).by_output
    assert fast.shape == plain.shape
    assert np.abs(fast - plain).max() <= 1e-6 * plain.max()


def test_varying_clearance_equals_the_ode_solver():
    system, other = System(people()), interaction(turnover=True)
    fast = simulate_crowd(system, other, taper(), HOURS).by_output
    for person in (0, PEOPLE - 1):
        theirs = Oracle(system, other, person).run(taper(), HOURS)[:, CENTRE] / system.body.central[person]
        error = np.abs(fast[:, person] - theirs) / np.maximum(theirs, 1e-6 * theirs.max())
        assert error.max() <= 1e-6


def test_stepwise_clearance_is_the_plain_solution_between_steps():
    body = people()
    rest = np.stack([np.ones(PEOPLE), np.full(PEOPLE, 0.3)])
    slow = np.stack([np.full(PEOPLE, 0.25), np.full(PEOPLE, 0.5)])
    found = simulate_phases(System(body), (Phase(0.0, rest), Phase(72.0, slow), Phase(150.0, rest)), taper(), HOURS)
    one = np.ones(PEOPLE)
    as_interaction = _stepwise(body, rest, slow)
    assert np.abs(found.by_output - as_interaction).max() <= 1e-9 * found.by_output.max()
    assert found.by_output.shape == (len(HOURS), len(one))


def _stepwise(body, rest, slow):
    """By hand: matrix exponentials of the textbook rate matrix, hour by hour, one person at a time."""
    from scipy.linalg import expm

    dosing, result = taper(), np.zeros((len(HOURS), PEOPLE))
    given = dict(zip(dosing.times_h, dosing.amounts_mg, strict=True))
    for p in range(PEOPLE):
        steps = {}
        for name, (cl, f) in (("rest", rest[:, p]), ("slow", slow[:, p])):
            k10, k12, k21 = (
                cl * body.clearance[p] / body.central[p],
                body.exchange[p] / body.central[p],
                body.exchange[p] / body.peripheral[p],
            )
            steps[name] = expm(np.array([[-body.ka[p], 0, 0], [f * body.ka[p], -k10 - k12, k21], [0, k12, -k21]]))
        state = np.array([given[0.0], 0.0, 0.0])
        for row, hour in enumerate(HOURS[1:], start=1):
            state = steps["slow" if 72 < hour <= 150 else "rest"] @ state
            state[0] += given.get(hour, 0.0)
            result[row, p] = state[1] / body.central[p]
    return result
