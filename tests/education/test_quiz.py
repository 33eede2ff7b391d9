"""Teach-back: what is asked is on the paper, a right answer is its own sentences, only what was asked is recorded."""

from __future__ import annotations

import pytest

from benzosafe.education.quiz import questions_of, quiz_data, results_of, teach_back_record
from benzosafe.education.release import NOTHING
from benzosafe.errors import UsageError
from benzosafe.fhir.write_teach_back import write_teach_back
from benzosafe.render.quiz_page import quiz_page
from benzosafe.render.quiz_text import text_quiz, text_teach_back
from tests.education import people
from tests.education.people import BEGINS, ON, made, said, situation
from tests.render.page_reader import Reader


def asked(text, knowledge, audience="patient", **more):
    where = situation(text, knowledge, **more)
    paper = made(where, audience)
    return paper, questions_of(paper, where)


def test_answers_are_sentences_of_the_paper_and_the_doses_of_today(knowledge):
    paper, questions = asked(people.ANN, knowledge)
    lines = said(paper)
    by_name = {question.name: question for question in questions}
    assert ("dose", "clonazepam: 1 tablet of 0.5 mg, 2 times a day") in by_name["ask_dose_today"].listen_for
    assert dict(by_name["ask_mix"].listen_for)["opioid_named"] == lines["opioid_named"]
    for question in questions:
        assert question.listen_for
        assert all(name == "dose" or lines[name] == text for name, text in question.listen_for)


def test_a_plan_is_asked_after_only_where_there_is_one(knowledge):
    _, without = asked(people.TAPERED, knowledge)
    _, with_plan = asked(people.TAPERED, knowledge, plan=people.simple_plan(), on=BEGINS)
    assert "ask_hard_step" not in {item.name for item in without}
    assert "ask_hard_step" in {item.name for item in with_plan}


def test_what_was_not_released_is_not_asked(knowledge):
    where = situation(people.ANN, knowledge)
    paper = made(where, release=NOTHING)
    names = {item.name for item in questions_of(paper, where)}
    assert "ask_what_for" not in names and "ask_dose_today" not in names
    assert "ask_stop" in names


def test_the_record_says_what_is_taught_again_and_what_was_not_asked(knowledge):
    paper, questions = asked(people.ANN, knowledge)
    results = results_of("ask_stop=yes, ask_mix=again,ask_danger=partly,ask_dose_today=yes", questions)
    record = teach_back_record(quiz_data(paper, questions), results, " Nurse  Kim ", ON, "2026.1+abc")
    assert record["teach_again"] == ["ask_mix", "ask_danger"] and record["understood"] is False
    assert "ask_keep" in record["not_asked"] and record["by"] == "Nurse Kim"
    answered = write_teach_back(record)
    assert answered["status"] == "in-progress"
    assert {item["linkId"] for item in answered["item"]} == {"ask_stop", "ask_mix", "ask_danger", "ask_dose_today"}
    assert "Teach again: ask_mix, ask_danger" in text_teach_back(record)


def test_all_understood_only_when_all_that_must_be_was_asked(knowledge):
    paper, questions = asked(people.ANN, knowledge)
    must = [item.name for item in questions if item.must]
    assert len(must) >= 4
    for missing in must:
        written = ",".join(f"{name}=yes" for name in must if name != missing)
        record = teach_back_record(quiz_data(paper, questions), results_of(written, questions), "Kim", ON, "1")
        assert record["understood"] is False
    whole = results_of(",".join(f"{item.name}=yes" for item in questions), questions)
    record = teach_back_record(quiz_data(paper, questions), whole, "Kim", ON, "1")
    assert record["understood"] is True and write_teach_back(record)["status"] == "completed"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ask_stopp=yes", "Did you mean 'ask_stop'"),
        ("ask_stop=maybe", "'maybe' is no result"),
        ("ask_stop", "is no result"),
        ("ask_stop=yes,ask_stop=no", "two results"),
    ],
)
def test_a_wrong_result_is_named(written, words, knowledge):
    _, questions = asked(people.ANN, knowledge)
    with pytest.raises(UsageError, match=words):
        results_of(written, questions)


def test_a_record_needs_a_name(knowledge):
    paper, questions = asked(people.ANN, knowledge)
    with pytest.raises(UsageError, match="--by"):
        teach_back_record(quiz_data(paper, questions), results_of("", questions), " ", ON, "1")


@pytest.mark.parametrize("audience", ["patient", "caregiver", "child_carer"])
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_questions_are_printed_in_every_language(audience, language, knowledge):
    where = situation(people.CHILD, knowledge)
    paper = made(where, audience, language=language)
    data = quiz_data(paper, questions_of(paper, where))
    assert len(data["questions"]) >= 3
    page, text = Reader(quiz_page(data)), text_quiz(data)
    for question in data["questions"]:
        assert question["text"] in page.text and question["text"] in text
