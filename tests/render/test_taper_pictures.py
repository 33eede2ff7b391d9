"""A dose as a picture and in everyday words: as many pieces as are taken, a syringe filled to its mark."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benzosafe.render.taper_pictures import alternative, picture, plain
from tests.render.taper_plans import CAPSULE, HALF_MG, LIQUID, WAFER, take


@pytest.mark.parametrize(
    ("portion", "words"),
    [
        (take(HALF_MG, 1), "half of one tablet"),
        (take(HALF_MG, 2), "one tablet"),
        (take(HALF_MG, 3), "one and a half tablets"),
        (take(CAPSULE, 4), "two capsules"),
        (take(LIQUID, 35), "fill a 1 mL oral syringe to the 0.35 mL mark"),
        (take(LIQUID, 1_000), "fill a 10 mL oral syringe to the 10 mL mark"),
        (take(LIQUID, 2_150), "fill a 10 mL oral syringe to the 10 mL mark, 2 times, then one to the 1.5 mL mark"),
    ],
)
def test_everyday_words(portion, words):
    assert plain(portion) == words


def test_a_picture_shows_as_many_pieces_as_are_taken():
    drawn = ElementTree.fromstring(str(picture(take(HALF_MG, 7))))
    svg = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f".//{svg}circle")) == 3
    assert [text.text for text in drawn.iter(f"{svg}text")].count("½") == 1
    assert "½ of 0.5 mg" in [text.text for text in drawn.iter(f"{svg}text")]
    assert drawn.find(f"{svg}title").text == alternative(take(HALF_MG, 7))
    many = [text.text for text in ElementTree.fromstring(str(picture(take(HALF_MG, 31)))).iter(f"{svg}text")]
    assert "× 15½" in many


@pytest.mark.parametrize(("volume", "share"), [(35, 0.35), (100, 1.0), (150, 0.5), (460, 0.92), (850, 0.85)])
def test_a_syringe_is_filled_to_its_mark(volume, share):
    drawn = ElementTree.fromstring(str(picture(take(LIQUID, volume))))
    svg = "{http://www.w3.org/2000/svg}"
    barrel, filled = (
        next(float(rect.get("width")) for rect in drawn.iter(f"{svg}rect") if rect.get("fill") == fill and tall(rect))
        for fill in ("none", "#9cc7e6")
    )
    assert filled / barrel == pytest.approx(share, abs=0.005)
    assert f"{volume / 100:g} mL" in [text.text for text in drawn.iter(f"{svg}text")]


def tall(rect):
    return float(rect.get("height")) > 20


def test_strengths_of_one_plan_differ_in_tint():
    fills = {
        ElementTree.fromstring(str(picture(take(product, 2), (125, 500))))[1].get("fill")
        for product in (HALF_MG, WAFER)
    }
    assert len(fills) == 2
