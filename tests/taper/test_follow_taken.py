"""What is really taken decides: more than the plan, less than it, and a sudden fall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.errors import InputRefused
from benzosafe.taper.follow_papers import plan_for_papers
from benzosafe.taper.follow_words import revision_data, revision_words
from tests.taper.follow_diaries import (
    AMOUNTS,
    FAST,
    as_planned,
    diary,
    entry,
    followed,
    on,
    plan_of_amounts,
    spans,
)

pytestmark = pytest.mark.usefixtures("no_design")


@pytest.mark.parametrize("more", ["", ", ciwa_b: 45", ", wish: stop tapering", ", wish: slower", ", supply: lost"])
def test_more_than_before_the_plan_is_seen_today_and_never_planned_from(knowledge, more):
    found = followed(knowledge, diary(*(entry(day, f"taken: 4.5 mg{more}") for day in range(15, 20))), 20)
    data, words = revision_data(found), revision_words(found)
    assert (found.action, data["contact"]) == ("hold", "clinician TODAY")
    assert (found.doses, found.request, found.new, data["take"]) == (None, None, None, None)
    assert "where it comes from" in words and "sedation" in words and "safety" in words
    assert "starts from what is really taken" not in words and "suddenly" in words


def test_one_dose_above_the_one_before_the_plan_is_seen_today(knowledge):
    found = followed(knowledge, diary(as_planned(18), entry(19, "taken: 2.4 mg")), 20)
    assert (found.action, found.new, revision_data(found)["contact"]) == ("hold", None, "clinician TODAY")
    later = followed(knowledge, spans((0, 9, "as planned"), (10, 10, "2.4 mg"), (11, 19, "as planned")), 20)
    assert (later.dose_ug, revision_data(later)["contact"]) == (1600, "clinician TODAY")


def test_a_larger_amount_goes_on_through_days_nobody_wrote_about(knowledge):
    found = followed(knowledge, spans((0, 39, "2 mg")), 49)
    assert (found.planned_ug, found.dose_ug, found.action) == (1300, 2000, "hold")
    assert found.request.before_ug == 2000
    assert found.request.starts_on >= on(49 + 14)
    assert "stays at" not in revision_words(found)


def test_a_smaller_amount_taken_steadily_is_no_fall(knowledge):
    found = followed(knowledge, spans((0, 39, "0.5 mg")), 49)
    assert (found.dose_ug, found.action) == (500, "go_on")
    assert "%" not in " ".join(item.reason for item in found.decisions)
    assert "clinician before the next reduction" in revision_words(found)


@pytest.mark.parametrize(
    ("parts", "day", "fall"),
    [
        (((0, 6, "0.6 mg"),), 7, "from 2 to 0.6 mg"), (((0, 40, "2 mg"), (41, 45, "1 mg")), 46, "from 2 to 1 mg"),
        (((0, 40, "2 mg"), (41, 45, "as planned")), 46, "from 2 to 1.3 mg"),
    ],
)  # fmt: skip
def test_a_sudden_fall_is_counted_from_what_was_taken(knowledge, parts, day, fall):
    found = followed(knowledge, spans(*parts), day)
    assert found.action == "hold"
    assert fall in revision_words(found) and "clinician within a day" in revision_words(found)
    assert found.request.starts_on >= on(day + 14)


def test_one_missed_day_does_not_bring_the_planned_dose_back(knowledge):
    found = followed(knowledge, spans((0, 39, "2 mg"), (40, 40, "missed")), 41)
    assert (found.action, found.dose_ug) == ("hold", 2000)


def test_larger_days_between_planned_ones_keep_within_the_limit(knowledge):
    parts = [(day, day, "2 mg" if day % 2 else "as planned") for day in range(30, 50)]
    assert followed(knowledge, spans(*parts), 50).dose_ug == 1500


def test_an_extra_dose_once_is_not_a_level_to_fall_from(knowledge):
    found = followed(knowledge, spans((0, 39, "as planned"), (40, 40, "2 mg"), (41, 44, "as planned")), 45)
    assert (found.action, found.dose_ug) == ("hold", 1300)
    assert "fell from" not in revision_words(found)


def test_a_huge_amount_never_becomes_the_dose(knowledge):
    found = followed(knowledge, spans((0, 20, "as planned"), (21, 30, "9 mg")), 45)
    assert (found.action, found.dose_ug, found.new) == ("assess_anew", None, None)
    assert followed(knowledge, spans((0, 20, "as planned"), (21, 30, "9 mg")), 31).action == "seek_help"


def test_a_dose_held_while_the_plan_went_down_is_no_overdose(knowledge):
    plan = plan_of_amounts((1800, 1500, 1200, 950, 750, 600, 450, 350, 300))
    found = followed(knowledge, spans((0, 130, "1.5 mg")), 131, plan)
    assert (found.planned_ug, found.dose_ug, found.action) == (300, 1500, "hold")


def test_less_than_the_end_is_not_raised_to_the_plan(knowledge):
    found = followed(knowledge, spans((0, 39, "0.4 mg")), 40)
    assert (found.dose_ug, found.request) == (400, None)
    assert "not raised again" in revision_words(found)
    with pytest.raises(InputRefused):
        plan_for_papers(found, "log.yaml")


PARTS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["as planned", "0.6 mg", "1 mg", "1.6 mg", "2 mg", None])),
    min_size=1, max_size=8,
)  # fmt: skip


@FAST
@given(PARTS)
def test_no_dose_is_named_far_below_what_was_taken_without_saying_so(knowledge, parts):
    """Days are (length, what was written); None is not written about, which is like the day before."""
    lines, real, day, like = [], [], 0, "as planned"
    for length, text in parts:
        if text:
            lines.append((day, day + length - 1, text))
            like = text
        for number in range(day, day + length):
            planned = AMOUNTS[min(number // 14, len(AMOUNTS) - 1)]
            real.append(planned if like == "as planned" else int(float(like.split()[0]) * 1000))
        day += length
    if not lines:
        return
    found = followed(knowledge, spans(*lines), day)
    usual = sorted([*real[-14:], *[2000] * (14 - len(real))], reverse=True)[2]
    if found.doses and found.dose_ug < 0.75 * usual:
        assert found.action == "hold" and "what is taken fell" in revision_words(found)
        assert found.dose_ug >= min(real[-3:]), "nobody is told to take less than is taken now"
    if found.request:
        later = [number for number, amount in enumerate(real) if amount > found.dose_ug]
        assert not later or found.request.starts_on > on(later[-1] + 14)
