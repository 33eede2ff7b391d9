"""Every rendering of a simulation: no number without its interval, pictures that can be read without seeing them."""

from __future__ import annotations

import csv
import io
import re
import struct
import zlib
from xml.etree import ElementTree

import pytest

from benzosafe.render.simulation_axes import Axis, apart, panel_top
from benzosafe.render.simulation_chart import png_simulation, svg_simulation
from benzosafe.render.simulation_csv import csv_simulation
from benzosafe.render.simulation_days import day_rows
from benzosafe.render.simulation_html import html_simulation
from benzosafe.render.simulation_text import text_simulation
from benzosafe.render.simulation_words import course_words, number, summary, when
from tests.render.page_reader import Reader
from tests.render.simulations import DAYS, TIMES_H, aimed_at, simulation

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def data():
    return simulation()


@pytest.fixture(scope="module")
def svg(data):
    return svg_simulation(data)


@pytest.fixture(scope="module")
def page(data):
    return html_simulation(data)


def test_text_fits_the_terminal_and_says_what_matters(data):
    text = text_simulation(data)
    flat = " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "changes most on day 10: 2.5 (2 to 3.1) times" in flat
    assert "as if 2.5 mg were taken, between 2 and 3.1 mg, when 1 mg is" in flat
    assert "The other way it changes most on day 15: 0.8 (0.64 to 0.99) times" in flat
    assert "on day 12: 1 (0.8 to 1.2) times" in flat
    assert "fluconazole 200 mg a day, from day 5 to day 10" in flat and "rifampicin at its usual dose" in flat
    assert "strength of fluconazole on CYP3A4: derived" in flat and "intake at 08:00 is assumed" in flat
    assert "Draft: no value here has had a clinical review" in flat


def test_every_level_is_said_with_its_interval(data):
    flat = " ".join(text_simulation(data).split())
    levels = re.findall(r"(\S+ \S+ \S+ \S+) ng/mL", re.sub(r"\S+ in ng/mL,", "", flat))
    assert len(levels) == 9  # two analytes, highest and end, typical person and people; and the range aimed at
    for level in levels:
        assert re.search(r"[\d.]+ \([\d.]+ to [\d.]+\)$|[\d.]+ to [\d.]+$", level), level
    for line in summary(data):
        assert "times" not in line or re.search(r"[\d.]+ \([\d.]+ to [\d.]+\) times", line)


def test_rows_are_the_days_that_matter(data):
    rows = {row.day: row for row in day_rows(data, data["analytes"][0])}
    assert {1, 5, 10, 12, 15, 20} <= set(rows)
    assert rows[5].happens == "fluconazole starts"
    assert rows[10].happens == "last day of fluconazole; exposure changes most"
    assert rows[12].happens == "back to normal"
    assert rows[1].before == "0 (0 to 0)" and rows[5].mg == "1"
    before = data["analytes"][0]["typical"][TIMES_H.index(4 * 24 + 8)]
    assert rows[5].before.startswith(f"{number(before)} (")
    assert len(day_rows(data, data["analytes"][0], every=True)) == DAYS


def test_missed_and_changed_doses_are_told():
    doses = [{"at_h": 24.0 * day + 8, "mg": 1.0 if day < 10 else 0.5} for day in range(DAYS) if day != 3]
    changed = simulation(doses=doses)
    rows = {row.day: row for row in day_rows(changed, changed["analytes"][0], every=True)}
    assert rows[4].happens == "no dose" and rows[4].mg == "0"
    assert "dose now 0.5 mg" in rows[11].happens
    assert "0 to 1 mg a day" in text_simulation(changed)


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ({"from_day": 3, "to_day": 3, "stops_inside": True}, "on day 3"),
        ({"from_day": -20, "to_day": 4, "stops_inside": True}, "from before day 1 to day 4"),
        ({"from_day": -20, "to_day": 20, "stops_inside": False}, "all the time"),
        ({"from_day": -20, "to_day": -5, "stops_inside": True}, "last taken 6 days before day 1"),
    ],
)
def test_courses_in_words(course, words):
    assert (
        course_words({"drug": "x", "mg_per_day": 20.0, "dose_unit": "mg a day", **course}) == f"x 20 mg a day, {words}"
    )


def test_times_as_day_and_clock(data):
    assert when(data, 0.0) == "day 1, 00:00"
    assert when(data, 23 * 24 + 14.5) == "day 24, 14:30"
    assert when(data, 48.0) == "day 2, 24:00"
    assert when(simulation(starts_on="2026-02-28"), 24.25) == "day 2 (2026-03-01), 00:15"


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.0004, "below 0.001"), (0.0123, "0.012"), (99.7, "100"), (1467.0, "1470")]
)
def test_numbers(value, words):
    assert number(value) == words


