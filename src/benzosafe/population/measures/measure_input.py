"""Patients' charts: of each patient the resources that a measure reads, every one once, its medicine known.

What cannot be used is listed with file and line, and counted: it is never passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from benzosafe.fhir.bundle import reference_tail
from benzosafe.fhir.elements import CodeableConcept, Reference
from benzosafe.population.intake.reading import read_head
from benzosafe.population.measures.moments import Moment, read_moment
from benzosafe.population.measures.narrow import NOT_JSON
from benzosafe.population.measures.resources import (
    DECODERS,
    Dispense,
    Done,
    Drug,
    Medicinal,
    Observed,
    Person,
    Problem,
    Read,
    Referral,
    Request,
    Visit,
    kind_of,
)

RAW_UNITS = msgspec.json.Decoder(tuple[int, str, str, list[tuple[int, str, Raw]]])
"""Units, of which the resources are not read yet."""


class Chart(Struct):
    """One patient's resources, each by its id."""

    patient: str
    person: Person | None = None
    birth: Moment | None = None
    visits: dict[str, Visit] = {}
    requests: dict[str, Request] = {}
    dispensed: dict[str, Dispense] = {}
    problems: dict[str, Problem] = {}
    done: dict[str, Done] = {}
    referrals: dict[str, Referral] = {}
    observed: dict[str, Observed] = {}

    def problem_at(self, pointer: Reference | None) -> Problem | None:
        """The Condition a reference leads to."""
        address = pointer.reference if pointer else None
        return self.problems.get(reference_tail(address)) if address else None


_PLACE_OF: dict[type[Read], str] = {
    Visit: "visits", Request: "requests", Dispense: "dispensed", Problem: "problems", Done: "done",
    Referral: "referrals", Observed: "observed",
}  # fmt: skip


class Rejected(NamedTuple):
    """Something that could not be used: where it stands, and why."""

    file: str
    line: int
    what: str


Placed = tuple[int, str, Read]
"""A resource with its line and, where it has one, its full address."""

File = tuple[int, str]
"""The file of a resource: the part of the input that it stood in, and the file's name where that is not the part's."""

Addresses = dict[tuple[File, str], str]
"""The ids of resources by file and full address."""

Drugs = dict[tuple[File | None, str], CodeableConcept | None]
"""Medicines by file and id, and by id alone."""

Shared = Callable[[Iterable[str]], Mapping[str, CodeableConcept | None]]
"""Gives medicines that belong to no one patient, by id."""


@dataclass(frozen=True)
class Part:
    """A part of the input: the name of its file, and how many lines of that stand before it."""

    name: str
    lines_before: int = 0

    def rejected(self, file: str, line: int, what: str) -> Rejected:
        """Something in this part, or in a file that it tells of, that could not be used; line 0 is a whole file."""
        return Rejected(file or self.name, line + self.lines_before if line else 0, what)


class _Waiting(NamedTuple):
    """An order or supply whose medicine is a reference, and where it stood."""

    medicinal: Medicinal
    file: File
    line: int


