"""What the text of a price list says of a product."""

from __future__ import annotations

import pytest

from benzosafe.catalogue.price_text import Describer, form_in, strength_in

PRODUCTS = [
    ("CLONAZEPAM 0.5 MG TABLET", "clonazepam", 0.5, False, "tablet"),
    ("CLONAZEPAM 0.125 MG ODT", "clonazepam", 0.125, False, "orally disintegrating tablet"),
    ("CLONAZEPAM 0.25 MG DIS TABLET", "clonazepam", 0.25, False, "orally disintegrating tablet"),
    ("KLONOPIN 1 MG TABLET", "clonazepam", 1, False, "tablet"),
    ("ALPRAZOLAM ER 0.5 MG TABLET", "alprazolam", 0.5, False, "extended-release tablet"),
    ("XANAX XR 2 MG TABLET", "alprazolam", 2, False, "extended-release tablet"),
    ("LOREEV XR 3 MG CAPSULE", "lorazepam", 3, False, "extended-release capsule"),
    ("DIAZEPAM 5 MG/5 ML SOLUTION", "diazepam", 1, True, "oral solution"),
    ("DIAZEPAM 5 MG/ML ORAL CONC", "diazepam", 5, True, "oral concentrate"),
    ("LORAZEPAM 2 MG/ML ORAL CONCENT", "lorazepam", 2, True, "oral concentrate"),
    ("MIDAZOLAM HCL 2 MG/2 ML VIAL", "midazolam", 1, True, "injection"),
    ("MIDAZOLAM HCL 2 MG/ML SYRUP", "midazolam", 2, True, "oral solution"),
    ("CLOBAZAM 2.5 MG/ML SUSPENSION", "clobazam", 2.5, True, "oral suspension"),
    ("SYMPAZAN 5 MG FILM", "clobazam", 5, False, "oral film"),
    ("VALTOCO 10 MG NASAL SPRAY", "diazepam", 10, False, "nasal spray"),
    ("DIAZEPAM 10 MG RECTAL GEL SYST", "diazepam", 10, False, "rectal gel"),
    ("DIASTAT ACUDIAL 5-7.5-10 MG KT", "diazepam", None, False, ""),
    ("ZOLPIDEM TART ER 12.5 MG TAB", "zolpidem", 12.5, False, "extended-release tablet"),
    ("ZOLPIDEM TARTRATE 10 MG TABLET", "zolpidem", 10, False, "tablet"),
    ("ZOLPIDEM TARTRATE 5 MG TAB SL", "zolpidem", 5, False, "sublingual tablet"),
    ("CHLORDIAZEPOXIDE 10 MG CAPSULE", "chlordiazepoxide", 10, False, "capsule"),
    ("CLORAZEPATE 3.75 MG TABLET", "clorazepate", 3.75, False, "tablet"),
    ("CHLORDIAZEPOXIDE-CLIDINIUM 5-2.5 MG", "chlordiazepoxide + clidinium", 5, False, ""),
    ("TRIAZOLAM .125MG TABLET", "triazolam", 0.125, False, "tablet"),
    ("ALPRAZOLAM 250 MCG TABLET", "alprazolam", 0.25, False, "tablet"),
    ("CLONAZEPAM", "clonazepam", None, False, ""),
]
OTHERS = [
    "CLONIDINE HCL 0.1 MG TABLET", "CLOZAPINE 100 MG TABLET", "CLOZAPINE ODT 25 MG TABLET", "METHAZOLAMIDE 25 MG TAB",
    "LORATADINE 10 MG TABLET", "LOSARTAN POTASSIUM 50 MG TAB", "BUSPIRONE HCL 5 MG TABLET", "KLOR-CON M20 TABLET",
    "METOPROLOL TARTRATE 25 MG TAB", "TBD DO NOT DELETE OR RELEASE", "12HR NASAL DECONGEST ER 120 MG",
    "BRINZOLAMIDE 1% EYE DROPS", "AMLODIPINE BESYLATE 10 MG TAB", "ZOLMITRIPTAN 5 MG TABLET",
]  # fmt: skip


@pytest.mark.parametrize(("text", "ingredient", "strength", "per_ml", "form"), PRODUCTS, ids=[p[0] for p in PRODUCTS])
def test_a_product_is_what_its_text_says(knowledge, text, ingredient, strength, per_ml, form):
    found = Describer(knowledge).read(text)
    assert found is not None
    assert (found.ingredient, found.strength_mg, found.per_ml, found.form) == (ingredient, strength, per_ml, form)
    assert not found.contradiction


@pytest.mark.parametrize("text", OTHERS)
def test_other_medicines_are_never_ours(knowledge, text):
    describer = Describer(knowledge)
    assert describer.read(text) is None
    assert describer.near(text) == ""


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("CHLORDIAZEPO-CLIDIN 5-2.5 MG", "chlordiazepoxide"),
        ("CLONAZEPAMM 1 MG TABLET", "clonazepam"),
        ("TEMAZEPM 15 MG CAPSULE", "temazepam"),
    ],
)
def test_a_text_that_is_nearly_ours_is_named_and_not_taken(knowledge, text, near):
    describer = Describer(knowledge)
    assert describer.read(text) is None
    assert describer.near(text) == near


@pytest.mark.parametrize("text", ["VALIUM CLONAZEPAM 5 MG TABLET", "DIAZEPAM LORAZEPAM 1 MG TABLET"])
def test_two_medicines_in_one_text_are_a_contradiction(knowledge, text):
    assert Describer(knowledge).read(text).contradiction


def test_several_strengths_of_one_ingredient_are_none():
    assert strength_in("DIAZEPAM 2.5 MG OR 5 MG") == (None, False)
    assert strength_in("10-15-20 MG") == (None, False)
    assert strength_in("0 MG") == (None, False)


def test_a_form_that_is_not_named_is_not_guessed():
    assert form_in("CLONAZEPAM 0.5 MG") == ""
    assert form_in("TABLOID") == ""
