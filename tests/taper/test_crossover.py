"""A change to a long-acting drug: the equivalence as a range, the safe side, stages that never rise, levels."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.taper.crossover import after_crossover, crossover
from benzosafe.taper.crossover_circumstances import Circumstances, circumstances_of
from benzosafe.taper.crossover_equivalence import equivalents
from benzosafe.taper.crossover_levels import AFTER_DAYS, crossover_data, crossover_levels
from benzosafe.taper.start import Start

ON = date(2026, 11, 24)
HEALTHY = Circumstances(False, False, False, False, False, False)


def taking(drug, *doses):
    return Start(drug, doses, (), (drug,), ("the only one",))


@pytest.fixture
def change(knowledge):
    def make(drug="clonazepam", *, doses=((8.0, 500), (21.0, 500)), to="diazepam", who=HEALTHY, table=None):
        return crossover(knowledge, taking(drug, *doses), to, who, ON, table)

    return make


@pytest.fixture
def person(knowledge):
    def make(text):
        record = read_handwritten(text, "p.yaml", knowledge, ON)
        return circumstances_of(knowledge, record, ON, ON)

    return make


# --- the equivalence -----------------------------------------------------------------------------------------------


def test_every_table_keeps_its_own_value_and_source(knowledge):
    found = {value.table: value for value in equivalents(knowledge, "clonazepam", "diazepam")}
    assert (found["vadod_2021"].low, found["ashton_2002"].low) == (10, 20)
    assert all(value.source in knowledge.sources and value.low <= value.high for value in found.values())
    # Printed as a range for 10 mg of diazepam, 1 to 2 mg stays a range.
    assert (found["sacarny_textbook_3"].low, found["sacarny_textbook_3"].high) == (5, 10)


def test_a_pair_without_diazepam_is_read_within_each_table(knowledge):
    found = {value.table: value.low for value in equivalents(knowledge, "lorazepam", "chlordiazepoxide")}
    assert found["vadod_2021"] == Fraction(25, 2)
    assert found["bird_makela_1994"] == 25
    assert "who_2009" not in found


def test_the_lower_of_the_guidelines_two_tables_is_used_and_another_only_when_named(change):
    assert change(who=Circumstances(older=True)).chosen.table == "vadod_2021"
    assert change().chosen.table == "vadod_2021"
    # The lower new dose is not always the same table's: triazolam 0.5 mg (Ashton), 0.25 mg (VA/DoD).
    assert change("triazolam", doses=((21.0, 250),)).chosen.table == "ashton_2002"
    named = change(table="ashton_2002")
    assert named.ratio == 20
    assert "as asked for" in named.why_chosen
    with pytest.raises(UsageError, match="Did you mean 'ashton_2002'"):
        change(table="ashton_2003")


def test_disagreement_beyond_the_ceiling_is_a_warning_by_table(change):
    lower, higher = change(), change(table="ashton_2002", who=Circumstances(older=True))
    assert any("Ashton manual 2002" in line and "50%" in line for line in lower.warnings)
    assert any("VA/DoD" in line and "raises the dose by 100%" in line for line in higher.warnings)


# --- stages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "doses"),
    [
        ("clonazepam", ((8.0, 500), (21.0, 500))),
        ("lorazepam", ((21.0, 1001),)),
        ("alprazolam", ((8.0, 250), (14.0, 500), (20.0, 1333))),
        ("quazepam", ((21.0, 15000),)),
        ("zopiclone", ((0.0, 7500), (20.0, 3750))),
    ],
)
def test_the_total_never_rises_and_falls_by_less_than_a_microgram_a_dose(change, drug, doses):
    found = change(drug, doses=doses)
    whole = found.ratio * sum(amount for _, amount in doses)
    for stage in found.stages:
        assert whole - len(stage.new) < stage.total_ug <= whole
        assert stage.range_ug[0] <= stage.total_ug <= stage.range_ug[1]
        for hour, amount in doses:
            left, made = dict(stage.old).get(hour, 0), dict(stage.new).get(hour, 0)
            assert made <= found.ratio * (amount - left) < made + 1
    assert not found.stages[-1].old
    assert [hour for hour, _ in found.stages[-1].new] == [hour for hour, _ in doses]
    for stage, later in zip(found.stages, found.stages[1:], strict=False):
        assert later.starts_on == stage.ends_on + timedelta(days=1)


def test_the_night_dose_is_first_and_one_dose_of_the_day_is_replaced_in_halves(change):
    first, second = change().stages
    assert (first.old, first.new) == (((8.0, 500),), ((21.0, 5000),))
    assert (second.old, second.new) == ((), ((8.0, 5000), (21.0, 5000)))
    half, whole = change("lorazepam", doses=((21.0, 2000),)).stages
    assert (half.old, half.new) == (((21.0, 1000),), ((21.0, 5000),))
    assert whole.new == ((21.0, 10000),)
    # A dose at midnight belongs to the night, not to the morning.
    assert change("lorazepam", doses=((0.0, 500), (8.0, 500), (16.0, 500))).stages[0].new == ((0.0, 2500),)


def test_stages_take_two_weeks_with_a_risk_or_one_that_is_not_known_and_one_week_without(change):
    assert {stage.days for stage in change().stages} == {7}
    for who in (Circumstances(), Circumstances(False, True, False, False, False, False)):
        assert {stage.days for stage in change(who=who).stages} == {14}
    assert "age 65 or over (not known)" in change(who=Circumstances()).why_chosen


# --- against it ----------------------------------------------------------------------------------------------------


def test_reasons_against_and_what_is_not_known(change, person):
    old = person(
        "patient: {id: p, age: 70, sex: male}\nmedicines: [oxycodone 5 mg twice daily]\nconditions: [cirrhosis]\n"
    )
    found = change(who=old)
    assert [item.what for item in found.against] == ["age 65 or over", "liver disease"]
    assert found.discouraged
    assert found.unknown == ("CYP2C19 poor metaboliser",)
    assert "an opioid" in found.why_chosen
    poor = Circumstances(False, False, False, False, cyp2c19_poor=True, pregnant=True)
    assert [item.what for item in change(who=poor).against] == ["CYP2C19 poor metaboliser", "pregnancy"]
    assert not change().discouraged
    assert not change().unknown
    # Chlordiazepoxide does not need CYP2C19.
    assert "CYP2C19 poor metaboliser" not in [item.what for item in change(to="chlordiazepoxide", who=poor).against]


def test_a_label_contraindication_the_present_drug_has_not_refuses(change):
    porphyria = Circumstances(present=frozenset({"porphyria"}))
    with pytest.raises(InputRefused, match="forbids diazepam in porphyria"):
        change(who=porphyria)
    shared = Circumstances(present=frozenset({"liver_failure"}), liver=True)
    assert change(who=shared).discouraged


@pytest.mark.parametrize("drug", ["brotizolam", "remimazolam"])
def test_without_a_published_equivalence_there_is_no_plan(change, drug):
    with pytest.raises(InputRefused, match="no published table"):
        change(drug, doses=((21.0, 250),))


def test_novel_agents_short_acting_targets_and_the_same_drug_are_refused(change):
    with pytest.raises(InputRefused, match="illicit or novel"):
        change("etizolam", doses=((21.0, 1000),))
    for to in ("lorazepam", "phenazepam", "diazepan"):
        with pytest.raises(UsageError, match="not a long-acting") as caught:
            change(to=to)
        assert "phenazepam" not in caught.value.next_step
    with pytest.raises(UsageError, match="taken already"):
        change("diazepam", doses=((21.0, 5000),))


# --- levels and data -----------------------------------------------------------------------------------------------


def test_levels_show_the_old_one_leave_and_the_new_one_and_its_metabolite_build_up(knowledge, change):
    found = change("lorazepam", doses=((8.0, 1000), (21.0, 1000)))
    levels = crossover_levels(knowledge, found, HEALTHY, people=40)
    by_name = {(item.drug, item.analyte): item for item in levels.troughs}
    assert {("lorazepam", "lorazepam"), ("diazepam", "diazepam"), ("diazepam", "nordazepam")} <= set(by_name)
    lorazepam, nordazepam = by_name["lorazepam", "lorazepam"], by_name["diazepam", "nordazepam"]
    assert len(lorazepam.days) == found.days + AFTER_DAYS
    assert lorazepam.typical[0] > 5.0
    assert lorazepam.typical[-1] < 0.01 * lorazepam.typical[0]
    assert nordazepam.typical[0] == 0.0
    assert nordazepam.typical[-1] > nordazepam.typical[found.days - 1] > nordazepam.typical[7] > 0
    assert nordazepam.low[-1] < nordazepam.typical[-1] < nordazepam.high[-1]
    assert crossover_levels(knowledge, found, HEALTHY, people=40) == levels


def test_a_poor_metaboliser_keeps_more_of_the_new_drug(knowledge, change, person):
    poor = person("patient: {id: p, age: 40}\nmedicines: []\nobservations: {cyp2c19_phenotype: poor}\n")
    assert poor.cyp2c19_poor is True
    found = change()
    slow, plain = (crossover_levels(knowledge, found, who, people=20).troughs for who in (poor, HEALTHY))
    last = [next(t.typical[-1] for t in group if t.analyte == "diazepam") for group in (slow, plain)]
    assert last[0] > 1.5 * last[1]


def test_a_drug_that_cannot_be_simulated_is_said(knowledge, change):
    levels = crossover_levels(knowledge, change("ketazolam", doses=((21.0, 30000),)), HEALTHY, people=10)
    assert any("no levels of ketazolam" in line for line in levels.assumed)
    assert {item.drug for item in levels.troughs} == {"diazepam"}


def test_data_names_a_source_for_every_value_and_the_taper_goes_on_from_the_last_stage(change):
    found = change()
    data = crossover_data(found)
    assert data["status"] == "draft"
    assert (data["equivalence"]["low"], data["equivalence"]["high"]) == (5.0, 20.0)
    assert all(value["source"] and value["table"] for value in data["equivalence"]["values"])
    assert data["stages"][0]["total_mg"] == 10.0
    assert data["stages"][0]["total_mg_by_any_table"] == [7.5, 15.0]
    begun = Start("clonazepam", found.before, ("note",), ("zolpidem", "clonazepam"), ("a", "b"))
    after = after_crossover(begun, found)
    assert (after.drug, after.amount_ug, after.agents) == ("diazepam", 10000, ("zolpidem", "diazepam"))
