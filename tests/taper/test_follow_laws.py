"""What a diary must never lead to, whatever is written in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.taper.follow_words import revision_data
from tests.taper.follow_diaries import (
    AMOUNTS,
    FAST,
    PLAN,
    START,
    diary,
    entry,
    followed,
)

pytestmark = pytest.mark.usefixtures("no_design")


SIGNS = ("seizure", "confusion", "hallucinations", "suicidal_thoughts", "chest_pain", "fainting", "over_sedation")
TAKEN = st.sampled_from(["as planned", "missed", "unknown", "0.4 mg", "1 mg", "1.6 mg", "2 mg"])
DIARIES = st.lists(TAKEN, min_size=1, max_size=30)


def written(days: list[str], *more: str) -> str:
    return diary(*(entry(number, f"taken: {text}") for number, text in enumerate(days)), *more)


@FAST
@given(DIARIES)
def test_restart_is_never_above_the_last_dose_and_nothing_is_doubled(knowledge, days):
    found = followed(knowledge, written(days), len(days))
    amounts = {"as planned": None, "missed": 0, "unknown": 0}
    taken = [
        amounts.get(text) if text in amounts else int(float(text.split()[0]) * 1000) for text in days
    ]  # fmt: skip
    planned = [AMOUNTS[number // 14] for number in range(len(days))]
    real = [plan if amount is None else amount for plan, amount in zip(planned, taken, strict=True)]
    last = next((amount for amount in reversed(real) if amount), 2000)
    if found.restart_ug is not None:
        assert 0 < found.restart_ug <= last
        assert real[-2:] == [0, 0] or len(days) < 2
    if found.doses is not None:
        assert found.dose_ug > 0, "an abrupt stop"
        assert found.dose_ug <= max(found.planned_ug, *real)
    if found.action == "hold" and all(text == "as planned" for text in days[-14:]):
        assert found.dose_ug == found.planned_ug


@FAST
@given(DIARIES, st.integers(2, 12))
def test_longer_absence_never_gives_a_higher_restart(knowledge, days, longest):
    before = [text for text in days if text != "unknown"]
    known, worst = [], {"restart": 0, "assess_anew": 1}
    for missed in range(2, longest + 1):
        text = written([*before, *["missed"] * missed])
        found = followed(knowledge, text, len(before) + missed)
        if found.action not in worst:
            return  # an overdose leads
        known.append((worst[found.action], -(found.restart_ug or 0)))
    assert known == sorted(known)


@FAST
@given(DIARIES, st.sampled_from(SIGNS), st.integers(0, 60))
def test_red_flags_lead_with_help_and_name_no_dose(knowledge, days, sign, score):
    text = written(days, entry(len(days) - 1, f"{sign}: yes, ciwa_b: {score}, wish: go on"))
    found = followed(knowledge, text, len(days))
    assert found.action == "seek_help"
    assert (found.doses, found.restart_ug, found.request, found.new) == (None, None, None, None)
    assert {item.action for item in found.decisions} <= {"seek_help", "assess_anew", "hold"}


@FAST
@given(DIARIES, st.integers(0, 80), st.sampled_from(["go on", "pause", "slower", "stop tapering"]))
def test_same_diary_same_revision_and_the_next_reduction_never_comes_earlier(knowledge, days, score, wish):
    text = written(days, entry(len(days) - 1, f"ciwa_b: {score}, wish: {wish}"))
    one, other = (followed(knowledge, text, len(days)) for _ in range(2))
    assert one == other
    assert revision_data(one) == revision_data(other)
    if one.request is not None:
        assert one.request.starts_on > one.on
        assert one.hold_until is None or one.request.starts_on >= one.hold_until
        assert one.request.pace.share / one.request.pace.days <= PLAN.pace.share / PLAN.pace.days
        now = PLAN.steps[(one.on - START).days // 14]
        assert one.request.starts_on > now.ends_on
