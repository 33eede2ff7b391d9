"""Signals by group: counted by hand, with published intervals; the same in any split; groups share everybody out."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.knowledge.load import load_knowledge
from benzosafe.population.forecast import forecast as running
from benzosafe.population.forecast.fairness import DIED, GROUPS, Watched
from benzosafe.population.forecast.fairness_report import fairness_data
from benzosafe.population.forecast.fairness_tally import SignalCounts
from benzosafe.population.forecast.intervals import newcombe
from benzosafe.population.forecast.report import forecast_data
from tests.population.forecast.dispensing import BLACK, FOUR, HISPANIC, ONE, WHITE, crowd
from tests.population.forecast.signing import forecast_of, write_people
from tests.population.people import ON

SEVERAL = "several_pharmacies"
FEMALE, MALE = {"gender": "female", "race": WHITE}, {"gender": "male", "race": BLACK, "ethnicity": HISPANIC}
MERGED, NOT_NAMED = "pharmacies merged", ("",)
CROWD = crowd([
    (12, FEMALE, FOUR, ""), (3, FEMALE, FOUR, MERGED), (15, FEMALE, ONE, ""), (5, FEMALE, NOT_NAMED, ""),
    (3, MALE, FOUR, ""), (17, MALE, ONE, ""), (9, {}, FOUR, ""), (4, {}, NOT_NAMED, ""),
    (2, FEMALE | {"deceasedBoolean": True}, FOUR, ""),
])  # fmt: skip


def signal_of(data, name=SEVERAL):
    return next(one for one in data["by_signal"] if one["signal"] == name)


def by_group(data, kind, name=SEVERAL):
    return {row["group"]: row for row in signal_of(data, name)["by"][kind]}


def data_of(folder, people, **more):
    return forecast_data(forecast_of(write_people(folder, people, **more), first=ON - timedelta(days=364)))["signals"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return data_of(tmp_path_factory.mktemp("crowd"), CROWD)


def test_counts_and_rates_are_those_of_the_people(data):
    assert data["people"] == 68 and data["left_out"] == [{"why": DIED, "count": 2}]
    assert data["on"] == str(ON) and data["least_judged"] == 10
    female, male, unknown = by_group(data, "sex").values()
    names = ("people", "judged", "seen", "explained", "not_seen", "cannot_tell")
    assert [female[name] for name in names] == [35, 30, 12, 3, 15, 5]
    assert [male[name] for name in names] == [20, 20, 3, 0, 17, 0]
    assert [unknown[name] for name in names] == [13, 9, 9, 0, 0, 4]
    everybody = signal_of(data)["everybody"]
    assert [everybody[name] for name in names] == [68, 59, 24, 3, 32, 9]
    # Worked out apart from our code, as the roots of Newcombe's quadratic in 30 decimals: 12/30, and 12/30 less 12/29.
    assert [female[name] for name in ("rate", "low", "high")] == [0.4, 0.2459, 0.5768]
    assert [female[name] for name in ("difference", "difference_low", "difference_high")] == [-0.0138, -0.2499, 0.2238]
    assert (male["rate"], male["difference"]) == (0.15, round(3 / 20 - 21 / 39, 4))


def test_a_group_too_small_has_counts_and_no_rate(data):
    unknown = by_group(data, "sex")["not recorded"]
    assert unknown["judged"] == 9 and unknown["seen"] == 9
    assert {unknown[name] for name in ("rate", "low", "high", "difference", "difference_low")} == {None}


def test_nobody_is_compared_with_nobody(data):
    (age, not_recorded) = by_group(data, "age").values()
    assert age["people"] == 68 and age["rate"] is not None and age["difference"] is None
    assert not_recorded["people"] == 0 and not_recorded["rate"] is None


def test_a_race_that_is_not_recorded_is_a_group_of_its_own(data):
    race = by_group(data, "race")
    assert {group: row["people"] for group, row in race.items()} == {
        "Black or African American": 20, "White": 35, "not recorded": 13,
    }  # fmt: skip
    ethnicity = by_group(data, "ethnicity")
    assert {group: row["seen"] for group, row in ethnicity.items()} == {"Hispanic or Latino": 3, "not recorded": 21}


def test_differences_are_counted_and_said_to_prove_nothing(data):
    compared = [row for one in data["by_signal"] for rows in one["by"].values() for row in rows
                if row["difference"] is not None]  # fmt: skip
    assert data["comparisons"] == len(compared) > 20
    said = " ".join(data["rests_on"])
    for words in ("no proof of bias", "no proof that there is none", f"{len(compared)} differences are given"):
        assert words in said


def test_what_is_explained_in_one_group_is_not_seen_there(tmp_path):
    people = crowd([(12, FEMALE, FOUR, MERGED), (12, MALE, FOUR, "")])
    female, male, _ = by_group(data_of(tmp_path, people), "sex").values()
    assert (female["seen"], female["explained"], female["rate"]) == (0, 12, 0.0)
    assert (male["seen"], male["explained"], male["rate"]) == (12, 0, 1.0)
    assert (female["difference"], male["difference"]) == (-1.0, 1.0)


def test_shuffled_and_split_it_is_the_same(data, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_BUCKET_BYTES", 10_000)  # so that there is something to share out
    expected = json.dumps(data)
    people = list(CROWD)
    for seed in (1, 2):
        random.Random(seed).shuffle(people)
        assert json.dumps(data_of(tmp_path / str(seed), people, files=4, seed=seed)) == expected


def test_processes_find_the_same(data, tmp_path):
    folder = write_people(tmp_path, CROWD, files=3)
    again = forecast_data(forecast_of(folder, workers=2, first=ON - timedelta(days=364)))
    assert again["signals"] == data


def test_without_orders_the_last_year_of_supplies_counts(tmp_path):
    people = crowd([(3, FEMALE, FOUR, "")])
    found = forecast_of(write_people(tmp_path, people), on=ON, first=None)
    assert found.first is None and forecast_data(found)["signals"]["people"] == 3
    assert forecast_data(found)["signals"]["supplied_from"] == "2025-07-01"


def test_nobody_is_named(data):
    assert not any(resources[0]["id"] in json.dumps(data) for resources in CROWD)


STATES = ("seen", "explained", "not seen", "cannot tell")
KNOWLEDGE = load_knowledge()
WATCHED = st.builds(
    Watched,
    st.fixed_dictionaries({kind: st.sampled_from(groups) for kind, groups in GROUPS.items()}),
    st.fixed_dictionaries({name: st.sampled_from(STATES) for name in (SEVERAL, "gap")}),
)
CROWDS = st.lists(WATCHED, max_size=40)
COUNTED = ("people", "judged", "seen", "explained", "not_seen", "cannot_tell")


def counted(people):
    counts = SignalCounts()
    for one in people:
        counts.add(one)
    return counts


@given(CROWDS)
def test_groups_share_everybody_out(people):
    data = fairness_data(counted(people), KNOWLEDGE, ON, ON)
    for name in (SEVERAL, "gap"):
        signal = signal_of(data, name)
        states = Counter(one.states[name] for one in people)
        assert signal["everybody"]["cannot_tell"] == states["cannot tell"]
        assert signal["everybody"]["seen"] == states["seen"]
        for rows in signal["by"].values():
            for what in COUNTED:
                assert sum(row[what] for row in rows) == signal["everybody"][what]


@given(CROWDS, CROWDS, st.randoms(use_true_random=False))
def test_any_order_of_adding_gives_the_same(some, others, draw):
    apart, together = counted(some), [*some, *others]
    apart.merge(counted(others))
    draw.shuffle(together)
    assert apart == counted(together)


@given(CROWDS)
def test_every_rate_and_difference_lies_within_its_limits(people):
    for signal in fairness_data(counted(people), KNOWLEDGE, ON, ON)["by_signal"]:
        for row in (row for rows in signal["by"].values() for row in rows):
            assert (row["rate"] is None) == (row["judged"] < 10)
            if row["rate"] is not None:
                assert 0 <= row["low"] <= row["rate"] <= row["high"] <= 1
            if row["difference"] is not None:
                assert -1 <= row["difference_low"] <= row["difference"] <= row["difference_high"] <= 1


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # Newcombe RG. Interval estimation for the difference between independent proportions. Stat Med 1998;17:873-890,
    # table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_is_as_published(one, other, low, high):
    assert newcombe(one, other) == pytest.approx((low, high), abs=5e-5)
    assert newcombe(other, one) == pytest.approx((-high, -low), abs=5e-5)
