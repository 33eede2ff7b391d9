"""Plans: what every plan must keep, and that the solver's plan is the best there is."""

from __future__ import annotations

import os
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from itertools import product as combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.errors import InputRefused, UsageError
from benzosafe.taper.catalogue import COMPOUNDED, countries_of, marketed, named
from benzosafe.taper.design import Request, design, last_dose_ug
from benzosafe.taper.limits import Ceiling, Stretch, ceiling_of, falls
from benzosafe.taper.makeable import makeable
from benzosafe.taper.plan import Override, Pace
from benzosafe.taper.product import Product
from benzosafe.taper.reach import totals
from benzosafe.taper.record import plan_data, plan_of
from benzosafe.taper.solve import NEAR, Choices, Task, by_constraints, solve
from benzosafe.taper.splits import Spreading

START = date(2026, 12, 1)
STATES = int(os.environ.get("BENZOSAFE_STATES", "150"))
SUSPENSION = Product(COMPOUNDED, 100)
DRUGS = ("clonazepam", "diazepam", "alprazolam", "lorazepam", "oxazepam", "temazepam", "zopiclone", "nitrazepam")


def ask(knowledge, drug="clonazepam", before=((20.0, 1000),), target=0, pace=(10, 14), country="UK", **more):
    products = more.pop("products", None) or marketed(knowledge, drug, country)
    return design(
        knowledge,
        Request(drug, before, target, Pace(Fraction(pace[0], 100), pace[1]), products, START, country=country, **more),
    )


