"""Reading level: the formulas against published worked examples, syllables against dictionaries, and what must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benzosafe.education import reading_level as level_of
from benzosafe.education.reading_level import medicine_names, reading_level, sentences_of, syllables_of, words_of
from benzosafe.education.syllables_en import syllables_en
from benzosafe.education.syllables_es import syllables_es
from benzosafe.errors import InputRefused, UsageError

# Typed from the CMU Pronouncing Dictionary (its vowels counted); words it gives two counts for are left out.
CMU = {
    1: "nurse sleep heart blood locked week weeks asked changed dose missed homes",
    2: "tablet tablets doctor sleepy dizzy confused breathing pressure kidney liver pregnant baby driving machine "
    "worry panic seizure shaking sweating headache stomach rescue symptom symptoms taper reduce slowly refill "
    "clinic question answer children storage dispose safely grapefruit crisis treatment asthma surgeon dosage "
    "evening morning bedtime tired people able trouble create helpless careful poison muscle weakness balance "
    "falling broken swallow fever fatigue disease chronic patient patients nervous quiet science something "
    "sometimes lifetime needed wanted changes doses double doubled being react bottle measure measured syringe "
    "mental coughing glasses lunches houses",
    3: "medicine pharmacist pharmacy hospital pregnancy breastfeeding alcohol memory nausea vomiting overdose "
    "withdrawal suddenly prescription appointment caregiver cannabis allergy depression suicide therapy "
    "exercise infection insulin surgery physician possible vehicle carefully dangerous unconscious ambulance "
    "difficult appetite injury accident insurance idea operate somebody anyone area reaction physical",
    4: "anxiety emergency diabetes diarrhea constipation medication interaction emotional",
    5: "antibiotic hallucinations",
}
# Divided by the rules of Spanish orthography (Ortografía de la lengua española: diphthongs, hiatus).
SPANISH = (
    "me-di-ci-na ta-ble-ta mé-di-co en-fer-me-ra far-ma-cia hos-pi-tal sue-ño ma-re-o san-gre pre-sión ri-ñón "
    "hí-ga-do em-ba-ra-za-da be-bé al-co-hol con-du-cir má-qui-na me-mo-ria an-sie-dad cri-sis tem-blor "
    "náu-se-a vó-mi-to e-mer-gen-cia so-bre-do-sis a-yu-da des-pa-cio de-jar re-ce-ta ci-ta pre-gun-ta "
    "res-pues-ta fa-mi-lia ni-ños lla-ve dí-a o-í-do re-ír bús-que-da guí-a pin-güi-no ver-güen-za ley hoy muy "
    "buey ya yo-do cai-gáis a-é-re-o ca-er le-er le-ón po-e-ta hé-ro-e ciu-dad viu-da cuí-da-te ba-úl ra-íz "
    "pa-ís Ma-rí-a tam-bién a-gua cuan-do que-so gui-so co-o-pe-rar a-ho-ra al-mo-ha-da ac-tú-a e-xa-men "
    "o-xí-ge-no hue-vo quie-ro a-ve-ri-guar re-ú-ne"
)


def test_english_syllables_agree_with_the_dictionary_on_health_words():
    counts = {word: count for count, words in CMU.items() for word in words.split()}
    assert len(counts) > 150
    wrong = {word for word, count in counts.items() if syllables_en(word) != count}
    assert wrong == {"tired"}, "said in one or two; only one is counted here"


def test_spanish_syllables_agree_with_the_rules_of_spelling():
    assert len(SPANISH.split()) > 60
    for divided in SPANISH.split():
        assert syllables_es(divided.replace("-", "")) == len(divided.split("-")), divided


def test_case_apostrophes_hyphens_figures_and_units():
    assert syllables_en("DOCTOR") == syllables_en("doctor") == 2
    assert syllables_en("doctor's") == 2
    assert syllables_en("you’re") == syllables_en("you're") == 1
    assert syllables_of("follow-up", "en") == 3
    assert syllables_of("0.5", "en") == syllables_of("911", "es") == 1
    assert (syllables_en("mg"), syllables_es("mg")) == (3, 4), "milligrams, miligramos"
    assert syllables_en("MRI") == 1 and syllables_en("CBT") == 3, "without a vowel it is spelled out"


def test_flesch_on_the_sentence_of_the_platypus():
    """Wikipedia, Flesch-Kincaid readability tests: 13 words, 24 syllables, reading ease 37.5."""
    text = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    level = reading_level(text, "en")
    assert (level.whole.words, level.whole.syllables, level.whole.sentences) == (13, 24, 1)
    assert level.whole.scores["flesch_reading_ease"] == pytest.approx(37.5, abs=0.05)


def test_flesch_on_the_shortest_sentence():
    """Wikipedia: "The cat sat on the mat" scores 116."""
    assert reading_level("The cat sat on the mat.", "en").whole.scores["flesch_reading_ease"] == pytest.approx(
        116, abs=0.3
    )


def test_flesch_on_green_eggs_and_ham():
    """Wikipedia: 5.7 words a sentence and 1.02 syllables a word are grade -1.3; the lowest possible is -3.40."""
    assert level_of.flesch_kincaid_grade(57_00, 10_00, 58_14) == pytest.approx(-1.3, abs=0.05)
    assert level_of.flesch_kincaid_grade(1, 1, 1) == pytest.approx(-3.40, abs=0.005)


def test_flesch_on_a_page_measured_elsewhere():
    """clearhelper.blog 2009: 370 words, 59 sentences, ease 47.73, grade 8.16 and 1.81 syllables a word (668)."""
    assert level_of.flesch_reading_ease(370, 59, 668) == pytest.approx(47.73, abs=0.01)
    assert level_of.flesch_kincaid_grade(370, 59, 668) == pytest.approx(8.16, abs=0.01)


@pytest.mark.parametrize(
    ("long_words", "grade"), [(4, 5), (9, 6), (16, 7), (25, 8), (36, 9), (49, 10), (64, 11), (81, 12)]
)
def test_smog_agrees_with_its_own_short_form(long_words, grade):
    """McLaughlin's short form, square root and 3, as tabled by Nirmaldasan 2010; the exact one lies up to 0.6 above."""
    assert 0 < level_of.smog_grade(long_words, 30) - grade < 0.6


