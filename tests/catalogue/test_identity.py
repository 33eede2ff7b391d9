"""Does a listing tell the truth: the advert first, then each kind of disagreement, and what cannot be checked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.listings import ADVERT, TRUE, advert, checked, codes

from benzosafe.catalogue.listing import read_listing
from benzosafe.errors import InputRefused


@pytest.mark.parametrize("form", ["json", "html", "text"])
def test_the_advert_is_refused_with_every_disagreement_named(knowledge, form):
    found = checked(advert(form), knowledge)
    assert found.status == "refused" and found.ingredient in ("clonazepam", "diazepam")
    said = {item.code for item in found.disagreements}
    assert {"another_medicine", "without_prescription"} <= said
    both = next(item for item in found.disagreements if item.code == "another_medicine")
    assert "clonazepam" in both.what and "diazepam" in both.what and len({side.where for side in both.sides}) == 2
    assert any("does not say of how much" in item for item in found.not_checked)


def test_a_listing_that_tells_the_truth_agrees(knowledge):
    found = checked(TRUE, knowledge)
    assert (found.status, found.disagreements, found.not_checked) == ("agrees", [], [])
    assert len(found.understood) >= 8


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"brand": "Valium"}, "another_medicine"), ({"ingredient": "clonidine"}, "another_medicine"),
        ({"ingredient": "lorazepam"}, "another_medicine"), ({"title": "Clozapine 0.5 mg"}, "another_medicine"),
        ({"brand": "Ativan"}, "another_medicine"), ({"text": "our premium diazepam"}, "another_medicine"),
        ({"code": "197591"}, "another_medicine"), ({"strength": "5 mg"}, "tenfold_strength"),
        ({"strength": "0.05 mg"}, "tenfold_strength"), ({"strength": "20 mg"}, "tenfold_strength"),
        ({"strength": "3 mg"}, "no_such_strength"), ({"form": "rectal gel"}, "no_such_form"),
        ({"form": "capsule"}, "no_such_form"), ({"indication": "insomnia"}, "not_labelled"),
        ({"indication": "panic disorder, depression"}, "not_labelled"),
        ({"prescription": "not required"}, "without_prescription"), ({"prescription": "no"}, "without_prescription"),
        ({"text": "Buy without a prescription!"}, "without_prescription"),
        ({"text": "no Rx needed"}, "without_prescription"),
        ({"text": "Prescription is not required."}, "without_prescription"),
        ({"text": "available over the counter"}, "without_prescription"),
        ({"text": "you don't need a doctor's prescription"}, "without_prescription"),
    ],
)  # fmt: skip
def test_one_wrong_part_refuses_the_whole(knowledge, change, code):
    assert code in codes(TRUE | change, knowledge)
    assert checked(TRUE | change, knowledge).status == "refused"


@pytest.mark.parametrize(
    "text",
    ["No script needed", "Rx not required", "prescription optional", "free prescription included", "no Rx",
     "Get it OTC", "we do not ask for a prescription", "No doctor visit required", "without seeing a doctor",
     "no prior prescription", "Don't wait: buy without a prescription", "Without doctor prescription",
     "non-prescription", "prescription-free"],
)  # fmt: skip
def test_every_way_of_saying_that_none_is_needed_is_found(knowledge, text):
    assert codes(TRUE | {"text": text}, knowledge) == {"without_prescription"}


@pytest.mark.parametrize(
    "text",
    ["A valid prescription is required.", "Never sold without a prescription.", "Prescription only.",
     "We cannot dispense it without a prescription.", "No delivery without a valid prescription.",
     "Do not buy it without a prescription", "do not take without a prescription",
     "We never ship without a prescription", "federal law prohibits transfer without a prescription",
     "No refills without a new prescription", "available only with a prescription",
     "A prescription is needed, no exceptions"],
)  # fmt: skip
def test_saying_that_a_prescription_is_needed_is_no_offense(knowledge, text):
    assert checked(TRUE | {"text": text}, knowledge).disagreements == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strength": "strong"}, "is no strength that can be read"), ({"form": "lozenge on a stick"}, "is no form"),
        ({"indication": "feeling blue-ish"}, "is no condition that is known"), ({"code": "00000"}, "code '00000'"),
        ({"price": "$5"}, "does not say of how much"), ({"brand": "Sleepwellorama"}, "names no medicine"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_never_agreement(knowledge, change, said):
    found = checked(TRUE | change, knowledge)
    assert found.status == "not_known" and any(said in item for item in found.not_checked)


def test_a_listing_of_nothing_known_or_without_a_strength_is_not_known(knowledge):
    assert checked({"title": "Miracle pill", "text": "works"}, knowledge).status == "not_known"
    assert checked({"title": "clonazepam"}, knowledge).status == "not_known"
    assert checked({"title": "metformin 500 mg"}, knowledge).status == "not_known"


def test_look_alikes_are_named_as_such(knowledge):
    found = checked({"title": "Clonazepam 1 mg", "ingredient": "clonidine"}, knowledge)
    assert "taken for one another before" in found.disagreements[0].what


def test_a_country_knows_its_own_strengths(knowledge):
    listing = {"title": "clonazepam 1 mg tablet"}
    assert checked(listing, knowledge, "US").status == "agrees"
    assert codes(listing, knowledge, "UK") == {"no_such_strength"}


def test_orders_and_medications_in_fhir(knowledge):
    order = {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": {
            "text": "clonazepam 1 mg tablet",
            "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "197528"}],
        },
        "reasonCode": [{"text": "panic disorder"}],
    }
    assert checked(order, knowledge).status == "agrees"
    order["medicationCodeableConcept"]["coding"][0]["code"] = "197591"
    assert codes(order, knowledge) == {"another_medicine", "code_differs"}
    drug = {"resourceType": "Medication", "code": {"text": "Valium 5 mg"},
            "ingredient": [{"itemCodeableConcept": {"text": "clonazepam"}}]}  # fmt: skip
    assert codes(drug, knowledge) == {"another_medicine"}


OTHERS = [
    {"title": "Valium 5 mg tablet", "brand": "Valium", "ingredient": "diazepam", "strength": "5 mg", "code": "197591"},
    {"title": "Ativan 1 mg tablet", "brand": "Ativan", "ingredient": "lorazepam", "strength": "1 mg", "code": "197901"},
    {
        "title": "Ambien 10 mg tablet",
        "brand": "Ambien",
        "ingredient": "zolpidem",
        "strength": "10 mg",
        "code": "854873",
    },
]


@settings(max_examples=60, deadline=None)
@given(other=st.sampled_from(OTHERS), part=st.sampled_from(["title", "brand", "ingredient", "code"]))
def test_a_part_of_another_medicine_is_always_found(knowledge, other, part):
    assert "another_medicine" in codes(TRUE | {part: other[part]}, knowledge)


@pytest.mark.parametrize("data", [b"", b"   ", b"\0\1\2", b"{", b"[1]", b"[]", b'{"title": ""}', b"<html></html>"])
def test_what_is_no_listing_is_refused(data):
    with pytest.raises(InputRefused):
        read_listing(data, "x")


def test_scripts_are_not_text(knowledge):
    assert "lorazepam" not in str(checked(advert("html"), knowledge).disagreements)
    assert ADVERT["title"] in {item.text for item in read_listing(advert("html").encode(), "x")}
