"""`benzosafe urine`: a urine drug test read beside the record; a negative screen does not show non-use."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.cli.output import write_out
from benzosafe.errors import InputRefused, UsageError

if TYPE_CHECKING:
    from datetime import date

    from benzosafe.knowledge.load import Knowledge
    from benzosafe.patient.course import Specimen
    from benzosafe.patient.tables import DataGap, Record


class Format(StrEnum):
    """How the answer is written."""

    text = "text"
    json = "json"
    html = "html"


def urine(
    patient: Annotated[str, typer.Argument(help="FHIR Bundle or YAML of a patient; - for standard input.")],
    result: Annotated[
        Path | None,
        typer.Option("--result", help="The test: YAML, or FHIR Observations and reports. Else those in the record."),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the review, YYYY-MM-DD; today if not given.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Say of each result whether it is expected, unexpected, or cannot be told; what explains it, and what to ask.

    Never a score. One test never decides over a discharge, a prescription or a taper.

    Examples:

      benzosafe urine examples/patients/ann.yaml --result examples/monitoring/urine.yaml

      benzosafe urine bundle.json --result report.json --format html --out urine.html
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_patient
    from benzosafe.monitoring.urine import interpret
    from benzosafe.monitoring.urine_report import urine_data

    day, knowledge = read_day(on), prepared_knowledge()
    record = read_patient(patient, knowledge, day)
    specimens, gaps = _specimens(result, record, knowledge, day)
    readings = [interpret(record, specimen, knowledge, day) for specimen in specimens]
    write_out(_rendered(urine_data(record, readings, knowledge, day, gaps), format), out)


def _specimens(
    result: Path | None, record: Record, knowledge: Knowledge, on: date
) -> tuple[tuple[Specimen, ...], tuple[DataGap, ...]]:
    """Those of the file, else those of the record; what could not be read of the file."""
    if result is None:
        if not record.course.specimens:
            raise UsageError(
                "no urine test is given, and none is in the record.",
                where="--result", next_step="Add --result FILE, or 'history: {urine: ...}' to the patient's file.",
            )  # fmt: skip
        return record.course.specimens, ()
    data, name = _bytes(result), str(result)
    if data.lstrip()[:1] in (b"{", b"[") or name.endswith(".json"):
        from benzosafe.fhir.specimens import read_specimens as read_fhir

        return read_fhir(data, name, knowledge, on, record.patient_id)
    from benzosafe.patient.specimen_reading import read_specimens

    return read_specimens(_text(data, name), name, on), ()


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputRefused("is a folder.", where=str(path), next_step="Point at one test's file.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputRefused(f"cannot be read: {error.strerror}.", where=str(path), next_step="Check the path.") from None
    if not data.strip():
        raise InputRefused("is empty.", where=str(path), next_step="See examples/monitoring/urine.yaml.")
    return data.removeprefix(b"\xef\xbb\xbf")


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused(f"is not UTF-8 (byte {error.start}).", where=name, next_step="Save it as UTF-8.") from None


def _rendered(data: dict[str, Any], format: Format) -> str:
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is Format.html:
        from benzosafe.render.urine_page import urine_page

        return urine_page(data)
    from benzosafe.render.urine_text import text_urine

    return text_urine(data)
