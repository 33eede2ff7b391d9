"""Symptoms in a diary's own words: grave ones lead to help, others are heard of, harmless ones are neither."""

from __future__ import annotations

import pytest

from benzosafe.taper.follow_symptoms import flags_in
from benzosafe.taper.follow_words import revision_data, revision_words
from tests.taper.follow_diaries import (
    as_planned,
    diary,
    entry,
    followed,
)

pytestmark = pytest.mark.usefixtures("no_design")


def test_words_for_red_flags(knowledge):
    assert flags_in(knowledge, "Siezure at night, then she passed out") == ["seizure", "fainting"]
    assert flags_in(knowledge, "No seizure, not confused, without hallucinations; a faint smell") == []


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("overdose", "overdose"), ("took too many tablets", "overdose"), ("can't breathe", "breathlessness"),
        ("cannot breathe properly", "breathlessness"), ("wants to end it all", "suicidal_thoughts"),
        ("I don't want to live", "suicidal_thoughts"), ("seeing spiders", "hallucinations"), ("fainted", "fainting"),
        ("collapse", "fainting"), ("Collapsed in the kitchen", "fainting"), ("can't be woken", "over_sedation"),
    ],
)  # fmt: skip
def test_grave_words_lead_to_help(knowledge, text, flag):
    assert flags_in(knowledge, text) == [flag]
    found = followed(knowledge, diary(as_planned(19), entry(20, f'taken: as planned, symptoms: ["{text}"]')), 20)
    assert (found.action, found.doses, found.new) == ("seek_help", None, None)


@pytest.mark.parametrize("text", ["took all doses as planned", "anxious about seeing people", "5 mg od", "no overdose"])
def test_harmless_words_are_no_emergency(knowledge, text):
    assert flags_in(knowledge, text) == []


@pytest.mark.parametrize("text", ["restless legs", "something odd", "no sleep", "no seizure but tremor"])
def test_any_other_symptom_holds_and_is_heard_of_within_a_day(knowledge, text):
    found = followed(knowledge, diary(as_planned(19), entry(20, f"taken: as planned, symptoms: [{text}]")), 20)
    assert found.action == "hold" and text in revision_words(found)
    assert revision_data(found)["contact"] == "clinician within a day"


@pytest.mark.parametrize("text", ["none", "no seizure", "no seizure and not confused", "no symptoms"])
def test_denied_signs_are_no_symptom(knowledge, text):
    found = followed(knowledge, diary(as_planned(19), entry(20, f"taken: as planned, symptoms: [{text}]")), 20)
    assert found.action == "go_on"
