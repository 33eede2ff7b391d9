"""The predicted exposure in findings: one message, never a number alone, doses inside the label, nothing abrupt."""

from __future__ import annotations

import re

import pytest

from benzosafe.render.review_page import html_review
from benzosafe.render.review_text import text_review
from benzosafe.review.contract import ReviewReport
from tests.review.test_changes import reviewed, rules

ALPRAZOLAM = "alprazolam 1 mg twice daily since 2025-01-01 for panic disorder"
TRIAZOLAM = "triazolam 0.5 mg at bedtime since 2025-01-01 for insomnia"
RAISED, LOWERED = "exposure_raised_by_other_drug", "exposure_lowered_by_other_drug"


def finding(data, rule):
    return next(item for item in data["findings"] if item["rule"] == rule)


def predictions(data):
    return [item["predicted"] for item in data["findings"] if item["predicted"]]


def test_a_pair_without_a_rule_of_its_own_is_found_by_its_prediction(knowledge):
    data = reviewed(knowledge, "bromazepam 3 mg twice daily since 2025-01-01, viloxazine 200 mg daily")
    found = finding(data, RAISED)
    assert found["severity"] == "moderate"
    assert {"bromazepam", "viloxazine"} <= set(found["ingredients"])
    ratio = found["predicted"]["auc_ratio"]
    assert ratio["low"] < ratio["value"] < ratio["high"]
    assert found["predicted"]["like_mg_per_day"]["value"] == pytest.approx(6 * ratio["value"], rel=0.01)


@pytest.mark.parametrize(
    ("medicines", "rule"),
    [
        (f"{ALPRAZOLAM}, diltiazem 240 mg daily", "major_cyp3a4_victim_with_moderate_inhibitor"),
        (f"{ALPRAZOLAM}, diltiazem 240 mg daily, fluconazole 200 mg daily", "several_moderate_cyp3a4_inhibitors"),
        (f"{ALPRAZOLAM}, fluvoxamine 100 mg daily", "fluvoxamine_with_alprazolam_or_bromazepam"),
        (f"{ALPRAZOLAM}, carbamazepine 400 mg twice daily", "major_cyp3a4_victim_with_strong_inducer"),
        ("clonazepam 1 mg twice daily, clarithromycin 500 mg twice daily", "clonazepam_with_strong_cyp3a4_inhibitor"),
        ("lorazepam 1 mg twice daily, probenecid 500 mg twice daily", "probenecid_with_lorazepam_or_nitrazepam"),
    ],
)
def test_one_interaction_is_one_message_with_its_prediction(knowledge, medicines, rule):
    data = reviewed(knowledge, medicines)
    assert len(predictions(data)) == 1
    assert finding(data, rule)["predicted"]
    assert not {RAISED, LOWERED} & rules(data)


@pytest.mark.parametrize("medicines", [f"{ALPRAZOLAM}, diltiazem 240 mg daily", f"{TRIAZOLAM}, modafinil 200 mg daily"])
def test_no_number_stands_without_its_interval(knowledge, medicines):
    data = reviewed(knowledge, medicines)
    for found in predictions(data):
        assert re.search(r": [\d.]+ \([\d.]+ to [\d.]+\) times the usual exposure", found["words"])
        assert re.search(r"mg a day act like [\d.]+ \([\d.]+ to [\d.]+\)", found["words"])
    for page in (" ".join(text_review(data).split()), html_review(data)):
        assert "times the usual exposure" in page or re.search(r"exposure [\d.]+ times \([\d.]+ to [\d.]+\)", page)
    ReviewReport.model_validate(data)


def test_what_is_carried_over_is_said_to_be(knowledge):
    data = reviewed(knowledge, "clonazepam 1 mg twice daily, ketoconazole 200 mg daily")
    found = finding(data, "clonazepam_with_strong_cyp3a4_inhibitor")
    assert found["predicted"]["transferred"] is True
    assert "carried over from related drugs or test tubes" in found["reason"]
    assert any("transferred" in line for line in found["predicted"]["rests_on"])