class Charts:
    """The charts of some patients, made of narrow resources as they come."""

    def __init__(self, reads: Sequence[type[Read]], parts: Sequence[Part]) -> None:
        one: Any = reduce(or_, reads)
        self._units: msgspec.json.Decoder[Any] = msgspec.json.Decoder(tuple[int, str, str, list[tuple[int, str, one]]])
        self._parts = parts
        self._of: dict[str, list[tuple[File, list[Placed]]]] = {}
        self._waiting: list[_Waiting] = []
        self.rejected: list[Rejected] = []

    def add(self, units: bytes) -> None:
        """Take in some units."""
        try:
            decoded = self._units.decode_lines(units)
        except NOT_JSON:
            decoded = [self._without_malformed(*unit) for unit in RAW_UNITS.decode_lines(units)]
        for part, patient, file, placed in decoded:
            self._of.setdefault(patient, []).append(((part, file), placed))

    def _without_malformed(self, part: int, patient: str, file: str, raws: list[tuple[int, str, Raw]]) -> Any:
        """A unit without those of its resources that are malformed, which are listed."""
        found = []
        for line, address, raw in raws:
            head = read_head(raw)
            try:
                found.append((line, address, DECODERS[head.resource_type or ""].decode(raw)))
            except NOT_JSON as error:
                what = f"{head.resource_type} {head.id} is malformed and was not counted: {error}"
                self.rejected.append(self._parts[part].rejected(file, line, what))
        return part, patient, file, found

    def made(self, shared: Shared) -> list[Chart]:
        """The charts, by patient."""
        charts = [chart for patient in sorted(self._of) if (chart := self._chart(patient)) is not None]
        self._of = {}
        self._settle(shared)
        return charts

    def _chart(self, patient: str) -> Chart | None:
        """The chart of a patient; None where nothing of it can be used."""
        chart, used = Chart(patient), False
        addresses, drugs, waiting = Addresses(), Drugs(), list[_Waiting]()
        for file, placed in self._of[patient]:
            for line, address, read in placed:
                name = read.id
                if not name:
                    self._reject(file, line, read, " has no id, so it cannot be told from others")
                    continue
                if address:
                    addresses[file, address] = name
                if isinstance(read, Drug):
                    drugs[file, name] = drugs[None, name] = read.code
                    continue
                used = True
                if not _added(read, name, chart):
                    self._reject(file, line, read, f" {name} stands twice and differs")
                if isinstance(read, Medicinal) and read.medication_codeable_concept is None:
                    waiting.append(_Waiting(read, file, line))
        if addresses:
            for file, placed in self._of[patient]:
                _shorten(placed, file, addresses)
        self._waiting += [item for item in waiting if not _names_drug(item, addresses, drugs)]
        return chart if used else None

    def _settle(self, shared: Shared) -> None:
        """Find the medicine of every order and supply that points to one; those that point nowhere are listed."""
        drugs = shared({reference_tail(_reference(item.medicinal)) for item in self._waiting}) if self._waiting else {}
        for medicinal, file, line in self._waiting:
            medicinal.medication_codeable_concept = drugs.get(reference_tail(_reference(medicinal)))
            if medicinal.medication_codeable_concept is None:
                why = f" {medicinal.id}: its medicine is not known, so it was not counted"
                self._reject(file, line, medicinal, why)
        self._waiting = []

    def _reject(self, file: File, line: int, read: Read, why: str) -> None:
        part, name = file
        self.rejected.append(self._parts[part].rejected(name, line, kind_of(type(read)) + why))


def _added(read: Read, name: str, chart: Chart) -> bool:
    """Put a resource into its chart; twice the same is once. False where it stands there and differs."""
    if isinstance(read, Person):
        if chart.person is None:
            chart.person, chart.birth = read, read_moment(read.birth_date)
        return chart.person == read
    of_kind = getattr(chart, _PLACE_OF[type(read)])
    if name in of_kind:
        return bool(of_kind[name] == read)
    of_kind[name] = read
    return True


def _shorten(placed: Iterable[Placed], file: File, addresses: Addresses) -> None:
    """Let the visits' diagnoses be found by id, whatever address the Bundle gave them."""
    for visit in (read for _, _, read in placed if isinstance(read, Visit)):
        for pointer in [*(item.condition for item in visit.diagnosis or ()), *(visit.reason_reference or ())]:
            if pointer is not None and pointer.reference:
                pointer.reference = addresses.get((file, pointer.reference), pointer.reference)


def _reference(medicinal: Medicinal) -> str:
    return (medicinal.medication_reference.reference if medicinal.medication_reference else None) or ""


def _names_drug(item: _Waiting, addresses: Addresses, drugs: Drugs) -> bool:
    """Whether the Medication it points to is contained in it, or is among the patient's own."""
    medicinal, reference = item.medicinal, _reference(item.medicinal)
    if reference.startswith("#"):
        medicinal.medication_codeable_concept = _contained(medicinal, reference[1:])
    else:
        name = addresses.get((item.file, reference), reference_tail(reference))
        medicinal.medication_codeable_concept = drugs.get((item.file, name)) or drugs.get((None, name))
    return medicinal.medication_codeable_concept is not None


def _contained(medicinal: Medicinal, name: str) -> CodeableConcept | None:
    """The medicine of a Medication that an order or supply contains; of several with one id the last."""
    found = None
    for raw in medicinal.contained or ():
        try:
            drug = DECODERS["Medication"].decode(raw)
        except msgspec.MsgspecError:
            continue
        if isinstance(drug, Drug) and drug.id and drug.id.lstrip("#") == name:
            found = drug.code
    return found
