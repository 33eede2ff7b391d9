"""Icon arrays: as many figures as people, told apart without colour, in reading order, impossible counts refused."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.errors import UsageError
from benzosafe.render.icon_array import icon_array
from tests.render.drawn import ink_of

SVG = "{http://www.w3.org/2000/svg}"


def groups(svg):
    """How many are drawn of each kind, and where each stands."""
    return {
        group.get("class"): [tuple(map(int, path.get("d")[1:].split("m")[0].split())) for path in group]
        for group in ElementTree.fromstring(str(svg)).iter(f"{SVG}g")
    }


@st.composite
def possible(draw):
    of = draw(st.integers(1, 1_000))
    affected = draw(st.integers(0, of))
    return of, affected, draw(st.integers(0, of - affected))


@given(possible(), st.booleans())
def test_every_person_is_drawn_once_and_as_what_was_counted(counts, right_to_left):
    of, affected, more = counts
    drawn = groups(icon_array(of, affected, more, label="x", right_to_left=right_to_left))
    kinds = [drawn.get(kind, []) for kind in ("affected", "more", "others")]
    assert [len(places) for places in kinds] == [affected, more, of - affected - more]
    assert drawn.get("plus-signs", []) == drawn.get("more", [])
    places = [place for kind in kinds for place in kind]
    assert len(set(places)) == of
    across = -1 if right_to_left else 1
    assert places == sorted(places, key=lambda place: (place[1], across * place[0]))


@given(possible())
def test_the_filled_share_is_seen(counts):
    """Counted as a reader does, in the middle of each cell: all ink, or not."""
    of, affected, more = counts
    people = of <= 100
    wide, high, a_row, right, down = (20, 30, 10, 3, 10) if people else (10, 10, 40, 1, 1)  # beside the plus sign
    ink = ink_of(icon_array(of, affected, more, label="x"), a_row * wide * 2)
    cells = [(number // a_row, number % a_row) for number in range(of)]
    filled = [
        bool(ink[2 * (high * row + high // 2 + down), 2 * (wide * column + wide // 2 + right)]) for row, column in cells
    ]
    assert filled == [number < affected for number in range(of)]


def test_people_up_to_a_hundred_stand_in_tens_and_a_thousand_dots_in_forties():
    hundred, thousand = icon_array(100, 5, 22, label="x"), icon_array(1_000, 5, label="x")
    assert 'viewBox="0 0 200 300"' in hundred and 'viewBox="0 0 400 250"' in thousand
    assert 'width="100%"' in hundred and " id=" not in hundred and "style=" not in hundred
    assert {y for _, y in groups(hundred)["affected"]} == {15} and len(groups(hundred)["affected"]) == 5
    assert icon_array(100, 5, 22, label="x") == hundred


def test_the_first_is_filled_at_the_side_reading_starts_from():
    assert groups(icon_array(100, 1, label="x"))["affected"] == [(10, 15)]
    assert groups(icon_array(100, 1, label="x", right_to_left=True))["affected"] == [(190, 15)]
    assert groups(icon_array(101, 1, label="x", right_to_left=True))["affected"] == [(395, 5)]


def test_the_three_kinds_differ_in_black_and_white():
    drawn = [ink_of(icon_array(1, *counts, label="x"), 200)[:, :20] for counts in ((1, 0), (0, 1), (0, 0))]
    dark = [int(ink.sum()) for ink in drawn]
    assert dark[0] > 1.5 * dark[1] and dark[1] > 1.08 * dark[2]


def test_its_words_are_escaped():
    drawn = ElementTree.fromstring(str(icon_array(10, 1, label='<b> & "1"')))
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == drawn.find(f"{SVG}title").text == '<b> & "1"'


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ((100, -1, 0), "'affected' is -1"),
        ((100, 1, -1), "'more' is -1"),
        ((-5, 0, 0), "'of' is -5"),
        ((100, 101, 0), "101 of 100"),
        ((100, 60, 41), "60 and 41 more of 100"),
        ((100, 2.0, 0), "'affected' is 2.0"),
        ((100, "3", 0), "'affected' is '3'"),
        ((100, True, 0), "'affected' is True"),
        ((None, 0, 0), "'of' is None"),
        ((0, 0, 0), "0 people cannot be drawn"),
        ((1_001, 0, 0), "1001 people cannot be drawn"),
    ],
)
def test_impossible_counts_are_refused(counts, why):
    with pytest.raises(UsageError, match=why):
        icon_array(*counts, label="x")


def test_a_picture_without_words_is_refused():
    with pytest.raises(UsageError, match="needs words"):
        icon_array(100, 5, label="  ")
