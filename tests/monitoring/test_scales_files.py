"""The files on scales: licences noted, texts only where free, and what disagrees with itself or the rest is refused."""

from __future__ import annotations

import re
import shutil

import pytest
from pydantic import ValidationError

from benzosafe.errors import KnowledgeInvalid
from benzosafe.knowledge.load import FOLDER, read_knowledge
from benzosafe.knowledge.scale_model import Scale

FREE = {"gad7", "gad2", "phq9", "phq2"}


def test_every_scale_notes_its_licence_with_a_source(knowledge):
    for name, scale in knowledge.scales.items():
        assert scale.licence.note and scale.licence.where and scale.licence.evidence, name
        assert all(item.source in knowledge.sources for item in scale.licence.evidence)
        assert scale.status == "draft" and not scale.checked.checker


def test_texts_stand_here_only_where_they_are_free(knowledge):
    assert {name for name, scale in knowledge.scales.items() if scale.texts} == FREE
    assert {name for name, scale in knowledge.scales.items() if scale.licence.text == "free"} == FREE
    for name in set(knowledge.scales) - FREE:
        scale = knowledge.scales[name]
        assert not scale.question and not scale.answer_words
        said = " ".join(line for line in (FOLDER / "scales" / f"{name}.yaml").read_text().splitlines())
        assert not re.search(r"\?(\s|$)", said), f"{name} seems to hold a question"


def test_the_lowest_answer_of_the_gad7_is_the_right_one(knowledge):
    """Zorowitz 2021: many copies print 'Not at all sure', which changes the answers."""
    assert knowledge.scales["gad7"].answer_words[0] == "Not at all"


def test_short_scales_are_the_first_items_of_the_long_ones(knowledge):
    for short, long in (("gad2", "gad7"), ("phq2", "phq9")):
        few, many = knowledge.scales[short], knowledge.scales[long]
        assert few.texts == many.texts[:2] and few.loinc_items == many.loinc_items[:2]


def test_codes_of_totals_and_items(knowledge):
    codes = {name: scale.loinc for name, scale in knowledge.scales.items() if scale.loinc}
    assert codes == {
        "gad7": "70274-6", "phq9": "44261-6", "phq2": "55758-7", "audit_c": "75626-2", "audit": "75624-7",
        "dast10": "82667-7",
    }  # fmt: skip
    assert knowledge.scales["phq9"].loinc_items[8] == "44260-8"
    digits = [code for scale in knowledge.scales.values() for code in (scale.loinc, *scale.loinc_items) if code]
    assert all(_mod10(code) for code in digits)


def _mod10(code):
    """Whether the check digit of a LOINC is right."""
    number, check = code.split("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    return (10 - sum(value // 10 + value % 10 for value in doubled) % 10) % 10 == int(check)


GOOD = {
    "name": "made_up", "label": "M", "title": "Made up", "measures": "nothing", "period": "now", "purpose": "screens",
    "items": 3, "answers": [0, 1], "checked": {"on": "2026-11-27", "next": "2027-05-27"},
    "licence": {"text": "free", "note": "n", "where": "w", "evidence": [{"source": "house"}]},
    "evidence": [{"source": "house"}],
}  # fmt: skip
BAND = {"name": "all", "low": 0, "high": 3, "evidence": {"source": "house"}}
FLAG = {"item": 3, "about": "a", "urgency": "now", "do": "d", "evidence": [{"source": "house"}]}
WORDS = {"texts": ["a", "b", "c"], "answer_words": {0: "no", 1: "yes"}}


def test_a_sound_file_loads():
    made = Scale.model_validate({**GOOD, **WORDS, "bands": [BAND], "flags": [FLAG], "unscored": [3] * 0})
    assert (made.lowest, made.highest, made.scored) == (0, 3, (1, 2, 3))


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ({"reversed_items": [4]}, "names item 4, but there are 3"), ({"unscored": [1]}, "must be the last ones"),
        ({"flags": [{**FLAG, "item": 9}]}, "names item 9"), ({"loinc_items": ["1-8"]}, "has 1 entries"),
        ({**WORDS, "texts": ["a"]}, "'texts' has 1 entries"), ({**WORDS, "answer_words": {0: "no"}}, "every answer"),
        ({**WORDS, "licence": {**GOOD["licence"], "text": "not_included"}}, "licence does not let them"),
        ({"bands": [{**BAND, "high": 1}, {**BAND, "low": 3}]}, "gap or overlap"),
        ({"bands": [{**BAND, "high": 2}]}, "highest total, 3"), ({"bands": [{**BAND, "low": -1}]}, "highest total"),
        ({"cutoffs": [{"means": "m", "score": {"value": 4, "unit": "{score}", "source": "house", "population": "p",
                                               "confidence": "derived"}}]}, "cut-off 4 is no total"),
        ({"reversed": [1]}, "reversed"),
    ],
)  # fmt: skip
def test_a_file_at_odds_with_itself_is_refused(faults, says):
    with pytest.raises(ValidationError, match=says):
        Scale.model_validate({**GOOD, **faults})


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder)
    return folder


def test_a_scale_at_odds_with_the_rest_is_refused(copy):
    for name, old, new in (
        ("gad7", "loinc: 70274-6", "loinc: 70273-8"), ("isi", "observation: isi_score", "observation: isi_scor"),
        ("dast10", "observation: dast10_score", "observation: audit_score"),
        ("audit_c", "score: {value: 3,", "score: {value: 2,"), ("bwsq", "red_flag: hallucinations", "red_flag: voices"),
        ("sds", "source: cuevas_2000_sds", "source: cuevas_2001_sds"),
    ):  # fmt: skip
        path = copy / "scales" / f"{name}.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    steps = copy / "withdrawal_scales.yaml"
    steps.write_text(steps.read_text().replace("    very severe:", "    dreadful:"))
    with pytest.raises(KnowledgeInvalid) as caught:
        read_knowledge(copy)
    said = str(caught.value)
    for part in (
        "'70273-8' is not the code of 'gad7_score'", "no measurement 'isi_scor'. Did you mean 'isi_score'",
        "'audit_score' goes to 40, this to 10", "parameter 'audit_c_positive_female' does not say 2",
        "no red flag 'voices'", "source 'cuevas_2001_sds' is not in sources/. Did you mean 'cuevas_2000_sds'",
        "'ciwa_b' must say what to do in each of its bands: mild, moderate, severe, very severe",
    ):  # fmt: skip
        assert part in said, said
