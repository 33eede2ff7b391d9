"""The list in every form: whole, escaped, accessible, the same bytes each time, and without blame."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from itertools import pairwise

import pytest

from benzosafe.population.worklist.worklist import worklist_data
from benzosafe.render.worklist_csv import COLUMNS, csv_worklist
from benzosafe.render.worklist_page import worklist_page
from benzosafe.render.worklist_text import text_worklist
from benzosafe.render.worklist_words import other_knowledge
from tests.population.screened import screened
from tests.render.page_reader import Reader

BLAME = re.compile(r"addict|abuse|misus|junkie|non-?complian|drug.?seek|user\b|suspicious", re.IGNORECASE)
EVIL = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r\n=1", "x;=1", "x; @y", "＝1",
    "<script>alert(1)</script>", '"><img src=x onerror=y>',
]  # fmt: skip


@pytest.fixture(scope="module")
def data(crowd, knowledge):
    return worklist_data(crowd, knowledge, 8)


@pytest.fixture(scope="module")
def hostile(data):
    """The same list with hostile text wherever text came from records."""
    found = copy.deepcopy(data)
    for place, entry in enumerate([*found["listed"], *found["beyond_capacity"], *found["not_judged"]]):
        evil = EVIL[place % len(EVIL)]
        entry["patient"] = evil
        if entry.get("finding") and "reason" in entry["finding"]:
            entry["finding"] |= {"reason": evil, "ingredients": ["aspirin", evil], "missing": [evil]}
        if "why" in entry:
            entry["why"] = evil
    found["input"] = EVIL[-2]
    return found


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_one_row_a_patient_and_the_columns_stay(data):
    found = rows(csv_worklist(data))
    assert [*found[0]] == [*COLUMNS]
    lists = [row["list"] for row in found]
    assert lists == (
        ["within capacity"] * 8
        + ["not within capacity"] * data["counts"]["beyond_capacity"]
        + ["not judged"] * data["counts"]["not_judged"]
        + ["judged in part"] * data["counts"]["partly_judged"]
    )
    first, entry = found[0], data["listed"][0]
    assert (first["rank"], first["patient"], first["tier"]) == ("1", entry["patient"], "0")
    assert first["helps_most"] == entry["changes"][0]["words"]
    assert int(first["preventable_harm"]) == entry["preventable_harm"]
    behind = next(row for row in found if row["list"] == "not within capacity")
    assert behind["rank"] == "9" and behind["finding"] and behind["helps_most"] == ""


def test_no_cell_is_a_formula(hostile):
    text = csv_worklist(hostile)
    assert len(text.splitlines()) == 1 + len(rows(text))
    cells = [cell for row in rows(text) for cell in row.values()]
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@＝]", cell)]
    assert not [cell for cell in cells if re.search(r";\s*[=+\-@]", cell)]
    assert "'=cmd|' /C calc'!A0" in cells


def test_the_page_is_self_contained_and_says_everything(data):
    page = worklist_page(data)
    reader = Reader(page)
    assert page.startswith("<!doctype html>") and 'lang="en"' in page
    assert not re.search(r"src=|@import|<link|<script|url\(|https?://", page)
    for entry in data["listed"]:
        assert entry["patient"] in reader.text and entry["finding"]["title"] in reader.text
        for change in entry["changes"][:1]:
            assert change["words"] in reader.text
        for reason in entry["do_not_taper"]:
            assert reason in reader.text
    for words in ("Draft knowledge", "must not be stopped at once", "nobody is to be tapered to meet a measure",
                  "Could not be judged", "Not within capacity", data["knowledge_version"]):  # fmt: skip
        assert words in reader.text
    assert reader.headings[0] == 1 and all(after - before <= 1 for before, after in pairwise(reader.headings))
    scrolled = [attrs for tag, attrs in reader.attributes if attrs.get("class") == "scroll"]
    assert scrolled and all(attrs["tabindex"] == "0" and attrs["aria-label"] for attrs in scrolled)
    assert all(attrs.get("scope") for tag, attrs in reader.attributes if tag == "th")


def test_hostile_text_is_text(hostile):
    page = worklist_page(hostile)
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    Reader(page)


def test_the_text_fits_a_terminal(data):
    text = text_worklist(data)
    assert max(map(len, text.splitlines())) <= 100
    assert all(entry["patient"] in text for entry in data["listed"])
    assert "could not be judged: what is not known is not safe" in text


@pytest.mark.parametrize("write", [csv_worklist, worklist_page, text_worklist, json.dumps])
def test_every_form_is_stable_and_free_of_blame(data, crowd, knowledge, write):
    text = write(data)
    assert text == write(worklist_data(crowd, knowledge, 8))
    said = re.sub(r"Opioid use disorder[^<|;\n]*", "", text)
    assert not BLAME.search(said), BLAME.search(said)
    for entry in data["listed"]:
        if entry["do_not_taper"]:
            assert not [change for change in entry["changes"] if "taper" in change["words"]]


@pytest.mark.parametrize("write", [csv_worklist, worklist_page, text_worklist])
def test_nobody_is_said_to_be_nobody(tmp_path, knowledge, write):
    text = write(worklist_data(screened(tmp_path, [], knowledge), knowledge, 40))
    assert "<li" not in text and "  1." not in text
    assert len(text.splitlines()) == 1 if write is csv_worklist else "0 of 0 patients" in text


def test_other_knowledge_is_said_in_words(data):
    assert other_knowledge(data) == ""
    changed = {**data, "screened_with": {"knowledge_version": "2025.1+abc", "engine_version": "0"}}
    assert "2025.1+abc" in other_knowledge(changed) and data["knowledge_version"] in other_knowledge(changed)
    assert "2025.1+abc" in worklist_page(changed) and "2025.1+abc" in text_worklist(changed)
