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
    linked = _linked(patients) if len(patients) > 1 else set()
    for other in patients[1:]:
        if other.id not in linked and not _same_record(patients[0], other):
            _refuse(patients[0].place(), other.place(), name)
    names = {entry.id: entry.place() for entry in patients}
    names |= {reference_tail(entry.full_url): entry.place() for entry in patients if entry.full_url}
    apart = [entry for entry in others if not _is_about_patient(entry, names, reading, name)]
    if apart:
        left_out = {id(entry) for entry in apart}
        reading.entries = [entry for entry in reading.entries if id(entry) not in left_out]
    if not patients:
        reading.gaps.append(DataGap("Bundle", "no Patient resource: age and sex are not known", "missing"))
    return patients[0].id if patients else next(iter(names), "unknown")


def _refuse(first: str, other: str, name: str) -> None:
    raise InputRefused(f"two patients in one file: {first} and {other}.", where=name, next_step=_ONE_PATIENT)


def _same_record(first: Entry, other: Entry) -> bool:
    """Whether both are copies of one record that do not contradict one another."""
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


def _linked(patients: list[Entry]) -> set[str]:
    """The ids that the source says are the same person as the first (Patient.link), in either direction."""
    near: dict[str, set[str]] = {}
    for entry in patients:
        others = [link.other for link in present(entry.body.link)]
        for to in {reference_tail(other.reference or "") for other in others if other}:
            near.setdefault(entry.id, set()).add(to)
            near.setdefault(to, set()).add(entry.id)
    same, waiting = {patients[0].id}, [patients[0].id]
    while waiting:
        new = near.get(waiting.pop(), set()) - same
        same |= new
        waiting += new
    return same


def _is_about_patient(entry: Entry, names: dict[str, str], reading: Reading, name: str) -> bool:
    """Compare whom a resource is about with the patient; `names` gains the first name where there is no Patient."""
    field = "patient" if entry.body.subject is None else "subject"
    subject = getattr(entry.body, field)
    reference = (subject and subject.reference) or ""
    kind = reference.split("/_history/", maxsplit=1)[0].rsplit("/", 2)[-2] if "/" in reference else ""
    tail = reference_tail(reference)
    if not reference or reference.startswith("#") or tail in names:
        return True
    if kind not in ("", "Patient"):
        reading.gap(entry, field, f"is about {reference[:80]}, not about the patient; it is left out", "notice")
        return False
    if kind == "" and ":" not in reference and any(True for _ in reading.of_kind("Patient")):
        what = f"'{reference[:80]}' is not a reference to the patient of this file; taken as meaning them"
        reading.gap(entry, field, what, "conflict")
    elif names:
        _refuse(next(iter(names.values())), f"{entry.place(field)}, which is {reference[:80]}", name)
    else:
        names[tail] = f"{entry.place(field)}, which is {reference[:80]}"
    return True
