"""Signals by group for people: every form has the same figures, and says what a difference does not prove."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise

import pytest

from benzosafe.population.forecast.report import forecast_data
from benzosafe.render.forecast_csv import csv_forecast
from benzosafe.render.forecast_page import forecast_page
from benzosafe.render.forecast_signals import difference, seen_rate
from benzosafe.render.forecast_text import text_forecast
from tests.population.forecast.dispensing import BLACK, FOUR, ONE, WHITE, crowd
from tests.population.forecast.signing import forecast_of, write_people
from tests.population.people import ON
from tests.population.screened import person
from tests.render.page_reader import Reader

PEOPLE = crowd([
    (10, {"gender": "female", "race": WHITE}, FOUR, ""), (10, {"gender": "female", "race": WHITE}, ONE, ""),
    (4, {"gender": "male", "race": BLACK}, FOUR, ""), (12, {"gender": "male"}, FOUR, "pharmacies merged"),
])  # fmt: skip
SEVERAL, GAP = "Several pharmacies", "Days without supply"


def data_of(folder, people):
    return forecast_data(forecast_of(write_people(folder, people), first=ON - timedelta(days=364)))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return data_of(tmp_path_factory.mktemp("crowd"), PEOPLE)


@pytest.fixture(scope="module")
def page(data):
    return forecast_page(data)


def words_of(text):
    return " ".join(text.split())


def test_page_and_text_say_what_a_difference_does_not_prove(data, page):
    for text in (words_of(Reader(page).text), words_of(text_forecast(data))):
        for words in ("On 2026-06-30 36 people were on a benzodiazepine or Z-drug", "no proof of bias",
                      "no proof that there is none", "differences are given", "do not publish them",
                      "No count is withheld", "Race: not recorded", "50.0 % (29.9 % to 70.1 %)",
                      "Of nobody could it be told, which is not that there is none"):  # fmt: skip
            assert words in text, words


def test_by_group_the_text_has_what_was_met_and_the_page_what_could_be_told(data, page):
    text, read = text_forecast(data), Reader(page)
    assert f"Signal by group: {SEVERAL}" in text and f"Signal by group: {GAP}" not in text
    for label in (SEVERAL, GAP):
        assert any(label in caption and "by group" in caption for caption in read.captions)
    assert not any(caption.startswith("Unexpected result of a urine test") for caption in read.captions)


def test_the_page_can_be_read_without_seeing_it(page):
    read = Reader(page)
    assert all(after - before <= 1 for before, after in pairwise(read.headings))
    assert all(attrs.get("scope") for tag, attrs in read.attributes if tag == "th")
    assert "<svg" not in page.split('id="signals"')[1].split("<h2")[0]


def test_csv_has_every_count_of_people(data):
    rows = [row for row in csv.DictReader(io.StringIO(csv_forecast(data))) if row["of"] == "signals"]
    several = [row for row in rows if row["signal"] == "several_pharmacies"]
    (everybody,) = (row for row in several if row["by"] == "everybody")
    assert [everybody[name] for name in ("patients", "judged", "seen", "explained", "not_seen", "cannot_tell")] == [
        "36", "36", "14", "12", "10", "0",
    ]  # fmt: skip
    for by in ("age", "sex", "race", "ethnicity"):
        assert sum(int(row["seen"]) for row in several if row["by"] == by) == 14
    assert all(row["per_1000"] == row["low"] == row["orders"] == "" for row in rows)
    black = next(row for row in several if row["group"] == "Black or African American")
    assert (black["judged"], black["seen"], black["share"], black["difference"]) == ("4", "4", "", "")


def test_where_nobody_takes_any_it_says_so(tmp_path):
    data = data_of(tmp_path, [person("p", [("oxycodone 5 mg tablet", "1 every 6 hours")])])
    for text in (words_of(Reader(forecast_page(data)).text), words_of(text_forecast(data))):
        assert "there are no signals to count" in text and "proof of bias" not in text and "None" not in text


def test_small_groups_are_said_to_be_small():
    row = {"rate": None, "judged": 4, "difference": None}
    assert (seen_rate(row), difference(row)) == ("too few for a rate", "not compared")
    assert seen_rate(row | {"judged": 0}) == "nobody judged"
    told = {"difference": -0.0138, "difference_low": -0.2499, "difference_high": 0.2238}
    assert difference(told) == "-1.4 (-25.0 to +22.4)"
