"""Fills from elsewhere, such as a monitoring programme's export (CSV or FHIR): matched, and kept once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from benzosafe.audit.canonical import digest
from benzosafe.audit.ledger import Ledger
from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.storage.rx_tables import outside_fills

COLUMNS = ("dispensed_on", "medicine", "units", "days", "prescriber", "pharmacy")
_MOST_DAYS = 366
_MOST_UNITS = 100_000
_LONGEST_LINE = 10_000  # of our own, since the limit of the csv module is one for the whole process
_OLDEST = date(1990, 1, 1)
_TIME_ZONES = timedelta(days=1)
_NOT_HANDED_OUT = ("entered-in-error", "cancelled", "declined", "stopped", "preparation", "in-progress", "on-hold")
Row = dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """What came of an import: kept, known before, and left out with the reason."""

    kept: int
    known: int
    refused: tuple[str, ...]


def read_fills(data: bytes, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each fill with where it stands, as plain text fields; InputRefused where the file is of no such kind."""
    text = data.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        yield from _of_fhir(text, name)
        return
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        raise InputRefused("is no list of fills: a line is too long.", where=name, next_step="Give a CSV of fills.")
    try:
        yield from _of_csv(text, name)
    except csv.Error as error:
        raise InputRefused(f"is no CSV: {error}.", where=name, next_step="Give a CSV or a FHIR Bundle.") from None


def _of_csv(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    rows = csv.DictReader(io.StringIO(text))
    missing = [column for column in COLUMNS[:3] if column not in (rows.fieldnames or ())]
    if missing:
        raise InputRefused(
            f"is no list of fills: {', '.join(missing)} missing.",
            where=name,
            next_step=f"Columns: {', '.join(COLUMNS)}.",
        )
    for row in rows:
        yield f"{name}:{rows.line_num}", {key: (row.get(key) or "").strip() for key in COLUMNS}


def import_fills(ledger: Ledger, knowledge: Knowledge, patient: str, file: tuple[bytes, str], new_by: str) -> Imported:
    """Keep the fills of a file for a patient; the same fill is kept once, however often it comes."""
    data, name = file
    kept = known = 0
    refused: list[str] = []
    for where, fields in read_fills(data, name):
        row = _row(fields, knowledge, patient, name)
        if not isinstance(row, str) and row["dispensed_on"] > ledger.at.date() + _TIME_ZONES:
            row = "it is of a day to come"
        if isinstance(row, str):
            refused.append(f"{where}: {row}")
            continue
        query = select(outside_fills.c.id).where(outside_fills.c.id == row["id"])
        if ledger.connection.execute(query).first():
            known += 1
            continue
        ledger.insert(outside_fills, {**row, "made_at": ledger.at, "made_by": new_by}, "outside fill kept")
        kept += 1
    return Imported(kept, known, tuple(refused))


def _row(fields: Mapping[str, str], knowledge: Knowledge, patient: str, source: str) -> Row | str:
    """A fill as a row, or why it is none."""
    if fields.get("of", "") not in ("", patient):
        return "it is of another patient"
    found = knowledge.names.resolve(fields["medicine"]).ingredients
    if len(found) != 1:
        return f"'{fields['medicine']}' is no single medicine that is known here"
    try:
        on, units = date.fromisoformat(fields["dispensed_on"]), Decimal(fields["units"])
        days = int(fields["days"]) if fields["days"] else None
    except (ValueError, InvalidOperation):
        return "its day, units or days cannot be read"
    if (
        not units.is_finite()
        or not 0 < units <= _MOST_UNITS
        or on < _OLDEST
        or (days is not None and not 0 < days <= _MOST_DAYS)
    ):
        return "its units or days are not believable"
    said = {
        "patient": patient, "medicine": fields["medicine"], "ingredient": found[0],
        "units": f"{units.normalize():f}", "days": days, "dispensed_on": on, "prescriber": fields["prescriber"],
        "pharmacy": fields["pharmacy"],
    }  # fmt: skip
    return {"id": digest([str(value) for value in said.values()]), **said, "source": source}


def _of_fhir(text: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    try:
        bundle = json.loads(text)
        resources = [entry["resource"] for entry in bundle["entry"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputRefused("is no FHIR Bundle.", where=name, next_step="Give a Bundle or a CSV.") from None
    for number, one in enumerate(resources):
        found = _object(one)
        if found.get("resourceType") != "MedicationDispense" or found.get("status") in _NOT_HANDED_OUT:
            continue
        concept = _object(found.get("medicationCodeableConcept"))
        yield f"{name}: entry {number}", {
            "dispensed_on": str(found.get("whenHandedOver", found.get("whenPrepared", "")))[:10],
            "medicine": str(concept.get("text") or _first(concept.get("coding")).get("display", "")),
            "units": str(_object(found.get("quantity")).get("value", "")),
            "days": str(_object(found.get("daysSupply")).get("value", "")),
            "prescriber": "",
            "pharmacy": str(_object(_first(found.get("performer")).get("actor")).get("display", "")),
            "of": str(_object(found.get("subject")).get("reference", "")).rpartition("/")[2],
        }  # fmt: skip


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: Any) -> dict[str, Any]:
    return _object(value[0]) if isinstance(value, list) and value else {}
