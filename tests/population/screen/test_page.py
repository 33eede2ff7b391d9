"""The page of a screen: self-contained, every drawing with its sentence and its table, nothing hidden."""

from __future__ import annotations

import copy
import json
import re
from itertools import pairwise

import pytest

from benzosafe.population.screen.summary import summary_data
from benzosafe.render.pages import percent
from benzosafe.render.screen_page import screen_page
from tests.population.screen.test_summary import TOLD
from tests.population.screened import screened
from tests.render.page_reader import Reader

EVIL = "<script>alert('x')</script>"


def data_of(folder, knowledge):
    patients = json.loads((folder / "quality.json").read_text())["patients"]
    return summary_data(folder, {**TOLD, "patients": patients}, knowledge)


@pytest.fixture(scope="module")
def data(crowd, knowledge):
    return data_of(crowd, knowledge)


@pytest.fixture(scope="module")
def page(data):
    return screen_page(data)


def test_it_needs_nothing_else(page):
    assert page.startswith("<!doctype html>") and 'lang="en"' in page
    outside = page.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
        'xmlns:xlink="http://www.w3.org/1999/xlink"', ""
    )
    assert not re.search(r"src=|@import|<link|<script|url\(http", outside)
    assert not re.search(r'(?:href|xlink:href)="(?!#)', outside)


def test_it_says_how_many_and_what_is_not_known(page, data):
    text = Reader(page).text
    for words in ("308 patients were screened on 2026-06-30", "could not be judged", "what is not known is not safe",
                  "Draft knowledge", "Do not stop a benzodiazepine abruptly", "Intended use", "no reason to taper",
                  "3 lines or resources of the input could not be used", "a medicine nobody knows",
                  "is not JSON: ... at ...",
                  "Device 12", data["knowledge"]):  # fmt: skip
        assert words in text, words
    for row in data["findings"]["by_rule"][:20]:
        assert row["title"] in text


def test_each_drawing_has_words_and_a_table(page):
    reader = Reader(page)
    drawings = [attrs for tag, attrs in reader.attributes if tag == "svg"]
    assert len(drawings) == 4 and all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawings)
    assert page.count("<desc>") == 4
    assert len(reader.captions) >= 4
    assert reader.headings[0] == 1 and all(after - before <= 1 for before, after in pairwise(reader.headings))
    assert all(attrs.get("scope") for tag, attrs in reader.attributes if tag == "th")
    targets = {attrs["id"] for _, attrs in reader.attributes if "id" in attrs}
    links = {attrs["href"][1:] for tag, attrs in reader.attributes if tag == "a"}
    assert links and links <= targets


def test_hostile_text_is_text(data):
    evil = copy.deepcopy(data)
    evil |= {"input": EVIL}
    evil["findings"]["by_rule"][0]["title"] = EVIL
    evil["do_not_taper"]["reasons"][0]["reason"] = EVIL
    evil["quality"]["not_understood"]["shown"][0] |= {"text": EVIL, "code": EVIL, "system": EVIL}
    evil["quality"]["rejects"] |= {"by_reason": {EVIL: 1}, "by_file": {EVIL: 1}}
    evil["quality"]["not_used"] = {EVIL: 1}
    page = screen_page(evil)
    assert "<script" not in page and page.count("&lt;script&gt;alert") >= 8
    Reader(page)


def test_it_is_the_same_each_time(page, crowd, knowledge):
    assert screen_page(data_of(crowd, knowledge)) == page


def test_a_screen_of_nobody_says_so(tmp_path, knowledge):
    page = screen_page(data_of(screened(tmp_path, [], knowledge), knowledge))
    text = Reader(page).text
    assert "0 patients were screened" in text and "No rule found anything. That is not that nothing is wrong" in text
    assert "Nobody was reviewed" in text and "NaN" not in page


@pytest.mark.parametrize(
    "share, words",
    [
        (None, "none to tell"),
        (0, "0.0 %"),
        (0.00001, "under 0.1 %"),
        (0.5, "50.0 %"),
        (0.99999, "over 99.9 %"),
        (1, "100.0 %"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_none(share, words):
    assert percent(share) == words
