"""The decoded resources of one patient, looked up by reference, and the gaps met while reading them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date as Day
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from benzosafe.fhir import decode
from benzosafe.fhir.bundle import Contents, Found, reference_tail
from benzosafe.fhir.dates import PartialDate, read_date
from benzosafe.fhir.decode import Resource
from benzosafe.fhir.elements import CodeableConcept, Period, Quantity, codings
from benzosafe.fhir.repair import decode_tolerantly
from benzosafe.patient.tables import DataGap

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

Code = tuple[str, str]
GapKind = Literal["unresolved_drug", "unreadable", "implausible", "conflict", "missing", "notice"]

KINDS: dict[str, type[Resource]] = {
    "Patient": decode.Patient,
    "Medication": decode.Medication,
    "MedicationRequest": decode.MedicationRequest,
    "MedicationStatement": decode.MedicationStatement,
    "MedicationUsage": decode.MedicationStatement,  # its name in drafts of R5
    "MedicationAdministration": decode.MedicationAdministration,
    "MedicationDispense": decode.MedicationDispense,
    "Condition": decode.Condition,
    "Observation": decode.Observation,
    "AllergyIntolerance": decode.AllergyIntolerance,
    "Encounter": decode.Encounter,
    "Procedure": decode.Procedure,
    "ServiceRequest": decode.Procedure,
    "Task": decode.Task,
    "List": decode.ListResource,
    "Composition": decode.Composition,
}


_NOW_CALLED = {"MedicationUsage": "MedicationStatement"}


@dataclass(frozen=True)
class Entry:
    """One decoded resource: what it is called and where it stood."""

    where: str
    kind: str
    id: str
    full_url: str
    body: Any

    @property
    def reference(self) -> str:
        """Its name within the file, such as MedicationRequest/abc."""
        return f"{self.kind}/{self.id}"

    def place(self, path: str = "") -> str:
        """Where a field of it stands, such as 'entry[3] MedicationRequest/abc dosageInstruction[0].timing'."""
        return f"{self.where} {self.reference} {path}".strip()


@dataclass
class Reading:
    """Everything decoded from one file, for one patient, on one day."""

    knowledge: Knowledge
    on: Day
    entries: list[Entry] = field(default_factory=list)
    gaps: list[DataGap] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        """The resources of these kinds."""
        return (entry for entry in self.entries if entry.kind in kinds)

    def find(self, reference: str | None) -> Entry | None:
        """The resource a reference leads to: by full URL, by Type/id."""
        if not reference:
            return None
        short = "/".join(reference.split("/_history/", maxsplit=1)[0].split("/")[-2:])
        return self._index().get(reference) or self._index().get(short)

    def _index(self) -> dict[str, Entry]:
        if self._by_reference is None:
            self._by_reference = {entry.full_url: entry for entry in self.entries if entry.full_url}
            self._by_reference |= {entry.reference: entry for entry in self.entries}
        return self._by_reference

    _by_reference: dict[str, Entry] | None = field(default=None, repr=False)

    def gap(self, entry: Entry, path: str, what: str, kind: GapKind = "unreadable", text: str = "") -> None:
        """List something that could not be read, resolved or believed."""
        self.gaps.append(DataGap(entry.place(path), what, kind, text))

    def date(self, entry: Entry, path: str, text: str | None) -> PartialDate | None:
        """A date, or None with a gap when it is malformed; fillers such as 9999-12-31 are no date."""
        if not text:
            return None
        found = read_date(text)
        if found is None:
            self.gap(entry, path, f"'{text[:40]}' is not a date")
        return None if found is None or found.stands_for_no_date else found

    def span(self, entry: Entry, path: str, period: Period | None) -> tuple[Day | None, Day | None]:
        """First and last day of a period; a reversed period is listed and not used."""
        if period is None:
            return None, None
        start = self.date(entry, f"{path}.start", period.start)
        end = self.date(entry, f"{path}.end", period.end)
        if start and end and start.first > end.last:
            self.gap(
                entry,
                path,
                f"starts on {start.first}, after its end on {end.last}; neither is used",
                "implausible",
            )
            return None, None
        return start.first if start else None, end.last if end else None


def read_entries(contents: Contents, knowledge: Knowledge, on: Day) -> Reading:
    """Decode every resource by itself; faults become gaps."""
    reading = Reading(knowledge, on, gaps=list(contents.gaps))
    for found in contents.found:
        kind = KINDS.get(found.kind)
        if kind is not None:
            reading.entries.append(_decoded(found, kind, reading))
    reading.entries = _without_copies(reading)
    return reading


def _decoded(found: Found, kind: type[Resource], reading: Reading) -> Entry:
    body, faults = decode_tolerantly(found.raw, kind)
    name = (body.id or reference_tail(found.full_url)) or f"unnamed-{_digest(found.raw)}"
    entry = Entry(found.where, _NOW_CALLED.get(found.kind, found.kind), name[:80], found.full_url, body)
    for fault in faults:
        reading.gap(entry, fault.path, fault.what)
    return entry


def _digest(raw: Any) -> str:
    """A name for a resource without id that does not depend on its position."""
    return hashlib.sha256(bytes(raw)).hexdigest()[:8]


def _without_copies(reading: Reading) -> list[Entry]:
    """Each resource once; of several versions the newest; versions that cannot be ordered are kept and listed."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in reading.entries:
        groups.setdefault((entry.reference, _server(entry.full_url)), []).append(entry)
    kept: list[Entry] = []
    times_seen: Counter[str] = Counter()
    for group in groups.values():
        for entry in group if len(group) == 1 else _newest(group, reading):
            times_seen[entry.reference] += 1
            copy = times_seen[entry.reference]
            kept.append(entry if copy == 1 else replace(entry, id=f"{entry.id} ({copy})"))
    return kept


