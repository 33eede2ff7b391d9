"""What holds of every scale and every filling-in: order, more points, missing answers, and what words never say."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.knowledge.load import load_knowledge
from benzosafe.monitoring.scales import score

SCALES = {name: scale for name, scale in load_knowledge().scales.items() if not scale.total_only}


@st.composite
def filled(draw, missing=0):
    """A scale and answers to it, at most so many of them missing."""
    scale = SCALES[draw(st.sampled_from(sorted(SCALES)))]
    answers = [draw(st.sampled_from(scale.allowed(item))) for item in scale.scored]
    for place in draw(st.lists(st.integers(0, len(answers) - 1), max_size=missing, unique=True)):
        answers[place] = None
    return scale, answers


@given(filled(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_answers_does_not_change_the_total(case, lots):
    scale, answers = case
    alike = [item for item in scale.scored if item not in scale.reversed_items and item not in scale.answers_of]
    mixed = [answers[item - 1] for item in alike]
    lots.shuffle(mixed)
    moved = list(answers)
    for item, answer in zip(alike, mixed, strict=True):
        moved[item - 1] = answer
    assert score(scale, moved).total == score(scale, answers).total


@given(filled(missing=3), st.data())
@settings(deadline=None)
def test_a_higher_answer_never_lowers_the_total_or_takes_a_flag_away(case, data):
    scale, answers = case
    item = data.draw(st.sampled_from(scale.scored))
    higher = [answer for answer in scale.allowed(item) if answers[item - 1] is None or answer >= answers[item - 1]]
    raised = list(answers)
    raised[item - 1] = data.draw(st.sampled_from(higher))
    before, after = score(scale, answers), score(scale, raised)
    if item in scale.reversed_items:
        before, after = after, before
    if answers[item - 1] is not None:
        assert after.low >= before.low and after.high >= before.high
    assert {flag.number for flag in before.flags} <= {flag.number for flag in after.flags}


@given(filled(missing=3))
@settings(deadline=None, max_examples=150)
def test_what_it_could_be_holds_every_completion_and_nothing_else(case):
    scale, answers = case
    missing = [item for item in scale.scored if answers[item - 1] is None]
    open_one, totals, bands, flags = score(scale, answers), set(), set(), []
    assert open_one.incomplete == tuple(missing) and (open_one.total is None) == bool(missing)
    for chosen in product(*(scale.allowed(item) for item in missing)):
        whole = list(answers)
        for item, answer in zip(missing, chosen, strict=True):
            whole[item - 1] = answer
        scored = score(scale, whole)
        totals.add(scored.total)
        bands |= {band.words for band in scored.bands}
        flags.append({flag.number for flag in (*scored.flags, *scored.asks)})
    assert (min(totals), max(totals)) == (open_one.low, open_one.high)
    assert {band.words for band in open_one.bands} == bands
    sure = {flag.number for flag in (*open_one.flags, *open_one.asks)}
    assert sure == set.intersection(*flags)
    assert sure | {flag.number for flag in open_one.not_answered} == set.union(*flags)


@given(filled(missing=3), st.sampled_from(["female", "male", None]))
@settings(deadline=None)
def test_words_are_plain_and_never_a_verdict(case, sex):
    scale, answers = case
    words = score(scale, answers, sex).words.lower()
    assert "none" not in words.replace("none or minimal", "") and "  " not in words and ".." not in words
    assert not any(word in words for word in ("addict", "abuser", "misuse score", "diagnosis"))


@pytest.mark.parametrize("name", sorted(SCALES))
def test_nothing_answered_says_nothing(name):
    scale = SCALES[name]
    scored = score(scale, [None] * len(scale.scored))
    assert (scored.low, scored.high) == (scale.lowest, scale.highest) and scored.flags == scored.asks == ()
    assert all(one.reached == "cannot tell" for one in scored.cutoffs)
    assert {flag.number for flag in scored.not_answered} == {flag.item for flag in scale.flags}
