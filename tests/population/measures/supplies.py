"""Supplies handed over, made for the tests of COB and POLY-CNS, and what the measures say of them."""

from __future__ import annotations

from benzosafe.population.measures.dispensing_sets import (
    BENZODIAZEPINES,
    CANCER,
    CNS_ACTIVE,
    HOSPICE,
    OPIOIDS,
    PALLIATIVE_CARE,
    SEIZURES,
    SICKLE_CELL,
)
from benzosafe.population.measures.value_sets import Codes, ValueSets
from tests.population.measures.builders import MADE_UP, POPULATIONS, concept, measured, patient, resource

NAMES = (OPIOIDS, BENZODIAZEPINES, CNS_ACTIVE, HOSPICE, PALLIATIVE_CARE, CANCER, SICKLE_CELL, SEIZURES)
INGREDIENTS = ("a", "b", "c", "d")


def given_sets():
    """Every list with a made-up code of its own name; of the CNS-active medicines one list an ingredient."""
    sets = {name: Codes(frozenset({(MADE_UP, name), (MADE_UP, f"{name} 2")})) for name in NAMES}
    for name in INGREDIENTS:
        both = {(MADE_UP, "a and b")} if name in "ab" else set()
        sets[f"{CNS_ACTIVE}: {name}"] = Codes(frozenset({(MADE_UP, name), *both}))
    return ValueSets("made-up", sets)


def supply(medicine, on, days=None, name=None, *, status="completed", quantity=None, text=None, **more):
    """A supply of a made-up code, or of a medicine in words."""
    given = {
        "status": status, "whenHandedOver": on,
        "medicationCodeableConcept": {"text": text} if text else concept(medicine),
        "daysSupply": {"value": days, "code": "d"} if days is not None else None,
        "quantity": quantity if isinstance(quantity, dict) or quantity is None else {"value": quantity},
    }  # fmt: skip
    return resource("MedicationDispense", name or f"{medicine or text} {on} {days} {quantity}", **(given | more))


def answer(name, *resources, birth="1950-05-05", year=2026, sets=None, by=()):
    """Initial population, denominator, exclusion, numerator; and the populations that are only possible."""
    found = measured(name, patient(birth), *resources, year=year, sets=sets or given_sets(), by=by)
    answers = found.answers["p"]
    if not answers:
        return (0, 0, 0, 0), ()
    assert len(answers) == 1
    return tuple(answers[0].counts[key] for key in POPULATIONS), answers[0].possible


IN = (1, 1, 0, 1)
DENOMINATOR = (1, 1, 0, 0)
EXCLUDED = (1, 1, 1, 0)
OUT = (0, 0, 0, 0)
