"""Published schedules: their arithmetic against sums done by hand, and what they break."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from pydantic import ValidationError

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import load_knowledge
from benzosafe.knowledge.taper_model import PublishedTaper, TaperPhase
from benzosafe.taper.design import last_dose_ug
from benzosafe.taper.named import compare, comparison_data, equivalences

KNOWLEDGE = load_knowledge()


def only(name: str, drug: str, before_ug: int):
    (found,) = compare(KNOWLEDGE, drug, before_ug, [name])
    return found


def amounts(run) -> list[int]:
    return [stretch.amount_ug for stretch in run.stretches]


def test_clonazepam_label_from_one_milligram_is_gone_in_four_cuts():
    (run,) = only("fda_clonazepam", "clonazepam", 1_000).runs
    assert amounts(run) == [750, 500, 250, 0]
    assert run.days == 9
    # 25 % at first, then within 14 days everything is still compared with 1 mg.
    assert run.rolling_falls == (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
    assert run.breaches == (1, 2, 3)
    assert run.stops_from_ug == 250


@pytest.mark.parametrize("mg", [1, 2, 3, 4])
def test_clonazepam_label_breaks_the_ceiling_at_every_labelled_panic_dose(mg):
    assert only("fda_clonazepam", "clonazepam", 1_000 * mg).breaks_ceiling is True


def test_alprazolam_label():
    (run,) = only("fda_alprazolam", "alprazolam", 3_000).runs
    assert amounts(run) == [2_500, 2_000, 1_500, 1_000, 500, 0]
    assert run.largest_fall == 1


def test_ashton_from_forty_milligrams_at_both_speeds():
    slow, quick = only("ashton_diazepam", "diazepam", 40_000).runs
    assert amounts(quick)[:5] == [36_000, 32_000, 28_000, 24_000, 20_000]
    # 5 cuts of 4, 5 of 2, 5 of 1, 5 of 1 a week apart; the slowest 10, 10, 5 and 10 a fortnight apart.
    assert (len(quick.stretches), quick.days) == (20, 19 * 7)
    assert (len(slow.stretches), slow.days) == (35, 34 * 14)
    assert slow.days >= 30 * 7 and amounts(slow)[-2] == 500
    # From 1 mg to 0.5 mg is half, whatever the speed; the stop from the smallest printed dose is no breach.
    assert slow.largest_fall == Fraction(1, 2) and slow.breaches == (32, 33)
    assert slow.rolling_falls[-1] == 0


def test_ashton_is_read_through_both_ends_of_the_equivalence():
    runs = only("ashton_diazepam", "clonazepam", 1_000).runs
    assert {run.drug for run in runs} == {"diazepam"}
    assert sorted({run.before_ug for run in runs}) == [5_000, 20_000]
    assert all("equivalence of 1 mg clonazepam" in run.equivalence for run in runs)


def test_ashton_above_forty_milligrams_is_said_and_not_made_up():
    found = only("ashton_diazepam", "clonazepam", 12_000)
    assert not found.runs and found.breaks_ceiling is None
    assert "no more than 40 mg diazepam" in found.verdict


def test_an_eighth_of_the_current_or_of_the_first_dose():
    current, first = only("nice_cks_eighth", "diazepam", 16_000).runs
    assert amounts(first) == [14_000, 12_000, 10_000, 8_000, 6_000, 4_000, 2_000, 0]
    assert first.days == 98
    # 2 mg of 6 mg is a third; 4 to 2 mg half; the stop from 2 mg everything.
    assert first.rolling_falls[-4:] == (Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(1))
    assert first.breaches == (5, 6, 7)
    assert current.breaches == () and amounts(current)[:2] == [14_000, 12_250]
    assert only("nice_cks_eighth", "diazepam", 16_000).breaks_ceiling is None


def test_canada_holds_on_the_edge_when_counted_of_the_current_dose():
    current, first = only("canada_2018", "clonazepam", 1_000).runs
    assert current.largest_fall == Fraction(1, 4) and current.breaches == ()
    assert amounts(first) == [750, 500, 250, 125, 0]
    assert first.breaches == (1, 2, 3, 4)


def test_va_half_in_two_cuts_with_its_hold():
    slow, quick = only("va_half_then_quarter", "diazepam", 20_000).runs
    assert amounts(slow)[:3] == [15_000, 10_000, 7_500]
    assert [stretch.days for stretch in slow.stretches[:2]] == [14, 14 + 56]
    assert slow.largest_fall == Fraction(1, 3) and quick.largest_fall == Fraction(1, 2)
    assert slow.breaches == quick.breaches == (1,)


def test_initial_pace_keeps_the_ceiling_and_agrees_with_the_parameters():
    found = only("asam_initial", "clonazepam", 1_000)
    slow, quick = found.runs
    assert found.breaks_ceiling is False
    assert [stretch.days for stretch in (slow.stretches[0], quick.stretches[0])] == [28, 14]
    assert (amounts(slow)[0], amounts(quick)[0]) == (950, 900)
    (phase,) = KNOWLEDGE.tapers["asam_initial"].readings["of the current dose"]
    share, days = KNOWLEDGE.parameters["taper_initial_share"], KNOWLEDGE.parameters["taper_initial_days"]
    assert phase.size == (share.lowest, share.highest)
    assert phase.every_days == (days.lowest, days.highest)


@pytest.mark.parametrize("name", list(KNOWLEDGE.tapers))
@pytest.mark.parametrize(
    ("drug", "before_ug"), [("clonazepam", 333), ("clonazepam", 20), ("diazepam", 37_777), ("zopiclone", 7_500)]
)
def test_every_schedule_falls_at_every_step_and_ends(name, drug, before_ug):
    for run in only(name, drug, before_ug).runs:
        doses = [run.before_ug, *amounts(run)]
        assert doses == sorted(set(doses), reverse=True)
        assert doses[-1] == 0
        assert all((share > Fraction(1, 4)) == (i in run.breaches) for i, share in enumerate(run.rolling_falls))


def test_what_is_not_for_the_drug_says_so():
    found = only("fda_alprazolam", "clonazepam", 1_000)
    assert found.runs == () and found.verdict == ("Not worked out: it is written for alprazolam, not for clonazepam.")
    assert "benzodiazepine, not for zolpidem" in only("asam_initial", "zolpidem", 10_000).verdict


def test_smallest_dose_is_read_through_the_least_equivalence():
    assert last_dose_ug(KNOWLEDGE, "diazepam") == 1_000
    assert last_dose_ug(KNOWLEDGE, "clonazepam") == 50  # 0.5 mg for 10 mg, the least of the tables
    found = equivalences(KNOWLEDGE, "clonazepam", "diazepam")
    assert (found[0][0], found[-1][0]) == (5, 20)


def test_wrong_names_and_doses_are_refused():
    with pytest.raises(UsageError, match="Did you mean 'ashton_diazepam'"):
        compare(KNOWLEDGE, "clonazepam", 1_000, ["ashton_diazepan"])
    with pytest.raises(UsageError, match="Did you mean 'clonazepam'"):
        compare(KNOWLEDGE, "clonazepan", 1_000)
    with pytest.raises(UsageError):
        compare(KNOWLEDGE, "rifampicin", 1_000)
    with pytest.raises(InputRefused, match="0 mg a day cannot be tapered"):
        compare(KNOWLEDGE, "clonazepam", 0)


def test_data_is_json_and_says_what_it_is_for():
    data = comparison_data(compare(KNOWLEDGE, "clonazepam", 1_000))
    assert json.loads(json.dumps(data)) == data
    assert [item["name"] for item in data] == list(KNOWLEDGE.tapers)
    assert all(item["for_comparison_only"] and item["status"] == "draft" for item in data)
    label = next(item for item in data if item["name"] == "fda_clonazepam")
    assert label["readings"][0]["breaches"] == 3
    assert "breaks the ceiling of 25 % in 14 days at 3 of 4 steps" in label["readings"][0]["words"]


def test_a_schedule_that_never_ends_does_not_load():
    phase = {"cut": "share of first dose", "size": [0.5, 0.5], "every_days": [7, 7]}
    frame = {
        "title": "t",
        "source": "house",
        "at": "",
        "confidence": "derived",
        "population": "p",
        "drugs": ["diazepam"],
    }
    PublishedTaper.model_validate({**frame, "readings": {"r": [phase]}})
    for bad in ([{**phase, "cuts": 1}], [phase, phase], [{"cut": "none", "every_days": [7, 7]}]):
        with pytest.raises(ValidationError):
            PublishedTaper.model_validate({**frame, "readings": {"r": bad}})
    for bad in ({"size": None}, {"size": [0.5, 0.1]}, {"size": [1, 1]}, {"every_days": [14, 7]}):
        with pytest.raises(ValidationError):
            TaperPhase.model_validate({**phase, **bad})
