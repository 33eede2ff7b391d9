"""Random patients for property tests: orders, conditions and observations drawn from the knowledge."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from benzosafe.patient.tables import Bounds, Condition, Coverage, Observation, Order, Record
from tests.conftest import ON

DAYS = st.one_of(st.none(), st.integers(-5, 900))
DOSES = st.one_of(st.none(), st.tuples(st.floats(0, 60), st.floats(0, 60)))


def _day(days):
    return None if days is None else ON - timedelta(days=days)


@st.composite
def orders(draw, ingredients, number):
    dose = draw(DOSES)
    bounds = Bounds(min(dose), max(dose)) if dose else None
    start = draw(DAYS)
    active = draw(st.sampled_from([True, True, True, None, False]))
    return Order(
        order_id=f"order {number}",
        text="text",
        ingredient=draw(st.one_of(st.none(), st.sampled_from(ingredients), st.sampled_from(ingredients))),
        source="handwritten",
        route=draw(st.sampled_from([None, "oral", "topical", "transdermal"])),
        active=active,
        dose_mg_single=bounds,
        dose_mg_per_day=bounds,
        times_per_day=draw(st.sampled_from([None, Bounds(1, 1), Bounds(2, 3)])),
        prn=draw(st.sampled_from([None, True, False])),
        start_on=_day(start),
        continuous_since=_day(start),
        end_on=_day(draw(st.integers(0, 60))) if active is False else None,
        supply_ends_on=_day(draw(DAYS)),
        indication=draw(st.sampled_from([None, "epilepsy", "insomnia", "panic_disorder", "opioid_use_disorder"])),
        days_per_week=draw(st.sampled_from([None, 2.0, 7.0])),
    )


@st.composite
def records(draw, knowledge, most_orders=5):
    ingredients = sorted(knowledge.drugs)
    favoured = [
        name
        for name in ("clonazepam", "alprazolam", "lorazepam", "zolpidem", "oxycodone", "morphine")
        if name in knowledge.drugs
    ]
    pool = st.one_of(st.just(favoured), st.just(ingredients))
    count = draw(st.integers(0, most_orders))
    drawn = tuple(draw(pool.flatmap(lambda names, n=n: orders(names, n))) for n in range(count))
    concepts = draw(st.lists(st.sampled_from(sorted(knowledge.conditions)), max_size=4, unique=True))
    conditions = tuple(
        Condition(
            f"condition {c}",
            c,
            (c, *knowledge.conditions[c].implies),
            active=draw(st.sampled_from([True, False, None])),
            onset_on=_day(draw(DAYS)),
        )
        for c in concepts
    )
    numbers = sorted(name for name, o in knowledge.observations.items() if o.kind == "number")
    chosen = draw(st.lists(st.sampled_from(numbers), max_size=3, unique=True))
    observations = tuple(
        Observation(f"observation {o}", o, value=draw(st.floats(0, 100)), taken_on=_day(draw(st.integers(0, 400))))
        for o in chosen
    )
    flags = [draw(st.booleans()) for _ in range(3)]
    return Record(
        "random", age_years=draw(st.one_of(st.none(), st.floats(0, 100))),
        sex=draw(st.sampled_from([None, "female", "male"])),
        orders=drawn, conditions=conditions, observations=observations,
        coverage=Coverage(orders=bool(drawn) or flags[0], conditions=bool(conditions) or flags[1], allergies=flags[2]),
    )  # fmt: skip
