"""The lists that COB and POLY-CNS ask for: names and identifiers of our own, for the official lists are proprietary.

A user who may use the official lists gives their codes under these identifiers, in the file of value sets. CNS-active
medicines come one list an ingredient, `polycns-zolpidem` for example, for the measure counts ingredients.
"""

from __future__ import annotations

OPIOIDS = "COB opioids"
BENZODIAZEPINES = "COB benzodiazepines"
CNS_ACTIVE = "POLY-CNS medicines"
HOSPICE = "PQA hospice"
PALLIATIVE_CARE = "PQA palliative care"
CANCER = "PQA cancer"
SICKLE_CELL = "PQA sickle cell disease"
SEIZURES = "PQA seizure disorder"

IDENTIFIER_OF = {
    OPIOIDS: "cob-opioids", BENZODIAZEPINES: "cob-benzodiazepines", HOSPICE: "pqa-hospice",
    PALLIATIVE_CARE: "pqa-palliative-care", CANCER: "pqa-cancer", SICKLE_CELL: "pqa-sickle-cell-disease",
    SEIZURES: "pqa-seizure-disorder",
}  # fmt: skip
_CNS_PREFIX = "polycns-"
_PART = ": "

# Value sets of the CMS measures with the same meaning; where the user's file has them, they count as well.
ALSO = {
    HOSPICE: ("Hospice Encounter", "Hospice Care Ambulatory", "Hospice Diagnosis"),
    PALLIATIVE_CARE: ("Palliative Care Encounter", "Palliative Care Intervention", "Palliative Care Diagnosis"),
    CANCER: ("Cancer Related Pain",), SICKLE_CELL: ("Sickle Cell Disease with and without Crisis",),
    SEIZURES: ("Seizure Disorder",),
}  # fmt: skip


def names_of(identifier: str) -> tuple[str, ...]:
    """The list of one CNS-active ingredient, and the whole that it is a part of; none for another identifier."""
    ingredient = identifier.removeprefix(_CNS_PREFIX)
    if ingredient == identifier or not ingredient:
        return ()
    return CNS_ACTIVE, f"{CNS_ACTIVE}{_PART}{ingredient}"


def part_of(name: str, whole: str) -> str | None:
    """The ingredient whose list this is; None where it is no part of the whole."""
    start = f"{whole}{_PART}"
    return name.removeprefix(start) if name.startswith(start) else None