def test_csv_comes_back_as_it_was(data):
    lines = list(csv.DictReader(io.StringIO(csv_simulation(data))))
    limits = ["people_low", "people_high", "typical_low", "typical_high"]
    assert list(lines[0]) == ["time_h", "analyte", "typical_ng_per_ml", *limits]
    assert len(lines) == 2 * len(TIMES_H)
    for analyte in data["analytes"]:
        own = [line for line in lines if line["analyte"] == analyte["analyte"]]
        assert [float(line["time_h"]) for line in own] == TIMES_H
        assert [float(line["typical_ng_per_ml"]) for line in own] == analyte["typical"]
        assert all([float(line[name]) for line in own] == analyte[name] for name in limits)


def test_svg_can_be_read_without_being_seen(data, svg):
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert root.get("aria-label") == "Clonazepam (oral) over 20 days"
    assert root[0].tag == f"{SVG}title" and root[1].tag == f"{SVG}desc"
    assert all(sentence in (root[1].text or "") for sentence in summary(data))
    assert not [part for part in root.iter() if (part.get("role") or "").startswith("graphics")]


def test_svg_shows_names_doses_and_draft(data, svg):
    root = ElementTree.fromstring(svg)
    words = [text for part in root.iter(f"{SVG}text") for text in part.itertext()]
    for name in (
        "fluconazole",
        "rifampicin",
        "Draft",
        "90 % of people",
        "typical person",
        "20 to 70",
        "aminoclonazepam",
    ):
        assert any(name in word for word in words), name
    assert float(root.get("width", "0")) <= 700  # fits the text of an A4 page
    assert svg == svg_simulation(data)


def test_every_dose_is_drawn(svg):
    doses = [{"at_h": 8.0, "mg": 1.0}]
    lines = [len(re.findall("<line ", drawn)) for drawn in (svg, svg_simulation(simulation(doses=doses)))]
    assert lines[0] - lines[1] == DAYS - 1


@pytest.mark.parametrize(
    "changed",
    [
        {"people": 1},
        {"doses": []},
        {"beside": [], "exposure_by_day": [], "exposure_peak": None},
        {"aimed_at": None, "rests_on": [], "assumed": [], "starts_on": "2026-03-01"},
        {"aimed_at": aimed_at(900.0, 1000.0)},
        {"aimed_at": aimed_at(100.0, 2500.0, ["clonazepam", "7-aminoclonazepam"])},
        {"doses": [{"at_h": 2.0 * place, "mg": 0.1} for place in range(DAYS * 12)]},
    ],
    ids=["one person", "no dose", "nothing beside", "no range", "range far above", "range of a sum", "very many doses"],
)
def test_unusual_simulations_are_still_shown(changed):
    data = simulation(**changed)
    ElementTree.fromstring(svg_simulation(data))
    assert "Clonazepam" in text_simulation(data) and "</html>" in html_simulation(data)


def test_hours_up_to_three_days_then_days(data):
    few = Axis.of({"days": 3.0, "starts_on": None})
    assert few.in_hours and few.last == 72 and few.ticks[:3] == [0, 6, 12]
    many = Axis.of(data)
    assert not many.in_hours and many.place(24.0) == 2.0 and many.ticks[:3] == [1, 3, 5]


def test_bands_fit_and_labels_keep_apart(data):
    highest = max(data["analytes"][0]["people_high"])
    assert panel_top(data["analytes"][0], [20.0, 70.0]) > highest
    assert panel_top(data["analytes"][0], [900.0, 1000.0]) < 2 * highest
    middles = apart([(100.0, 1), (101.0, 3), (249.0, 2)], 250.0)
    assert middles[1] - middles[0] >= 28 and middles[2] <= 236


def test_png_is_a_picture_and_not_blank(data):
    picture = png_simulation(data)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    assert width > 1400 and height > 1000
    assert len(set(_pixels(picture))) > 20


def _pixels(picture):
    """The raw bytes of all scan lines of a PNG."""
    found, place = b"", 8
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        found += picture[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return zlib.decompress(found)


def test_page_is_whole_and_accessible(data, page):
    parser = Reader(page)
    assert ("html", {"lang": "en"}) in parser.attributes
    assert parser.headings[0] == 1 and parser.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(parser.headings, parser.headings[1:], strict=False))
    assert "Clonazepam: days that matter" in parser.captions and "7-aminoclonazepam: every day" in parser.captions
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in parser.attributes if tag == "th")
    assert not {"script", "link", "img"} & {tag for tag, _ in parser.attributes}


def test_page_holds_picture_words_and_notice(data, page, svg):
    assert svg in page
    assert "@media print" in page and "Do not stop a benzodiazepine abruptly" in page
    assert all(sentence in page for sentence in summary(data))
    assert "strength of fluconazole on CYP3A4: derived" in page and "intake at 08:00 is assumed" in page


def test_page_lets_no_name_become_markup():
    beside = [{"drug": "<b>x</b>", "from_day": 5, "to_day": 10, "mg_per_day": 1.0, "stops_inside": True}]
    page = html_simulation(simulation(beside=beside))
    assert "<b>" not in page and "&lt;b&gt;" in page
