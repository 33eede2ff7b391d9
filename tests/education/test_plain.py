"""Whether the papers can be understood and acted upon: reading grade, the checklist of understandable material, topics.

The checklist is what of PEMAT-P (AHRQ) can be counted; its items stand beside the tests. What cannot be counted, such
as whether the content is complete for a reader, is not claimed.
"""

from __future__ import annotations

import re

import pytest

from benzosafe.education.passive import passive_in
from benzosafe.education.plain_words import not_plain
from benzosafe.education.reading_level import medicine_names, reading_level, sentences_of, words_of
from benzosafe.render.leaflet_blocks import blocks_of
from tests.education import people
from tests.education.people import BEGINS, data_of, situation

MOST_GRADE = 6.0
MOST_WORDS = 20
AUDIENCES = {"patient": people.EVERYBODY, "caregiver": people.EVERYBODY, "child_carer": {"tom": people.CHILD}}
PAPERS = [(audience, who) for audience, texts in AUDIENCES.items() for who in texts]
# Fluent statements are ours; phrases of contacts.yaml come from authorities and may use their words.
_FROM_CONTACTS = ("law_", "returns_", "reports_")


def paper(knowledge, audience, who, language="en", country="US"):
    plan = people.simple_plan() if who == "kim" else None
    where = situation(people.EVERYBODY[who], knowledge, country, plan, BEGINS if plan else people.ON)
    return data_of(where, audience=audience, language=language)


def statements(data):
    return [line for section in data["sections"] for line in section["lines"]]


def own(data):
    return [line for line in statements(data) if not line["id"].startswith(_FROM_CONTACTS)]


def whole_text(data):
    return "\n\n".join(line["text"] for line in statements(data))


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_english_is_at_or_below_grade_six_by_two_formulas(audience, who, knowledge):
    text = whole_text(paper(knowledge, audience, who))
    level = reading_level(text, "en", medicine_names(text, knowledge)).without_names
    assert level.sentences >= 30  # SMOG is made for thirty sentences
    assert level.scores["flesch_kincaid_grade"] <= MOST_GRADE
    assert level.scores["smog_grade"] <= MOST_GRADE


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_spanish_is_easy_by_its_own_formulas(audience, who, knowledge):
    text = whole_text(paper(knowledge, audience, who, "es"))
    scores = reading_level(text, "es", medicine_names(text, knowledge)).without_names.scores
    assert scores["fernandez_huerta"] >= 70 and scores["inflesz"] >= 55 and scores["crawford_grade"] <= MOST_GRADE


# --- what of PEMAT can be counted ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_everyday_words_active_voice_short_sentences(audience, who, language, knowledge):
    """PEMAT items 3 (everyday language), 5 (active voice)."""
    for line in own(paper(knowledge, audience, who, language)):
        assert not [hit.found for hit in not_plain(line["text"], language, knowledge)], line
        for sentence in sentences_of(line["text"]):
            assert len(words_of(sentence)) <= MOST_WORDS, line
            assert not passive_in(sentence, language), line


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_the_title_names_the_medicine_and_what_is_to_be_learnt(audience, who, knowledge):
    """PEMAT items 1 and 2: the purpose is plain from the title, nothing distracts from it."""
    data = paper(knowledge, audience, who)
    assert all(drug.lower() in data["title"].lower() for drug in data["drugs"])
    assert re.search(r"how (to|you)", data["title"])


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_parts_are_short_have_headings_and_come_in_order(audience, who, knowledge):
    """PEMAT items 8, 9 and 10: short sections, headings, a logical order; what is urgent comes first."""
    data = paper(knowledge, audience, who)
    assert data["sections"][0]["topic"] == "help_now" and data["sections"][-1]["topic"] == "contacts"
    titles = [section["title"] for section in data["sections"]]
    assert all(titles) and len(set(titles)) == len(titles)
    for section in data["sections"]:
        longest = max([len(block.lines) for block in blocks_of(section, data["words"])], default=0)
        assert longest <= 16, section["topic"]


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_numbers_are_figures_and_no_reader_has_to_calculate(audience, who, knowledge):
    """PEMAT items 6 and 7: numbers are clear, and nothing is to be worked out."""
    counted = re.compile(r"\b(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)\b", re.I)
    for line in own(paper(knowledge, audience, who)):
        assert not counted.search(line["text"]), line
        assert "%" not in line["text"] and not re.search(r"\d+/\d+", line["text"]), line


_ACTS = re.compile(
    r"\b(?:Call|Ask|Tell|Take|Give|Do not|Never|Keep|Lock|Count|Show|Put|Cut|Measure|Swallow|Write|Stay|Get|Offer|Help|"
    r"Clear|Look|Bring|Say|Use|Watch|Return|Mix|Leave|Turn|Push|Go)\b",
    re.I,
)


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_most_lines_say_what_to_do_and_begin_with_it(audience, who, knowledge):
    """PEMAT items 20 to 22: at least one action, addressed to the reader, in explicit steps."""
    lines = [line for line in own(paper(knowledge, audience, who)) if line["kind"] in ("do", "dont", "ask")]
    assert len(lines) >= 10
    for line in lines:
        assert _ACTS.search(line["text"]), line
    begun = sum(bool(re.match(r"^(?:If|When|Before|In time|From)\b", line["text"])) for line in lines)
    assert begun <= len(lines) / 2  # at most half begin with a condition instead


@pytest.mark.parametrize(("audience", "who"), PAPERS)
def test_what_has_a_picture_has_its_words_too(audience, who, knowledge):
    """PEMAT items 15 to 18: pictures support the words and never replace them."""
    pictured = [line for line in statements(paper(knowledge, audience, who)) if line["picture"]]
    assert len(pictured) >= 10 and all(line["text"] for line in pictured)


# --- voice --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_suggests_a_sudden_stop_and_dependence_is_not_addiction(language, knowledge):
    stop = {"en": r"\bstop (?:taking|it|them|clonazepam|now)\b", "es": r"\b(?:deje|suspenda) (?:de tomar|el|la|su)\b"}[
        language
    ]
    denied = {"en": r"\b(?:not|never)\b", "es": r"\b(?:no|nunca)\b"}[language]
    named = {"en": "addiction", "es": "adicción"}[language]
    for audience, who in PAPERS:
        for line in own(paper(knowledge, audience, who, language)):
            if re.search(stop, line["text"], re.I):
                assert re.search(denied, line["text"], re.I), line
            if named in line["text"].lower():
                assert line["id"] in ("used_name", "want_more"), line


# --- topics an authority asks for ----------------------------------------------------------------------------------


def test_every_topic_of_the_medication_guide_is_met_by_a_sentence(knowledge):
    """One of the sentences of each topic is on the paper of somebody for whom it holds."""
    printed = {line["id"] for who in people.EVERYBODY for line in statements(paper(knowledge, "patient", who))}
    for name, item in knowledge.checklists.items():
        assert set(item.met_by) & printed, name
    assert len(knowledge.checklists) >= 20


def test_a_woman_who_begins_finds_every_topic_on_her_own_paper(knowledge):
    printed = {line["id"] for line in statements(paper(knowledge, "patient", "noor"))}
    missing = [name for name, item in knowledge.checklists.items() if not set(item.met_by) & printed]
    assert missing == []
