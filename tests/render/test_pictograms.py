"""Pictograms: one style, nothing a page would fetch or repeat, told apart in black and white, and never clipped."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import benzosafe
from benzosafe.errors import UsageError
from benzosafe.render.pictograms import PICTOGRAMS, ROOT, pictogram
from tests.render.drawn import image_of, ink_of

PACKAGE = Path(benzosafe.__file__).parent
DRAWINGS = PACKAGE / "render" / "pictograms"
SVG = "{http://www.w3.org/2000/svg}"
MIRRORED = {"memory", "never_sudden", "return_pharmacy", "steps_down"}
IN_A_RING = {
    "bin_no", "no_alcohol", "no_doubling", "no_driving", "no_grapefruit", "no_mixing", "no_sharing",
}  # fmt: skip


def test_every_drawing_has_a_name_and_every_name_a_drawing():
    files = {path.stem for path in DRAWINGS.iterdir()}
    assert files == set(PICTOGRAMS) | {f"{name}.rtl" for name in MIRRORED}
    assert len(PICTOGRAMS) == len(set(PICTOGRAMS)) == 31


def test_every_picture_the_statements_name_is_drawn():
    named = {
        name
        for path in (PACKAGE / "knowledge").rglob("*.yaml")
        for name in re.findall(r"[{,]\s*picture: (\w+)[,}]", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10 and named <= set(PICTOGRAMS)


@pytest.mark.parametrize("path", sorted(DRAWINGS.iterdir()), ids=lambda path: path.stem)
def test_a_drawing_is_of_basic_shapes_in_the_common_style(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"{ROOT}\n") and text.endswith("\n</svg>\n")
    for part in list(ElementTree.fromstring(text).iter())[1:]:
        assert part.tag in {f"{SVG}{shape}" for shape in ("path", "circle", "ellipse", "rect", "g")}
        assert not {"id", "style", "href", "filter", "mask", "clip-path"} & set(part.attrib)
        assert not any("url(" in value or ":" in value for value in part.attrib.values())
        assert part.get("class") in {None, "accent", "gap", "pane"}
        assert {part.get("fill"), part.get("stroke")} <= {None, "none", "currentColor", "#fff"}


@pytest.mark.parametrize("name", PICTOGRAMS)
@pytest.mark.parametrize("right_to_left", [False, True])
def test_a_drawing_stays_inside_its_box_and_is_neither_faint_nor_a_blot(name, right_to_left):
    svg = str(pictogram(name, right_to_left=right_to_left))
    wider = ink_of(svg.replace('viewBox="0 0 48 48"', 'viewBox="-6 -6 60 60"'), 240)
    outside = wider.copy()
    outside[24:-24, 24:-24] = False
    assert not outside.any()
    assert 0.07 < ink_of(svg, 96).mean() < 0.5


def test_no_two_look_alike_in_black_and_white_at_32_pixels():
    drawn = {name: ink_of(pictogram(name), 32) for name in PICTOGRAMS}
    unlike = {pair: (drawn[pair[0]] ^ drawn[pair[1]]).mean() for pair in itertools.combinations(PICTOGRAMS, 2)}
    assert min(unlike.values()) > 0.06, min(unlike, key=unlike.get)


def test_what_is_forbidden_is_crossed_out_by_one_and_the_same_sign():
    signs = {name: (DRAWINGS / f"{name}.svg").read_text(encoding="utf-8").splitlines()[-4:] for name in IN_A_RING}
    assert len({tuple(sign) for sign in signs.values()}) == 1
    assert 'class="accent"' in signs["bin_no"][-2]
    others = set(PICTOGRAMS) - IN_A_RING - {"cross", "emergency", "never_sudden"}
    assert not [name for name in others if "accent" in pictogram(name)]


def test_no_cross_of_a_pharmacy_or_ambulance_is_coloured():
    """A red cross on white is a protected emblem: of the ambulance only the rays of its light are coloured."""
    coloured = str(pictogram("emergency")).replace('class="accent"', 'stroke="#f00"')
    red, green, _ = np.moveaxis(np.asarray(image_of(coloured, 96)).astype(int), 2, 0)
    rows = np.nonzero((red - green) > 100)[0]
    assert rows.size and rows.max() < 96 * 12 / 48


@pytest.mark.parametrize("name", PICTOGRAMS)
def test_only_what_has_a_direction_is_drawn_the_other_way_round(name):
    left, right = ink_of(pictogram(name), 96), ink_of(pictogram(name, right_to_left=True), 96)
    if name not in MIRRORED:
        assert (left == right).all()
    elif name == "never_sudden":
        assert (left[40:] ^ right[40:, ::-1]).mean() < 0.02  # stairs and cliff are mirrored, the tick above is not
        assert (left[:40, 48:] ^ right[:40, :48]).mean() < 0.02
    else:
        assert (left ^ right[:, ::-1]).mean() < 0.02 and (left ^ right).mean() > 0.05


def test_the_picture_is_silent_unless_it_is_given_words():
    silent = ElementTree.fromstring(str(pictogram("lock")))
    assert silent.get("aria-hidden") == "true" and silent.get("focusable") == "false" and not silent.get("role")
    assert silent.find(f"{SVG}title") is None
    spoken = ElementTree.fromstring(str(pictogram("lock", alternative='A lock <"&')))
    assert spoken.get("role") == "img" and spoken.get("aria-hidden") is None
    assert spoken.get("aria-label") == spoken.find(f"{SVG}title").text == 'A lock <"&'


@pytest.mark.parametrize("name", ["no_alcohl", "", "../qr", "memory.rtl", "NO_ALCOHOL"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(UsageError, match="there is no pictogram"):
        pictogram(name)


def test_a_misspelt_name_is_told_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'no_alcohol'"):
        pictogram("no_alcohl")
