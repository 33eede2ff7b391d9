"""The sentences of leaflets: a translation that lacks one, has one too many or loses a value fails the build."""

from __future__ import annotations

import shutil

import pytest
from pydantic import ValidationError

from benzosafe.education.language import language_of
from benzosafe.education.situation import check_leaflets
from benzosafe.knowledge.education_check import education_references, phrases_of
from benzosafe.knowledge.education_model import EVERYBODY, LeafletTopic, Statement
from benzosafe.knowledge.load import FOLDER
from benzosafe.knowledge.texts import TEXTS, messages_of, read_texts, text_references

EVIDENCE = [{"source": "house", "at": "a test", "confidence": "derived"}]


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(FOLDER / TEXTS, tmp_path / TEXTS)
    return tmp_path


def faults(knowledge, folder):
    changed = knowledge.model_copy(update={"texts": read_texts(folder)})
    return [f"{issue.file}:{issue.line}: {issue.field}: {issue.what}" for issue in text_references(changed, folder)]


def test_as_they_are_every_language_has_every_sentence(knowledge):
    assert list(text_references(knowledge, FOLDER)) == []
    assert list(education_references(knowledge)) == []
    assert check_leaflets(knowledge) == []
    assert {"en", "es", "ar"} <= set(knowledge.languages)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("never_sudden =", "never_suddenly =", "never_sudden: is not translated"),
        ("never_sudden =", "never_suddenly =", "never_suddenly: is not in the original. Did you mean 'never_sudden'"),
        ("never_sudden = ", "never_sudden ", "never_sudden"),
        ("{ $drug }", "eso", "lacks $drug"),
        ("{ $drug }", "{ $drugs }", "has $drugs, which the original lacks"),
    ],
)
def test_a_translation_that_does_not_fit_is_named(old, new, words, knowledge, copied):
    path = copied / TEXTS / "es" / "sentences.ftl"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    found = faults(knowledge, copied)
    assert any(words in line for line in found), found


def test_a_sentence_that_stands_twice_is_named_with_its_line(knowledge, copied):
    path = copied / TEXTS / "es" / "questions.ftl"
    path.write_text(path.read_text(encoding="utf-8") + "\nnever_sudden = otra cosa\n", encoding="utf-8")
    assert any("questions.ftl" in line or "is also in questions.ftl" in line for line in faults(knowledge, copied))


def test_a_language_without_sentences_or_without_an_entry_is_named(knowledge, copied):
    shutil.rmtree(copied / TEXTS / "ar")
    (copied / TEXTS / "fr").mkdir()
    (copied / TEXTS / "fr" / "page.ftl").write_text("topic_start = Comment\n", encoding="utf-8")
    found = faults(knowledge, copied)
    assert any("ar: has no sentences" in line for line in found)
    assert any("fr: is no language of education/languages.yaml" in line for line in found)


def test_a_phrase_that_is_not_translated_is_named(knowledge):
    lacking = {code: dict(list(found.items())[1:]) for code, found in knowledge.phrases.items()}
    changed = knowledge.model_copy(update={"phrases": lacking})
    assert sum(issue.what == "is not translated" for issue in education_references(changed)) == len(lacking) - 1
    assert len(set(phrases_of(knowledge))) > 150


def test_what_a_checklist_or_a_question_names_must_exist(knowledge):
    item = next(iter(knowledge.checklists.values())).model_copy(update={"met_by": ("never_suddn",)})
    question = knowledge.questions["ask_stop"].model_copy(update={"listen_for": ("never_suddn",)})
    changed = knowledge.model_copy(update={"checklists": {"any": item}, "questions": {"ask": question}})
    found = [issue.what for issue in education_references(changed)]
    assert found.count("no statement 'never_suddn'. Did you mean 'never_sudden'?") == 2


def test_a_condition_that_names_no_fact_is_named(knowledge):
    topic = knowledge.leaflet_topics["stop"]
    wrong = topic.statements["go_slow"].model_copy(update={"when": "benzodiazepin_active"})
    changed = topic.model_copy(update={"statements": topic.statements | {"go_slow": wrong}})
    (issue,) = check_leaflets(knowledge.model_copy(update={"leaflet_topics": {"stop": changed}}))
    assert issue.file == "education/topics/stop.yaml" and "benzodiazepine_active" in issue.what


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "do"},
        {"kind": "do", "evidence": []},
        {"kind": "must", "evidence": EVIDENCE},
        {"kind": "do", "evidence": EVIDENCE, "for": []},
        {"kind": "do", "evidence": EVIDENCE, "whne": "any"},
    ],
)
def test_a_statement_needs_a_kind_a_reader_and_a_source(raw):
    with pytest.raises(ValidationError):
        Statement.model_validate(raw)


def test_a_sign_needs_its_intro():
    sign = {"kind": "sign", "evidence": EVIDENCE}
    with pytest.raises(ValidationError, match="sign without an intro"):
        LeafletTopic.model_validate({"name": "any", "order": 1, "statements": {"alone": sign}})


# --- the languages themselves ---------------------------------------------------------------------------------------


def test_machine_made_translations_say_so(knowledge):
    assert {code for code in knowledge.languages if language_of(code, "US", knowledge).unchecked} == {"es", "ar"}


@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_every_sentence_is_said_whatever_the_numbers(code, knowledge):
    language = language_of(code, "US", knowledge)
    for name, needs in messages_of(knowledge.texts[code]).items():
        for number in (0, 1, 2, 3, 5, 11, 100):
            values = {need: number if need in ("count", "times", "number", "of") else "xyz" for need in needs}
            said = language.say(name, **values)
            assert said.strip() and "{" not in said and "$" not in said, name
            if needs - {"count", "times", "number", "of"}:
                assert "xyz" in said, name


@pytest.mark.parametrize(
    ("code", "count", "said"),
    [("en", 1, "tablet"), ("en", 2, "tablets"), ("es", 1, "tableta"), ("es", 2, "tabletas")],
)
def test_plural_forms(code, count, said, knowledge):
    assert language_of(code, "US", knowledge).say("form_tablet", count=count) in (
        said,
        said.replace("tablet", "pastill"),
    )


def test_arabic_has_its_own_forms_for_one_two_few_and_many(knowledge):
    language = language_of("ar", "US", knowledge)
    assert len({language.say("form_tablet", count=count) for count in (1, 2, 3, 11)}) >= 3


def test_a_value_that_is_missing_is_an_error_and_no_gap(knowledge):
    with pytest.raises(KeyError, match=r"'never_sudden' needs drug"):
        language_of("en", "US", knowledge).say("never_sudden")


def test_everybody_finds_a_sentence_on_every_danger(knowledge):
    """Each reader is told never to stop suddenly, the signs of too much, and not to share."""
    for audience in EVERYBODY:
        said = {
            name
            for topic in knowledge.leaflet_topics.values()
            for name, statement in topic.statements.items()
            if audience in statement.for_
        }
        assert {"never_sudden", "ran_out", "od_call", "od_no_flumazenil", "never_share", "lock_up"} <= said
