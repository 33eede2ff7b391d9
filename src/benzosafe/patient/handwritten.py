"""The short YAML a person writes about one patient, and one medicine written as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from benzosafe.patient.course import Course
from benzosafe.patient.handwritten_course import read_course
from benzosafe.patient.handwritten_findings import (
    Findings,
    read_allergies,
    read_conditions,
    read_habit,
    read_observation,
    read_observations,
    read_ruled_out,
    read_yes_no,
)
from benzosafe.patient.handwritten_medicines import Context, medicine_of, read_medicines
from benzosafe.patient.handwritten_values import NO, UNKNOWN, YES, Day, past_day, read_choice, read_number, read_tri
from benzosafe.patient.handwritten_yaml import Item, Place, read_yaml
from benzosafe.patient.medicine import Medicine, orders_of
from benzosafe.patient.medicine_line import read_line
from benzosafe.patient.regimen import build_regimen
from benzosafe.patient.tables import Coverage, DataGap, Order, Record, SourceKind, Tri
from benzosafe.patient.timeline import OrderTimes

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

KEYS = (
    "patient", "medicines", "stopped", "otc", "recreational", "conditions", "ruled_out", "observations", "alcohol",
    "smoking", "grapefruit", "pregnant", "breastfeeding", "allergies", "notes", "history",
)  # fmt: skip
PATIENT_KEYS = ("id", "born", "age", "sex", "weight_kg", "height_cm", "deceased")
SEXES = {"female": "female", "f": "female", "woman": "female", "male": "male", "m": "male", "man": "male",
         "unknown": "", "other": ""}  # fmt: skip
# 'otc: none' and 'recreational: none' deny what is taken without a prescription; alcohol and tobacco are asked apart.
DENIED = {
    "otc": frozenset({"herbal_sedative"}),
    "recreational": frozenset({"illicit_opioid", "novel_benzodiazepine", "adulterant_sedative", "cannabinoid"}),
}
GRAPEFRUIT = "grapefruit"
GRAPEFRUIT_ANSWERS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
OLDEST = 125  # years


@dataclass(frozen=True)
class Person:
    """Who the patient is."""

    patient_id: str = "patient"
    born: Day | None = None
    age_years: float | None = None
    sex: Literal["female", "male"] | None = None
    deceased: Tri = None


def read_handwritten(text: str, name: str, knowledge: Knowledge, on: date) -> Record:
    """The patient in the file; a fault of the whole file raises InputRefused naming file and line."""
    given = _given(read_yaml(text, name))
    found = Findings(knowledge, on, [], [], [], [], set())
    person = _person(given.get("patient"), found)
    orders, gaps = _orders(given, knowledge, on, found)
    _read_findings(given, found)
    course = read_course(given["history"], found) if "history" in given else Course()
    return Record(
        person.patient_id,
        birth_on=person.born.first if person.born else None,
        birth_precision=person.born.precision if person.born else "day",
        age_years=person.age_years,
        sex=person.sex,
        deceased=person.deceased,
        orders=tuple(orders),
        conditions=tuple(found.conditions),
        observations=tuple(found.observations),
        allergies=tuple(found.allergies),
        known_absent=frozenset(found.absent),
        gaps=(*gaps, *found.gaps),
        coverage=_coverage(given),
        course=course,
    )


def read_medicine_line(text: str, knowledge: Knowledge, *, order_id: str, source: SourceKind, on: date) -> list[Order]:
    """A medicine written as one sentence ("clonazepam 1 mg twice daily since 2024-02-01 for panic disorder")."""
    context = Context(knowledge, on, source, status="draft" if source == "draft" else "active")
    line = read_line(text, knowledge.names)
    medicine = medicine_of(line, Place(order_id, 1), order_id, context)
    return orders_of(medicine, knowledge, on)[0]


def _given(root: Item) -> dict[str, Item]:
    """What the file says, key by key; 'unknown' is as if it were not given."""
    if root.fields is None:
        root.place.refuse("a patient file is a mapping.", "Start with 'patient:' and 'medicines:'.")
    given = {
        key: item
        for key, item in root.mapping("the file", KEYS).items()
        if item.text is None or item.text.strip().lower() not in UNKNOWN
    }
    if not given.keys() & {"patient", "medicines"}:
        root.place.refuse("neither 'patient' nor 'medicines' is given.", "See examples/patients for the form.")
    return given


def _person(item: Item | None, found: Findings) -> Person:
    if item is None:
        return Person()
    if item.fields is None:
        return Person(patient_id=item.word("patient"))
    fields = item.mapping("patient", PATIENT_KEYS)
    if "born" in fields and "age" in fields:
        fields["age"].place.refuse("both 'born' and 'age' are given.", "Keep one of them.")
    for key in ("weight_kg", "height_cm"):
        if key in fields:
            read_observation(fields[key], key, found)
    sex = read_choice(fields["sex"], "sex", SEXES) if "sex" in fields else ""
    return Person(
        patient_id=fields["id"].word("id") if "id" in fields else "patient",
        born=_born(fields["born"], found.on) if "born" in fields else None,
        age_years=_age(fields["age"]) if "age" in fields else None,
        sex="female" if sex == "female" else "male" if sex == "male" else None,
        deceased=read_tri(fields["deceased"], "deceased") if "deceased" in fields else None,
    )


def _born(item: Item, on: date) -> Day:
    day = past_day(item, "born", on)
    if on.year - day.first.year > OLDEST:
        item.place.refuse(f"born in {day.first.year} is more than {OLDEST} years ago.", "Check the year.")
    return day


def _age(item: Item) -> float:
    age = read_number(item, "age", above_zero=False)
    if age > OLDEST:
        item.place.refuse(f"an age of {age:g} is above {OLDEST} years.", "Write the age in years.")
    return age


def _orders(
    given: dict[str, Item], knowledge: Knowledge, on: date, found: Findings
) -> tuple[list[Order], list[DataGap]]:
    """The regimen of all lists; a list that is given denies what it would have named."""
    orders: list[Order] = []
    gaps: list[DataGap] = []
    for key, status in (("medicines", "active"), ("otc", "active"), ("recreational", "active"), ("stopped", "stopped")):
        if key not in given:
            continue
        made, missing = read_medicines(given[key], Context(knowledge, on, status=status, prefix=key))
        orders += made
        gaps += missing
        found.absent |= DENIED.get(key, frozenset())
    if "grapefruit" in given:
        orders += _grapefruit(given["grapefruit"], orders, knowledge, found)
    regimen, conflicts = build_regimen(orders, on)
    return regimen, [*gaps, *conflicts]


def _grapefruit(item: Item, orders: list[Order], knowledge: Knowledge, found: Findings) -> list[Order]:
    """Juice that is drunk is taken like a medicine, how much is not known; 'no' denies it."""
    answer = GRAPEFRUIT_ANSWERS.get(item.word(GRAPEFRUIT).lower())
    if answer is None:
        item.place.refuse(
            f"'{item.text}' in '{GRAPEFRUIT}' is neither yes, no nor unknown.",
            "Write yes or no; an amount goes under 'medicines', as in 'grapefruit juice 200 mL daily'.",
        )
    if answer is False:
        found.absent.add(GRAPEFRUIT)
    listed = any(order.ingredient == GRAPEFRUIT and order.active is not False for order in orders)
    if answer is False or listed:
        return []
    times = OrderTimes("handwritten", "active")
    return orders_of(Medicine(GRAPEFRUIT, "grapefruit juice", times), knowledge, found.on)[0]


def _read_findings(given: dict[str, Item], found: Findings) -> None:
    for key, read in (
        ("conditions", read_conditions),
        ("ruled_out", read_ruled_out),
        ("observations", read_observations),
        ("allergies", read_allergies),
    ):
        if key in given:
            read(given[key], found)
    for key in ("alcohol", "smoking"):
        if key in given:
            read_habit(given[key], key, found)
    for key, concept in (("pregnant", "pregnancy_status"), ("breastfeeding", "breastfeeding_status")):
        if key in given:
            read_yes_no(given[key], key, concept, found)
    if "notes" in given:
        found.gaps.append(DataGap("notes", "free notes are not read", "notice", str(given["notes"].text or "")[:80]))


def _coverage(given: dict[str, Item]) -> Coverage:
    """A list that was written down, even as 'none', is taken as complete; one left out is not known."""
    return Coverage(
        orders="medicines" in given,
        conditions="conditions" in given,
        observations="observations" in given,
        allergies="allergies" in given,
    )
