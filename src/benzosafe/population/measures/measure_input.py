"""The records of many patients: a folder of Bundles, one Bundle, or a FHIR bulk export as NDJSON, plain or gzip.

All of it is held in memory. What cannot be read is listed with file and line, and counted: it is never passed over.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import open_bundle, reference_tail
from benzosafe.fhir.elements import CodeableConcept, Reference
from benzosafe.population.measures.resources import (
    DECODERS,
    HEAD,
    KINDS,
    Asked,
    Dispense,
    Done,
    Drug,
    Medicinal,
    Observed,
    Person,
    Problem,
    Read,
    Request,
    Visit,
)

T = TypeVar("T", bound=Read)

_LINES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
_WHOLE = (".json", ".json.gz")
_NEXT = "Give a folder of FHIR Bundles (*.json), one Bundle, or a bulk export (*.ndjson, *.ndjson.gz)."


@dataclass
class Chart:
    """One patient's resources, each by its id."""

    patient: str
    person: Person | None = None
    visits: dict[str, Visit] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    dispensed: dict[str, Dispense] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    done: dict[str, Done] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    observed: dict[str, Observed] = field(default_factory=dict)

    def of_kind(self, read: Read) -> dict[str, Any]:
        """The resources of the same kind as this one."""
        return getattr(self, _PLACE_OF[type(read)])  # type: ignore[no-any-return]

    def problem_at(self, pointer: Reference | None) -> Problem | None:
        """The Condition a reference leads to."""
        address = pointer.reference if pointer else None
        return self.problems.get(reference_tail(address)) if address else None


_PLACE_OF: dict[type[Read], str] = {
    Visit: "visits", Request: "requests", Dispense: "dispensed", Problem: "problems", Done: "done", Asked: "asked",
    Observed: "observed",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Rejected:
    """Something that could not be used: where it stands, and why."""

    file: str
    line: int
    what: str


@dataclass
class Cohort:
    """All patients read, and what could not be used."""

    charts: dict[str, Chart] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    resources: int = 0

    def chart(self, patient: str) -> Chart:
        """The chart of a patient, begun where there is none yet."""
        found = self.charts.get(patient)
        if found is None:
            found = self.charts[patient] = Chart(patient)
        return found


@dataclass
class _Scope:
    """Where references reach: one Bundle, or all files of a bulk export."""

    drugs: dict[str, CodeableConcept | None] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[Medicinal, Rejected]] = field(default_factory=list)
    """Orders and supplies whose medicine is a reference, with what is said where it leads nowhere."""


def read_cohort(path: Path) -> Cohort:
    """Every patient of a folder or file; InputRefused where there is nothing to read at all."""
    cohort, export = Cohort(), _Scope()
    for file in _files(path):
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            if name.lower().endswith(_LINES):
                _read_lines(file, name, cohort, export)
            else:
                _read_bundle(file, name, cohort)
        except InputRefused as error:
            cohort.rejected.append(Rejected(name, 0, error.what))
        except (OSError, EOFError, zlib.error) as error:
            cohort.rejected.append(Rejected(name, 0, f"cannot be read to its end: {error}"))
    _settle(export, cohort)
    cohort.rejected.sort()
    if not cohort.charts:
        why = f" {cohort.rejected[0].file}: {cohort.rejected[0].what}" if cohort.rejected else ""
        raise InputRefused(f"holds no patient.{why}", where=str(path), next_step=_NEXT)
    return cohort


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputRefused("there is no such file or folder.", where=str(path), next_step=_NEXT)
    files = sorted(file for file in path.rglob("*") if file.name.lower().endswith(_LINES + _WHOLE) and file.is_file())
    if not files:
        raise InputRefused("the folder holds no FHIR files.", where=str(path), next_step=_NEXT)
    return files


def _read_bundle(file: Path, name: str, cohort: Cohort) -> None:
    data = file.read_bytes()
    contents = open_bundle(gzip.decompress(data) if name.lower().endswith(".gz") else data, name)
    cohort.rejected += [Rejected(name, 0, f"{gap.where}: {gap.what}") for gap in contents.gaps]
    scope = _Scope(addresses={
        found.full_url: found.id or reference_tail(found.full_url) for found in contents.found if found.full_url
    })  # fmt: skip
    for found in contents.found:
        if found.kind in KINDS:
            read = _decoded(found.raw, found.kind, Rejected(name, 0, found.where), cohort)
            if read is not None:
                read.id = read.id or reference_tail(found.full_url)
                _add(read, Rejected(name, 0, f"{found.where}, {found.kind}"), cohort, scope)
    _settle(scope, cohort)


