"""What goes with a fill: every place has its own words, what is not known says so, and nobody runs out unwarned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from benzosafe.prescriptions.advice import HandedOut, advice
from benzosafe.prescriptions.history import supplies_of
from benzosafe.prescriptions.law import law_of
from benzosafe.prescriptions.papers import DO_NOT_STOP
from benzosafe.prescriptions.shelf import fills_of
from benzosafe.prescriptions.supply import Supply
from benzosafe.storage.database import reading
from tests.prescriptions.papers import PLACES, fill, placed, taper
from tests.prescriptions.people import TODAY, at_the_counter, content, given, verified

HERE, WHOLE = (Supply(TODAY, 30, "here"),), (fill(),)


def given_with(knowledge, said, number=1, fills=WHOLE, supplies=HERE, on=TODAY):
    law = law_of(knowledge, said.jurisdiction, said.ingredient, on)
    return advice(said, HandedOut(number, fills, supplies), law, knowledge)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_all_that_goes_with_a_fill(knowledge, place):
    said = placed(place)
    found, law = given_with(knowledge, said), law_of(knowledge, place, "clonazepam", TODAY)
    kinds = [line.kind for line in found.lines]
    assert list(dict.fromkeys(kinds)) == ["label", "guide", "stopping", "storage", "leftovers", "next"]
    (leftovers,) = found.of("leftovers")
    assert (leftovers.text, leftovers.confidence) == (law.supply.disposal, "recalled")
    assert leftovers.words.endswith("(recalled, not read again in its source)")
    (guide,) = found.of("guide")
    assert guide.text.startswith("Hand out" if place == "CA" else "The medication guide or leaflet goes with every")
    assert guide.confidence == ("not known" if place == "CA" else "recalled")
    assert found.plain == tuple(line.words for line in found.lines)


@pytest.mark.parametrize("place", PLACES)
def test_the_label_has_the_words_of_the_law_or_says_that_none_are_recorded(knowledge, place):
    lines = given_with(knowledge, placed(place)).of("label")
    recorded = knowledge.prescribing[place].rules[0].label_words
    if recorded:
        assert [words in line.text for words, line in zip(recorded, lines, strict=True)] == [True] * len(recorded)
        assert all("draft, not reviewed" in line.words for line in lines)
    else:
        (line,) = lines
        assert "which is not that there is none" in line.text and line.confidence == "not known"


def test_the_words_about_disposal_are_those_of_the_place(knowledge):
    assert "take-back site" in str(given_with(knowledge, placed("US")).of("leftovers"))
    assert "take-back site" in str(given_with(knowledge, placed("US-NY")).of("leftovers"))  # within the US
    assert "household rubbish" in str(given_with(knowledge, placed("UK")).of("leftovers"))
    (nowhere,) = given_with(knowledge, content(jurisdiction="DE")).of("leftovers")
    assert nowhere.confidence == "not known" and "Do not flush" in nowhere.text


def test_nobody_is_told_to_stop_and_children_cannot_reach_it(knowledge):
    found = given_with(knowledge, content())
    (stopping,), (storage,) = found.of("stopping"), found.of("storage")
    assert stopping.text.startswith(DO_NOT_STOP) and "withdrawal" in stopping.text and stopping.source == "asam_2025"
    assert "out of reach of children" in storage.text and "judgement of benzosafe" in storage.words
    item = content().fills[0].items[0].model_copy(update={"ingredient": "nonsense"})
    plan = content().fills[0].model_copy(update={"items": (item,)})
    (unknown,) = given_with(knowledge, content().model_copy(update={"fills": (plan,)}), fills=()).of("stopping")
    assert unknown.text == DO_NOT_STOP


def test_the_next_fill_is_due_shortly_before_this_one_is_used_up(knowledge):
    found = given_with(knowledge, content(fills=2))
    assert (found.used_up_on, found.next_on) == (date(2026, 12, 24), date(2026, 12, 24))  # never before it is planned
    early = (Supply(TODAY - timedelta(days=5), 30, "elsewhere"), *HERE)
    assert given_with(knowledge, content(fills=2), supplies=early).next_on == date(2027, 1, 16)
    (line,) = found.of("next")
    assert line.words == (
        "What was handed out lasts until 2026-12-24 if it is taken as written. "
        "Fill 2 may be handed out from 2026-12-24 to 2027-05-24, and not earlier."
    )


def test_after_the_last_fill_a_new_prescription_is_asked_for_in_time(knowledge):
    found = given_with(knowledge, content())
    assert found.next_on is None
    assert "This was the last fill" in found.of("next")[0].text and "never runs out" in found.of("next")[0].text


def test_a_next_fill_after_the_last_valid_day_is_not_promised(knowledge):
    found = given_with(knowledge, placed("UK", fills=2))  # valid for 28 days, the next is due after 30
    assert found.next_on is None
    assert "would be due after 2026-12-22, when the prescription has ended" in found.of("next")[0].text


def test_where_another_place_lends_the_limit_it_says_that_it_is_not_known(knowledge):
    (line,) = given_with(knowledge, content(jurisdiction="CA", fills=2, days=7)).of("next")
    assert line.confidence == "not known" and "the rule of this place is not known" in line.words


def test_a_part_says_what_is_left_of_the_fill(knowledge):
    part = fill(units="20", days=10)
    found = given_with(knowledge, content(), fills=(part,), supplies=(Supply(TODAY, 10, "here"),))
    assert "Of fill 1, 40 units of clonazepam 0.5 mg tablet are left" in found.of("next")[0].text
    assert len(found.of("next")) == 2 and len(given_with(knowledge, content()).of("next")) == 1


def test_a_taper_names_the_fill_that_comes_next(knowledge):
    found = given_with(knowledge, taper(), 2, (fill(2, "42"),), (Supply(date(2026, 12, 8), 14, "here"),))
    assert found.fill == 2 and found.next_on == date(2026, 12, 22) and "Fill 3 may be handed out" in str(found.plain)


def test_a_fill_that_does_not_say_its_days_counts_as_long_as_one_may_last(knowledge):
    found = given_with(knowledge, content(fills=2), supplies=(Supply(TODAY, None, "elsewhere"),))
    longest = law_of(knowledge, "US", "clonazepam", TODAY).supply.days_a_fill.amount
    assert found.used_up_on == TODAY + timedelta(days=longest)


def test_at_a_real_counter_it_counts_what_was_really_handed_out(office, knowledge):
    made = at_the_counter(office, content(fills=2))
    verified(office, made)
    given(office, made)
    with reading(office.desk.engine) as connection:
        fills, supplies = fills_of(connection, made), supplies_of(connection, "ann", "clonazepam")
    found = given_with(knowledge, content(fills=2), 1, fills, supplies)
    assert found.used_up_on == TODAY + timedelta(days=30) and found.next_on == TODAY + timedelta(days=30)
