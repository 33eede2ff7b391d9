"""Small bodies and interactions for the kinetics tests, and random ones for the properties."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.interaction import Interaction, Perpetrator, Site
from benzosafe.kinetics.organs import Organs
from benzosafe.kinetics.simulate import Dosing
from benzosafe.kinetics.system import Body, Metabolite


def arr(*values):
    return np.array(values, float)


def body(ka=1.5, clearance=10.0, central=40.0, exchange=8.0, peripheral=60.0, metabolites=()):
    return Body(arr(ka), arr(clearance), arr(central), arr(exchange), arr(peripheral), metabolites)


def organs(extraction=0.0, gut=1.0, absorbed=1.0):
    return Organs(arr(extraction), arr(gut), arr(absorbed))


def alone(of, extraction=0.0, gut=1.0, absorbed=1.0):
    """Nothing else taken."""
    return Interaction((), (), np.zeros((of.courses, 0, of.people)), organs(extraction, gut, absorbed))


def daily(count, mg=1.0, every=24.0, start=0.0, **more):
    return Dosing(start + every * np.arange(count), np.full(count, mg), **more)


@st.composite
def regimens(draw):
    """A random drug with random perpetrators that inhibit, destroy and induce, on their own dates."""
    f = lambda low, high: draw(st.floats(low, high, allow_nan=False))  # noqa: E731
    chain = ()
    if draw(st.booleans()):
        chain = (Metabolite(arr(f(0.2, 0.9)), arr(f(0.5, 5)), arr(f(20, 100))),)
        if draw(st.booleans()):
            chain += (Metabolite(arr(f(0.2, 0.9)), arr(f(2, 10)), arr(f(20, 60)), 3),)
    one = body(f(0.3, 4), f(0.5, 30), f(10, 80), draw(st.sampled_from([0.0, f(2, 30)])), f(20, 120), chain)
    perpetrators = []
    for _ in range(draw(st.integers(1, 2))):
        start, count, every = round(f(0, 60), 2), draw(st.integers(1, 8)), draw(st.sampled_from([8.0, 12.0, 24.0]))
        half_life = f(2, 60)
        ka = max(f(0.2, 3), 1.3 * np.log(2) / half_life)
        perpetrators.append(Perpetrator(start + every * np.arange(count), np.full(count, every / 24), half_life, ka))
    sites = []
    for _ in range(2):
        acting = [(p, _influence(draw, f)) for p in range(len(perpetrators)) if draw(st.booleans())]
        sites.append(Site(arr(f(0.005, 0.05)), tuple(p for p, _ in acting), tuple(i for _, i in acting)))
    weights = np.zeros((one.courses, 2, 1))
    for course in range(one.courses):
        if course != 1:
            weights[course, 0, 0] = f(0, 0.95)
    gut = draw(st.sampled_from([-1, 1]))
    interaction = Interaction(
        tuple(perpetrators), tuple(sites), weights, organs(f(0, 0.7), f(0.4, 1), f(0.5, 1)), gut,
        draw(st.sampled_from([None, arr(f(0.3, 1))])),
    )  # fmt: skip
    times = np.unique(np.round([f(0, 90) for _ in range(draw(st.integers(1, 8)))], 2))
    how = draw(st.sampled_from([{}, {"into_blood": True}, {"over_h": f(0.1, 6)}]))
    dosing = Dosing(times, np.array([f(0.1, 10) for _ in times]), **how)
    return one, interaction, dosing


def _influence(draw, f):
    kind = draw(st.sampled_from(["inhibition", "destruction", "induction", "all"]))
    index = f(0.1, 20) if kind in ("inhibition", "all") else 0.0
    loss = f(0.1, 30) if kind in ("destruction", "all") else 0.0
    fold = f(0.1, 9) if kind in ("induction", "all") else 0.0
    return Influence(arr(index), arr(loss), arr(fold), draw(st.sampled_from([np.inf, 0.3])))