def _read_lines(file: Path, name: str, cohort: Cohort, scope: _Scope) -> None:
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            kind = HEAD.decode(line).resource_type
        except (msgspec.MsgspecError, RecursionError) as error:
            cohort.rejected.append(Rejected(name, number, f"is not a FHIR resource: {error}"))
            continue
        if not kind:
            cohort.rejected.append(Rejected(name, number, "is not a FHIR resource: it has no resourceType"))
        elif kind in KINDS:
            read = _decoded(line, kind, Rejected(name, number, kind), cohort)
            if read is not None:
                _add(read, Rejected(name, number, kind), cohort, scope)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with gzip.open(file) if file.name.lower().endswith(".gz") else file.open("rb") as lines:
        yield from enumerate(lines, start=1)


def _decoded(raw: bytes | Raw, kind: str, at: Rejected, cohort: Cohort) -> Read | None:
    try:
        return DECODERS[kind].decode(raw)
    except (msgspec.MsgspecError, RecursionError) as error:
        cohort.rejected.append(Rejected(at.file, at.line, f"{at.what} is malformed and was not counted: {error}"))
        return None


def _add(read: Read, at: Rejected, cohort: Cohort, scope: _Scope) -> None:
    """Put a resource into its patient's chart; twice the same is once, two that differ are listed."""
    if not read.id:
        cohort.rejected.append(Rejected(at.file, at.line, f"{at.what} has no id, so it cannot be told from others"))
        return
    cohort.resources += 1
    if isinstance(read, Drug):
        scope.drugs[read.id] = read.code
        return
    if isinstance(read, Person):
        chart = cohort.chart(read.id)
        if chart.person is not None and chart.person != read:
            cohort.rejected.append(Rejected(at.file, at.line, f"{at.what} {read.id} stands twice and differs"))
        chart.person = chart.person or read
        return
    reference = read.subject.reference if read.subject else None
    if not reference:
        cohort.rejected.append(Rejected(at.file, at.line, f"{at.what} {read.id} names no patient"))
        return
    chart = cohort.chart(scope.addresses.get(reference, reference_tail(reference)))
    if isinstance(read, Visit):
        _shorten(read, scope)
    if isinstance(read, Medicinal) and not _names_drug(read):
        scope.waiting.append((read, at))
    place = chart.of_kind(read)
    if place.setdefault(read.id, read) != read:
        cohort.rejected.append(Rejected(at.file, at.line, f"{at.what} {read.id} stands twice and differs"))


def _shorten(visit: Visit, scope: _Scope) -> None:
    """Let the visit's diagnoses be found by id, whatever address the Bundle gave them."""
    pointers = [*(item.condition for item in visit.diagnosis or ()), *(visit.reason_reference or ())]
    for pointer in pointers:
        if pointer is not None and pointer.reference:
            pointer.reference = scope.addresses.get(pointer.reference, pointer.reference)


def _names_drug(request: Medicinal) -> bool:
    """Whether the order or supply itself says which medicine it is, in a code or in a Medication it contains."""
    if request.medication_codeable_concept is not None:
        return True
    reference = request.medication_reference.reference if request.medication_reference else None
    for raw in request.contained or () if reference and reference.startswith("#") else ():
        try:
            drug = DECODERS["Medication"].decode(raw)
        except msgspec.MsgspecError:
            continue
        if isinstance(drug, Drug) and drug.id and drug.id.lstrip("#") == (reference or "")[1:]:
            request.medication_codeable_concept = drug.code
    return request.medication_codeable_concept is not None


def _settle(scope: _Scope, cohort: Cohort) -> None:
    """Find the medicine of every order and supply that points to one; those that point nowhere are listed."""
    for request, at in scope.waiting:
        reference = (request.medication_reference.reference if request.medication_reference else None) or ""
        drug = scope.drugs.get(scope.addresses.get(reference, reference_tail(reference)))
        request.medication_codeable_concept = drug
        if drug is None:
            what = f"{at.what} {request.id}: its medicine is not known, so it was not counted"
            cohort.rejected.append(Rejected(at.file, at.line, what))
