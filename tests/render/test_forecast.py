"""A forecast for people: the page reads well and needs nothing else, and hostile names are text."""

from __future__ import annotations

import copy
import csv
import io
import re
from datetime import date
from itertools import pairwise

import pytest

from benzosafe.population.forecast.report import ABOUT_CLINICIANS, forecast_data
from benzosafe.render.forecast_csv import COLUMNS, csv_forecast
from benzosafe.render.forecast_page import forecast_page
from benzosafe.render.forecast_text import text_forecast
from tests.population.forecast.signing import forecast_of, people, write_people
from tests.render.page_reader import Reader

EVIL = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return forecast_data(forecast_of(write_people(tmp_path_factory.mktemp("crowd"), people(90, seed=5))))


@pytest.fixture(scope="module")
def page(data):
    return forecast_page(data)


def test_the_page_needs_nothing_else(page):
    assert page.startswith("<!doctype html>") and 'lang="en"' in page
    outside = re.sub(r'xmlns(:xlink)?="[^"]*"', "", page)
    assert not re.search(r"src=|@import|<link|<script|url\(http", outside)
    assert not re.search(r'(?:href|xlink:href)="(?!#)', outside)


def test_the_page_can_be_read_without_seeing_it(page):
    reader = Reader(page)
    drawings = [attrs for tag, attrs in reader.attributes if tag == "svg"]
    assert len(drawings) == 6 and all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawings)
    assert page.count("<desc>") == len(drawings) and len(reader.captions) >= 8
    assert reader.headings[0] == 1 and all(after - before <= 1 for before, after in pairwise(reader.headings))
    assert all(attrs.get("scope") for tag, attrs in reader.attributes if tag == "th")
    targets = {attrs["id"] for _, attrs in reader.attributes if "id" in attrs}
    links = {attrs["href"][1:] for tag, attrs in reader.attributes if tag == "a"}
    assert links and links <= targets


def test_page_and_text_say_what_matters(page, data):
    every = data["orders"]["all"]
    for text in (Reader(page).text, " ".join(text_forecast(data).split())):
        for words in (f"{every['orders']:,} medication orders were signed",
                      "which is not that they would meet no alert",
                      f"{every['per_1000']:,.1f} ({every['low']:,.1f} to {every['high']:,.1f})", ABOUT_CLINICIANS,
                      "Dr Ada Example", "Emergency", "Nothing is taken as shown or answered before",
                      "The input holds none of these", data["knowledge_version"], "clinical review",
                      data["medicines"][0]["medicine"], "Critical: hard stop"):  # fmt: skip
            assert words in text, words
    for row in data["by_rule"]:
        assert row["title"] in Reader(page).text


def test_clinicians_are_in_a_table_and_not_drawn(page):
    part = page.split('id="by-clinician"')[1].split("<h2")[0]
    assert "<svg" not in part and "<table" in part and "quality of anyone" in part


def test_without_clinicians_nobody_is_named(data):
    without = copy.deepcopy(data) | {"about_clinicians": None}
    del without["by"]["clinician"]
    for text in (forecast_page(without), text_forecast(without), csv_forecast(without)):
        assert "Dr Ada" not in text and "dr-1" not in text


def test_hostile_text_is_text(data):
    evil = copy.deepcopy(data) | {"input": EVIL}
    evil["by_rule"][0]["title"] = evil["medicines"][0]["medicine"] = EVIL
    evil["by"]["ward"]["groups"][0]["name"] = evil["by"]["clinician"]["groups"][0]["name"] = EVIL
    page = forecast_page(evil)
    assert "<script" not in page and page.count("&lt;script&gt;alert") >= 8
    Reader(page)


def test_csv_has_every_count_and_no_formula(data):
    rows = list(csv.DictReader(io.StringIO(csv_forecast(data))))
    assert tuple(rows[0]) == COLUMNS
    totals = {row["of"]: row for row in rows if row["by"] == "total"}
    assert {of: int(row["cards"]) for of, row in totals.items()} == {
        of: whole["cards"] for of, whole in data["orders"].items()
    }
    for by, key in (("ward", "orders"), ("rule", "cards"), ("indicator", "cards"), ("clinician", "repeated")):
        found = [int(row[key]) for row in rows if row["by"] == by and row["of"] == "all"]
        assert sum(found) == data["orders"]["all"][key], by
    assert {row["name"] for row in rows if row["by"] == "clinician"} >= {"'=Dr Eve", "Dr Ada Example"}
    not_judged = {row["group"]: int(row["orders"]) for row in rows if row["by"] == "not judged"}
    assert not_judged == {row["why"]: row["count"] for row in data["not_judged"]}


def test_no_order_is_not_no_alert(tmp_path):
    folder = write_people(tmp_path, people(3, seed=5))
    data = forecast_data(forecast_of(folder, on=date(1999, 1, 1), first=None))
    for text in (Reader(forecast_page(data)).text, " ".join(text_forecast(data).split())):
        assert "That is not that there would be no alerts" in text and "NaN" not in text and "None" not in text
    csv_forecast(data)


def test_small_groups_are_said_to_be_together(tmp_path):
    found = forecast_of(write_people(tmp_path, people(20, seed=5)))
    for text in (forecast_page(forecast_data(found, 1000)), text_forecast(forecast_data(found, 1000))):
        assert "fewer than 1000 orders (3 together)" in text


def test_it_is_the_same_each_time(page, data):
    assert forecast_page(data) == page
