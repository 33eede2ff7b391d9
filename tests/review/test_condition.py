"""The condition language: what it can say, what it refuses, and how it treats the unknown."""

from __future__ import annotations

import pytest

from benzosafe.facts.column import Number, Truth, Word
from benzosafe.review.condition import ConditionError, Facts, compile_condition

FACTS = {
    "taken": Truth.of([True, False, None]),
    "stopped": Truth.of([None, None, None]),
    "dose": Number.of([(10, 10), (0, 60), None]),
    "band": Word.of(["low", "high", None]),
}


def answers(text, **limits):
    truth = compile_condition(text, limits).test(FACTS.__getitem__)
    return [truth.value(row) for row in range(3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("taken", [True, False, None]),
        ("not taken", [False, True, None]),
        ("taken and stopped", [None, False, None]),
        ("taken or stopped", [True, None, None]),
        ("dose >= limit", [False, None, None]),
        ("limit > dose", [True, None, None]),
        ("dose <= limit", [True, None, None]),
        ("band == low", [True, False, None]),
        ("band in [low, moderate]", [True, False, None]),
        ("band not in [low]", [False, True, None]),
    ],
)
def test_three_valued_answers(text, expected):
    assert answers(text, limit=50) == expected


@pytest.mark.parametrize(
    "text",
    [
        "dose * 2 >= limit", "dose >= 50", "max(dose) >= limit", "taken if stopped else taken", "dose.low >= limit",
        "low <= dose <= limit", "band[0] == low", "taken and", "lambda: taken", "dose >= other",
        "-dose >= limit", "[taken]",
    ],
)  # fmt: skip
def test_the_language_refuses_to_grow(text):
    with pytest.raises(ConditionError):
        compile_condition(text, {"limit": 50, "low": 1})


@pytest.mark.parametrize("text", ["dose", "taken >= limit", "dose == low"])
def test_a_fact_of_the_wrong_kind_is_refused(text):
    with pytest.raises(ConditionError):
        answers(text, limit=50)


def test_a_refusal_says_what_to_do():
    with pytest.raises(ConditionError, match="make it a fact"):
        compile_condition("dose + dose", {})
    with pytest.raises(ConditionError, match="thresholds"):
        compile_condition("dose >= 65", {})


def test_rules_that_test_the_same_share_the_answer():
    asked = []

    def look_up(name):
        asked.append(name)
        return FACTS[name]

    facts = Facts(look_up, 3)
    for text in ("dose >= limit", "limit <= dose and band == low", "band in [low]"):
        compile_condition(text, {"limit": 50}).test(facts)
    assert asked == ["dose", "band"]
    higher = compile_condition("dose >= limit", {"limit": 60}).test(facts)
    assert [higher.value(row) for row in range(3)] == [False, None, None]


def test_what_cannot_change_the_answer_is_not_looked_up():
    facts = Facts({"never": Truth.of([False, False, False])}.__getitem__, 3)
    assert compile_condition("never and costly", {}).test(facts).value(2) is False
    with pytest.raises(KeyError):
        compile_condition("never or costly", {}).test(facts)
