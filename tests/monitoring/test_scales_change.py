"""What changed, against published smallest differences, responses and remissions, and as surely as totals are known."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused
from benzosafe.monitoring.scales import compare, of_answered, of_total, score
from benzosafe.patient.course import Answered
from tests.conftest import ON
from tests.monitoring.published_scales import HIGHEST

# Toussaint 2020: 4; Löwe 2004: 5; Yang 2009: 6; Crook 2019: 2.
SMALLEST = {"gad7": 4, "phq9": 5, "isi": 6, "epworth": 2}
# Kroenke 2010: a half, below 5; Furukawa 2009: 40 %, 5 or less; Morin: below 8.
RESPONSE = {"gad7": (1, 2), "phq9": (1, 2), "pdss_sr": (2, 5)}
REMISSION = {"gad7": 4, "phq9": 4, "pdss_sr": 5, "isi": 7}


@pytest.mark.parametrize("name", sorted(HIGHEST))
def test_every_pair_of_totals(knowledge, name):
    scale, least = knowledge.scales[name], SMALLEST.get(name)
    scored = [of_total(scale, total) for total in range(HIGHEST[name] + 1)]
    for before in range(HIGHEST[name] + 1):
        for after in range(HIGHEST[name] + 1):
            change, fell = compare(scale, scored[before], scored[after]), before - after
            assert change.low == change.high == after - before
            if least is not None:
                expected = "better" if fell >= least else "worse" if -fell >= least else "same"
                assert change.direction == expected, (before, after)
            assert change.response == responded(name, before, after), (before, after)
            remitted = "yes" if after <= REMISSION.get(name, -1) else "no"
            assert change.remission == (remitted if name in REMISSION else "not published")


def responded(name, before, after):
    if name not in RESPONSE:
        return "not published"
    part, whole = RESPONSE[name]
    if before == 0:
        return "cannot tell"
    return "yes" if (before - after) * whole >= before * part else "no"


def test_where_no_smallest_difference_is_known_only_a_response_is_better(knowledge):
    pdss = knowledge.scales["pdss_sr"]
    assert compare(pdss, 20, 12).direction == "better" and compare(pdss, 20, 13).direction == "cannot tell"
    worse = compare(pdss, 12, 20)
    assert worse.direction == "cannot tell" and "rose by 8" in worse.words
    for name in set(HIGHEST) - set(SMALLEST) - {"pdss_sr"}:
        change = compare(knowledge.scales[name], HIGHEST[name], 0)
        assert change.direction == "cannot tell" and f"fell by {HIGHEST[name]}" in change.words


def test_missing_answers_leave_open_what_they_could_turn(knowledge):
    gad7 = knowledge.scales["gad7"]
    open_one = score(gad7, [1, 1, 1, 1, 1, 1, None])
    assert (open_one.low, open_one.high) == (6, 9)
    assert compare(gad7, 13, open_one).direction == "better"
    assert compare(gad7, 12, open_one).direction == "cannot tell"
    assert compare(gad7, 7, open_one).direction == "same"
    assert compare(gad7, open_one, 13).direction == "worse"
    assert compare(gad7, 18, open_one).response == "yes" and compare(gad7, 16, open_one).response == "cannot tell"
    assert compare(gad7, 18, score(gad7, [None, 1, 0, 1, 0, 1, 0])).remission == "cannot tell"


def test_a_small_change_is_not_called_none(knowledge):
    words = compare(knowledge.scales["phq9"], 10, 14).words
    assert "rose by 4, less than is known to matter" in words and "unchanged" not in words


def test_two_scales_are_not_compared(knowledge):
    with pytest.raises(InputRefused, match="a total of GAD-2 says nothing about GAD-7"):
        compare(knowledge.scales["gad7"], score(knowledge.scales["gad2"], [1, 1]), 5)


def test_a_filling_in_on_record(knowledge):
    gad7 = knowledge.scales["gad7"]
    assert of_answered(gad7, Answered("gad7", ON, (1, 1, 1, 1, 1, 1, 1))).total == 7
    assert of_answered(gad7, Answered("gad7", ON, total=7.0)).total == 7
    with pytest.raises(InputRefused, match="neither answers nor a total"):
        of_answered(gad7, Answered("gad7", ON))
