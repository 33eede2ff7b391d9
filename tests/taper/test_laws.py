"""Laws that hold between plans: slower is never shorter, more products never farther off, dates only shift."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.catalogue import COMPOUNDED, countries_of, marketed
from benzosafe.taper.curve import kept_to_ceiling, wanted
from benzosafe.taper.design import Request, design, last_dose_ug
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.plan import Pace
from benzosafe.taper.product import Product
from benzosafe.taper.solve import distance_of

START = date(2026, 12, 1)
DRUGS = ("clonazepam", "diazepam", "alprazolam", "lorazepam", "oxazepam", "temazepam", "zopiclone", "nitrazepam")
HOURS = ((21.0,), (8.0, 20.0), (8.0, 14.0, 20.0))
PACES = ((5, 28), (10, 14), (10, 21), (20, 14), (5, 7), (25, 14))
SEEDS = range(24)


def state(knowledge, seed):
    """A drug with what is taken of it, the tablets of a country and a compounded liquid, a pace and a shape."""
    chance = random.Random(seed)
    drug = chance.choice(DRUGS)
    country = chance.choice(countries_of(knowledge, drug))
    tablets = [item for item in marketed(knowledge, drug, country) if not item.liquid]
    largest = max(item.strength_ug for item in tablets)
    products = (*tablets, Product(COMPOUNDED, 100 if largest < 5000 else 1000))
    before = tuple((hour, largest * chance.randint(1, 8) // 4) for hour in chance.choice(HOURS))
    share, days = chance.choice(PACES)
    shape = chance.choice(("proportional", "linear", "hyperbolic"))
    return Request(drug, before, 0, Pace(Fraction(share, 100), days), products, START, shape, country=country)


@pytest.fixture(scope="module")
def planned(knowledge):
    """The plan of a request, or None where there is none; remembered, for a request always gives the same."""

    @cache
    def plan(request):
        try:
            return design(knowledge, request)
        except InputRefused:
            return None

    return plan


def test_the_states_are_worth_trying(knowledge, planned):
    plans = [planned(state(knowledge, seed)) for seed in SEEDS]
    assert sum(plan is not None for plan in plans) >= len(SEEDS) // 2
    assert len({plan.drug for plan in plans if plan}) >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slower_pace_never_gives_a_shorter_plan(knowledge, planned, seed):
    request = state(knowledge, seed)
    share, days = request.pace.share, request.pace.days
    plan = planned(request)
    halved = [Pace(share / 2, days)] if share > Fraction(1, 20) else []
    for slower in (*halved, Pace(share, 2 * days)):
        other = planned(replace(request, pace=slower))
        if plan and other:
            assert other.days >= plan.days


@pytest.mark.parametrize("seed", SEEDS)
def test_one_product_more_never_takes_the_plan_farther_from_what_is_wanted(knowledge, planned, seed):
    request = state(knowledge, seed)
    for place in range(len(request.products)):
        fewer = replace(request, products=request.products[:place] + request.products[place + 1 :])
        plan, less = planned(request), planned(fewer) if fewer.products else None
        if less is not None:
            assert plan is not None, "a product more cannot make a plan impossible"
            # With several hours each is given one of the few doses nearest to its share, and one more crowds them:
            # the plan is the nearest among even spreads only, and may be a little farther off.
            slack = 0 if len(request.before) == 1 else request.before_ug // 12
            assert distance(knowledge, request, plan) <= distance(knowledge, fewer, less) + slack


def distance(knowledge, request, plan):
    """How far all steps together are from the wanted curve [ug], counted on the plan's own grid of steps.

    Steps at the start in which nothing could be lowered yet are not in the plan: every number of them is tried.
    """
    ceiling = ceiling_of(knowledge)
    end = request.target_ug or min(last_dose_ug(knowledge, request.drug), request.before_ug)
    curve = wanted(request.before_ug, end, request.pace, request.shape, request.half_occupancy_ug)
    curve = kept_to_ceiling(request.before_ug, curve, end, request.pace, ceiling)
    taken = [s.delivered_ug for s in plan.steps if not s.stop for _ in range(s.days // request.pace.days)]
    return min(_distance([request.before_ug] * unchanged + taken, curve, end) for unchanged in range(6))


def _distance(taken, curve, end):
    length = max(len(taken), len(curve))
    return sum(distance_of(taken[min(n, len(taken) - 1)], curve[n] if n < len(curve) else end) for n in range(length))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_to_a_higher_dose_is_the_beginning_of_the_longer_one(knowledge, planned, seed):
    whole = state(knowledge, seed)
    plan = planned(whole)
    if plan is None:
        return
    ends = sorted({step.delivered_ug for step in plan.steps if step.delivered_ug}, reverse=True)
    for higher, lower in pairwise(ends[:: max(len(ends) // 3, 1)]):
        shorter, longer = (planned(replace(whole, target_ug=target)) for target in (higher, lower))
        assert shorter is not None and longer is not None, "the whole plan passes through both doses"
        assert shorter.days <= longer.days <= plan.days
        assert shorter.steps[-1].delivered_ug == higher and all(s.delivered_ug >= higher for s in shorter.steps)
        if whole.shape == "proportional":
            common = min(len(shorter.steps), len(longer.steps)) - 1
            assert all(s.wanted_ug >= higher for s in shorter.steps[:common])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_state_gives_the_same_plan_and_another_day_only_shifts_it(knowledge, planned, seed):
    request = state(knowledge, seed)
    plan = planned(request)
    if plan is None:
        return
    assert design(knowledge, request) == plan
    late = design(knowledge, replace(request, starts_on=START + timedelta(days=100)))
    steps = tuple(replace(step, starts_on=step.starts_on - timedelta(days=100)) for step in late.steps)
    assert replace(late, steps=steps) == plan


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_in_which_products_are_named_changes_no_dose(knowledge, planned, seed):
    request = state(knowledge, seed)
    plan, other = planned(request), planned(replace(request, products=request.products[::-1]))
    assert (plan is None) == (other is None)
    if plan and other:
        assert [(s.starts_on, s.delivered_ug) for s in plan.steps] == [
            (s.starts_on, s.delivered_ug) for s in other.steps
        ]
