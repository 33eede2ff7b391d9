"""What did not come from a pharmacy is no start of a taper; prescribed medicines are not taken for it."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Order, Record
from benzosafe.taper.start import starting_point
from benzosafe.taper.start_supply import illicit_supply
from tests.conftest import ON
from tests.taper.starts import read_or_refused


@pytest.mark.parametrize(
    "medicine",
    [
        "counterfeit alprazolam 2 mg daily",
        "illicit diazepam 10 mg three times daily",
        "street Xanax 2 mg",
        "fake Xanax 2 mg daily",
        "pressed alprazolam 2 mg daily",
        "alprazolam 2 mg daily, pressed pills",
        "alprazolam 2 mg daily bought online",
        "alprazolam 2 mg daily for anxiety, bought on the street",
        "diazepam 10 mg at night, from a dealer",
        "zopiclone 7.5 mg at night without prescription",
        "diazepam 10 mg de la calle",
        "street benzodiazepines",
        "pressed pills",
    ],
)
def test_illicit_supply_is_refused_with_what_to_do(start, medicine):
    with pytest.raises(InputRefused, match="did not come from a pharmacy") as caught:
        start(medicine)
    assert medicine.split()[0] in caught.value.message
    for words in ("No sudden stop", "smallest dose of a known benzodiazepine", "naloxone"):
        assert words in caught.value.next_step


def test_illicit_supply_beside_a_prescription_is_refused_until_it_is_over(start):
    prescribed = "diazepam 5 mg twice daily"
    for other in ("counterfeit alprazolam 2 mg daily", "pressed bars"):
        with pytest.raises(InputRefused, match="did not come from a pharmacy"):
            start(prescribed, other, drug="diazepam")
    assert start(prescribed, "{drug: counterfeit alprazolam 2 mg, status: stopped}").amount_ug == 10_000


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ("street benzodiazepines", True),
        ("illicit Xanax use", True),
        ("buys sleeping tablets on the internet", True),
        ("counterfeit pills", True),
        ("{name: street benzodiazepines, status: past}", False),
        ("denies illicit benzodiazepines", False),
        ("illicit opioid use", False),
        ("street phobia", False),
        ("depression", False),
    ],
)
def test_conditions_tell_of_illicit_supply_too(knowledge, condition, refused):
    text = f"patient: {{id: p, age: 50}}\nmedicines: [diazepam 5 mg twice daily]\nconditions:\n  - {condition}\n"
    record = read_handwritten(text, "p.yaml", knowledge, ON)
    assert bool(illicit_supply(knowledge, record)) is refused
    if refused:
        with pytest.raises(InputRefused, match="did not come from a pharmacy"):
            starting_point(knowledge, record, None, ON)
    else:
        assert starting_point(knowledge, record, None, ON).amount_ug == 10_000


def test_what_is_listed_as_recreational_did_not_come_from_a_pharmacy(knowledge):
    text = "patient: {age: 50}\nmedicines: [diazepam 5 mg twice daily]\nrecreational: [alprazolam 2 mg daily]\n"
    record = read_handwritten(text, "p.yaml", knowledge, ON)
    with pytest.raises(InputRefused, match="did not come from a pharmacy"):
        starting_point(knowledge, record, "diazepam", ON)


def test_prescribed_medicines_with_such_words_elsewhere_are_not_taken_for_illicit(start):
    for medicine in (
        "diazepam 5 mg twice daily for withdrawal from illicit benzodiazepines",
        "diazepam 5 mg twice daily for depression",
        "diazepam 5 mg compressed tablet twice daily",
        "diazepam 5 mg twice daily not from the street",
    ):
        with_name = read_or_refused(start, medicine)
        assert "pharmacy" not in with_name, medicine
    assert start("diazepam 5 mg twice daily", "street heroin daily").amount_ug == 10_000


def test_no_name_of_a_medicine_is_a_word_of_illicit_supply(knowledge):
    names = []
    for drug in knowledge.drugs.values():
        if {"novel_benzodiazepine", "illicit_opioid"} & set(drug.classes):
            continue  # 'street valium' is a name of one
        names += drug.names.brands
        if {"benzodiazepine", "z_drug"} & set(drug.classes):
            names += [drug.name, *drug.names.synonyms]
    assert len(names) > 500
    orders = [Order("1", name, "diazepam", "handwritten", active=True) for name in names]
    assert illicit_supply(knowledge, Record("p", orders=tuple(orders))) == ()
