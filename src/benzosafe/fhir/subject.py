"""Whose data it is: one patient, or the file is refused."""

from __future__ import annotations

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import reference_tail
from benzosafe.fhir.decode import Patient
from benzosafe.fhir.elements import present
from benzosafe.fhir.reading import Entry, Reading
from benzosafe.patient.tables import DataGap

_ONE_PATIENT = "Give one Bundle per patient; nothing was reviewed."


def check_one_patient(reading: Reading, name: str) -> str:
    """The id of the one patient; two patients, or no patient data at all, raise InputRefused."""
    patients = sorted(reading.of_kind("Patient"), key=lambda entry: entry.id)
    others = [entry for entry in reading.entries if entry.kind not in ("Patient", "Medication")]
    if not patients and not others:
        raise InputRefused(
            "the Bundle holds neither a Patient nor any patient data that is read here.",
            where=name, next_step="Give a Bundle with the Patient, the medication resources and the conditions.",
        )  # fmt: skip
    for other in patients[1:]:
        if not _same_person(patients[0], other, patients):
            _refuse(patients[0].place(), other.place(), name)
    names = {entry.id: entry.place() for entry in patients}
    names |= {reference_tail(entry.full_url): entry.place() for entry in patients if entry.full_url}
    for entry in others:
        _check_subject(entry, names, bool(patients), reading, name)
    if not patients:
        reading.gaps.append(DataGap("Bundle", "no Patient resource: age and sex are not known", "missing"))
    return patients[0].id if patients else next(iter(names), "unknown")


def _refuse(first: str, other: str, name: str) -> None:
    raise InputRefused(f"two patients in one file: {first} and {other}.", where=name, next_step=_ONE_PATIENT)


def _same_person(first: Entry, other: Entry, patients: list[Entry]) -> bool:
    """Whether both are copies of one record that do not contradict one another, or were linked by their source."""
    if other.id in _linked(first, patients):
        return True
    same_id = first.id.split(" (")[0] == other.id.split(" (")[0]
    return same_id and _agree(first.body, other.body, must_be_given=_other_server(first, other))


def _other_server(first: Entry, other: Entry) -> bool:
    """Whether both have an absolute address, and not the same: the same short id may then be another person."""
    addresses = [entry.full_url.split("://")[-1] for entry in (first, other) if "://" in entry.full_url]
    return len(set(addresses)) == 2


def _agree(first: Patient, other: Patient, *, must_be_given: bool) -> bool:
    births = [written for written in (first.birth_date, other.birth_date) if written]
    sexes = {sex for sex in (first.gender, other.gender) if sex in ("female", "male")}
    if len(births) < 2:
        return len(sexes) < 2 and not must_be_given
    return len(sexes) < 2 and (births[0].startswith(births[1]) or births[1].startswith(births[0]))


def _linked(first: Entry, patients: list[Entry]) -> set[str]:
    """The ids that the source says are the same person as the first (Patient.link, in either direction)."""
    same = {first.id}
    for _ in patients:
        for entry in patients:
            others = [link.other for link in present(entry.body.link)]
            to = {reference_tail(other.reference or "") for other in others if other}
            if entry.id in same or to & same:
                same |= to | {entry.id}
    return same


def _check_subject(
    entry: Entry, names: dict[str, str], have_patient: bool, reading: Reading, name: str
) -> None:
    """Compare whom a resource is about with the patient; `names` gains the first name where there is no Patient."""
    field = "patient" if entry.body.subject is None else "subject"
    subject = getattr(entry.body, field)
    reference = (subject and subject.reference) or ""
    kind = reference.split("/_history/")[0].rsplit("/", 2)[-2] if "/" in reference else ""
    tail = reference_tail(reference)
    if not reference or reference.startswith("#") or tail in names:
        return
    if kind not in ("", "Patient"):
        reading.entries.remove(entry)
        reading.gap(
            entry, field, f"is about {reference[:80]}, not about the patient; it is left out", "notice"
        )
    elif kind == "" and ":" not in reference and have_patient:
        what = f"'{reference[:80]}' is not a reference to the patient of this file; taken as meaning them"
        reading.gap(entry, field, what, "conflict")
    elif names:
        _refuse(next(iter(names.values())), f"{entry.place(field)}, which is {reference[:80]}", name)
    else:
        names[tail] = f"{entry.place(field)}, which is {reference[:80]}"
