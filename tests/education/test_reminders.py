"""Short messages: on the right days, short enough for a phone, and naming no medicine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benzosafe.education.release import NOTHING, release_of
from benzosafe.education.reminders import Reminder, reminders_of
from tests.education import people
from tests.education.people import BEGINS, EVE, made, situation
from tests.render.taper_plans import minded


def test_each_step_is_told_the_evening_before_and_on_its_day(knowledge):
    where = situation(people.TAPERED, knowledge, plan=people.simple_plan(), on=EVE)
    found = [(item.on, item.name) for item in reminders_of(made(where), where) if "visit" not in item.name]
    days = [BEGINS, BEGINS + timedelta(days=14), BEGINS + timedelta(days=15)]
    assert found == [
        (EVE, "sms_eve"), (days[0], "sms_step"), (days[1] - timedelta(days=1), "sms_eve"), (days[1], "sms_eve"),
        (days[1], "sms_step"), (days[2], "sms_last"),
    ]  # fmt: skip


def test_a_step_that_waits_for_the_prescriber_is_told_a_week_before(knowledge):
    where = situation(people.TAPERED, knowledge, plan=minded(people.simple_plan(), 3), on=EVE)
    (item,) = [item for item in reminders_of(made(where), where) if item.name == "sms_mind"]
    assert item.on == BEGINS + timedelta(days=15 - 7)
    assert "Tue 16 Mar 2027" in item.text


def test_what_is_not_released_sends_nothing(knowledge):
    where = situation(people.TAPERED, knowledge, plan=people.simple_plan(), on=EVE)
    assert reminders_of(made(where, release=NOTHING), where) == ()
    kept = reminders_of(made(where, release=release_of("Dr Lee", ("plan",), EVE)), where)
    assert all("visit" in item.name for item in kept)


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_message_names_no_medicine_and_is_short(language, knowledge):
    where = situation(people.TAPERED, knowledge, plan=minded(people.simple_plan(), 3), on=EVE)
    for item in reminders_of(made(where, language=language), where):
        assert "clonazepam" not in item.text.lower()
        assert item.parts <= (1 if language == "en" else 2), (item.text, len(item.text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("á" + "a" * 69, 1),
        ("á" + "a" * 70, 2),
        ("é" * 160, 1),
    ],
)
def test_parts_are_counted_as_phone_companies_do(text, parts):
    assert Reminder(BEGINS, "any", text).parts == parts
