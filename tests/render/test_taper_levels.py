"""The picture of a taper's levels: everything it shows is also said, flags are in words, dates are on the axis."""

from __future__ import annotations

import struct
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from benzosafe.render.taper_levels import png_levels, svg_levels
from benzosafe.render.taper_levels_panels import date_ticks, flag_rows, mark_of
from benzosafe.render.taper_levels_words import course_dates, sentences_levels

SVG = "{http://www.w3.org/2000/svg}"
START = date(2026, 12, 10)


def data(steps=60, days=7, flags=True, names=("diazepam", "nordazepam", "all active drug together"), **changed):
    """As `levels_data` gives it: a dose that falls by equal amounts, levels that follow, two flags."""
    total = steps * days
    averages = [100.0 * (1 - day / total) for day in range(total)]
    factors = {"average": 1, "people_low": 0.5, "people_high": 1.7, "typical_low": 0.8, "typical_high": 1.2,
               "lowest": 0.9, "highest": 1.1}  # fmt: skip
    level = {"value": 1.0, "low": 0.8, "high": 1.2, "people_low": 0.5, "people_high": 1.7}
    found = {
        "schema": "benzosafe.taper_levels/1", "status": "draft", "drug": "diazepam", "starts_on": START.isoformat(),
        "days": total, "ceiling": {"share": 0.25, "days": 14}, "before_mg_per_day": 20.0, "override": None,
        "beside": [course(1, 40), course(100, total, stops=False)],
        "series": [
            {"of": name, "before": 100.0, **{key: [v * f for v in averages] for key, f in factors.items()}}
            for name in names
        ],
        "steps": [
            {"number": n + 1, "starts_on": (START + timedelta(days=n * days)).isoformat(),
             "ends_on": (START + timedelta(days=(n + 1) * days - 1)).isoformat(), "mg_per_day": round(20 - n / 3, 2),
             "levels": [{"of": name, "average": level} for name in names]}
            for n in range(steps)
        ],
        "flags": [flag([6, 7], 43, True), flag([16], 108, False)] if flags else [],
        "hints": [],
    }  # fmt: skip
    return {**found, **changed}


def course(first, last, stops=True):
    return {
        "drug": "fluconazole", "from_day": first, "to_day": last, "mg_per_day": 200.0, "dose_unit": "mg a day",
        "stops_inside": stops, "from": (START + timedelta(days=first - 1)).isoformat(),
        "to": (START + timedelta(days=last - 1)).isoformat() if stops else None,
    }  # fmt: skip


def flag(steps, day, sure):
    return {"steps": steps, "day": day, "sure": sure, "what": f"Step {steps[0]}: the level falls.", "do": "Hold it."}


@pytest.fixture(scope="module")
def svg():
    return svg_levels(data())


def words_of(svg):
    return [text for part in ElementTree.fromstring(svg).iter(f"{SVG}text") for text in part.itertext()]


def test_it_can_be_read_without_being_seen(svg):
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img" and root.get("aria-label").startswith("Diazepam in blood through the taper")
    assert all(sentence in (root[1].text or "") for sentence in sentences_levels(data()))
    assert not [part for part in root.iter() if (part.get("role") or "").startswith("graphics")]


def test_every_flag_has_its_letter_in_each_panel_and_its_words(svg):
    words = words_of(svg)
    assert words.count("A") == 4 and words.count("B") == 4  # three panels and the list
    assert "Step 6: the level falls. Hold it." in words and "Step 16: the level falls. Hold it." in words
    rows = flag_rows(data())
    assert (rows[0]["x"], rows[0]["x2"]) == (35, 49) and rows[0]["x"] <= rows[0]["at"] < rows[0]["x2"]


def test_courses_doses_dates_and_draft_are_written(svg):
    words = words_of(svg)
    for part in (
        "fluconazole 200 mg a day, from 2026-12-10 to 2027-01-18",
        "Jan 2027",
        "20",
        "Draft",
        "90 % of people",
    ):
        assert any(part in word for word in words), part
    assert any("Nordazepam in blood, made from diazepam" in word for word in words)
    assert float(ElementTree.fromstring(svg).get("width")) <= 700  # the text of an A4 page


def test_an_override_is_on_the_picture():
    words = words_of(svg_levels(data(override={"by": "Dr A", "reason": "inpatient"})))
    assert "OVERRIDE by Dr A: inpatient" in words


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": 1, "days": 1, "flags": False, "beside": []},
        {"steps": 4, "days": 14, "flags": False},
        {"steps": 71, "days": 14, "names": ("clonazepam",)},
    ],
    ids=["one day", "few weeks", "a thousand days"],
)
def test_unusual_tapers_are_still_drawn(changed):
    found = data(**changed)
    assert "Flagged steps" in words_of(svg_levels(found)) or not found["flags"]


def test_marks_on_the_axis_are_few_and_true():
    days, words = date_ticks(data(steps=53))
    assert len(days) <= 15 and (START + timedelta(days=days[0])).day == 1 and words[0] == "Jan 2027"
    days, words = date_ticks(data(steps=4))
    assert days == [0, 7, 14, 21] and words[0] == "10 Dec"


def test_courses_in_dates_and_marks_beyond_z():
    assert course_dates({**course(-5, 20)}) == "fluconazole 200 mg a day, from before the first step to 2026-12-29"
    assert course_dates(course(8, 90, stops=False)) == "fluconazole 200 mg a day, from 2026-12-17 on"
    assert course_dates(course(-9, -2)) == "fluconazole 200 mg a day, last taken on 2026-12-07"
    assert [mark_of(place) for place in (0, 25, 26)] == ["A", "Z", "A2"]


def test_png_is_a_picture():
    picture = png_levels(data(steps=20))
    assert picture.startswith(b"\x89PNG") and struct.unpack(">II", picture[16:24])[0] > 1400
