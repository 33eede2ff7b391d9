"""A FHIR R4 Bundle becomes the record of one patient; what cannot be understood is listed and the rest is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from benzosafe.errors import InputRefused
from benzosafe.fhir.allergies import read_allergies
from benzosafe.fhir.bundle import Contents, open_bundle, open_resource, sorted_gaps
from benzosafe.fhir.conditions import known_absent, read_conditions
from benzosafe.fhir.course import read_course
from benzosafe.fhir.coverage import read_coverage
from benzosafe.fhir.medication import read_orders
from benzosafe.fhir.observations import read_observations
from benzosafe.fhir.outcome import LIST_OF_KIND
from benzosafe.fhir.person import read_person
from benzosafe.fhir.reading import Reading, read_entries
from benzosafe.fhir.refusals import ONE_BUNDLE, TOO_DEEP
from benzosafe.fhir.subject import check_one_patient
from benzosafe.patient.regimen import build_regimen
from benzosafe.patient.tables import DataGap, Order, Record

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Most:
    """How much of a file is worked on: time grows with the square of the medication records."""

    medicines: int
    resources: int


def read_bundle(data: bytes, name: str, knowledge: Knowledge, on: date, most: Most | None = None) -> Record:
    """The one patient of a Bundle (or bare list of resources) as known on the review date.

    `most`: refuse a file that holds more than this before anything of it is worked out.
    """
    try:
        contents = open_bundle(data, name)
        if most is not None:
            _refuse_more(contents, most, name)
        return read_contents(contents, name, knowledge, on)
    except RecursionError:
        raise InputRefused(TOO_DEEP, where=name, next_step=ONE_BUNDLE) from None


def read_contents(contents: Contents, name: str, knowledge: Knowledge, on: date) -> Record:
    """The one patient of resources already told apart, however they came; InputRefused where they are of two."""
    reading = read_entries(contents, knowledge, on)
    patient_id = check_one_patient(reading, name)
    person = read_person(reading)
    told = read_orders(reading)
    orders, conflicts = build_regimen(told, on)
    reading.gaps += [_placed(gap, reading) for gap in conflicts]
    conditions = read_conditions(reading)
    record = Record(
        patient_id=patient_id, birth_on=person.birth_on, birth_precision=person.birth_precision, sex=person.sex,
        deceased=person.deceased, orders=tuple(orders), conditions=tuple(conditions),
        observations=tuple(read_observations(reading)), allergies=tuple(read_allergies(reading)),
        known_absent=known_absent(conditions, reading), coverage=read_coverage(reading, contents.not_covered),
        course=read_course(reading, told),
    )  # fmt: skip
    return replace(record, gaps=sorted_gaps(reading.gaps))


def _refuse_more(contents: Contents, most: Most, name: str) -> None:
    medicines = sum(LIST_OF_KIND.get(found.kind) == "orders" for found in contents.found)
    for count, limit, what in (
        (medicines, most.medicines, "medication records"), (len(contents.found), most.resources, "resources"),
    ):  # fmt: skip
        if count > limit:
            raise InputRefused(
                f"it holds {count:,} {what}, more than the {limit:,} that are answered here.",
                where=name, next_step="Leave out single administrations, and what is years old.",
            )  # fmt: skip


def _placed(gap: DataGap, reading: Reading) -> DataGap:
    """A gap named by an order, with the order's place in the file."""
    entry = reading.find(gap.where.split("#")[0])
    return replace(gap, where=f"{entry.where} {gap.where}") if entry else gap


def read_draft_orders(data: bytes, name: str, knowledge: Knowledge, on: date) -> list[Order]:
    """The medication orders of a draft (a MedicationRequest, a list or a Bundle of them), each taken as proposed."""
    shown = name if len(name) <= 60 else f"{name[:57]}..."
    contents = open_resource(data, shown)
    reading = read_entries(contents, knowledge, on)
    orders = read_orders(reading, draft=True)
    if not orders:
        raise InputRefused(
            "the draft holds no medication order.",
            where=shown, next_step="Give a MedicationRequest, or a Bundle of them.",
        )  # fmt: skip
    return [replace(order, problems=_problems(order, reading)) for order in orders]


def _problems(order: Order, reading: Reading) -> tuple[str, ...]:
    """The problems of an order and what could not be read of it, because a draft has no list of gaps."""
    entry = reading.find(order.order_id.split("#")[0])
    found = list(order.problems)
    for gap in sorted_gaps(reading.gaps):
        if entry and gap.where.startswith(entry.place()) and gap.kind in ("unreadable", "implausible", "conflict"):
            found.append(f"{gap.where.removeprefix(entry.place())} {gap.what}".strip())
    return tuple(dict.fromkeys(found))
