"""The table of labelled doses, and what the loaded knowledge answers to a line of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from benzosafe.facts.column import Column, Number, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.dosing_model import Adjustment, Amount, Regimen
from benzosafe.knowledge.load import load_knowledge
from benzosafe.knowledge.model import DoseLimit, Quantity
from benzosafe.review.condition import Facts, compile_condition

TABLE = Path(__file__).parent.parent / "dosing" / "labelled_doses.csv"
KNOWN = load_knowledge()
_EMPTY = Frame([], KNOWN, date(2026, 11, 26))
_CEILING_OF = {
    "mg_per_dose": "max_mg_single", "mg_per_day": "max_mg_per_day", "mg_per_kg_per_day": "max_mg_per_kg_per_day",
}  # fmt: skip
Answer = Quantity | bool | tuple[int, int] | None


@dataclass(frozen=True)
class Person:
    """Whom a dose is for."""

    age_years: float
    weight_kg: float | None
    sex: str
    given: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Statement:
    """One line of the table."""

    drug: str
    indication: str
    jurisdiction: str
    route: str
    form: str
    use: str
    people: tuple[Person, ...]
    field: str
    value: str
    unit: str
    source: str
    confidence: str

    def __str__(self) -> str:
        who = self.people[0]
        given = " ".join(name for name, _ in who.given)
        words = (self.drug, self.indication, self.jurisdiction, self.route, self.form, f"{who.age_years:g}y", who.sex)
        return "-".join(filter(None, (*words, given, self.field))).replace(" ", "_")


@cache
def statements() -> tuple[Statement, ...]:
    """Every line of the table, with the people it is to be tried on."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(_statement(row) for row in csv.DictReader(lines))


def _statement(row: dict[str, str]) -> Statement:
    pairs = (item.partition("=") for item in row["given"].split())
    given = tuple((name, float(value or 1)) for name, _, value in pairs)
    ages = [float(age) for age in row["ages_years"].split()]
    weights = [float(weight) for weight in row["weights_kg"].split()] or [None]
    people = tuple(Person(age, weight, row["sex"], given) for age in ages for weight in weights)
    names = ("drug", "indication", "jurisdiction", "route", "form", "use")
    rest = ("field", "value", "unit", "source", "confidence")
    return Statement(*(row[name] for name in names), people, *(row[name] for name in rest))


def fitting(statement: Statement, person: Person) -> list[Regimen]:
    """Regimens of the drug whose place, form and bands hold for the person, by comparing field with field."""
    wanted = (statement.indication, statement.jurisdiction, statement.route, statement.use)
    forms = (statement.form,) if statement.form else ()
    return [
        regimen for regimen in KNOWN.dosing[statement.drug].regimens
        if (regimen.indication, regimen.jurisdiction, regimen.route, regimen.use) == wanted
        and regimen.forms == forms and is_of(regimen, person)
    ]  # fmt: skip


def is_of(regimen: Regimen, person: Person) -> bool:
    """Whether the person lies in the regimen's bands; the lower bound is in it, the upper is not."""
    weighs = person.weight_kg is None or regimen.min_weight_kg <= person.weight_kg < regimen.max_weight_kg
    aged = regimen.min_age_years <= person.age_years < regimen.max_age_years
    return aged and weighs and regimen.sex in (None, person.sex)


def answer(statement: Statement, person: Person) -> Answer:
    """What the knowledge says to the statement's field for this person."""
    (regimen,) = fitting(statement, person)
    applied = [item for item in regimen.adjustments if holds(item, person)]
    match statement.field.split("."):
        case ["labelled"]:
            return regimen.labelled
        case ["avoid"]:
            return any(item.avoid for item in applied)
        case ["doses_per_day"]:
            return regimen.doses_per_day
        case ["longest_days"]:
            return regimen.longest_days
        case ["at_most", name]:
            ceilings = [*_of_parts(applied, "at_most", name), *_of_parts([regimen], "at_most", name)]
            return _lowest([*ceilings, *_limits(statement, person, name)])
        case [part, name]:
            return _lowest(_of_parts(applied, part, name)) or _lowest(_of_parts([regimen], part, name))
    raise AssertionError(statement.field)


def holds(adjustment: Adjustment, person: Person) -> bool:
    """Whether the adjustment's condition is surely true, everything that is not given being false or none."""
    given: dict[str, float | str] = {**dict(person.given), "age_years": person.age_years, "sex": person.sex}
    limits = {name: threshold.lowest for name, threshold in adjustment.thresholds.items()}
    return bool(compile_condition(adjustment.when, limits).answer(Facts(lambda name: _column(name, given), 1))[0])


def _column(name: str, given: dict[str, float | str]) -> Column:
    kind, value = type(_EMPTY.column(name)), given.get(name, 0.0)
    if kind is Truth:
        return Truth.of([bool(value)])
    return Number.of([float(value)]) if kind is Number else Word.of([str(value) or None])


def _of_parts(owners: Sequence[Adjustment | Regimen], part: str, name: str) -> Iterator[Quantity]:
    for owner in owners:
        found = getattr(owner, part, None)
        if part == "step" and found and name == "every_days":
            yield found.every_days
            continue
        amount: Amount | None = found.by if part == "step" and found else found
        if amount and (quantity := amount.quantities.get(name)):
            yield quantity


def _limits(statement: Statement, person: Person, name: str) -> list[Quantity]:
    facts = KNOWN.drugs[statement.drug].benzodiazepine
    field = _CEILING_OF.get(name)
    if not facts or not field:
        return []
    mine = [limit for limit in facts.dose_limits if getattr(limit, field) and _reaches(limit, statement, person)]
    for names in ((statement.indication,), KNOWN.conditions[statement.indication].implies, ("any",)):
        if own := [getattr(limit, field) for limit in mine if limit.indication in names]:
            return own
    return []


def _reaches(limit: DoseLimit, statement: Statement, person: Person) -> bool:
    return limit.route == statement.route and limit.min_age_years <= person.age_years < limit.max_age_years + 1


def _lowest(quantities: Sequence[Quantity] | Iterator[Quantity]) -> Quantity | None:
    return min(quantities, key=lambda quantity: quantity.highest, default=None)


def numbers() -> Iterator[tuple[str, Quantity]]:
    """Every dose, interval and length in the dosing files, with its place."""
    for dosing in KNOWN.dosing.values():
        for regimen in dosing.regimens:
            at = f"{dosing.drug}: {regimen.id}"
            if regimen.longest_days:
                yield f"{at}.longest_days", regimen.longest_days
            yield from _numbers_of(regimen, at)
            for adjustment in regimen.adjustments:
                yield from _numbers_of(adjustment, f"{at}.{adjustment.id}")


def _numbers_of(owner: Regimen | Adjustment, at: str) -> Iterator[tuple[str, Quantity]]:
    for part in ("start", "start_at_most", "target", "at_most"):
        amount = getattr(owner, part, None)
        for name, quantity in (amount.quantities if amount else {}).items():
            yield f"{at}.{part}.{name}", quantity
    if owner.step:
        yield f"{at}.step.every_days", owner.step.every_days
        for name, quantity in owner.step.by.quantities.items():
            yield f"{at}.step.{name}", quantity
