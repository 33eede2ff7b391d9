"""The change to another drug made of real products: the old drug exact, never too much of the new, no hidden fall."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.crossover import crossover
from benzosafe.taper.crossover_circumstances import Circumstances
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.product import Product
from benzosafe.taper.stages import made_stages, stages_data
from benzosafe.taper.start import Start

ON = date(2026, 11, 24)
HEALTHY = Circumstances(False, False, False, False, False, False)
HALVES = Product("tablet", 500, True)
FIVE, TWO = Product("tablet", 5000, True), Product("tablet", 2000, True)


@pytest.fixture
def made(knowledge):
    """Stages of a change from lorazepam to diazepam; 5 mg for 1 mg by the table that is used."""

    def make(new, *, old=(HALVES,), doses=((8.0, 500), (21.0, 1000)), who=HEALTHY, most=4):
        change = crossover(knowledge, Start("lorazepam", doses, (), ("lorazepam",), ("only",)), "diazepam", who, ON)
        assert change.ratio == 5
        return change, made_stages(change, (old, new), most, ceiling_of(knowledge))

    return make


def test_the_old_drug_is_exact_and_the_new_one_never_above_what_is_wanted(made):
    change, stages = made((TWO,))
    assert [item.stage.number for item in stages] == [stage.number for stage in change.stages]
    for item in stages:
        assert [(dose.at_h, dose.amount_ug) for dose in item.old] == list(item.stage.old)
        wanted = dict(item.stage.new)
        assert wanted.keys() == {dose.at_h for dose in item.new}
        assert all(0 < dose.amount_ug <= wanted[dose.at_h] for dose in item.new)
        assert all(portion.product == TWO for dose in item.new for portion in dose.portions)


def test_what_can_be_made_is_made(made):
    change, stages = made((FIVE, TWO))
    assert [sum(dose.amount_ug for dose in item.new) for item in stages] == [
        sum(amount for _, amount in stage.new) for stage in change.stages
    ]
    assert stages[-1].stage == change.stages[-1], "nothing is lost, so nothing has to be waited for"
    assert not stages[-1].old


def test_a_last_stage_that_gives_less_is_held_until_the_limit_has_looked_past_it(made):
    change, stages = made((TWO,))
    assert change.stages[-1].days == 7
    assert stages[-1].stage.days == 14
    assert sum(dose.amount_ug for dose in stages[-1].new) == 7000 < 7500
    assert all(
        later.stage.starts_on == earlier.stage.ends_on + timedelta(days=1) for earlier, later in pairwise(stages)
    )
    assert made((TWO,), who=Circumstances())[1][-1].stage.days == 14


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"new": (Product("tablet", 10_000),)}, "no product of diazepam is as small as 2.5 mg"),
        ({"new": (TWO,), "old": (Product("tablet", 2500),)}, "0.5 mg, which is left during the change"),
        (
            {"new": (Product("tablet", 5000),), "doses": ((8.0, 1700), (21.0, 1700))},
            "make 10 mg of the 17 mg wanted, a fall of 41%",
        ),
        ({"new": (TWO,), "doses": ((8.0, 2000), (21.0, 4000)), "most": 2}, "more than 25%"),
    ],
)
def test_products_that_would_lower_the_dose_in_silence_are_refused(made, more, says):
    more = {"old": (HALVES, Product("tablet", 1000), Product("compounded suspension", 100)), **more}
    with pytest.raises(InputRefused, match=says):
        made(**more)


def test_the_stages_as_data_say_what_is_taken(made):
    change, stages = made((TWO,))
    data = stages_data(stages)
    assert [item["new_mg"] for item in data] == [sum(d.amount_ug for d in item.new) / 1000 for item in stages]
    assert all(item["new_mg"] <= item["new_wanted_mg"] for item in data)
    assert data[0]["starts_on"] == change.stages[0].starts_on.isoformat()
    assert data[-1]["ends_on"] == stages[-1].stage.ends_on.isoformat()
    assert all(dose["words"] for item in data for dose in (*item["old"], *item["new"]))