def test_an_active_metabolite_counts_with_the_drug_and_is_shown_apart(knowledge):
    data = reviewed(knowledge, "clobazam 10 mg twice daily, fluconazole 200 mg daily")
    found = predictions(data)[0]
    drug, metabolite = found["analytes"]
    assert (drug["analyte"], metabolite["analyte"]) == ("clobazam", "n-desmethylclobazam")
    assert drug["auc_ratio"]["value"] < found["auc_ratio"]["value"] < metabolite["auc_ratio"]["value"]
    assert "n-desmethylclobazam" in found["words"]


def test_a_dose_that_is_not_known_is_said_to_be_assumed(knowledge):
    assert "its usual dose is assumed" in predictions(reviewed(knowledge, f"{ALPRAZOLAM}, diltiazem"))[0]["words"]
    by_class = reviewed(knowledge, f"{ALPRAZOLAM}, duvelisib 25 mg twice daily")
    assert "that of its class" in predictions(by_class)[0]["words"]


def test_where_the_medicines_must_not_meet_no_dose_is_named(knowledge):
    data = reviewed(knowledge, f"{ALPRAZOLAM}, ketoconazole 200 mg daily")
    found = finding(data, "alprazolam_with_strong_cyp3a4_inhibitor")
    assert found["severity"] == "contraindicated"
    assert found["predicted"]["keeps_exposure_mg_per_day"] is None
    assert "make up for it" not in found["reason"]
    assert not [c for c in data["changes_that_help"] if c["action"] == "reduce" and "raised exposure" in c["words"]]


def test_a_raised_exposure_is_made_up_for_by_a_range_inside_the_label(knowledge):
    data = reviewed(knowledge, f"{TRIAZOLAM}, diltiazem 240 mg daily")
    low, high = predictions(data)[0]["keeps_exposure_mg_per_day"]
    ratio = predictions(data)[0]["auc_ratio"]
    assert low == 0.125  # the smallest tablet
    assert low < high <= 0.5 / ratio["low"] * 1.05
    change = next(c for c in data["changes_that_help"] if c["ingredient"] == "triazolam" and c["action"] == "reduce")
    assert f"step by step to between {low:g} and {high:g} mg a day" in change["words"]
    assert change["how"] == "taper"


def test_no_marketed_amount_is_small_enough(knowledge):
    data = reviewed(knowledge, "brotizolam 0.25 mg at bedtime, itraconazole 200 mg daily")
    found = finding(data, "major_cyp3a4_victim_with_strong_inhibitor")["predicted"]
    assert found["keeps_exposure_mg_per_day"] is None
    assert "No marketed amount is small enough" in found["words"]


def test_a_lowered_exposure_never_asks_for_more(knowledge):
    data = reviewed(knowledge, f"{ALPRAZOLAM}, rifampicin 600 mg daily")
    assert predictions(data)[0]["keeps_exposure_mg_per_day"] is None
    assert not [c for c in data["changes_that_help"] if "raised exposure" in c["words"]]


@pytest.mark.parametrize(
    ("medicine", "rule"),
    [
        ("clarithromycin 500 mg twice daily from 2026-11-10 to 2026-11-20", "cyp3a4_inhibitor_stopped_recently"),
        ("rifampicin 600 mg daily from 2026-08-01 to 2026-11-15", "cyp3a4_inducer_stopped_recently"),
    ],
)
def test_after_a_stop_the_days_are_worked_out(knowledge, medicine, rule):
    reason = finding(reviewed(knowledge, f"{ALPRAZOLAM}, {medicine}"), rule)["reason"]
    assert re.search(r"begins on day [\d.]+( to [\d.]+)? after its last dose", reason)
    assert re.search(r"effect is left by day [\d.]+ to [\d.]+\.", reason)


def test_an_unresolved_medicine_leaves_no_prediction(knowledge):
    data = reviewed(knowledge, f"{ALPRAZOLAM}, diltiazem 240 mg daily, blorfazine 10 mg daily")
    assert not predictions(data)
    assert RAISED in {check["rule"] for check in data["not_checked"]}
