"""The rows of one patient as a record: read by the reader that serves the bedside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Raw

from benzosafe.errors import InputRefused
from benzosafe.fhir.bundle import Contents, Found
from benzosafe.fhir.read import read_contents
from benzosafe.fhir.refusals import ONE_BUNDLE, TOO_DEEP
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Record
from benzosafe.population.rows import PatientRows, Row


def found_in(rows: Sequence[Row]) -> list[Found]:
    """Rows as resources told apart, each placed by file and line."""
    return [Found(place_of(row), row.kind, row.id or None, row.full_url, Raw(row.resource)) for row in rows]


def place_of(row: Row) -> str:
    """Where a row stood: its file, and its line where the file has lines."""
    return f"{row.file}:{row.line}" if row.line else row.file


def record_of(person: PatientRows, knowledge: Knowledge, on: date) -> Record:
    """The record of a patient on the review date; InputRefused where it cannot be told whose it is."""
    try:
        return read_contents(Contents(found_in(person.rows), name=person.patient), person.patient, knowledge, on)
    except RecursionError:
        raise InputRefused(TOO_DEEP, where=person.patient, next_step=ONE_BUNDLE) from None
