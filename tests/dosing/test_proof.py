"""The counting finds every way in which a table of doses can be wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from benzosafe.dosing.proof import Promise, faults
from benzosafe.dosing.rising import Bounds, Makes, ladder
from benzosafe.taper.product import Product

PRODUCTS = [Product("tablet", 500), Product("tablet", 1000)]
LIMIT, STEP = Bounds(Fraction(2000), Fraction(4000)), (Fraction(1000), 3)
PROMISE = Promise(LIMIT, STEP, Fraction(1000), 500, Fraction(4000))


@pytest.fixture
def table():
    rungs = ladder(Makes(PRODUCTS, Fraction(4000)), (500, 2), STEP, Fraction(4000), LIMIT)
    assert len(rungs) == 4 and faults(rungs, PROMISE) == []
    return rungs


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"single_ug": 4000}, "the tablets make"), ({"times": 9}, "a day are above 4000 ug"),
        ({"times": 9}, "beyond the aim"), ({"from_day": 1}, "a rise after 1 days"), ({"from_day": 5}, "a rise after 1"),
        ({"portions": (), "single_ug": 1900}, "a rise of"), ({"portions": (), "single_ug": 250}, "less than the 500"),
        ({"portions": (), "single_ug": 0}, "the tablets make 0"), ({"portions": (), "single_ug": 2500}, "above 2000"),
        ({"portions": (), "single_ug": 500}, "a rise of 0 ug"),
    ],
)  # fmt: skip
def test_a_changed_rise_is_found(table, change, said):
    spoilt = [table[0], replace(table[1], **change), *table[2:]]
    assert any(said in fault for fault in faults(spoilt, PROMISE))


def test_a_first_day_that_is_too_much_is_found(table):
    assert faults(table[1:], PROMISE) == ["the first day has 2000 ug, more than 1000 ug"]


def test_a_rise_without_any_step_of_a_source_is_found(table):
    promise = Promise(LIMIT, None, Fraction(1000), 500, Fraction(4000))
    assert faults(table[:1], promise) == [] and "a rise of 1000 ug" in faults(table[:2], promise)[0]


def test_a_table_beyond_its_target_is_found(table):
    aim = replace(PROMISE, top_ug=Fraction(2000))
    assert [fault for fault in faults(table, aim) if "beyond the aim of 2000 ug" in fault] and not faults(
        table[:2], aim
    )
