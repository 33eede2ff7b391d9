"""Predicted exposure change: more inhibitors never lower it, batches equal single patients, unknown stays unknown."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from benzosafe.exposure.combine import steady_activity
from benzosafe.exposure.course_of_change import course_of_change
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.population import DRAWS, Beside, Case, Subject, exposures
from benzosafe.exposure.victim import build_victim
from benzosafe.facts.exposure_change import orders_acting_on
from benzosafe.facts.frame import Frame
from benzosafe.kinetics.organs import blended
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Bounds, Coverage, Observation, Order, Record
from benzosafe.review.finding import plain
from tests.conftest import ON

RATIO, TYPICAL = "order_exposure_ratio", "order_exposure_ratio_typical"
INHIBITORS = ("cimetidine", "diltiazem", "fluconazole", "itraconazole")


def order(ingredient, dose=None, **more):
    bounds = dose if isinstance(dose, Bounds) or dose is None else Bounds(dose, dose)
    given = {"active": True, "prn": False, "route": "oral", **more}
    return Order(f"{ingredient} {dose}", str(ingredient), ingredient, "request", dose_mg_per_day=bounds, **given)


def frame(knowledge, *patients, **record):
    given = {"coverage": Coverage(orders=True, conditions=True), **record}
    records = [Record(f"p{number}", orders=orders, **given) for number, orders in enumerate(patients)]
    return Frame([Scenario("as_is", item, item.orders) for item in records], knowledge, ON)


def value(knowledge, fact, *orders, **record):
    """The fact of the first order."""
    return plain(frame(knowledge, orders, **record).column(fact), 0)


def one_by_one(knowledge, victim, taken, route="oral", traits=frozenset()):
    """Ratio from the activities of `combine.steady_activity`: typical, 5th and 95th percentile.

    Drug and main metabolite together, by the share each has of both at rest.
    """
    body = build_victim(knowledge, victim, route, DRAWS, traits)
    pairs = [(acting(knowledge, name, DRAWS), mg) for name, mg in taken]
    activity = steady_activity(body, [(who, mg or who.reference_mg_per_day or 1.0) for who, mg in pairs])
    enzymes = [enzyme for enzyme in body.shares if (enzyme, "liver") in activity]
    total = blended([body.shares[e] for e in enzymes], [activity[e, "liver"] for e in enzymes])
    gut = activity.get(("cyp3a4", "gut"), np.ones(1))
    ratio = body.organs.auc_ratio(total, gut, route == "oral") * np.ones(DRAWS.size)
    for place in body.main_analytes()[1:]:
        made, lost = body.formation[place - 1], body.metabolite_shares[place - 1]
        acted = [e for e in ("cyp3a4", "cyp2c19", "cyp2c9", "cyp1a2") if (e, "liver") in activity]
        formed, cleared = (1 - sum(flow.get(e, 0) * (1 - activity[e, "liver"]) for e in acted) for flow in (made, lost))
        beside = body.body.metabolites[place - 1]
        at_rest = beside.formed * body.body.clearance / beside.clearance  # amount of it over that of the drug
        level = ratio * formed * body.organs.clearance_factor(total) / total / cleared
        ratio = (ratio + at_rest * level) / (1 + at_rest)
    low, high = np.quantile(ratio[1:], [0.05, 0.95])
    return ratio[0], min(low, ratio[0]), max(high, ratio[0])


@pytest.mark.parametrize(
    ("victim", "route", "taken"),
    [
        ("alprazolam", "oral", [("ketoconazole", 400.0)]),
        ("clonazepam", "oral", [("clarithromycin", None)]),
        ("diazepam", "oral", [("fluconazole", 100.0), ("omeprazole", 40.0)]),
        ("midazolam", "oral", [("diltiazem", 180.0), ("carbamazepine", 600.0)]),
        ("midazolam", "intravenous", [("ritonavir", 200.0)]),
        ("lorazepam", "oral", [("valproate", 1000.0), ("probenecid", None)]),
        ("zolpidem", "oral", [("rifampicin", 600.0), ("fluvoxamine", 100.0)]),
        ("triazolam", "oral", [("adagrasib", None)]),
    ],
)
def test_the_ratio_is_that_of_steady_activity(knowledge, victim, route, taken):
    orders = (order(victim, 1, route=route), *(order(name, mg) for name, mg in taken))
    typical, low, high = one_by_one(knowledge, victim, taken, route)
    assert value(knowledge, TYPICAL, *orders) == pytest.approx(typical, rel=1e-5)
    assert value(knowledge, RATIO, *orders) == pytest.approx([low, high], rel=1e-5)


@pytest.mark.parametrize("victim", ["alprazolam", "clonazepam", "diazepam", "midazolam", "zolpidem"])
def test_one_more_inhibitor_never_lowers_the_ratio(knowledge, victim):
    seen = [value(knowledge, TYPICAL, order(victim, 1), *map(order, INHIBITORS[:count])) for count in range(5)]
    assert seen[0] == 1
    assert all(later >= earlier for earlier, later in pairwise(seen))
    limits = [value(knowledge, RATIO, order(victim, 1), *map(order, INHIBITORS[:count])) for count in range(1, 5)]
    if victim != "diazepam":  # of whose active metabolite less is made, so that drawn totals may fall a little
        assert all(later[0] >= earlier[0] and later[1] >= earlier[1] for earlier, later in pairwise(limits))


def test_a_higher_dose_of_an_inhibitor_never_lowers_the_ratio(knowledge):
    seen = [value(knowledge, TYPICAL, order("triazolam", 0.25), order("fluconazole", mg)) for mg in (50, 100, 200, 400)]
    assert all(later > earlier for earlier, later in pairwise(seen))


def test_inhibitor_and_inducer_combine_and_are_not_multiplied(knowledge):
    victim, slow, fast = order("alprazolam", 1), order("clarithromycin", 1000), order("carbamazepine", 800)
    raised, lowered = (value(knowledge, TYPICAL, victim, other) for other in (slow, fast))
    both = value(knowledge, TYPICAL, victim, slow, fast)
    assert lowered < both < raised
    assert both != pytest.approx(raised * lowered, rel=0.05)


def test_two_orders_of_one_inhibitor_count_as_their_sum(knowledge):
    one = value(knowledge, RATIO, order("alprazolam", 1), order("diltiazem", 240))
    two = value(knowledge, RATIO, order("alprazolam", 1), order("diltiazem", 120), order("diltiazem", 120))
    assert one == two


@pytest.mark.parametrize(
    "orders",
    [
        [order("alprazolam", 1)],
        [order("lorazepam", 1), order("ketoconazole", 400)],
        [order("alprazolam", 1), order("ketoconazole", 400, active=False)],
        [order("alprazolam", 1), order("ketoconazole", 20, route="topical")],
        [order("alprazolam", 1), order("alprazolam", 2)],
        [order("halazepam", 20)],
        [order("alprazolam", 1), order("oxycodone", 40)],
    ],
)
def test_nothing_that_acts_leaves_exposure_as_it_is(knowledge, orders):
    assert value(knowledge, RATIO, *orders) == 1
    assert value(knowledge, TYPICAL, *orders) == 1


@pytest.mark.parametrize(
    ("orders", "record"),
    [
        ([order("halazepam", 20), order("ketoconazole", 400)], {}),
        ([order("alprazolam", 1), order("ketoconazole", 400), order(None)], {}),
        ([order("alprazolam", 1), order("ketoconazole", 400)], {"coverage": Coverage()}),
    ],
)
def test_unknown_stays_unknown(knowledge, orders, record):
    for fact in (RATIO, TYPICAL, "order_like_mg_per_day"):
        assert value(knowledge, fact, *orders, **record) is None


def test_an_inhibitor_that_may_be_taken_widens_the_ratio(knowledge):
    sure = value(knowledge, RATIO, order("alprazolam", 1), order("ketoconazole", 400))
    unsure = value(knowledge, RATIO, order("alprazolam", 1), order("ketoconazole", 400, active=None))
    assert unsure == [1.0, sure[1]]
    as_needed = value(knowledge, RATIO, order("alprazolam", 1), order("ketoconazole", Bounds(0, 400)))
    assert as_needed == unsure


def test_a_route_that_is_not_known_spans_both_ways(knowledge):
    oral, injected, either = (
        value(knowledge, RATIO, order("midazolam", 5, route=route), order("itraconazole", 200))
        for route in ("oral", "intravenous", None)
    )
    assert either == [injected[0], oral[1]]


def test_who_lacks_the_enzyme_has_nothing_to_inhibit(knowledge):
    orders = [order("diazepam", 5), order("omeprazole", 40)]
    poor = (Observation("o", "cyp2c19_phenotype", category="poor", taken_on=ON),)
    assert value(knowledge, TYPICAL, *orders) > 1.25
    assert value(knowledge, TYPICAL, *orders, observations=poor) < 1.1


def test_like_a_dose_is_the_dose_times_the_ratio(knowledge):
    orders = [order("alprazolam", Bounds(1, 2)), order("itraconazole", 200)]
    low, high = value(knowledge, RATIO, *orders)
    assert value(knowledge, "order_like_mg_per_day", *orders) == pytest.approx([low, 2 * high], rel=1e-5)
    assert value(knowledge, "order_like_mg_per_day", order("alprazolam"), order("itraconazole", 200)) is None
    assert value(knowledge, "order_like_mg_per_day", order("alprazolam", 3)) == 3


def test_a_batch_equals_its_patients_one_by_one(knowledge):
    victims, beside = ("alprazolam", "clonazepam", "diazepam", "zolpidem"), (*INHIBITORS, "rifampicin", "carbamazepine")
    patients = [
        (order(victim, 1), order(first, 100), order(second, Bounds(0, 300)))
        for victim in victims for first in beside for second in beside
    ]  # fmt: skip
    together = frame(knowledge, *patients)
    for fact in (RATIO, TYPICAL):
        column = together.column(fact)
        for number, patient in enumerate(patients):
            alone = frame(knowledge, patient).column(fact)
            assert (column.low[3 * number], column.high[3 * number]) == (alone.low[0], alone.high[0])


def test_only_what_matters_is_named(knowledge):
    batch = frame(knowledge, (order("clonazepam", 1), order("clarithromycin", 1000), order("omeprazole", 20)))
    assert [batch.orders[i].ingredient for i in orders_acting_on(batch, 0)] == ["clarithromycin"]


def ended(name, dose, days):
    return order(name, dose, active=False, end_on=ON - timedelta(days=days))


def test_a_stopped_inhibitor_fades_at_the_pace_of_its_enzyme(knowledge):
    facts = ("order_exposure_fading_from_days", "order_exposure_returning_days")
    quick = [value(knowledge, fact, order("midazolam", 10), ended("ketoconazole", 400, 1)) for fact in facts]
    slow = [value(knowledge, fact, order("midazolam", 10), ended("clarithromycin", 1000, 1)) for fact in facts]
    assert quick[1][1] <= 4 < slow[1][0] < slow[1][1] < 21
    assert np.max(slow[0]) < slow[1][0]
    course = course_of_change(knowledge, Subject("midazolam"), "clarithromycin", 1000.0)
    assert tuple(slow[1]) == pytest.approx(course.returning)


def test_nothing_to_time_is_zero_and_what_cannot_be_timed_is_unknown(knowledge):
    assert value(knowledge, "order_exposure_returning_days", order("alprazolam", 1), order("ketoconazole", 400)) == 0
    assert value(knowledge, "order_exposure_returning_days", order("lorazepam", 1), ended("ketoconazole", 400, 1)) == 0
    assert value(knowledge, "order_exposure_returning_days", order("halazepam", 1), ended("ketoconazole", 1, 1)) is None


def test_the_newest_medicine_is_the_one_still_building_up(knowledge):
    old = order("ketoconazole", 400, continuous_since=ON - timedelta(days=300))
    new = order("carbamazepine", 800, continuous_since=ON - timedelta(days=2))
    low, high = value(knowledge, "order_exposure_building_days", order("alprazolam", 1), old, new)
    course = course_of_change(knowledge, Subject("alprazolam"), "carbamazepine", 800.0)
    assert (low, high) == pytest.approx(course.building)
    assert 3 < low < high < 30


def test_no_case_gives_no_rows(knowledge):
    assert exposures(knowledge, []).limits.shape == (0, 2)
    alone = exposures(knowledge, [Case(Subject("alprazolam"), (Beside("ketoconazole", 0.0, 0.0),))])
    assert alone.limits.tolist() == [[1.0, 1.0]]