@pytest.mark.parametrize(("a_sentence", "grade"), [(1, 8.47), (2, 10.74), (3, 12.48), (5, 15.24), (7, 17.49)])
def test_smog_by_long_words_a_sentence(a_sentence, grade):
    """Nirmaldasan 2011: the short form for 1 to 7 long words a sentence; the exact one is 1.043 times the root."""
    exact = (grade - 3) * 1.043 + 3.1291
    assert level_of.smog_grade(a_sentence * 10, 10) == pytest.approx(exact, abs=0.02)


def test_spanish_formulas_on_a_sentence_counted_by_hand():
    """To-me u-na ta-ble-ta al dí-a con a-gua: 7 words, 13 syllables; the formulas worked on paper."""
    scores = reading_level("Tome una tableta al día con agua.", "es").whole.scores
    assert scores["fernandez_huerta"] == pytest.approx(206.84 - 111.4286 - 7.14, abs=0.01)
    assert scores["inflesz"] == pytest.approx(206.835 - 115.7 - 7, abs=0.01)
    assert scores["crawford_grade"] == pytest.approx(-2.9286 + 9.1 - 3.407, abs=0.01)


def test_fernandez_huerta_moves_the_right_way():
    """Law 2011: as often printed, shorter sentences would make a text harder; more sentences must make it easier."""
    assert level_of.fernandez_huerta(100, 10, 200) > level_of.fernandez_huerta(100, 5, 200)
    assert level_of.fernandez_huerta(100, 5, 180) > level_of.fernandez_huerta(100, 5, 200)


def test_a_childrens_text_is_easier_than_a_speech_than_a_label():
    """Mother Goose; Lincoln at Gettysburg 1863; a sentence in the style of a professional label."""
    rhyme = "Jack and Jill went up the hill to fetch a pail of water. Jack fell down and broke his crown."
    speech = (
        "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in "
        "Liberty, and dedicated to the proposition that all men are created equal."
    )
    label = (
        "Concomitant administration of benzodiazepines and opioids may result in profound sedation, respiratory "
        "depression, coma, and death, necessitating appropriate monitoring."
    )
    grades = [reading_level(text, "en").whole.scores["flesch_kincaid_grade"] for text in (rhyme, speech, label)]
    assert grades[0] < 4 < 10 < grades[1] < grades[2]


