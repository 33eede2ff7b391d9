"""Where no plan is computed, where one needs a named override, and which names are refused."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.tables import Condition, Coverage, Record
from benzosafe.taper.assess import assess, require_go_ahead
from benzosafe.taper.plan import Override
from tests.conftest import ON
from tests.taper.assessed import names, order, patient


@pytest.mark.parametrize(
    ("orders", "drug", "more", "reason"),
    [
        ([order("bromazolam", 1, 90)], "bromazolam", {}, "drug_is_novel"),
        ([order("clonazepam", 1, 90), order("etizolam", 1, 90)], "clonazepam", {}, "other_novel_taken"),
        ([order("clonazepam", None, 90)], "clonazepam", {}, "dose_not_known"),
        ([order("clonazepam", None, 90, problems=("directions not understood: x",))], "clonazepam", {},
         "directions_not_understood"),
        ([order("clonazepam", 1, 90, text_ingredient="clonidine", code_ingredient="clonazepam")], "clonazepam", {},
         "drug_not_certain"),
        ([order("clonazepam", 1, 90)], "clonazepam", {"age": 17}, "under_18"),
    ],
)  # fmt: skip
def test_where_no_plan_may_be_computed_it_says_why_and_what_to_do(judge, orders, drug, more, reason):
    found = judge(*orders, drug=drug, **more)
    assert names(found.refusals) == {reason}
    assert found.decision == "not computed"
    assert found.pace is None
    with pytest.raises(InputRefused) as refused:
        require_go_ahead(found, Override("Dr A", "because"))
    assert found.refusals[0].instead in refused.value.message


def test_an_adult_with_a_known_dose_is_not_refused(judge):
    found = judge(order("clonazepam", 1, 90), age=18)
    assert found.refusals == ()
    assert found.decision == "may be proposed"
    require_go_ahead(found)


@pytest.mark.parametrize(
    ("conditions", "indication", "block", "caution"),
    [
        (["epilepsy", "seizure_history"], "epilepsy", {"seizure_indication"}, set()),
        ([], "epilepsy", {"seizure_indication"}, set()),
        (["epilepsy", "seizure_history"], None, {"seizure_indication"}, set()),
        (["epilepsy", "seizure_history"], "panic_disorder", set(), {"epilepsy_other_reason"}),
        (["hospice"], "panic_disorder", {"palliative"}, set()),
        (["bipolar_disorder"], "panic_disorder", set(), {"bipolar"}),
        ([], "catatonia", set(), {"catatonia_treated"}),
        ([], "rem_sleep_behaviour_disorder", set(), {"rem_sleep"}),
        (["suicidality"], "panic_disorder", set(), {"suicidality_now"}),
        ([], "panic_disorder", set(), set()),
    ],
)
def test_seizures_and_palliative_care_block_and_the_rest_warns(judge, conditions, indication, block, caution):
    found = judge(order("clonazepam", 1, 90, indication=indication), conditions=conditions)
    assert names(found.blocks) == block
    assert names(found.holds) - block == caution
    assert found.decision == ("not proposed" if block else "may be proposed")


def test_a_block_gives_way_only_to_a_named_override(judge):
    found = judge(order("clonazepam", 1, 90, indication="epilepsy"))
    with pytest.raises(InputRefused, match="epilepsy team"):
        require_go_ahead(found)
    require_go_ahead(found, Override("Dr A", "seizure free for 10 years, agreed with neurology"))


def test_refused_names_and_drugs_that_are_not_taken(knowledge):
    record = patient(order("clonazepam", 1, 90), order("diazepam", 5, 90, active=False))
    with pytest.raises(UsageError, match="Did you mean 'lorazepam'"):
        assess(knowledge, record, "lorazepan", ON)
    with pytest.raises(UsageError, match="not a benzodiazepine"):
        assess(knowledge, record, "sertraline", ON)
    with pytest.raises(InputRefused, match="It lists: clonazepam"):
        assess(knowledge, record, "diazepam", ON)
    with pytest.raises(InputRefused, match="has died"):
        assess(knowledge, patient(order("clonazepam"), deceased=True), "clonazepam", ON)


@pytest.mark.parametrize(
    ("orders", "conditions", "reason"),
    [
        ([order("alprazolam", 2.0, 90, form="extended-release")], (), "slow_release"),
        ([order("alprazolam", 2.0, 90, sig="2 mg once daily, prolonged release")], (), "slow_release"),
        ([order("alprazolam", 2.0, 90, indication_text="sleep, bought on the street")], (), "illicit_supply"),
        ([order("alprazolam", 2.0, 90, sig="counterfeit, 2 mg daily")], (), "illicit_supply"),
        ([order("alprazolam", 2.0, 90)], ("street benzodiazepines",), "illicit_supply"),
    ],
)
def test_no_override_reaches_a_slow_release_or_illicit_supply(knowledge, orders, conditions, reason):
    listed = tuple(Condition(text, text, active=True) for text in conditions)
    record = Record("p", age_years=45, orders=tuple(orders), conditions=listed, coverage=Coverage(orders=True))
    found = assess(knowledge, record, "alprazolam", ON)
    assert names(found.refusals) == {reason}
    assert found.pace is None
    with pytest.raises(InputRefused) as refused:
        require_go_ahead(found, Override("Dr A", "because"))
    assert refused.value.next_step == found.refusals[0].instead


def test_a_block_names_the_option_that_overrides_it(judge):
    found = judge(order("clonazepam", 1, 90, indication="epilepsy"))
    with pytest.raises(InputRefused, match="--override 'NAME: REASON'"):
        require_go_ahead(found)


def test_another_medicine_is_no_misspelling(knowledge):
    with pytest.raises(UsageError) as refused:
        assess(knowledge, patient(order("clonazepam", 1, 90)), "clozapine", ON)
    assert "Did you mean" not in refused.value.message


@pytest.mark.parametrize("drug", ["zolpidem", "temazepam", "triazolam"])
def test_an_extended_release_for_sleep_has_words_of_its_own(knowledge, drug):
    record = patient(order(drug, 12.5, 90, form="extended-release"))
    found = assess(knowledge, record, drug, ON)
    assert names(found.refusals) == {"slow_release_for_sleep"}
    with pytest.raises(InputRefused) as refused:
        require_go_ahead(found, Override("Dr A", "because"))
    said = str(refused.value)
    assert (
        "one bedtime dose of plain tablets, not spread over the day" in said and f"'{drug} ... mg at bedtime'" in said
    )
    assert "alprazolam" not in said and "times daily" not in said and "before the next dose" not in said


@pytest.mark.parametrize("drug", ["alprazolam", "lorazepam", "clonazepam"])
def test_an_extended_release_for_the_day_names_the_drug_itself(knowledge, drug):
    found = assess(knowledge, patient(order(drug, 2, 90, form="extended-release")), drug, ON)
    assert names(found.refusals) == {"slow_release"}
    assert f"spread over the times of the day (such as '{drug} 0.5 mg four times daily'" in found.refusals[0].instead


def test_a_plain_hypnotic_is_no_extended_release(judge):
    assert not judge(order("zolpidem", 10, 90), drug="zolpidem").refusals


def test_every_place_for_the_name_of_the_drug_is_filled(judge, knowledge):
    assert any("DRUG" in advice.instead for advice in knowledge.taper_advice.values())
    found = judge(order("clonazepam", 2, 90, form="extended-release", indication="epilepsy"))
    assert all("DRUG" not in point.instead for point in (*found.refusals, *found.holds, *found.flags, *found.first))
