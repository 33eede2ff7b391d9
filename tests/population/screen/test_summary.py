"""The numbers of the page are those of the tables."""

from __future__ import annotations

import json
from collections import defaultdict

import pyarrow.parquet as pq
import pytest

from benzosafe.errors import InputRefused
from benzosafe.population.screen.strata import AGE_BANDS, age_band, sex_group
from benzosafe.population.screen.summary import summary_data

TOLD = {"buckets": 3, "rejects": 3, "on": "2026-06-30", "knowledge": "x", "input": "export"}


@pytest.fixture(scope="module")
def summary(crowd, knowledge):
    patients = json.loads((crowd / "quality.json").read_text())["patients"]
    return summary_data(crowd, {**TOLD, "patients": patients}, knowledge)


def test_each_patient_counts_once_a_rule_at_the_most_urgent_tier(crowd, summary):
    tiers = defaultdict(dict)
    for row in pq.read_table(crowd / "findings").to_pylist():
        if row["state"] == "shown":
            mine = tiers[row["rule"]]
            mine[row["patient"]] = min(mine.get(row["patient"], 3), row["tier"])
    told = {row["rule"]: row for row in summary["findings"]["by_rule"]}
    assert set(told) == set(tiers) and len(told) == summary["findings"]["rules"] > 20
    for rule, patients in tiers.items():
        assert told[rule]["patients"] == len(patients)
        assert told[rule]["by_tier"] == {str(tier): [*patients.values()].count(tier) for tier in range(4)}
    urgent = [row["by_tier"]["0"] + row["by_tier"]["1"] for row in summary["findings"]["by_rule"]]
    assert urgent == sorted(urgent, reverse=True)


def test_patients_by_worst_tier_and_group(crowd, summary):
    facts = [row for row in pq.read_table(crowd / "facts").to_pylist() if row["status"] == "reviewed"]
    for row in summary["worst_tier"]:
        assert row["patients"] == sum(fact["worst_tier"] == row["tier"] for fact in facts)
    for group in summary["groups"]:
        mine = [
            f for f in facts if (age_band(f["age_years"]), sex_group(f["sex"])) == (group["age_band"], group["sex"])
        ]
        assert group["reviewed"] == len(mine)
        assert group["interrupting"] == sum(f["worst_tier"] is not None and f["worst_tier"] <= 1 for f in mine)
    assert sum(group["reviewed"] for group in summary["groups"]) == len(facts)


def test_reasons_not_to_taper_are_of_those_who_take_one(crowd, summary):
    facts = [row for row in pq.read_table(crowd / "facts").to_pylist() if row["bzra"]]
    assert summary["on_benzodiazepine_or_z_drug"] == len(facts)
    perhaps = [
        row for row in pq.read_table(crowd / "facts").to_pylist()
        if row["status"] == "reviewed" and not row["bzra"] and row["bzra_diazepam_equivalent_mg_per_day_high"] != 0
    ]  # fmt: skip
    assert summary["perhaps_on_benzodiazepine_or_z_drug"] == len(perhaps)
    assert summary["do_not_taper"]["patients"] == sum(bool(row["do_not_taper"]) for row in facts) > 0


def test_what_was_not_checked_is_counted_by_rule_and_by_what_is_missing(crowd, summary):
    gaps = [row for row in pq.read_table(crowd / "gaps").to_pylist() if row["kind"] == "not_checked"]
    told = summary["not_checked"]
    assert told["rules"] == len({row["rule"] for row in gaps})
    for row in told["by_rule"]:
        assert row["patients"] == sum(gap["rule"] == row["rule"] for gap in gaps)
    assert told["by_rule"][0]["could_be"] == "contraindicated"
    for row in told["by_fact"]:
        assert row["count"] == sum(row["fact"] in gap["missing"] for gap in gaps)


@pytest.mark.parametrize(
    "age, band", [(0, 0), (17.99, 0), (18, 1), (39.9, 1), (40, 2), (65, 3), (75, 4), (85, 5), (None, 6)]
)
def test_every_age_has_its_band(age, band):
    assert age_band(age) == AGE_BANDS[band]


def test_a_folder_without_quality_is_refused(tmp_path, knowledge):
    with pytest.raises(InputRefused, match=r"quality\.json"):
        summary_data(tmp_path, TOLD, knowledge)
