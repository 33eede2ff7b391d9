"""Conditions in which the label of the country says not to use the drug: whether one of them is present."""

from __future__ import annotations

from dataclasses import dataclass

from benzosafe.dosing.person import Asked, Patient
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Contraindication


@dataclass(frozen=True)
class Forbidden:
    """A contraindication of a label that is present (`surely`), or of which nothing is known."""

    contraindication: Contraindication
    surely: bool


def forbidden(patient: Patient, asked: Asked) -> list[Forbidden]:
    """The contraindications of the country's label that hold or could hold.

    JUDGEMENT: in a country of which no contraindication of any drug is known, those of every other country hold too.
    """
    facts = patient.knowledge.drugs[asked.drug].benzodiazepine
    listed = facts.contraindications if facts else ()
    known = _labels_known(patient.knowledge, asked.country)
    own = [item for item in listed if not known or _holds_in(item, asked.country)]
    found = []
    for item in own:
        present = patient.frame.truth(item.condition).value(0)
        if present is not False:
            found.append(Forbidden(item, present is True))
    return found


def _labels_known(knowledge: Knowledge, country: str) -> bool:
    """Whether contraindications of the country's labels are known at all."""
    facts = (drug.benzodiazepine for drug in knowledge.drugs.values())
    return any(_holds_in(item, country) for own in facts if own for item in own.contraindications)


def _holds_in(item: Contraindication, country: str) -> bool:
    """Whether a contraindication stands in the country's label; a European one stands in those of Ireland too."""
    places = item.jurisdiction.split("/")
    return country in places or ("EU" in places and country == "IE")
