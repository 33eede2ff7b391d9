"""The patient's birth date, sex and whether they are alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from benzosafe.fhir.dates import PartialDate, Precision
from benzosafe.fhir.reading import Entry, Reading
from benzosafe.patient.tables import Tri

Sex = Literal["female", "male"]
# JUDGEMENT: nobody is reviewed as older than this; such a birth date is a slip of the pen.
_OLDEST_YEARS = 130


@dataclass(frozen=True)
class Person:
    """The patient as the file describes them; None is not known."""

    birth_on: date | None = None
    birth_precision: Precision = "day"
    sex: Sex | None = None
    deceased: Tri = None


def read_person(reading: Reading) -> Person:
    """Birth, sex and death from the Patient resource or its copies; where copies differ, not known."""
    patients = sorted(reading.of_kind("Patient"), key=lambda entry: entry.id)
    births = {birth for entry in patients if (birth := _birth(entry, reading))}
    sexes: set[Sex] = {sex for entry in patients if (sex := _sex(entry))}
    dead = {known for entry in patients if (known := _deceased(entry, reading)) is not None}
    for count, what in ((len(births), "birth dates"), (len(sexes), "sexes")):
        if count > 1:
            reading.gap(patients[0], "", f"copies of the patient give different {what}; none is used", "conflict")
    birth = births.pop() if len(births) == 1 else None
    return Person(
        birth_on=birth.first if birth else None,
        birth_precision=birth.precision if birth else "day",
        sex=sexes.pop() if len(sexes) == 1 else None,
        deceased=True if True in dead else False if dead else None,
    )


def _birth(entry: Entry, reading: Reading) -> PartialDate | None:
    born = reading.date(entry, "birthDate", entry.body.birth_date)
    if born is None:
        return None
    if born.first > reading.on:
        reading.gap(entry, "birthDate", f"{entry.body.birth_date} is after the review date; not used", "implausible")
        return None
    if reading.on.year - born.first.year > _OLDEST_YEARS:
        reading.gap(entry, "birthDate", f"{entry.body.birth_date} is too long ago; not used", "implausible")
        return None
    return born


def _sex(entry: Entry) -> Sex | None:
    gender = (entry.body.gender or "").lower()
    return "female" if gender == "female" else "male" if gender == "male" else None


def _deceased(entry: Entry, reading: Reading) -> Tri:
    died = reading.date(entry, "deceasedDateTime", entry.body.deceased_date_time)
    if died is None:
        return True if entry.body.deceased_date_time else entry.body.deceased_boolean
    return died.first <= reading.on
