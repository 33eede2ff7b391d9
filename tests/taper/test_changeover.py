"""A change as data: counted portion by portion, refused when a number was altered, and supplied drug by drug."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.changeover_checks import change_for_papers, check_change
from benzosafe.taper.changeover_proof import change_faults
from benzosafe.taper.changeover_record import changeover_data, changeover_of
from benzosafe.taper.changeover_supply import change_fills, change_supply_data, drug_runs
from benzosafe.taper.changeover_words import range_words, source_lines, total_words
from benzosafe.taper.limits import ceiling_of
from benzosafe.taper.product import Dose, Portion
from benzosafe.taper.supply_law import law_for
from tests.taper.changes import FIVE_MG, HALF_MG, TWO_MG, change, day, plan_after


@pytest.fixture
def whole(knowledge):
    return change(knowledge)


@pytest.fixture
def faults(knowledge):
    """What the proof finds in a change."""
    return lambda one, most=4: change_faults(one, ceiling_of(knowledge), most)


def with_stage(whole, place, **changed):
    stages = list(whole.stages)
    stages[place] = replace(stages[place], **changed)
    return replace(whole, stages=tuple(stages))


def tablets(at_h, product, half_units):
    return (Dose(at_h, (Portion(product, half_units=half_units),)),)


# --- the proof ------------------------------------------------------------------------------------------------------


def test_every_day_adds_up_to_its_dose_and_the_total_never_rises(whole, faults):
    assert not faults(whole)
    assert [stage.pair_ug for stage in whole.stages] == [(1000, 2500), (500, 5000), (0, 7500)]
    totals = [whole.total_ug(stage.pair_ug) for stage in whole.stages]
    assert all(total == whole.total_ug(whole.before_pair) == 7500 for total in totals)


@pytest.mark.parametrize(
    ("place", "changed", "says"),
    [
        (0, {"new": tablets(21.0, FIVE_MG, 2)}, "stage 1 the total rises"),
        (0, {"new": tablets(8.0, TWO_MG, 1)}, "more diazepam is taken at 8 h than it stands for"),
        (1, {"old": tablets(8.0, HALF_MG, 4)}, "more lorazepam is taken at 8 h than before the change"),
        (1, {"old": tablets(12.0, HALF_MG, 2)}, "more lorazepam is taken at 12 h than before the change"),
        (0, {"new": ()}, "falls by 33.3% in 14 days"),
        (2, {"old": tablets(8.0, HALF_MG, 2)}, "after the change lorazepam is still taken"),
        (1, {"old": tablets(8.0, HALF_MG, 1)}, "cuts a tablet of lorazepam that has no score"),
        (1, {"number": 3}, "stage 3 does not follow stage 1"),
        (1, {"days": 13}, "the one before ends on"),
        (2, {"new": (*tablets(8.0, FIVE_MG, 1), *tablets(21.0, FIVE_MG, 0))}, "holds nothing"),
    ],
)  # fmt: skip
def test_the_proof_finds_what_is_wrong(whole, faults, place, changed, says):
    assert any(says in fault for fault in faults(with_stage(whole, place, **changed)))


def test_too_many_pieces_at_once(whole, faults):
    assert not faults(whole, 1)
    many = with_stage(whole, 1, new=tablets(21.0, TWO_MG, 5))
    assert any("more than 1 pieces of diazepam" in fault for fault in faults(many, 1))


def test_going_back_is_to_the_doses_of_an_earlier_stage_and_nothing_else(whole, faults):
    first, second, third = whole.stages
    back = replace(first, starts_on=second.ends_on + timedelta(days=1), back=True)
    again = [replace(one, starts_on=back.ends_on + timedelta(days=1 + 14 * n)) for n, one in enumerate((second, third))]
    returned = replace(whole, stages=(first, second, back, *again))
    assert not faults(returned)
    unmarked = replace(returned, stages=(first, second, replace(back, back=False), *again))
    assert any("does not follow" in fault for fault in faults(unmarked))
    assert any("is taken than in the stage before" in fault for fault in faults(unmarked))
    other = replace(returned, stages=(first, second, replace(back, new=()), *again))
    assert any("different doses on different days" in fault for fault in faults(other))


# --- as data --------------------------------------------------------------------------------------------------------


def test_it_is_read_back_as_it_was(knowledge, whole):
    data = json.loads(json.dumps(changeover_data(whole)))
    assert changeover_of(data, ceiling_of(knowledge), "plan.json") == whole
    check_change(knowledge, whole, plan_after(whole), "plan.json")


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (lambda d: d["made"][0]["new"][0].update(mg=3.0), "states 3 mg, but the portions make 2.5 mg"),
        (lambda d: d["made"][0]["new"][0]["take"][0].update(units=1.0), "but the portions make 5 mg"),
        (lambda d: d["made"][0].update(old_mg=0.5), "is not 1 mg, to which the portions add up"),
        (lambda d: d["made"][1].pop("old"), "'crossover.made[1].old' is missing"),
        (lambda d: d["made"][1].update(ends_on="2026-12-01"), "before the stage starts"),
        (lambda d: d["made"].pop(1), "does not follow"),
        (lambda d: d.update(made=[]), "names no stages"),
        (lambda d: d["equivalence"]["used"].update(exact_ratio="1e9"), "not a fraction above 0"),
        (lambda d: d["equivalence"]["used"].update(exact_ratio="5/0"), "not a fraction above 0"),
        (lambda d: d["equivalence"]["values"][0].update(exact=["5"]), "not a list of two fractions"),
        (lambda d: d.update(since="2030-01-01"), "is after the change ends"),
        (lambda d: d.update(since="soon"), "not a date"),
        (lambda d: d.update({"from": 7}), "is not a text"),
    ],
)  # fmt: skip
def test_an_altered_file_is_refused_and_says_where(knowledge, whole, alter, says):
    data = deepcopy(changeover_data(whole))
    alter(data)
    with pytest.raises(InputRefused) as refused:
        changeover_of(data, ceiling_of(knowledge), "plan.json")
    assert says in refused.value.message and "plan.json" in refused.value.message


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (lambda one: replace(one, ratio=Fraction(4)), "is not what the table 'vadod_2021' states"),
        (lambda one: replace(one, used="nobody"), "is not what the table 'nobody' states"),
        (lambda one: replace(one, values=one.values[:-1]), "none may be left out"),
        (lambda one: replace(one, old="lorazepan"), "lorazepam"),
        (lambda one: replace(one, old="diazepam"), "what was taken before"),
        (lambda one: replace(one, new="clobazam"), "no published table|is not what the table"),
    ],
)
def test_a_change_that_is_not_that_of_the_knowledge_is_refused(knowledge, whole, alter, says):
    with pytest.raises(InputRefused, match=says):
        check_change(knowledge, alter(whole), plan_after(whole), "plan.json")


def test_products_of_another_drug_are_refused(knowledge, whole):
    strange = with_stage(whole, 2, new=tablets(8.0, replace(TWO_MG, strength_ug=37_000), 2))
    with pytest.raises(InputRefused, match="not known to be sold in UK as diazepam"):
        check_change(knowledge, strange, plan_after(whole), "plan.json")


def test_papers_need_the_whole_change_and_the_taper_that_follows_from_it(knowledge, whole):
    ceiling, plan, data = ceiling_of(knowledge), plan_after(whole), changeover_data(whole)
    assert change_for_papers(None, plan, ceiling, "calendar") is None
    assert change_for_papers(data, plan, ceiling, "calendar") == whole
    later = replace(plan, steps=(replace(plan.steps[0], starts_on=day(50)),))
    with pytest.raises(InputRefused, match="but the taper starts on"):
        change_for_papers(data, later, ceiling, "calendar")
    with pytest.raises(InputRefused, match="other doses than those the taper starts from"):
        change_for_papers(data, replace(plan, before=plan.steps[0].doses), ceiling, "calendar")
    with pytest.raises(InputRefused, match="the plan after the change is of"):
        change_for_papers(data, replace(plan, drug="clobazam"), ceiling, "calendar")
    with pytest.raises(InputRefused, match=r"calendar.*is missing"):
        change_for_papers({"from": "a", "to": "b", "made": []}, plan, ceiling, "calendar")


# --- supply ---------------------------------------------------------------------------------------------------------


def test_each_drug_is_supplied_by_itself_to_its_last_day(knowledge, whole):
    plan = plan_after(whole)
    old, new = change_fills(knowledge, whole, plan, "UK")
    assert (old[0].starts_on, old[-1].ends_on) == (day(0), whole.stages[1].ends_on)
    assert (new[0].starts_on, new[-1].ends_on) == (day(0), plan.steps[-1].ends_on)
    assert sum(count.taken_ug for fill in old for count in fill.counts) == 14 * 1000 + 14 * 500
    assert sum(c.taken_ug for fill in new for c in fill.counts) == 14 * (2500 + 5000 + 7500 + 6000)
    assert {count.product for fill in old for count in fill.counts} <= {HALF_MG}
    for fills, drug in ((old, "lorazepam"), (new, "diazepam")):
        most = law_for(knowledge, drug, "UK", day(0)).days_a_fill.amount
        assert all(fill.days <= min(most, 28) and fill.earliest_on <= fill.starts_on for fill in fills)
    short = change_fills(knowledge, whole, plan, "UK", 7)
    assert [len(fills) for fills in short] == [4, 8]


def test_the_sheet_of_each_drug_says_its_law_and_where_it_ends(knowledge, whole):
    old, new = change_supply_data(knowledge, whole, plan_after(whole), ("US", None, None))
    assert (old["drug"], old["before_mg_per_day"], old["ends_on"]) == ("lorazepam", 1.5, "2026-12-21")
    assert (new["drug"], new["before_mg_per_day"], new["starts_on"]) == ("diazepam", 0, "2026-11-24")
    assert old["law"]["schedule"] and new["law"]["schedule"]
    assert not any("ends while" in note for note in old["notes"])
    assert all(one["refills"] == 0 for sheet in (old, new) for one in sheet["prescriptions"])


def test_papers_of_a_revised_change_count_from_its_day(knowledge, whole):
    since = replace(whole, since=day(20))
    assert [(stage.number, stage.starts_on) for stage in since.shown] == [(2, day(20)), (3, day(28))]
    run_old, run_new = drug_runs(since, plan_after(whole), ceiling_of(knowledge))
    assert run_old.steps[0].starts_on == run_new.steps[0].starts_on == day(20)
    assert sum(step.delivered_ug * step.days for step in run_old.steps) == 8 * 500


# --- words ----------------------------------------------------------------------------------------------------------


def test_the_range_stands_with_every_source(whole):
    assert range_words(whole) == "1 mg of lorazepam is said to equal 5 to 10 mg of diazepam; used: 5 mg"
    lines = source_lines(whole)
    assert len(lines) == len(whole.values) and sum(line.endswith("USED") for line in lines) == 1
    assert all(f"[{value.source}" in line for value, line in zip(whole.values, lines, strict=True))
    assert "(7.5 to 12.5 mg by all published tables)" in total_words(whole, whole.stages[0])
