"""Words to avoid: found whole, in any case and with endings; left alone where they may stand; and every reason said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benzosafe.education.passive import passive_in
from benzosafe.education.plain_words import meets, not_plain
from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.plain_words_model import Wording
from tests.education.passive_sentences import ACTIVE_EN, ACTIVE_ES, PASSIVE_EN, PASSIVE_ES


def found(text, language, knowledge):
    return [hit.found for hit in not_plain(text, language, knowledge)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Sedation is common.", "Sedation"),
        ("This may be SEDATING.", "SEDATING"),
        ("It is contraindicated.", "contraindicated"),
        ("Report adverse effects.", "adverse"),
        ("Do not discontinue it.", "discontinue"),
        ("Discontinuing it can harm you.", "Discontinuing"),
        ("It is administered at night.", "administered"),
        ("Signs of abuse.", "abuse"),
        ("You are non-compliant.", "non-compliant"),
        ("You are non‑compliant.", "non‑compliant"),
        ("Aberrant results.", "Aberrant"),
        ("With hepatic problems.", "hepatic"),
        ("The patient denies pain.", "denies"),
        ("a dirty\nurine", "dirty\nurine"),
    ],
)
def test_words_to_avoid_are_found(text, word, knowledge):
    assert word in found(text, "en", knowledge)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Los efectos adversos son raros.", "adversos"),
        ("Problema hepático.", "hepático"),
        ("PROBLEMA HEPATICO.", "HEPATICO"),
        ("Está contraindicada.", "contraindicada"),
        ("No suspenda la medicina.", "suspenda"),
        ("Usted es adicta.", "adicta"),
        ("Por vía oral.", "Por vía oral"),
    ],
)
def test_spanish_words_to_avoid_are_found(text, word, knowledge):
    assert word in found(text, "es", knowledge)


@pytest.mark.parametrize(
    "text",
    [
        "The adrenal gland.",
        "It was moral support.",
        "The address is here.",
        "Keep your seat.",
        "An accident.",
        "Stop slowly.",
    ],
)
def test_words_inside_other_words_are_left_alone(text, knowledge):
    assert found(text, "en", knowledge) == []


@pytest.mark.parametrize(
    "text",
    [
        "This is not addiction.",
        "Addiction is an illness.",
        "You are not addicted.",
        "This does not mean that you are addicted.",
        "It doesn’t mean you are addicted.",
        "Needing it is not the same as being addicted.",
    ],
)
def test_addiction_may_be_named_and_denied(text, knowledge):
    assert found(text, "en", knowledge) == []


@pytest.mark.parametrize(
    "text",
    [
        "You are addicted.",
        "Your addiction is treated.",
        "Do not stop because you are addicted.",
        "This is not easy. You are addicted.",
        "You are not only addicted.",
        "You are not an addict.",
        "ADDICTS take it.",
    ],
)
def test_addiction_is_never_a_label_of_a_person(text, knowledge):
    hits = not_plain(text, "en", knowledge)
    assert [hit.kind for hit in hits] == ["judging"]
    assert hits[0].say


def test_the_same_in_spanish(knowledge):
    assert found("Esto no es adicción.", "es", knowledge) == []
    assert found("Es adicción.", "es", knowledge) == ["Es adicción"]
    assert found("No la deje porque es adicción.", "es", knowledge) == ["es adicción"]
    assert found("Su adicción.", "es", knowledge) == ["Su adicción"]


def test_a_hit_says_where_it_stands_and_the_longer_entry_wins(knowledge):
    text = "Watch for respiratory depression."
    hits = not_plain(text, "en", knowledge)
    assert [(hit.term, hit.found) for hit in hits] == [("respiratory_depression", "respiratory depression")]
    assert text[hits[0].start : hits[0].end] == hits[0].found
    assert hits[0].say == ("slow or weak breathing",)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_plain_word_is_itself_on_the_list(language, knowledge):
    for name, word in knowledge.plain_words.items():
        for say in getattr(word, language).say:
            assert found(say, language, knowledge) == [], (name, say)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_word_on_the_list_is_found(language, knowledge):
    assert len(knowledge.plain_words) >= 80
    for name, word in knowledge.plain_words.items():
        for avoid in getattr(word, language).avoid:
            text = f"x {avoid.replace('*', 'es')} x"
            assert found(text, language, knowledge), (name, avoid)


def test_no_name_of_a_drug_is_called_hard(knowledge):
    for drug in knowledge.drugs.values():
        for language in ("en", "es"):
            assert found(drug.name, language, knowledge) == [], drug.name


def test_a_stem_is_written_with_one_star_at_its_end():
    for wrong in ("*", "a*", "ab*cd", "sedat* x", " sedation", "the re*"):
        with pytest.raises(ValidationError):
            Wording(avoid=(wrong,), say=("x",))


def test_a_plain_sentence_meets_and_a_hard_one_says_every_reason(knowledge):
    assert meets("Take one tablet of clonazepam at bedtime.", "en", knowledge) == []
    sentence = "Keep medicine away from children."  # grade 7.6, which one sentence is not held to
    assert meets(sentence, "en", knowledge) == []
    assert meets("Tome una tableta de clonazepam al acostarse.", "es", knowledge) == []
    reasons = meets(
        "Sedation and hepatic impairment necessitate that administration of this medication is to be discontinued "
        "by the physician following appropriate consideration of individual circumstances and alternatives.",
        "en",
        knowledge,
    )
    for part in (
        "far above 6",
        "a sentence of 25 words, at most 20",
        "nobody acts in",
        "'hepatic' at 13",
        "say 'liver'",
    ):
        assert any(part in reason for reason in reasons), part


def test_twenty_words_are_not_too_many_and_twenty_one_are(knowledge):
    assert meets(" ".join(["go"] * 20), "en", knowledge) == []
    assert meets(" ".join(["go"] * 21), "en", knowledge) == [
        "a sentence of 21 words, at most 20: 'go go go go go go go go ...'"
    ]


def test_a_whole_paper_is_judged_at_the_grade_by_two_formulas(knowledge):
    easy = "Take one tablet at night. Call us if you feel bad. " * 20
    assert meets(easy, "en", knowledge) == []
    hard = "Your pharmacist will carefully discuss possible reactions. " * 30
    assert [reason for reason in meets(hard, "en", knowledge) if "SMOG" in reason]
    assert [reason for reason in meets(hard, "en", knowledge) if "Flesch-Kincaid" in reason]
    assert meets(hard, "en", knowledge, most_grade=99) == []


def test_a_whole_spanish_paper_is_judged_by_its_own_formulas(knowledge):
    easy = "Tome una tableta por la noche. Llame si se siente mal. " * 12
    assert meets(easy, "es", knowledge) == []
    hard = "Comuníquese anticipadamente con especialistas responsables. " * 30
    reasons = " ".join(meets(hard, "es", knowledge))
    for formula in ("Crawford", "Fernández Huerta", "INFLESZ"):
        assert formula in reasons


def test_the_name_of_a_medicine_is_not_held_against_a_text(knowledge):
    text = "Take chlordiazepoxide and amitriptyline."
    assert meets(text, "en", knowledge) == []


def test_sentences_without_an_actor_are_found_and_others_left_alone():
    """Typed before the rules were tried on them; "Blood tests are done" is missed: "you are done" is a state."""
    missed = {sentence for sentence in PASSIVE_EN if not passive_in(sentence, "en")}
    assert missed == {"Blood tests are done every month."}
    assert [sentence for sentence in ACTIVE_EN if passive_in(sentence, "en")] == []
    assert all(passive_in(sentence, "es") for sentence in PASSIVE_ES)
    assert [sentence for sentence in ACTIVE_ES if passive_in(sentence, "es")] == []


def test_bad_input_is_refused_with_the_next_step(knowledge):
    with pytest.raises(InputRefused, match="no word"):
        meets(" ", "en", knowledge)
    for call in (meets, not_plain):
        with pytest.raises(UsageError, match="en, es"):
            call("Hello.", "de", knowledge)


@given(text=st.text(max_size=60), word=st.sampled_from(["sedation", "hepatic", "discontinuing", "abuse"]))
def test_places_are_right_in_any_text_and_case_does_not_matter(text, word, knowledge):
    import unicodedata

    whole = unicodedata.normalize("NFC", f"{text} {word}.")
    hits = not_plain(whole, "en", knowledge)
    assert word in [hit.found for hit in hits]
    assert all(whole[hit.start : hit.end] == hit.found for hit in hits)
    assert [hit.term for hit in not_plain(f"{word.upper()}.", "en", knowledge)] == [
        hit.term for hit in not_plain(f"{word}.", "en", knowledge)
    ]
