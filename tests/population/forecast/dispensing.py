"""People to whom clonazepam was handed out, each with a known pattern of pharmacies, of groups that are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tests.population.people import ON

Resource = dict[str, Any]
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
BLACK, WHITE, HISPANIC = "2054-5", "2106-3", "2135-2"
ONE, FOUR = ("Corner",), ("Corner", "Harbour", "Station", "Hill")
"""Pharmacies of four fills; the published definition of several pharmacies asks for four."""


def somebody(patient: str, race: str = "", ethnicity: str = "", **about: Any) -> Resource:
    """A Patient of 1970 whose sex is not recorded unless it is given."""
    extension = [
        {"url": US_CORE + kind, "extension": [{"url": "ombCategory", "valueCoding": {"code": code}}]}
        for kind, code in (("race", race), ("ethnicity", ethnicity)) if code
    ]  # fmt: skip
    whole = {"resourceType": "Patient", "id": patient, "birthDate": "1970-05-01", **about}
    return whole | ({"extension": extension} if extension else {})


def supplied(
    person: Resource, pharmacies: Sequence[str], note: str = "", last: date = ON, drug: str = "clonazepam 1 mg tablet"
) -> list[Resource]:  # fmt: skip
    """Somebody with four fills of thirty days in a row, in turn from these pharmacies; an empty name is unrecorded."""
    name = person["id"]
    found = [person]
    for number in range(4):
        fill: Resource = {
            "resourceType": "MedicationDispense", "id": f"{name}-d{number}", "status": "completed",
            "subject": {"reference": f"Patient/{name}"}, "medicationCodeableConcept": {"text": drug},
            "quantity": {"value": 30}, "daysSupply": {"value": 30, "unit": "d"},
            "whenHandedOver": str(last - timedelta(days=30 * (3 - number) + 10)),
        }  # fmt: skip
        pharmacy = pharmacies[number % len(pharmacies)]
        found.append(fill | ({"location": {"display": pharmacy}} if pharmacy else {})
                     | ({"note": [{"text": note}]} if note else {}))  # fmt: skip
    return found


def crowd(parts: Iterable[tuple[int, dict[str, Any], Sequence[str], str]]) -> list[list[Resource]]:
    """So many people of each part: what is known of them, their pharmacies, and what is written on their fills."""
    found: list[list[Resource]] = []
    for count, about, pharmacies, note in parts:
        for _ in range(count):
            found.append(supplied(somebody(f"s{len(found):03d}", **about), pharmacies, note))
    return found
