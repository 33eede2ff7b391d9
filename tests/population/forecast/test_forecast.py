"""The forecast of a population: the same whoever works and however the input is split; counted by hand."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from benzosafe.errors import InputRefused
from benzosafe.population.forecast import forecast as running
from benzosafe.population.forecast.intervals import clustered
from benzosafe.population.forecast.report import forecast_data
from benzosafe.population.forecast.signed import not_signed
from benzosafe.population.forecast.tally import ALL, SEDATIVES, Tally
from tests.population.forecast.signing import FIRST, LAST, forecast_of, people, replayed, write_people
from tests.population.screened import person


def _again() -> list[dict[str, Any]]:
    """Somebody whose opioid is ordered again and again beside a benzodiazepine."""
    medicines = [("clonazepam 1 mg tablet", "1 twice daily"), *[("oxycodone 5 mg tablet", "1 every 6 hours")] * 3]
    resources = person("again", medicines)
    ward = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/again"},
            "location": [{"location": {"display": "Emergency"}}]}  # fmt: skip
    for number, one in enumerate(resources[1:]):
        one |= {"authoredOn": f"2026-05-{10 + number:02d}", "encounter": {"reference": "Encounter/e"},
                "requester": {"reference": "Practitioner/dr-1", "display": "Dr Ada Example"}}  # fmt: skip
    unknown = resources[1] | {"id": "unknown", "authoredOn": "2026-05-01",
                              "medicationCodeableConcept": {"text": "a medicine nobody knows"}}  # fmt: skip
    return [*resources, ward, unknown]


CROWD = [*people(160, seed=21), _again()]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return forecast_of(write_people(tmp_path_factory.mktemp("crowd"), CROWD))


@pytest.fixture(scope="module")
def data(found):
    return forecast_data(found)


@pytest.fixture(scope="module")
def by_hand(knowledge):
    return [(resources, item) for resources in CROWD for item in replayed(resources, knowledge).values()]


def test_the_same_bytes_whoever_works_and_however_it_is_split(data, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_BUCKET_BYTES", 20_000)  # so that there is something to share out
    expected = json.dumps(data)
    for seed, workers in ((1, 1), (2, 2)):
        folder = write_people(tmp_path / "crowd" / str(seed), CROWD, files=3, seed=seed)
        again = forecast_of(folder, workers)
        again = json.dumps({**forecast_data(again), "input": data["input"]})
        assert again == expected


def test_counts_are_those_of_the_orders(data, by_hand):
    whole = data["orders"][ALL]
    cards = [item.card for _, item in by_hand if item.card]
    assert whole["orders"] == len(by_hand) > 150
    assert whole["judged"] == sum(not item.why_not for _, item in by_hand) < whole["orders"]
    assert whole["cards"] == len(cards) > 30
    assert whole["per_1000"] == round(1000 * len(cards) / whole["judged"], 2)
    assert whole["low"] < whole["per_1000"] < whole["high"]
    assert {row["indicator"]: row["cards"] for row in whole["by_indicator"]} == {
        "critical": 0, "warning": 0, "info": 0, **Counter(card.indicator for card in cards),
    }  # fmt: skip
    assert {row["rule"]: row[ALL]["cards"] for row in data["by_rule"]} == Counter(card.rule for card in cards)
    assert whole["share_hard"]["cards"] == whole["hard"] == sum(card.hard for card in cards)
    assert whole["share_repeated"]["cards"] == sum(item.repeated for _, item in by_hand) > 0
    assert whole["share_repeated"]["of"] == len(cards)
    assert data["orders"][SEDATIVES]["orders"] == sum(item.sedative for _, item in by_hand) > 50


def test_the_interval_is_of_the_judged_orders_by_patient(data, by_hand):
    patients: dict[str, list[int]] = {}
    for resources, item in by_hand:
        cards_and_orders = patients.setdefault(resources[0]["id"], [0, 0])
        cards_and_orders[0] += item.card is not None
        cards_and_orders[1] += not item.why_not
    judged = [(cards, orders) for cards, orders in patients.values() if orders]
    cards, orders = (sum(part) for part in zip(*judged, strict=True))
    sums = sum(c * c for c, _ in judged), sum(c * n for c, n in judged), sum(n * n for _, n in judged)
    low, high = clustered(cards, orders, len(judged), sums)
    whole = data["orders"][ALL]
    assert any(item.why_not and patients[resources[0]["id"]][0] for resources, item in by_hand)
    assert (whole["patients"], whole["low"], whole["high"]) == (
        len(judged),
        round(1000 * low, 2),
        round(1000 * high, 2),
    )


def test_what_was_not_judged_bounds_the_rate(data, by_hand):
    whole = data["orders"][ALL]
    silent = sum(bool(item.why_not) for _, item in by_hand)
    assert whole["not_judged"] == silent > 0
    assert whole["per_1000_of_all_at_least"] == round(1000 * whole["cards"] / whole["orders"], 2)
    assert whole["per_1000_of_all_at_most"] == round(1000 * (whole["cards"] + silent) / whole["orders"], 2)
    without_date = sum(
        one["resourceType"] == "MedicationRequest" and "authoredOn" not in one and not not_signed(one)
        for resources in CROWD for one in resources
    )  # fmt: skip
    assert sum(row["count"] for row in data["not_judged"]) == silent + without_date and without_date > 0


@pytest.mark.parametrize("dimension", ["ward", "clinician", "age", "sex"])
def test_groups_add_up(data, dimension):
    rows = data["by"][dimension]["groups"]
    for name in ("orders", "judged", "cards", "hard", "repeated"):
        assert sum(row[name] for row in rows) == data["orders"][ALL][name], name
    assert sum(row["sedative_orders"] for row in rows) == data["orders"][SEDATIVES]["orders"]


def test_wards_and_clinicians_have_their_names(data, by_hand):
    names = {row["name"] for row in data["by"]["ward"]["groups"]}
    assert names == {"Ward 3 North", "Emergency", "Ward <b>5</b>"}
    clinicians = {row["group"]: row["name"] for row in data["by"]["clinician"]["groups"]}
    assert clinicians == {"dr-1": "Dr Ada Example", "dr-2": "Dr Ben Example", "dr-3": "=Dr Eve"}
    assert [row["name"] for row in data["by"]["clinician"]["groups"]] == sorted(clinicians.values())
    ages = {item.setting.age for _, item in by_hand}
    assert {row["group"] for row in data["by"]["age"]["groups"]} == ages


def test_small_cells_are_counted_together(found, data):
    small = forecast_data(found, least_orders=10_000)["by"]["ward"]
    assert small["groups"] == [] and small["pooled"]["groups"] == 3
    assert small["pooled"]["name"] == "fewer than 10000 orders"
    assert small["pooled"]["orders"] == data["orders"][ALL]["orders"]
    assert data["by"]["ward"]["pooled"] is None
    assert forecast_data(found, least_orders=10_000)["by"]["sex"] == data["by"]["sex"]


def test_tallies_can_be_merged_in_any_order(tmp_path, found):
    halves = [forecast_of(write_people(tmp_path / name, part)).tally for name, part in (("a", CROWD[:70]),
                                                                                       ("b", CROWD[70:]))]  # fmt: skip
    for order in (halves, halves[::-1]):
        whole = Tally()
        for half in order:
            whole.merge(half)
        assert whole == found.tally


def test_lines_that_cannot_be_used_are_counted(tmp_path, data):
    folder = write_people(tmp_path / "crowd", CROWD)
    with gzip.open(folder / "bad.ndjson.gz", "wt") as file:
        file.write('{"resourceType": "MedicationRequest", "subj\nnull\n{"resourceType": "Condition", "id": "x"}\n')
    again = forecast_data(forecast_of(folder))
    assert again["rejects"] == 3 and data["rejects"] == 0
    assert {**again, "rejects": 0, "input": ""} == {**data, "input": ""}


def test_an_order_written_twice_is_one_order(tmp_path, data):
    folder = write_people(tmp_path / "crowd", CROWD)
    copies = write_people(tmp_path / "copies", CROWD, seed=4)
    (copies / "4-0.ndjson").rename(folder / "again.ndjson")
    again = forecast_data(forecast_of(folder))
    assert {**again, "input": ""} == {**data, "input": ""}


def test_without_days_the_last_twelve_months_of_orders_are_taken(tmp_path, knowledge):
    folder = write_people(tmp_path / "crowd", CROWD)
    cut = LAST - timedelta(days=60)
    found = forecast_of(folder, on=cut, first=None)
    days = sorted(date.fromisoformat(one["authoredOn"][:10]) for resources in CROWD for one in resources
                  if one.get("authoredOn") and not not_signed(one))  # fmt: skip
    assert found.last == max(day for day in days if day <= cut)
    assert found.first == found.last.replace(year=found.last.year - 1) + timedelta(days=1)
    assert found.tally.cell(ALL).orders == sum(found.first <= day <= found.last for day in days)


@pytest.mark.parametrize(
    ("last", "first"), [((2024, 2, 29), (2023, 3, 1)), ((2026, 6, 30), (2025, 7, 1)), ((1, 2, 3), (1, 1, 1))]
)
def test_twelve_months_end_on_their_last_day(last, first):
    assert running._year_before(date(*last)) == date(*first)


def test_a_window_without_orders_says_so(tmp_path):
    folder = write_people(tmp_path / "crowd", CROWD[:5])
    data = forecast_data(forecast_of(folder, on=date(1999, 1, 1), first=None))
    assert data["orders"][ALL]["orders"] == 0 and data["orders"][ALL]["per_1000"] is None
    assert data["window"] == {"first": None, "last": "1999-01-01"}


def test_nobody_is_refused(tmp_path):
    (tmp_path / "x.ndjson").write_text('{"resourceType": "Medi\n')
    with pytest.raises(InputRefused, match="no patient. 1 lines"):
        forecast_of(tmp_path)


def test_it_says_what_the_input_never_holds(data):
    assert "MedicationDispense" in data["never_in_input"] and "Condition" not in data["never_in_input"]
    assert FIRST.isoformat() == data["window"]["first"]
