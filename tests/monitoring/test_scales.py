"""Every scale gives the published total, bands and cut-offs, whatever is answered."""

from __future__ import annotations

from collections import Counter

import pytest

from benzosafe.errors import InputRefused
from benzosafe.monitoring.scales import of_total, score
from tests.monitoring.published_scales import (
    ANSWERS,
    BANDS,
    CUT_OFFS,
    HIGHEST,
    TOTAL_ONLY,
    bands,
    cut_offs,
    every_filling,
    fillings_with,
    points,
    ways,
)

SHORT = ("gad7", "gad2", "phq2", "audit_c", "dast10", "sds")
LONG = ("ciwa_b", "bwsq", "audit")


def said(scored):
    """Total, bands and cut-offs of what was scored, in the form of the published ones."""
    reached = [(one.cutoff.sex, int(one.cutoff.score.lowest), one.reached == "yes") for one in scored.cutoffs]
    assert all(one.reached != "cannot tell" for one in scored.cutoffs)
    return scored.total, [(band.low, band.high) for band in scored.bands], reached


def published(name, total, sex=None):
    return total, bands(name, total), cut_offs(name, total, sex)


def test_every_scale_is_tested_here(knowledge):
    assert (
        set(knowledge.scales) == set(ANSWERS) | set(TOTAL_ONLY) == set(SHORT) | set(LONG) | {"phq9"} | set(TOTAL_ONLY)
    )
    for name, scale in knowledge.scales.items():
        assert (scale.lowest, scale.highest) == (0, HIGHEST[name])
        assert bool(scale.bands) == (name in BANDS) and len(scale.cutoffs) == len(CUT_OFFS.get(name, []))
        assert scale.total_only == (name in TOTAL_ONLY)


@pytest.mark.parametrize("name", SHORT)
def test_every_combination_of_answers(knowledge, name):
    scale, count = knowledge.scales[name], 0
    for answers in every_filling(name):
        assert said(score(scale, answers)) == published(name, points(name, answers)), answers
        count += 1
    assert count == {"gad7": 16384, "gad2": 16, "phq2": 16, "audit_c": 125, "dast10": 1024, "sds": 1024}[name]


def test_every_combination_of_the_phq9(knowledge):
    scale, count = knowledge.scales["phq9"], 0
    expected = [published("phq9", total) for total in range(28)]
    for answers in every_filling("phq9"):
        scored = score(scale, answers)
        assert said(scored) == expected[sum(answers)], answers
        assert [flag.number for flag in scored.flags] == ([9] if answers[8] else []), answers
        count += 1
    assert count == 4**9


@pytest.mark.parametrize("name", LONG)
def test_combinations_on_both_sides_of_every_border(knowledge, name):
    scale, borders = knowledge.scales[name], {start for starts in BANDS.get(name, []) for start in starts}
    borders |= {start for _, start in CUT_OFFS.get(name, [])} | {HIGHEST[name]}
    totals = {border + step for border in borders for step in (-1, 0, 1) if 0 <= border + step <= HIGHEST[name]}
    for total in sorted(totals | {0, 1}):
        for answers in fillings_with(name, total, 100):
            assert sum(answers) == total
            assert said(score(scale, answers)) == published(name, total), answers


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_as_many_combinations_give_each_total_as_should(knowledge, name):
    scale, counted = knowledge.scales[name], Counter({0: 1})
    for item in scale.scored:
        following: Counter[int] = Counter()
        for total, count in counted.items():
            for worth in scale.points_of(item):
                following[total + worth] += count
        counted = following
    assert counted == ways(name) and set(counted) == set(range(HIGHEST[name] + 1))


@pytest.mark.parametrize("sex", ["female", "male", None, "other"])
@pytest.mark.parametrize("name", sorted(HIGHEST))
def test_every_bare_total(knowledge, name, sex):
    known = sex if sex != "other" else None
    for total in range(HIGHEST[name] + 1):
        assert said(of_total(knowledge.scales[name], total, sex)) == published(name, total, known)
    for impossible in (-1, HIGHEST[name] + 1, 0.5, float("nan"), float("inf")):
        with pytest.raises(InputRefused, match="is no total of"):
            of_total(knowledge.scales[name], impossible, sex)


def test_hours_of_sleep_are_asked_and_not_counted(knowledge):
    scale = knowledge.scales["ciwa_b"]
    assert score(scale, [1] * 20).total == score(scale, [*[1] * 20, 7, 5.5]).total == 20
    assert score(scale, [*[1] * 20, None, None]).incomplete == ()


def test_the_form_of_ciwa_b_prints_good_sleep_as_0_so_nothing_is_turned_here(knowledge):
    scale = knowledge.scales["ciwa_b"]
    assert scale.written_turned == (12, 14) and scale.reversed_items == ()
    assert score(scale, [0] * 11 + [4, 0, 4] + [0] * 6).total == 8


@pytest.mark.parametrize("name", sorted(TOTAL_ONLY))
def test_a_scale_whose_text_is_sold_takes_its_total_only(knowledge, name):
    scale = knowledge.scales[name]
    with pytest.raises(InputRefused, match="only the total"):
        score(scale, [0] * scale.items)


@pytest.mark.parametrize(
    ("name", "answers", "says"),
    [
        ("gad7", [0] * 6, "6 answers, but GAD-7 has 7"), ("gad7", [0] * 8, "8 answers"), ("gad7", [], "0 answers"),
        ("gad7", [0, 0, 4, 0, 0, 0, 0], "item 3 is 4, but its answers are 0, 1, 2 or 3"),
        ("gad7", [0, 0, -1, 0, 0, 0, 0], "item 3 is -1"), ("gad7", [0, 1.5, 0, 0, 0, 0, 0], "item 2 is 1.5"),
        ("audit", [0] * 8 + [1, 0], "item 9 is 1, but its answers are 0, 2 or 4"),
        ("dast10", [2] + [0] * 9, "item 1 is 2, but its answers are 0 or 1"),
        ("ciwa_b", [0] * 21, "21 answers, but CIWA-B has 20 or 22"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused(knowledge, name, answers, says):
    with pytest.raises(InputRefused, match=says) as refused:
        score(knowledge.scales[name], answers)
    assert refused.value.where == name and refused.value.next_step