@st.composite
def states(draw, knowledge):
    """A drug, what is taken of it at which hours, products of a country with a compounded liquid, a pace, an end."""
    drug = draw(st.sampled_from(DRUGS))
    country = draw(st.sampled_from(countries_of(knowledge, drug)))
    sold = [item for item in marketed(knowledge, drug, country) if not item.liquid]
    strong = [Product(COMPOUNDED, 1000)] if max(item.strength_ug for item in sold) >= 5000 else []
    products = (*sold, *strong, SUSPENSION)
    hours = draw(st.sampled_from([(21.0,), (8.0, 20.0), (8.0, 14.0, 20.0)]))
    largest = max(item.strength_ug for item in products)
    units = draw(st.lists(st.integers(1, 8), min_size=len(hours), max_size=len(hours)))
    before = tuple((hour, largest * unit // 4) for hour, unit in zip(hours, units, strict=True))
    pace = draw(st.sampled_from([(5, 28), (10, 14), (10, 21), (20, 14), (5, 7), (10, 7), (12, 14), (25, 14)]))
    shape = draw(st.sampled_from(["proportional", "linear", "hyperbolic"]))
    target = draw(st.sampled_from([0, 0, sum(amount for _, amount in before) // 2]))
    return drug, country, products, before, pace, shape, target


@pytest.fixture(scope="session")
def ceiling(knowledge):
    return ceiling_of(knowledge)


def test_every_plan_keeps_what_it_promises(knowledge, ceiling):
    """Counted again day by day, by code that shares nothing with the solver; more with BENZOSAFE_STATES=20000."""
    seen = {"plans": 0, "refused": 0}

    @settings(max_examples=STATES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(states(knowledge))
    def holds(state):
        drug, country, products, before, pace, shape, target = state
        request = Request(
            drug, before, target, Pace(Fraction(pace[0], 100), pace[1]), products, START, shape=shape, country=country
        )
        try:
            plan = design(knowledge, request)
        except InputRefused:
            seen["refused"] += 1
            return
        seen["plans"] += 1
        check(plan, request, ceiling)
        if seen["plans"] % 10 == 0:
            assert design(knowledge, request) == plan
        assert plan_of(plan_data(plan), "plan") == plan

    holds()
    print(f"{seen['plans']} plans kept every promise, {seen['refused']} states were refused")
    assert seen["plans"] > seen["refused"], seen


def check(plan, request, ceiling):
    """Every promise of a plan, on the amount taken on each single day."""
    by_day = [request.before_ug] * ceiling.days
    assert plan.steps[0].starts_on == START
    for earlier, later in pairwise(plan.steps):
        assert later.starts_on == earlier.starts_on + timedelta(days=earlier.days)
    for step in plan.steps:
        taken = 0
        for dose in step.doses:
            for portion in dose.portions:
                assert portion.product in request.products
                if portion.product.liquid:
                    taken += portion.product.strength_ug * portion.hundredths_ml // 100
                else:
                    assert portion.half_units % 2 == 0 or portion.product.halves
                    taken += portion.product.strength_ug * portion.half_units // 2
            assert sum(portion.pieces for portion in dose.portions) <= request.most_pieces
        assert taken == step.delivered_ug
        by_day += [taken] * step.days
    assert by_day[-1] == request.target_ug
    last_taken = max(number for number, amount in enumerate(by_day) if amount)
    for day in range(ceiling.days, last_taken + 1):
        assert by_day[day] <= by_day[day - 1]
        assert Fraction(by_day[day], max(by_day[day - ceiling.days : day])) >= 1 - ceiling.share


PRODUCTS = (Product("tablet", 500, True), Product("tablet", 1000), Product("tablet", 100))


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ((1500,), (1350, 1200, 1100)),
        ((1000, 500), (1300, 1150, 900)),
        ((750, 750), (1200, 1000)),
        ((500, 500, 250), (1100, 900)),
    ],
)
@pytest.mark.parametrize(
    ("back", "keep"),
    [(1, Fraction(3, 4)), (2, Fraction(3, 4)), (3, Fraction(3, 4)), (1, Fraction(9, 10)), (2, Fraction(9, 10))],
)
def test_the_solver_finds_what_trying_everything_finds(before, wanted, back, keep):
    """Every sequence of totals is tried: distance, then pieces, cuts, strengths; then every way to spread them."""
    spreading = Spreading(before, makeable(PRODUCTS, max(before), 3))
    possible = totals(PRODUCTS, before, 3)
    task = Task(spreading, wanted, tuple(possible), keep, back, 1, sum(before))
    everything = list(every_plan(task))
    found = solve(task)
    if found is None:
        assert not everything
        return
    splits, never_rises = found
    choices = Choices(task, [sum(before)] * len(wanted))
    other = by_constraints(task, choices, with_cost=True)
    assert value(task, other) == value(task, [sum(split) for split in splits])
    assert value(task, [sum(split) for split in splits]) == min(value(task, plan) for plan in everything)
    chains = list(combinations(*(spreading.splits(sum(split)) for split in splits)))
    assert (rise(before, splits), cost(spreading, splits)) == min(
        (rise(before, rows), cost(spreading, rows)) for rows in chains
    )
    assert never_rises == (rise(before, splits) == 0)


def every_plan(task):
    choices = [total for total in task.totals if total and task.spreading.splits(total)]
    for plan in combinations(choices, repeat=len(task.wanted)):
        rows = [*[task.before] * task.back, *plan]
        falling = all(later <= earlier for earlier, later in pairwise([task.before, *plan]))
        if falling and all(rows[n] >= task.keep * rows[n - task.back] for n in range(task.back, len(rows))):
            yield plan


def value(task, plan):
    off = sum(max(abs(total - w) - w // NEAR, 0) for total, w in zip(plan, task.wanted, strict=True))
    return off, sum(task.spreading.cheapest(total) for total in plan)


def rise(before, rows):
    return sum(b > a for earlier, later in pairwise([before, *rows]) for a, b in zip(earlier, later, strict=True))


def cost(spreading, rows):
    return sum(spreading.weight(row) for row in rows)


def test_linear_plans_are_slowed_where_they_would_break_the_limit(knowledge):
    plan = ask(knowledge, shape="linear", pace=(10, 14))
    taken = [step for step in plan.steps if not step.stop]
    assert max(step.rolling_fall for step in taken) <= Fraction(1, 4)
    assert plan.days > 10 * 14


def test_what_tablets_alone_cannot_do_is_refused_with_what_would_do(knowledge):
    with pytest.raises(InputRefused) as refused:
        ask(knowledge, country="US")
    assert "0.375 mg" in refused.value.message and "compounded suspension" in refused.value.message
    assert ask(knowledge, country="US", target=375).steps[-1].delivered_ug == 375


def test_the_last_dose_is_small_enough_to_leave_off(knowledge):
    plan = ask(knowledge)
    assert plan.steps[-1].stop and plan.steps[-2].delivered_ug <= last_dose_ug(knowledge, "clonazepam") == 50


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"target": 1000}, "not below"),
        ({"target": 2000}, "not below"),
        ({"target": -1}, "not below"),
        ({"pace": (0, 14)}, "not a pace"),
        ({"pace": (100, 14)}, "not a pace"),
        ({"pace": (10, 0)}, "not a pace"),
        ({"pace": (30, 14)}, "more than 25%"),
        ({"pace": (15, 7)}, "more than 25%"),
        ({"before": ((20.0, 0),)}, "above 0"),
        ({"before": tuple((2.0 * hour, 100) for hour in range(12))}, "12 times a day"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(knowledge, more, says):
    with pytest.raises((UsageError, InputRefused), match=says):
        ask(knowledge, **more)


def test_an_override_is_kept_and_nothing_else_is_lifted(knowledge, ceiling):
    plan = ask(knowledge, pace=(40, 14), override=Override("Dr A. Example", "inpatient"))
    assert plan.override == Override("Dr A. Example", "inpatient") and not plan.within_limit
    assert all(later.delivered_ug <= earlier.delivered_ug for earlier, later in pairwise(plan.steps))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tablet:0.7", "is known to be marketed. The nearest is 0.5 mg"),
        ("tablet:0", "not a strength"),
        ("tablet:lots", "does not name products"),
        ("capsule:0.5", "is known to be marketed"),
        ("tabblet:0.5", "not a form. Did you mean 'tablet'"),
        ("diazepam tablet:2", "another drug"),
        ("odt:0.25s", "must not be cut"),
    ],
)
def test_products_that_do_not_exist_are_refused(knowledge, text, says):
    with pytest.raises(UsageError) as refused:
        named(text, knowledge, "clonazepam")
    assert says in refused.value.message


def test_products_by_name(knowledge):
    found = named("tablet:0.5s,1; compounded:0.1", knowledge, "clonazepam")
    assert [(item.form, item.strength_ug, item.halves) for item in found] == [
        ("tablet", 500, True), ("tablet", 1000, False), (COMPOUNDED, 100, False),
    ]  # fmt: skip


def test_the_limit_looks_back_over_every_fortnight():
    limit = Ceiling(Fraction(1, 4), 14)
    weekly = [Stretch(850, 7), Stretch(720, 7), Stretch(615, 7)]
    assert falls(1000, weekly, limit) == [Fraction(150, 1000), Fraction(280, 1000), Fraction(235, 850)]
    assert falls(1000, [Stretch(800, 14), Stretch(640, 14)], limit) == [Fraction(1, 5), Fraction(1, 5)]
    assert falls(1000, [Stretch(800, 13), Stretch(640, 14)], limit)[1] == Fraction(360, 1000)


def test_an_override_for_something_else_leaves_the_limit_alone(knowledge):
    plan = ask(knowledge, override=Override("Dr A. Example", "agreed with the epilepsy team"))
    assert plan.within_limit and max(step.rolling_fall for step in plan.steps if not step.stop) <= Fraction(1, 4)
    with pytest.raises(InputRefused, match="no exact plan"):
        ask(knowledge, country="US", override=Override("Dr A. Example", "agreed with the epilepsy team"))


def test_what_is_suggested_makes_the_plan(knowledge):
    with pytest.raises(InputRefused) as refused:
        ask(knowledge, country="US")
    assert "--add 'compounded:0.1'" in refused.value.message
    more = (*marketed(knowledge, "clonazepam", "US"), *named("compounded:0.1", knowledge, "clonazepam"))
    assert ask(knowledge, country="US", products=more).steps[-1].stop


def test_six_hours_a_day_are_solved_too(knowledge):
    before = tuple((float(hour), 500) for hour in (2, 6, 10, 14, 18, 22))
    plan = ask(knowledge, before=before, target=1500)
    assert plan.steps[-1].delivered_ug == 1500


def test_a_plan_of_years_says_so(knowledge):
    assert any("years" in note for note in ask(knowledge, pace=(5, 28)).notes)


def test_many_times_a_day_with_a_liquid_stay_small(knowledge):
    before = tuple((float(hour), 5000) for hour in (6, 10, 14, 18, 22))
    spreading = Spreading((5000,) * 5, makeable(marketed(knowledge, "diazepam", "UK"), 5000, 4))
    assert max(len(spreading.splits(total)) for total in range(20_000, 25_000, 500)) < 5_000
    assert ask(knowledge, "diazepam", before, 5000).steps[-1].delivered_ug == 5000
