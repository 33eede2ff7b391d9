"""Names and codes resolve exactly; near misses are suggestions and never answers."""

from __future__ import annotations

import pytest

from benzosafe.knowledge.names import RXNORM


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Klonopin 0.5 mg tablet", ("clonazepam",)),
        ("clonazapam 1mg", ("clonazepam",)),
        ("Rivotril", ("clonazepam",)),
        ("oxycodone hydrochloride 5 MG Oral Tablet", ("oxycodone",)),
        ("Acetaminophen 325 MG / HYDROcodone Bitartrate 5 MG Oral Tablet", ("paracetamol", "hydrocodone")),
        ("Percocet 5/325", ("oxycodone", "paracetamol")),
        ("atorvastatin 20 mg", ("atorvastatin",)),
    ],
)
def test_text_resolves(knowledge, text, expected):
    assert set(knowledge.names.resolve(text).ingredients) == set(expected)


def test_a_near_miss_is_only_suggested(knowledge):
    found = knowledge.names.resolve("clonazxpam")
    assert found.ingredients == ()
    assert "clonazepam" in found.suggestions


def test_a_prefix_is_not_a_name(knowledge):
    assert knowledge.names.resolve("cloz").ingredients == ()


def test_code_and_text_are_kept_apart(knowledge):
    found = knowledge.names.resolve("clonazepam 1 mg tablet", [(RXNORM, "197591")])
    assert found.by_text == ("clonazepam",)
    assert found.by_code == ("diazepam",)


def test_a_brand_beside_another_ingredient_is_a_conflict(knowledge):
    assert "diazepam" in knowledge.names.resolve("clonazepam (Valium) 5 mg").conflict
    assert knowledge.names.resolve("clonazepam (Klonopin) 1 mg").conflict == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oxycodone 5 mg / acetaminophen 325 mg", {"oxycodone": 5.0, "paracetamol": 325.0}),
        ("oxycodone/acetaminophen 5/325 mg", {"oxycodone": 5.0, "paracetamol": 325.0}),
        ("lorazepam 500 mcg", {"lorazepam": 0.5}),
        ("clonazepam 0,5 mg", {"clonazepam": 0.5}),
    ],
)
def test_strengths(knowledge, text, expected):
    found = knowledge.names.resolve(text)
    assert dict(zip(found.ingredients, found.strengths_mg, strict=True)) == expected


def test_patch_gives_a_rate_not_a_strength(knowledge):
    found = knowledge.names.resolve("72 HR fentanyl 0.025 MG/HR Transdermal System")
    assert found.strengths_mg == (None,)
    assert found.rates_mg_per_h == (0.025,)
    assert found.route == "transdermal"
