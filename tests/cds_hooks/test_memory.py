"""One finding is shown once, until something changes; a hard stop until somebody answered it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benzosafe.cds_hooks.memory import Now, why_quiet
from benzosafe.storage.events import Earlier

from .asking import NOW, answered, ask, everything, order

MARK = "a finding"


def shown(hook="order-select", user="dr", ago=timedelta(minutes=5), answer="", mark=MARK):
    return Earlier(mark, hook, user, NOW - ago, bool(answer), answer == "overridden")


def why(tier, earlier, hook="order-sign", user="dr", repeats=True):
    return why_quiet(MARK, tier, [earlier], Now(hook, user, NOW, 90), repeats)


def test_what_was_shown_at_choosing_is_not_repeated_at_signing():
    assert why(1, shown()) == "shown before"


@pytest.mark.parametrize(
    "earlier",
    [shown(mark="another"), shown(user="another doctor"), shown(ago=timedelta(hours=13)), shown(hook="order-sign")],
)
def test_it_is_repeated_when_changed_for_another_prescriber_later_or_at_the_same_hook(earlier):
    assert why(1, earlier) is None


def test_choosing_again_shows_the_card_again():
    assert why(1, shown(), hook="order-select") is None


def test_a_hard_stop_is_repeated_until_somebody_gave_a_reason():
    """Accepting a suggestion is not yet doing it: the order may be signed all the same."""
    assert why(0, shown()) is None
    assert why(0, shown(answer="accepted")) is None
    assert why(0, shown(answer="overridden")) == "shown before"


@pytest.mark.parametrize(("days", "quiet"), [(89, "stable repeat"), (91, None)])
def test_an_answered_finding_stays_quiet_for_so_many_days(days, quiet):
    earlier = shown(hook="order-sign", ago=timedelta(days=days), answer="accepted")
    assert why(1, earlier, hook="medication-refill") == quiet
    assert why(0, earlier, hook="medication-refill") is None
    assert why(1, earlier, hook="medication-refill", repeats=False) is None


def test_the_silence_is_counted_and_a_new_dose_speaks_again(knowledge):
    record = everything(order("clonazepam 1 mg tablet"))
    draft = order("oxycodone 10 mg tablet", status="draft")
    first = answered(knowledge, ask("order-select", record, [draft]))
    before = [
        Earlier(item.fingerprint, "order-select", first.call.user_key, NOW, answered=False, overridden=False)
        for item in first.call.showings
    ]
    again = answered(knowledge, ask("order-sign", record, [draft]), earlier=lambda key, marks: before)
    assert again.body["cards"] == []
    assert [item.why for item in again.call.silences] == ["shown before"]
    assert again.body["extension"]["org.benzosafe"]["quiet"][0]["why"] == "shown before"
    stronger = order("oxycodone 20 mg tablet", status="draft")
    changed = answered(knowledge, ask("order-sign", record, [stronger]), earlier=lambda key, marks: before)
    assert len(changed.body["cards"]) == 1


def test_a_new_start_is_no_stable_repeat_however_often_it_was_answered(knowledge):
    """Leaving it out was accepted in spring; ordering it again in summer is a new start."""
    record, draft = everything(order("clonazepam 1 mg tablet")), order("oxycodone 10 mg tablet", status="draft")
    shown_before = answered(knowledge, ask("order-sign", record, [draft])).call.showings
    before = [Earlier(item.fingerprint, "order-sign", "dr", NOW, True, True) for item in shown_before]
    again = answered(knowledge, ask("order-sign", record, [draft]), earlier=lambda key, marks: before)
    assert len(again.body["cards"]) == 1


def test_a_repeat_of_what_is_taken_is_quiet_once_answered(knowledge):
    record = everything(order("clonazepam 1 mg tablet"), order("oxycodone 10 mg tablet"))
    repeat = order("clonazepam 1 mg tablet", id="repeat")
    shown_before = answered(knowledge, ask("medication-refill", record, [repeat])).call.showings
    assert shown_before
    before = [Earlier(item.fingerprint, "medication-refill", "dr", NOW, True, False) for item in shown_before]
    again = answered(knowledge, ask("medication-refill", record, [repeat]), earlier=lambda key, marks: before)
    assert again.body["cards"] == []
    assert {item.why for item in again.call.silences} == {"stable repeat"}