def _server(full_url: str) -> str:
    """The server part of an absolute address, without the scheme, so that copies of one server's data meet."""
    parts = full_url.split("://", 1)
    return "/".join(parts[1].split("/")[:-2]) if len(parts) == 2 else ""


def _newest(group: list[Entry], reading: Reading) -> list[Entry]:
    distinct = sorted({repr(entry.body): entry for entry in group}.items())
    entries = [entry for _, entry in distinct]
    stamps = [(e.body.meta.last_updated if e.body.meta else None) or "" for e in entries]
    if len(entries) == 1:
        return entries
    if "" not in stamps and len(set(stamps)) == len(stamps):
        return [max(zip(stamps, entries, strict=True), key=lambda pair: pair[0])[1]]
    reading.gap(entries[0], "", f"is given {len(entries)} times with different content; all are kept", "conflict")
    return entries


def text_of(concept: CodeableConcept | None) -> str:
    """What a coded field says in words: its text, else the first display."""
    if concept is None:
        return ""
    displays = [coding.display for coding in codings(concept) if coding.display]
    return (concept.text or next(iter(displays), "")).strip()


def codes_of(concept: CodeableConcept | None) -> tuple[Code, ...]:
    """The codes of a coded field with their systems."""
    return tuple((c.system or "", c.code.strip()) for c in codings(concept) if c.code)


def has_code(concept: CodeableConcept | None, wanted: Iterable[str]) -> bool:
    """Whether a coded field holds one of these codes, or says one of these words as its text."""
    if concept is None:
        return False
    words = {code for _, code in codes_of(concept)} | {(concept.text or "").strip().lower()}
    return not words.isdisjoint(wanted)


def number(value: Decimal | None) -> float | None:
    """A plain number, or None for one that is not finite."""
    if value is None or not value.is_finite():
        return None
    plain = float(value)
    return plain if abs(plain) < 1e15 else None


def unit_of(quantity: Quantity) -> str:
    """The unit: its code where that is UCUM, else as written."""
    ucum = quantity.system is None or "unitsofmeasure" in quantity.system
    return ((quantity.code if ucum else quantity.unit) or quantity.unit or quantity.code or "").strip()
