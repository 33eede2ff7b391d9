"""Answers that speak for themselves: thoughts of suicide and hallucinations are told first, and never summed away."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused
from benzosafe.monitoring.scales import compare, of_total, score

QUIET = [0] * 8


@pytest.fixture
def phq9(knowledge):
    return knowledge.scales["phq9"]


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_any_answer_above_0_is_told_first_whatever_the_total(phq9, answer):
    scored = score(phq9, [*QUIET, answer])
    assert scored.total == answer and scored.words.startswith("FIRST: item 9 (thoughts of being better off dead")
    (flag,) = scored.flags
    assert (flag.number, flag.urgent, flag.red_flag, flag.low) == (9, True, "suicidal_thoughts", answer)
    assert "today" in flag.do and "no medicine is stopped abruptly" in flag.do


def test_it_is_told_even_where_other_answers_are_missing(phq9):
    scored = score(phq9, [None] * 8 + [1])
    assert scored.flags and scored.total is None and (scored.low, scored.high) == (1, 25)
    assert scored.words.startswith("FIRST:")


def test_not_answered_is_never_a_no(phq9):
    scored = score(phq9, [*QUIET, None])
    assert scored.flags == () and [flag.number for flag in scored.not_answered] == [9]
    assert "is not known, which is not a no: ask" in scored.words
    assert score(phq9, [*QUIET, 0]).not_answered == ()


def test_a_bare_total_tells_of_item_9_only_what_it_must(phq9):
    for total in range(28):
        scored = of_total(phq9, total)
        assert bool(scored.flags) == (total > 24), total
        assert bool(scored.not_answered) == (1 <= total <= 24), total
    assert of_total(phq9, 26).flags[0].low == 2 and "at least 2" in of_total(phq9, 26).words


def test_a_refusal_still_tells_of_it(phq9):
    with pytest.raises(InputRefused) as refused:
        score(phq9, [0, 0, 7, 0, 0, 0, 0, 0, 2])
    assert refused.value.what.startswith("FIRST: item 9") and "item 3 is 7" in refused.value.what
    for unreadable in ([0] * 8, [0] * 8 + [9]):
        with pytest.raises(InputRefused, match=r"What item 9 \(thoughts .*cannot be told from this: ask"):
            score(phq9, unreadable)


def test_it_is_never_estimated_from_the_others(phq9):
    assert score(phq9, [1] * 7 + [None, 0]).prorated == pytest.approx(7 / 8 * 9)
    assert score(phq9, [1] * 6 + [None, None, 0]).prorated == pytest.approx(6 / 7 * 9)
    assert score(phq9, [1] * 5 + [None, None, None, 0]).prorated is None
    assert score(phq9, [1] * 8 + [None]).prorated is None


def test_no_other_scale_fills_in_what_is_missing(knowledge):
    for name, scale in knowledge.scales.items():
        if not scale.total_only and name != "phq9":
            assert score(scale, [None] + [0] * (len(scale.scored) - 1)).prorated is None


def test_hallucinations_in_the_bwsq_do_not_wait(knowledge):
    answers = [0] * 20
    answers[16] = 1
    scored = score(knowledge.scales["bwsq"], answers)
    assert [(flag.number, flag.red_flag) for flag in scored.flags] == [(17, "hallucinations")]
    assert of_total(knowledge.scales["bwsq"], 39).flags and not of_total(knowledge.scales["bwsq"], 38).flags


@pytest.mark.parametrize(("item", "least"), [(4, 2), (5, 2), (6, 2), (9, 4), (10, 4)])
def test_answers_of_the_audit_that_count_by_themselves(knowledge, item, least):
    """WHO 2001: more help from 2 on items 4, 5 and 6 and from 4 on items 9 and 10."""
    for answer in (0, 2, 4):
        answers = [0] * 10
        answers[item - 1] = answer
        asks = score(knowledge.scales["audit"], answers).asks
        assert [flag.number for flag in asks] == ([item] if answer >= least else [])


def test_morning_drinking_is_not_answered_by_an_abrupt_stop(knowledge):
    asks = score(knowledge.scales["audit"], [0, 0, 0, 0, 0, 4, 0, 0, 0, 0]).asks
    assert "stopping alcohol abruptly may cause seizures" in asks[0].do


def test_withdrawal_of_a_medicine_taken_as_directed_is_no_misuse(knowledge):
    asks = score(knowledge.scales["dast10"], [0, 0, 1, 0, 0, 0, 0, 0, 1, 0]).asks
    assert [flag.number for flag in asks] == [9] and "no misuse" in asks[0].do


def test_a_new_thought_is_told_before_the_change(phq9):
    before, after = score(phq9, [3] * 8 + [0]), score(phq9, [*QUIET, 1])
    change = compare(phq9, before, after)
    assert change.direction == "better" and change.words.startswith("Item 9 (thoughts") and "is new" in change.words
    assert "is still there" in compare(phq9, after, after).words
    assert "before it was not known" in compare(phq9, 12, after).words
