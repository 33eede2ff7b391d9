"""One medicine into orders: ingredients, strengths, conflicts between name, code and record."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.knowledge.names import RXNORM
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.tables import Bounds
from benzosafe.patient.timeline import OrderTimes

TAKEN = OrderTimes("request", "active", authored_on=date(2026, 11, 1))
CLONAZEPAM_HALF_MG = ((RXNORM, "197527"),)


@pytest.fixture
def read(knowledge, on):
    def read(text, directions="", **changes):
        return orders_of(Medicine("m1", text, TAKEN, directions=directions, **changes), knowledge, on)

    return read


def test_a_plain_tablet(read):
    (order,), gaps = read("clonazepam 1 mg tablet", "1 tablet twice daily as needed for anxiety")
    assert (order.order_id, order.ingredient, order.strength_mg, order.route) == ("m1", "clonazepam", 1, "oral")
    assert (order.dose_mg_per_day, order.prn, order.indication) == (Bounds(0, 2), True, "anxiety_disorder")
    assert (order.active, gaps) == (True, [])


def test_a_combination_gives_an_order_an_ingredient(read):
    orders, _ = read("Percocet 5/325 mg tablet", "1-2 tablets every 6 hours")
    doses = {order.ingredient: order.dose_mg_per_day for order in orders}
    assert doses == {"oxycodone": Bounds(20, 40), "paracetamol": Bounds(1300, 2600)}
    assert len({order.order_id for order in orders}) == 2


def test_liquids_by_their_label(read):
    (order,), _ = read("lorazepam 2 mg/mL oral concentrate", "0.5 mL at bedtime")
    assert order.dose_mg_per_day == Bounds(1, 1)
    (order,), _ = read("lorazepam oral solution", "5 mL at bedtime")
    assert order.dose_mg_per_day is None
    assert "concentration" in order.problems[0]


def test_a_patch_by_what_it_releases(read):
    (order,), _ = read("fentanyl 25 mcg/hr patch", "1 patch every 72 hours")
    assert (order.dose_mg_per_day, order.route) == (Bounds(0.6, 0.6), "transdermal")


def test_an_unknown_name_is_listed_with_its_neighbours(read):
    (order,), (gap,) = read("clonazapem 1 mg", "1 tablet daily")
    assert order.ingredient is None
    assert (gap.kind, "clonazepam" in gap.what) == ("unresolved_drug", True)


def test_text_and_code_that_disagree(read):
    (order,), _ = read("diazepam 5 mg tablet", codes=CLONAZEPAM_HALF_MG)
    assert (order.ingredient, order.text_ingredient, order.code_ingredient) == ("clonazepam", "diazepam", "clonazepam")
    assert order.conflicts[0].startswith("the text says diazepam, the code means clonazepam")


def test_a_strength_that_differs_from_the_code_is_named(read):
    (order,), _ = read("clonazepam 5 mg tablet", "1 tablet daily", codes=CLONAZEPAM_HALF_MG)
    assert (order.strength_mg, order.dose_mg_per_day) == (0.5, Bounds(0.5, 5))
    assert "factor of ten" in order.conflicts[0]


def test_two_medicines_in_one_name(read):
    orders, _ = read("Klonopin 0.1 mg clonidine", "1 tablet twice daily")
    assert all("names two medicines" in order.conflicts[0] for order in orders)


def test_a_course_in_the_directions_ends_the_order(read):
    (order,), _ = read("lorazepam 1 mg tablet", "1 tablet at night for 5 days")
    assert (order.active, order.end_on) == (False, date(2026, 11, 5))


def test_a_suspicious_dose_is_a_gap(read):
    _, (gap,) = (
        read("lorazepam 1 mg tablet", "take 1 tablet (10 mg) at night")[0],
        read("lorazepam 1 mg tablet", "wibble")[1],
    )
    assert (gap.kind, "not understood" in gap.what) == ("unreadable", True)


def test_the_record_s_own_strength_comes_first(read):
    (order,), _ = read("clonazepam", "1 tablet twice daily", strength_mg=0.5)
    assert order.dose_mg_per_day == Bounds(1, 1)
    (order,), _ = read("clonazepam", "1 tablet twice daily", strength_mg=-0.5)
    assert order.dose_mg_per_day is None
    assert any("not above zero" in problem for problem in order.problems)
