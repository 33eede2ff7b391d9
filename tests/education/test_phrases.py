"""Translated phrases of contacts.yaml: all there, the same numbers, no word left in English, no word that is not plain.

That the meaning is the same no test can tell; only a person who reads both languages can.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from babel import Locale
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError

from benzosafe.education.passive import passive_in
from benzosafe.education.plain_words import MOST_WORDS_IN_A_SENTENCE, not_plain
from benzosafe.education.reading_level import reading_level, sentences_of, words_of
from benzosafe.knowledge.load import FOLDER, Knowledge
from benzosafe.knowledge.plain_words_model import PlainWord
from benzosafe.knowledge.reader import Reader

LANGUAGES = ("es", "ar")
ONE_SENTENCE = ("who", "note", "hours", "menu", "flush", "defence", "carry")
# Places that Spanish writes as English does.
SAME_IN_SPANISH = {
    "Alberta", "Manitoba", "Nunavut", "Ontario", "Quebec", "Saskatchewan", "Australia", "Queensland", "Tasmania",
    "Victoria", "Austria", "Bulgaria", "Estonia", "Malta", "Portugal",
}  # fmt: skip
# What is typed or printed in Latin letters wherever one reads it.
LATIN_IN_ARABIC = {"HSE", "DUMP", "POISON-X"}
# A translation has as many words of denial as the English, but for these, which have one more.
ONE_MORE_DENIAL = {
    "es": {
        "makes you unfit": "'unfit' is 'not in a state to drive'",
        "makes you unsafe": "'unsafe' is 'you do not drive safely'",
        "down the sink": "'or' after a denial is 'ni'",
    },
    "ar": {
        "you unfit": "'unfit' is 'not fit'",
        "makes you unsafe": "'unsafe' is 'not safe'",
        "down the sink": "'or' after a denial repeats the 'not'",
        "illegal drugs": "'illegal' is 'not lawful'",
    },
}
DENIALS = {
    "en": re.compile(r"\b(?:not|no|none|nobody|cannot|without)\b", re.I),
    "es": re.compile(r"\b(?:no|nadie|ningun[oa]?|ninguna?|ni|sin)\b", re.I),
    "ar": re.compile(r"(?<!\w)[وف]?(?:لا|لم|لن|ليست?|غير|ألا|بدون)(?!\w)"),
}


def raw(name):
    """A knowledge file as it is written; a name written twice is an error."""
    return YAML(typ="safe", pure=True).load(FOLDER / name)


def shown_of(entry):
    """Every sentence of one entry that a reader sees, but for proper names."""
    yield from (entry[key] for key in ONE_SENTENCE if key in entry)
    yield from entry.get("words", ())


def english():
    """Every English sentence and place of contacts.yaml that a reader sees."""
    found = set()
    for country in raw("contacts.yaml").values():
        found |= {country["name"], *country.get("areas", {}).values(), *country.get("members", {}).values()}
        for topic in ("contacts", "returns", "reports", "driving"):
            for entry in country.get(topic, ()):
                found |= set(shown_of(entry))
    return found


@pytest.fixture(scope="module")
def phrases():
    return {code: raw(f"education/phrases/{code}.yaml") for code in LANGUAGES}


@pytest.fixture(scope="module")
def plain_words():
    """The list of words to avoid alone, so that this stands whatever else is being written."""
    return Knowledge.model_construct(plain_words=Reader(FOLDER).merged("plain_words.yaml", PlainWord))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_a_reader_sees_is_translated_and_nothing_else(phrases, code):
    wanted = english()
    assert len(wanted) > 100
    assert (wanted - set(phrases[code]), set(phrases[code]) - wanted) == (set(), set())


def test_a_sentence_translated_twice_is_refused():
    with pytest.raises(DuplicateKeyError):
        YAML(typ="safe", pure=True).load('"England": "Inglaterra"\n"England": "La Inglaterra"\n')


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_number_is_lost_added_or_changed(phrases, code):
    for source, words in phrases[code].items():
        # Half past nine is 9.30 in one language and 9:30 in another, so digits are compared and not the marks.
        assert Counter(re.findall(r"\d", words)) == Counter(re.findall(r"\d", source)), source
        assert re.findall(r"\d+", words) == re.findall(r"\d+", source), source
        assert all(sign.isascii() for sign in words if sign.isdigit()), source


def test_telephone_numbers_stand_as_they_are_published(phrases):
    for code in LANGUAGES:
        for number in ("18001 111", "13 14 50", "1-844 POISON-X"):
            (source,) = [source for source in phrases[code] if number in source]
            assert number in phrases[code][source]


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_empty_or_left_in_english(phrases, code):
    same = {source for source, words in phrases[code].items() if words == source}
    assert same == (SAME_IN_SPANISH if code == "es" else set())
    for source, words in phrases[code].items():
        assert words.strip() == words and words, source
        assert source.endswith(".") == words.endswith("."), source
        assert unicodedata.is_normalized("NFC", words), source


def test_arabic_is_written_in_arabic_letters_without_marks_of_direction(phrases):
    for source, words in phrases["ar"].items():
        assert re.search(r"[\u0621-\u064A]", words), source
        assert set(re.findall(r"[A-Za-z][A-Za-z-]*", words)) <= LATIN_IN_ARABIC, source
        assert not [sign for sign in words if unicodedata.category(sign) == "Cf"], source
        assert not re.search("[,;?]", words), f"Latin punctuation in: {words}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_not_is_neither_added_nor_dropped(phrases, code):
    for source, words in phrases[code].items():
        more = any(part in source for part in ONE_MORE_DENIAL[code])
        assert len(DENIALS[code].findall(words)) == len(DENIALS["en"].findall(source)) + more, (source, words)


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_the_law_calls_it_stays_apart(phrases, code):
    crime, against, defence = {
        "es": (r"\bdelito\b", r"\bilegal\b", r"\bdefensa\b"),
        "ar": ("جريمة", "مخالفة للقانون", "دفاع"),
    }[code]
    for source, words in phrases[code].items():
        assert bool(re.search("is (also )?a crime", source)) == bool(re.search(crime, words)), source
        assert ("against the law" in source) == bool(re.search(against, words)), source
        assert source.startswith("It is a defence") == bool(re.search(defence, words)), source


@pytest.mark.parametrize("code", LANGUAGES)
def test_countries_are_named_as_the_common_locale_data_names_them(phrases, code):
    for key, country in raw("contacts.yaml").items():
        for place, name in {key: country["name"], **country.get("members", {})}.items():
            assert phrases[code][name] == Locale.parse(code).territories[place]


def test_spanish_has_no_word_that_is_not_plain(phrases, plain_words):
    found = {words: not_plain(words, "es", plain_words) for words in phrases["es"].values()}
    assert {words: [hit.found for hit in hits] for words, hits in found.items() if hits} == {}


def test_spanish_sentences_are_short_and_somebody_acts(phrases):
    for words in phrases["es"].values():
        for sentence in sentences_of(words):
            assert len(words_of(sentence)) <= MOST_WORDS_IN_A_SENTENCE, sentence
            assert passive_in(sentence, "es") == "", sentence


def test_spanish_as_a_whole_suits_a_sixth_grade(phrases):
    sentences = " ".join(words for words in phrases["es"].values() if words.endswith("."))
    scores = reading_level(sentences, "es", frozenset({"diazepam", "benzodiacepinas"})).without_names.scores
    assert scores["fernandez_huerta"] >= 70 and scores["crawford_grade"] <= 6.0


def test_spanish_speaks_to_a_reader_as_usted(phrases):
    familiar = re.compile(
        r"\b(?:tú|tu|tus|te|ti|contigo|vos|vosotros|os|llama|pregunta (?:a|en|qué)|tira|lleva)\b", re.I
    )
    assert [words for words in phrases["es"].values() if familiar.search(words)] == []
