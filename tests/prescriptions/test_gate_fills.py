"""The signature is under all fills, so the review before it is of all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benzosafe.prescriptions import patients, prescriber
from benzosafe.prescriptions.content import read_content
from benzosafe.prescriptions.safety import Data, Unchecked, check, check_every_fill
from tests.prescriptions.people import CALM, NOW, PASSWORD, answer_all, content


def with_third(directions, units="60"):
    """Three fills, of which the third is another one."""
    data = content(fills=3).model_dump(mode="json")
    data["fills"][2]["directions"] = [directions]
    data["fills"][2]["items"][0]["units"] = units
    return read_content(data, "prescription")


def reviewed(office, said):
    patients.keep_record(office.desk, office["doctor"], "ann", CALM, NOW)
    made = prescriber.draft(office.desk, office["doctor"], said, NOW)
    return made, prescriber.review(office.desk, office["doctor"], made, NOW)


def test_a_later_fill_far_above_the_maximum_is_not_signed_unanswered(office):
    made, found = reviewed(office, with_third("8 tablets twice daily", "480"))
    (stopping,) = [item for item in found["findings"] if item["tier"] == 0]
    assert stopping["rule"] == "clonazepam_panic_above_maximum" and stopping["reason"].startswith("fill 3: ")
    with pytest.raises(Unchecked, match="clonazepam_panic_above_maximum"):
        prescriber.sign(office.desk, "doctor", PASSWORD, office.code("doctor", NOW), made, NOW)
    answer_all(office, made, found)
    later = NOW + timedelta(minutes=1)
    prescriber.sign(office.desk, "doctor", PASSWORD, office.code("doctor", later), made, later)


def test_a_later_fill_that_is_not_understood_keeps_all_of_it_unchecked(office):
    _, found = reviewed(office, with_third("as told"))
    assert found["could_not_run"].startswith("fill 3: its directions are not understood") and found["findings"] == []


@pytest.mark.parametrize("fills", [1, 2, 6])
def test_fills_that_are_the_same_are_one_review(knowledge, fills):
    said, data = content(fills=fills), Data((CALM, "sha"))
    assert check_every_fill(said, data, knowledge, NOW.date()) == check(said, data, knowledge, NOW.date())
