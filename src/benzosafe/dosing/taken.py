"""What of the class is taken already, and what it is like in mg of the drug that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from benzosafe.dosing.person import Asked, Patient
from benzosafe.errors import InputRefused
from benzosafe.knowledge.regimen_amounts import Range
from benzosafe.patient.tables import Order
from benzosafe.taper.crossover_equivalence import Equivalent, equivalents

_RESCUE_ROUTES = ("rectal", "nasal", "buccal", "intramuscular", "intravenous")


@dataclass(frozen=True)
class Like:
    """What a table says the dose taken equals, in mg of the drug asked for a day."""

    table: Equivalent
    mg_per_day: Range


@dataclass(frozen=True)
class Taken:
    """One benzodiazepine or Z-drug of the record that is taken, or may be."""

    ingredient: str
    surely: bool
    mg_per_day: Range | None
    like: tuple[Like, ...] = ()
    """Empty where the dose is not known, no table holds both, or it is the same drug."""


def taken_already(patient: Patient, asked: Asked) -> list[Taken]:
    """Every benzodiazepine or Z-drug that is taken or may be, rescue medicines apart."""
    return [
        _taken(patient, asked, order)
        for order in patient.record.orders
        if order.active is not False and _is_bzra(patient, order) and order.route not in _RESCUE_ROUTES
    ]


def duplicate_words(taken: list[Taken], drug: str) -> str:
    """Why nothing is begun: the same drug, or another of the class."""
    same = [item for item in taken if item.ingredient == drug]
    first = (same or taken)[0]
    verb = "is" if first.surely else "may be"
    if same:
        return f"{drug} {verb} taken already, so this is no beginning"
    return (
        f"{first.ingredient} {verb} taken already: {drug} on top of it would be duplicate therapy, and instead of it "
        "a change of medicine, which is planned step by step and never converted by a table alone"
    )


def _is_bzra(patient: Patient, order: Order) -> bool:
    drug = patient.knowledge.drugs.get(order.ingredient or "")
    return drug is not None and drug.benzodiazepine is not None


def _taken(patient: Patient, asked: Asked, order: Order) -> Taken:
    ingredient, dose = order.ingredient or "", order.dose_mg_per_day
    mg: Range | None = None
    if dose is not None and dose.high != float("inf"):
        mg = Fraction(str(dose.low)), Fraction(str(dose.high))
    return Taken(ingredient, order.active is True, mg, _like(patient, ingredient, asked.drug, mg))


def _like(patient: Patient, ingredient: str, drug: str, mg: Range | None) -> tuple[Like, ...]:
    if mg is None or ingredient == drug:
        return ()
    try:
        tables = equivalents(patient.knowledge, ingredient, drug)
    except InputRefused:  # no table holds both: then none is said
        return ()
    return tuple(Like(table, (mg[0] * table.low, mg[1] * table.high)) for table in tables)
