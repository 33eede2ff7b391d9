"""Urine tests of a FHIR result: Observations, DiagnosticReports and Bundles of them become samples with their results.

What is not urine, not readable or not understood is listed and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import Found, open_resource, reference_tail, sorted_gaps
from benzosafe.fhir.dates import read_date
from benzosafe.fhir.reading import text_of
from benzosafe.fhir.refusals import TOO_DEEP
from benzosafe.fhir.repair import decode_tolerantly
from benzosafe.fhir.specimen_elements import LabObservation, LabReport, LabSpecimen
from benzosafe.fhir.specimen_values import Value, celsius_of, creatinine_of, name_of, value_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.course import Assay, Specimen
from benzosafe.patient.tables import DataGap

_NEXT = "Give Observations, a DiagnosticReport with its results, or a Bundle of them; or YAML."
_NOT_GIVEN = ("entered-in-error", "cancelled", "registered")
_NOT_URINE = re.compile(r"\b(?:serum|plasma|blood|saliva|oral fluid|hair|meconium|sweat|breath|umbilical|tissue)\b")


@dataclass
class _Sample:
    """A sample while its results are gathered."""

    key: str
    collected_on: date | None
    assays: list[Assay] = field(default_factory=list)
    creatinine_mg_per_dl: float | None = None
    temperature_celsius: float | None = None
    preliminary: bool = False


@dataclass
class _Reading:
    """The resources of one file, what was made of them, and what could not be read."""

    name: str
    knowledge: Knowledge
    on: date
    observations: list[tuple[str, LabObservation]] = field(default_factory=list)
    specimens: dict[str, LabSpecimen] = field(default_factory=dict)
    gaps: list[DataGap] = field(default_factory=list)

    def gap(self, where: str, what: str, conflict: bool = False) -> None:
        """List something that could not be read, or that contradicts itself."""
        self.gaps.append(DataGap(where, what, "conflict" if conflict else "unreadable"))


def read_specimens(
    data: bytes, name: str, knowledge: Knowledge, on: date, patient_id: str
) -> tuple[tuple[Specimen, ...], tuple[DataGap, ...]]:
    """The urine samples of a file and what of it could not be read; raises InputRefused when it holds no result."""
    try:
        contents = open_resource(data, name)
    except RecursionError:
        raise InputRefused(TOO_DEEP, where=name, next_step=_NEXT) from None
    reading = _Reading(name, knowledge, on, gaps=list(contents.gaps))
    for found in contents.found:
        _take(found, reading)
    if not reading.observations:
        raise InputRefused("holds no laboratory result (Observation).", where=name, next_step=_NEXT)
    _check_person(reading, patient_id)
    samples: dict[str, _Sample] = {}
    for where, body in reading.observations:
        _read(where, body, samples, reading)
    made = tuple(_made(sample) for sample in sorted(samples.values(), key=lambda s: (str(s.collected_on), s.key)))
    if not any(specimen.assays for specimen in made):
        told = "".join(f" {gap.where}: {gap.what}." for gap in reading.gaps[:1])
        raise InputRefused(f"holds no urine result that can be read.{told}", where=name, next_step=_NEXT)
    return made, sorted_gaps(reading.gaps)


def _take(found: Found, reading: _Reading) -> None:
    """Decode what is used of a resource; results contained in a report count like others."""
    if found.kind == "Observation":
        _add(found.where, found.id, found.raw, reading)
    elif found.kind == "Specimen":
        body, _ = decode_tolerantly(found.raw, LabSpecimen)
        for key in {found.id or "", reference_tail(found.full_url)} - {""}:
            reading.specimens[key] = body
    elif found.kind == "DiagnosticReport":
        report, _ = decode_tolerantly(found.raw, LabReport)
        if report.status in _NOT_GIVEN:
            reading.gap(found.where, f"the report is {report.status}; what it holds itself is not used")
            return
        for place, raw in enumerate(report.contained or ()):
            where = f"{found.where} contained[{place}]"
            kind = _kind(raw)
            if kind == "Observation":
                _add(where, None, raw, reading)
            elif kind == "Specimen":
                body, _ = decode_tolerantly(raw, LabSpecimen)
                reading.specimens[f"#{body.id}"] = body


def _kind(raw: Any) -> str:
    try:
        head = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        return str(msgspec.json.decode(head.get("resourceType", msgspec.Raw(b'""')), type=str))
    except (msgspec.MsgspecError, RecursionError):
        return ""


def _add(where: str, own_id: str | None, raw: Any, reading: _Reading) -> None:
    body, faults = decode_tolerantly(raw, LabObservation)
    place = f"{where} Observation/{own_id or body.id or ''}".rstrip("/")
    reading.gaps += [DataGap(f"{place} {fault.path}".strip(), fault.what, "unreadable") for fault in faults]
    if body.status in _NOT_GIVEN:
        reading.gap(place, f"is {body.status}; it is not used")
        return
    reading.observations.append((place, body))


def _check_person(reading: _Reading, patient_id: str) -> None:
    """Results of two people are refused; one of another name than the record is said, because names may differ."""
    subjects = [body.subject.reference or "" for _, body in reading.observations if body.subject]
    people = sorted({reference_tail(reference) for reference in subjects} - {""})
    if len(people) > 1:
        raise InputRefused(
            f"holds results of two patients: {people[0]} and {people[1]}.",
            where=reading.name, next_step="Give one patient's results.",
        )  # fmt: skip
    if people and people[0] != patient_id:
        reading.gap("subject", f"the result is of '{people[0]}', the record of '{patient_id}': the same person?", True)


def _read(where: str, body: LabObservation, samples: dict[str, _Sample], reading: _Reading) -> None:
    """One observation, with its components, into its sample."""
    sent = reading.specimens.get(_reference(body)) or reading.specimens.get(reference_tail(_reference(body)))
    words = " ".join((text_of(body.code), text_of(sent.type) if sent else "", _display(body))).lower()
    if _NOT_URINE.search(words):
        reading.gap(where, f"is not of urine: '{words.strip()[:60]}'; it is not used")
        return
    collected = _collected(where, body, sent, reading)
    key = reference_tail(_reference(body)) or str(collected)
    sample = samples.setdefault(key, _Sample(key, collected))
    sample.preliminary |= body.status == "preliminary"
    parts = [(where, body.own())] + [(f"{where} component[{i}]", p) for i, p in enumerate(body.component or ()) if p]
    for place, part in parts:
        title = name_of(part, reading.knowledge)
        if not title or (part is parts[0][1] and (body.has_member or body.component) and not _has_value(part)):
            continue
        if "creatinine" in title.lower() and "/" not in title:
            sample.creatinine_mg_per_dl = _or_gap(creatinine_of(part), place, title, reading)
        elif "temperature" in title.lower():
            sample.temperature_celsius = _or_gap(celsius_of(part), place, title, reading)
        else:
            value = value_of(part, body, reading.knowledge)
            _told(place, title, value, reading)
            sample.assays.append(
                Assay(
                    title, value.method, value.outcome, value.value_ng_per_ml, value.cutoff_ng_per_ml, value.hydrolysed
                )
            )


def _or_gap(value: float | None, where: str, title: str, reading: _Reading) -> float | None:
    if value is None:
        reading.gap(where, f"{title} has no amount and unit that can be read")
    return value


def _told(where: str, title: str, value: Value, reading: _Reading) -> None:
    for problem in value.problems:
        reading.gap(where, f"{title}: {problem}")


def _has_value(part: Any) -> bool:
    values = (part.value_quantity, part.value_codeable_concept, part.value_string, part.interpretation)
    return any(values) or part.value_boolean is not None


def _reference(body: LabObservation) -> str:
    return (body.specimen and body.specimen.reference) or ""


def _display(body: LabObservation) -> str:
    return (body.specimen and body.specimen.display) or ""


def _collected(where: str, body: LabObservation, sent: LabSpecimen | None, reading: _Reading) -> date | None:
    """The day the sample was collected: as the sample says, else as the observation does; never when it was issued."""
    for text in _days(body, sent):
        day = read_date(text)
        if day is None:
            reading.gap(where, f"'{text[:40]}' is not a date")
        elif day.precision == "day":
            return day.first
        else:
            reading.gap(where, f"'{text[:40]}' does not say the day")
    return None


def _days(body: LabObservation, sent: LabSpecimen | None) -> Iterator[str]:
    collection = sent.collection if sent else None
    period = (collection.collected_period if collection else None) or body.effective_period
    written = (
        collection.collected_date_time if collection else None,
        body.effective_date_time, body.effective_instant, period.start if period else None,
    )  # fmt: skip
    yield from (text for text in written if text)


def _made(sample: _Sample) -> Specimen:
    name = sample.key if sample.key not in ("None", str(sample.collected_on)) else str(sample.collected_on or "undated")
    note = "a preliminary result" if sample.preliminary else ""
    return Specimen(
        name, sample.collected_on, tuple(sample.assays), sample.creatinine_mg_per_dl, sample.temperature_celsius, note
    )
