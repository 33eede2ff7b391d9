"""Every word counts: whatever a listing says is checked, refused or said to be not checked; nothing passes unread."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.listings import TRUE, checked, codes

from benzosafe.catalogue.listing import read_listing
from benzosafe.catalogue.offers import field_requires, offered_without, said_not_required, said_required
from benzosafe.errors import InputRefused

OFFERS = [
    "Doesn't require a prescription.", "This product doesn’t require any prescription", "No-prescription needed",
    "dont need a script", "we waive the prescription", "Order now, prescription not needed!", "no\u00adprescription",
    "Legal without Rx", "w/o prescription", "You will not find a better place to buy it without a prescription",
    "It can be bought without any prescription", "there is no need for a prescription", "Prescriptions are optional",
    "rezeptfrei kaufen", "ohne Rezept", "sans ordonnance", "sin receta médica", "senza ricetta", "sem receita",
    "zonder recept", "bez recepty", "receptfritt", "без рецепта", "no questions asked", "can't believe you need no Rx",
]  # fmt: skip
NEEDED = [
    "Rx only", "Prescription only", "Prescription required.", "A valid prescription is required",
    "Only on prescription",
    "Available only with a valid prescription", "This medicine requires a prescription", "prescription is needed",
    "Never sold without a prescription", "A prescription is needed, no exceptions",
]  # fmt: skip
NEITHER = [
    "The best sleeping pill", "not available over the counter", "No refills without a new prescription",
    "Do not share your prescription", "prescription support team", "n0 rx", "Do not take it with Xanax",
    "Works against panic in minutes",
]  # fmt: skip


@pytest.mark.parametrize("text", OFFERS)
def test_an_offer_without_a_prescription_is_found(knowledge, text):
    assert offered_without(text)
    assert "without_prescription" in codes(TRUE | {"text": text}, knowledge)


@pytest.mark.parametrize("text", NEEDED)
def test_saying_that_one_is_needed_agrees(knowledge, text):
    assert said_required(text) and not offered_without(text)
    assert checked(TRUE | {"text": text}, knowledge).status == "agrees"


@pytest.mark.parametrize("text", NEITHER)
def test_what_says_neither_is_no_agreement(knowledge, text):
    found = checked(TRUE | {"text": text}, knowledge)
    assert (found.status, found.disagreements) == ("not_known", []) and any(text in item for item in found.not_checked)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"requires_prescription": False}, "refused"), ({"requiresPrescription": False}, "refused"),
        ({"rx_required": "no"}, "refused"), ({"otc": True}, "refused"), ({"prescription": "n/a"}, "refused"),
        ({"requires_prescription": True}, "agrees"), ({"otc": False}, "agrees"), ({"otc": "perhaps"}, "not_known"),
        ({"prescription": "maybe"}, "not_known"), ({"offers": {"note": "no script"}}, "refused"),
        ({"url": "https://shop.example/buy-without-prescription"}, "refused"), ({"sku": "A1"}, "agrees"),
        ({"details": {"deep": ["", {"x": "lorazepam"}]}}, "refused"), ({"details": {"deep": "very good"}}, "not_known"),
        ({"sig": "take 1 tablet twice daily"}, "agrees"), ({"sig": "smoke it"}, "not_known"),
    ],
)  # fmt: skip
def test_keys_in_whatever_spelling_and_depth(knowledge, change, status):
    assert checked(TRUE | change, knowledge).status == status


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "Klonopin 1 mg tablets"}, "strengths_differ"), ({"code": "197528"}, "code_differs"),
        ({"text": "Each tablet contains 5 mg."}, "tenfold_strength"), ({"strength": "1 g"}, "no_such_strength"),
        ({"text": "Each tablet contains 1 mg."}, "strengths_differ"),
        ({"title": "Clonazepam (Valium) 0.5 mg"}, "another_medicine"), ({"text": "a rectal gel"}, "no_such_form"),
    ],
)  # fmt: skip
def test_the_parts_are_held_against_each_other(knowledge, change, code):
    assert code in codes(TRUE | change, knowledge)


def test_forms_of_one_medicine_are_told_apart(knowledge):
    assert codes({"title": "Diazepam 10 mg tablets", "form": "rectal gel"}, knowledge) == {"forms_differ"}
    assert codes({"title": "Diazepam 2.5 mg", "form": "tablet"}, knowledge, "US") == {"no_such_strength"}


def test_a_code_of_the_medicine_alone_says_no_strength(knowledge):
    found = checked({"title": "Clonazepam [Klonopin]", "code": "1153378"}, knowledge)
    assert (found.status, found.not_checked) == ("not_known", ["no strength is said"])


@pytest.mark.parametrize("said", ["0,5 mg", "500 micrograms", "500 µg", "0.5 milligrams", "0.0005 g"])
def test_a_strength_is_read_as_people_write_it(knowledge, said):
    assert checked(TRUE | {"strength": said}, knowledge).status == "agrees"


def test_several_ingredients_are_known_to_be_several(knowledge):
    found = checked({"title": "Limbitrol 5 mg"}, knowledge)
    assert found.status == "not_known" and any("several ingredients" in item for item in found.not_checked)


def test_words_of_a_page_are_read_as_a_person_reads_them(knowledge):
    page = "<p>Clonazepam 0.5 mg tablets</p><p>with<b>out</b> a prescription</p>"
    assert "without_prescription" in codes(page, knowledge)
    assert "without_prescription" in codes('<p>Clonazepam 0.5 mg</p><img alt="no prescription needed">', knowledge)
    terms = "<dl><dt>Ingredient</dt><dd>diazepam</dd><dt>Brand</dt><dd>Klonopin</dd></dl>"
    assert "another_medicine" in codes(f"<div>{terms}</div>", knowledge)


def test_fhir_notes_narratives_and_what_is_contained_are_read(knowledge):
    order = {
        "resourceType": "MedicationRequest", "medicationCodeableConcept": {"text": "clonazepam 1 mg tablet"},
        "dosageInstruction": [{"text": "take 1 tablet at bedtime"}],
    }  # fmt: skip
    assert checked(order, knowledge).status == "agrees"
    for more, code in (
        ({"note": [{"text": "no prescription needed"}]}, "without_prescription"),
        ({"contained": [{"resourceType": "Medication", "code": {"text": "Valium 5 mg"}}]}, "another_medicine"),
        ({"text": {"div": "<div>lorazepam</div>"}}, "another_medicine"),
    ):
        assert code in codes(order | more, knowledge)


def test_the_first_line_is_the_title_and_lists_belong_to_their_heading(knowledge):
    assert checked("Clonazepam 0.5 mg tablets", knowledge).status == "agrees"
    assert checked("Strength:\n- 0.5 mg\n- 1 mg\nIngredient: clonazepam", knowledge).status == "agrees"
    assert codes("Ingredient: clonazepam\nStrength:\n- 0.5 mg\n- 5 mg", knowledge) == {"tenfold_strength"}


def test_a_key_said_twice_is_refused():
    with pytest.raises(InputRefused, match="says 'title' twice"):
        read_listing(b'{"title": "clonazepam", "title": "Valium"}', "x")


@pytest.mark.parametrize(
    ("value", "needed"), [("No", False), ("not required", False), ("yes", True), ("Rx only", True)]
)
def test_a_field_says_yes_or_no(value, needed):
    assert (field_requires(value), said_not_required(value)) == (needed, not needed)


WORDS = st.text(st.characters(whitelist_categories=["Ll", "Lu"], max_codepoint=0x17F), min_size=3, max_size=12)


@settings(max_examples=100, deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=4), part=st.sampled_from(["text", "title", "a key nobody knows"]))
def test_words_nobody_understands_never_agree(knowledge, words, part):
    said = " ".join(words)
    change = {part: f"{TRUE['title']} {said}" if part == "title" else said}
    plain = all(word.lower() in _understood() for word in words)
    assert plain or checked(TRUE | change, knowledge).status != "agrees"


def _understood():
    from benzosafe.catalogue.wording import _PLAIN

    return _PLAIN | {"prescription", "klonopin", "clonazepam"}