def test_names_of_medicines_are_left_out_but_wine_is_not(knowledge):
    text = "Take clonazepam at night. Do not drink alcohol or wine with Klonopin."
    names = medicine_names(text, knowledge)
    assert names == {"clonazepam", "klonopin"}
    level = reading_level(text, "en", names)
    assert level.names == ("clonazepam", "klonopin")
    assert level.whole.words - level.without_names.words == 2
    assert level.without_names.scores["flesch_kincaid_grade"] < level.whole.scores["flesch_kincaid_grade"]
    assert "clonazepam" not in {word.word for word in level.hardest_words}


def test_a_text_of_names_alone_is_measured_as_it_is():
    level = reading_level("Clonazepam.", "en", ["clonazepam"])
    assert level.without_names == level.whole
    assert any("nothing can be left out" in note for note in level.notes)


def test_notes_say_when_a_formula_is_stretched():
    short = reading_level("Call us.", "en")
    assert any("SMOG is made for 30 sentences and there are 1" in note for note in short.notes)
    assert any("100 words" in note for note in short.notes)
    long = reading_level("Call us if you feel bad at night. " * 30, "en")
    assert not long.notes
    assert any("Crawford" in note for note in reading_level("Administración farmacológica.", "es").notes)


def test_sentences_are_found_as_a_reader_sees_them():
    assert sentences_of("Take 0.5 mg at 8 a.m. with food. Call Dr. Smith!") == [
        "Take 0.5 mg at 8 a.m. with food.", "Call Dr. Smith!",
    ]  # fmt: skip
    assert len(sentences_of("Signs:\n- shaking\n- sweating\n\nCall us")) == 4
    assert sentences_of("1. Stop.\n2. Call us.") == ["Stop.", "Call us."]
    assert len(sentences_of("¿Le cuesta respirar? ¡Llame al 911!")) == 2


def test_longest_sentence_and_hardest_words():
    level = reading_level("Go. Ask about constipation and hallucinations today.", "en")
    assert level.longest_sentence == "Ask about constipation and hallucinations today."
    assert level.longest_sentence_words == 6
    assert [(word.word, word.syllables) for word in level.hardest_words] == [("hallucinations", 5), ("constipation", 4)]


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\n", "!!! ??", "—"])
def test_nothing_to_measure_is_refused(text):
    with pytest.raises(InputRefused, match="no word"):
        reading_level(text, "en")


@pytest.mark.parametrize("language", ["", "EN", "fr", "ens"])
def test_a_language_without_a_formula_is_refused_by_name(language):
    with pytest.raises(UsageError, match="en, es"):
        reading_level("Hello.", language)


EASY = st.lists(
    st.sampled_from(["go", "to", "bed", "take", "one", "call", "us", "water", "tablet"]), min_size=1, max_size=12
)
TEXTS = st.lists(EASY, min_size=1, max_size=6)


@given(TEXTS, st.sampled_from(["responsibilities", "hallucinations", "hospitalization"]))
def test_a_long_word_more_never_makes_a_text_easier(sentences, word):
    before = reading_level(" ".join(" ".join(words) + "." for words in sentences), "en").whole.scores
    longer = [[*sentences[0], word], *sentences[1:]]
    after = reading_level(" ".join(" ".join(words) + "." for words in longer), "en").whole.scores
    assert after["flesch_kincaid_grade"] > before["flesch_kincaid_grade"]
    assert after["smog_grade"] > before["smog_grade"]
    assert after["flesch_reading_ease"] < before["flesch_reading_ease"]


@given(st.lists(st.sampled_from(["tome", "una", "con", "agua", "casa", "día"]), min_size=1, max_size=12))
def test_a_long_word_more_never_makes_a_spanish_text_easier(words):
    before = reading_level(" ".join(words), "es").whole.scores
    after = reading_level(" ".join([*words, "responsabilidades"]), "es").whole.scores
    assert after["crawford_grade"] > before["crawford_grade"]
    assert after["fernandez_huerta"] < before["fernandez_huerta"]
    assert after["inflesz"] < before["inflesz"]


@given(EASY, EASY)
def test_a_full_stop_more_never_makes_a_text_harder(first, second):
    one = reading_level(" ".join([*first, *second]), "en").whole.scores["flesch_kincaid_grade"]
    two = reading_level(f"{' '.join(first)}. {' '.join(second)}.", "en").whole.scores["flesch_kincaid_grade"]
    assert two < one


@given(st.text(max_size=80), st.sampled_from(["en", "es"]))
def test_any_text_is_measured_or_refused(text, language):
    try:
        level = reading_level(text, language)
    except InputRefused:
        assert not words_of(text)
        return
    assert level.whole.syllables >= level.whole.words >= level.whole.sentences >= 1
