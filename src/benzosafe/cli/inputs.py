"""From what the user points at to a record: a file or standard input, FHIR JSON or hand-written YAML."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.tables import Order, Record

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge

MOST_BYTES = 200_000_000


def prepared_knowledge() -> Knowledge:
    """The knowledge; says so when its files must be read and checked first, which takes some seconds once."""
    from benzosafe.knowledge.load import is_prepared, load_knowledge

    if not is_prepared():
        print("benzosafe: reading and checking the knowledge files, once (about 5 s) ...", file=sys.stderr)
    return load_knowledge()


def read_patient(patient: str, knowledge: Knowledge, on: date) -> Record:
    """The record of one patient from a path or '-'; InputRefused when it cannot be read."""
    name = "standard input" if patient == "-" else patient
    data = _bytes(patient, name)
    if _looks_like_json(data, name):
        from benzosafe.fhir.read import read_bundle

        return read_bundle(data, name, knowledge, on)
    from benzosafe.patient.handwritten import read_handwritten

    return read_handwritten(_text(data, name), name, knowledge, on)


def read_drafts(drafts: list[str], knowledge: Knowledge, on: date) -> list[Order]:
    """Draft orders, each a sentence ('clonazepam 1 mg at bedtime') or a FHIR JSON file."""
    orders: list[Order] = []
    for number, draft in enumerate(drafts, start=1):
        if draft.endswith(".json") or draft.lstrip().startswith("{"):
            from benzosafe.fhir.read import read_draft_orders

            data = draft.encode() if draft.lstrip().startswith("{") else _bytes(draft, draft)
            orders += read_draft_orders(data, draft, knowledge, on)
        else:
            from benzosafe.patient.handwritten import read_medicine_line

            orders += read_medicine_line(draft, knowledge, order_id=f"draft {number}", source="draft", on=on)
    return orders


def tell(remark: str) -> None:
    """A remark for the user, on standard error."""
    print(f"benzosafe: {remark}", file=sys.stderr)


def read_day(text: str | None) -> date:
    """A review date; today when none is given."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date.", where="--on", next_step="Write it as 2026-11-24.") from None


def _bytes(patient: str, name: str) -> bytes:
    if patient == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        path = Path(patient)
        if path.is_dir():
            raise InputRefused("is a folder.", where=name, next_step="Point at one patient's file.")
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise InputRefused(f"cannot be read: {error.strerror}.", where=name, next_step="Check the path.") from None
    if len(data) > MOST_BYTES:
        raise InputRefused(
            f"is larger than {MOST_BYTES // 1_000_000} MB.", where=name, next_step="Export one patient only."
        )
    if not data.strip():
        raise InputRefused("is empty.", where=name, next_step="Give a FHIR Bundle (JSON) or a patient in YAML.")
    return data


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused(f"is not UTF-8 (byte {error.start}).", where=name, next_step="Save it as UTF-8.") from None


def _looks_like_json(data: bytes, name: str) -> bool:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") or name.endswith((".json", ".ndjson"))
