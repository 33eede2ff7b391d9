"""A diary before the first step: while a change of drug goes on, and before anything begins."""

from __future__ import annotations

import json

import pytest

from benzosafe.errors import InputRefused
from benzosafe.taper.follow_change import Change
from benzosafe.taper.follow_papers import plan_for_papers
from benzosafe.taper.follow_record import Chain, read_plan
from benzosafe.taper.follow_words import revision_data, revision_words
from tests.taper.follow_diaries import (
    PLAN,
    diary,
    entry,
    followed,
    on,
)

pytestmark = pytest.mark.usefixtures("no_design")


CHANGE = Change("lorazepam", "clonazepam", ((on(-14), on(-8)), (on(-7), on(-1))))
CHANGING = Chain(change=CHANGE, patient="pat")


@pytest.mark.parametrize(
    ("text", "action", "says"),
    [
        ("seizure: yes", "seek_help", "emergency number now"), ("ciwa_b: 70", "seek_help", "emergency number now"),
        ("ciwa_b: 50", "hold", "clinician within a day"), ("ciwa_b: 8", "hold", "prescriber before the next stage"),
        ("wish: slower", "hold", "prescriber before the next stage"), ("taken: missed", "hold", "within a day"),
        ("supply: lost", "hold", "clinician TODAY"),
    ],
)  # fmt: skip
def test_while_a_change_goes_on(knowledge, text, action, says):
    found = followed(knowledge, diary(entry(-12, text)), -10, was=CHANGING)
    assert (found.action, found.doses, found.planned_ug, found.new) == (action, None, None, None)
    assert says in revision_words(found)
    assert f"not revised here: contact the prescriber before the next stage ({on(-7)})" in revision_words(found)
    with pytest.raises(InputRefused):
        plan_for_papers(found, "log.yaml")


def test_the_change_is_kept_in_the_chain(knowledge, tmp_path):
    path = tmp_path / "revision.json"
    path.write_text(json.dumps(revision_data(followed(knowledge, diary(entry(-12, "ciwa_b: 8")), -10, was=CHANGING))))
    plan, chain = read_plan(path)
    assert (plan, chain) == (PLAN, CHANGING)
    later = followed(knowledge, diary(entry(-12, "ciwa_b: 8"), entry(2, "taken: as planned")), 3, plan, chain)
    assert (later.action, later.dose_ug) == ("go_on", 1800)


def test_before_anything_begins_only_what_is_pressing_is_answered(knowledge):
    with pytest.raises(InputRefused, match="nothing to follow yet"):
        followed(knowledge, diary(entry(-3, "ciwa_b: 8")), -2)
    for text, action in (("seizure: yes", "seek_help"), ("ciwa_b: 70", "seek_help"), ("ciwa_b: 50", "hold")):
        assert followed(knowledge, diary(entry(-3, text)), -2).action == action
