"""Allergies: to a drug or a class, and which of them stand."""

from __future__ import annotations

import pytest

from tests.fhir.builders import (
    allergy,
    read,
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "ingredients"),
    [({"text": "Lorazepam"}, ["lorazepam"]), ({"text": "Allergy to lorazepam"}, ["lorazepam"])],
)
def test_allergy_to_a_drug(code, ingredients, knowledge):
    assert [item.ingredient for item in read(knowledge, allergy(code)).allergies] == ingredients


def test_allergy_to_a_class(knowledge):
    (found,) = read(knowledge, allergy({"text": "Benzodiazepines"})).allergies
    assert (found.ingredient, found.classes) == (None, ("benzodiazepine",))


def test_allergy_named_by_its_reaction(knowledge):
    record = read(knowledge, allergy({"text": "drug allergy"}, reaction=[{"substance": {"text": "codeine"}}]))
    assert "codeine" in {item.ingredient for item in record.allergies}


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, 0),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, 0),
        ({"clinicalStatus": {"coding": [{"code": "active"}]}}, 1),
    ],
)
def test_allergies_that_stand(more, count, knowledge):
    assert len(read(knowledge, allergy({"text": "codeine"}, **more)).allergies) == count
