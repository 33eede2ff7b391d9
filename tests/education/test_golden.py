"""Ten leaflets as they were looked at: any change of a word shows here, and is approved by a person.

To write them anew after a change that was looked at: BENZOSAFE_WRITE_GOLDEN=1 pytest tests/education/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benzosafe.render.leaflet_text import aloud_leaflet, text_leaflet
from tests.education import people
from tests.education.people import BEGINS, data_of, situation

FOLDER = Path(__file__).parent / "golden"
TEN = {
    "ann_patient": ("ann", "US", {}),
    "ann_caregiver_gb": ("ann", "GB-SCT", {"audience": "caregiver"}),
    "ann_rescue_card_es": ("ann", "US", {"audience": "caregiver", "topics": ("overdose",), "language": "es"}),
    "ann_choice": ("ann", "US", {"topics": ("choice",)}),
    "noor_starts_ie": ("noor", "IE", {}),
    "sam_sleeps_badly_es": ("sam", "ES", {"language": "es"}),
    "pia_is_pregnant": ("pia", "AU", {}),
    "tom_for_his_mother": ("tom", "US", {"audience": "child_carer"}),
    "kim_comes_off_ar": ("kim", "US", {"language": "ar"}),
    "nobody_is_known": ("nobody", "", {}),
}


def written(name, knowledge):
    who, country, asked = TEN[name]
    plan = people.simple_plan() if who == "kim" else None
    where = situation(people.EVERYBODY[who], knowledge, country, plan, BEGINS if plan else people.ON)
    return where, data_of(where, **asked)


@pytest.mark.parametrize("name", TEN)
def test_the_leaflet_is_the_one_that_was_looked_at(name, knowledge):
    _, data = written(name, knowledge)
    text, path = text_leaflet(data) + "\n", FOLDER / f"{name}.txt"
    if os.environ.get("BENZOSAFE_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_all_ten_are_there_and_no_more():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(TEN) and len(TEN) == 10


@pytest.mark.parametrize("name", TEN)
def test_read_aloud_it_has_as_many_sentences_as_on_paper(name, knowledge):
    _, data = written(name, knowledge)
    aloud = aloud_leaflet(data)
    assert len(aloud.splitlines()) >= sum(len(section["lines"]) for section in data["sections"])
