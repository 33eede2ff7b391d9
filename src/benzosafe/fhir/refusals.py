"""Why a file cannot be read as JSON: the place in it and the next step."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from benzosafe.errors import InputRefused

MOST_BYTES = 200_000_000
"""The largest patient file that is read [bytes]."""

# JUDGEMENT: no patient's record comes near these; beyond them reading would only fill the memory.
_MOST_VALUES = 10_000_000
MOST_ENTRIES = 500_000

ONE_BUNDLE = "Give one FHIR R4 Bundle (JSON) with one patient's resources."
TOO_DEEP = "the JSON is nested too deeply to be a FHIR Bundle."
_NOT_JSON_STARTS = (
    (b"\x1f\x8b", "is gzip-compressed", "Unpack it first (gunzip)."),
    (b"PK\x03\x04", "is a ZIP archive", "Unpack it first."),
    (b"<", "is XML or HTML, not JSON", "Export the Bundle as JSON (application/fhir+json)."),
    (b"%PDF", "is a PDF, not JSON", ONE_BUNDLE),
)  # fmt: skip
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_BYTE = re.compile(r"\(byte (\d+)\)")


def check_size(size: int, name: str) -> None:
    """Refuse a file of more than 200 MB before anything is read from it."""
    if size > MOST_BYTES:
        raise InputRefused(
            f"{size / 1e6:,.0f} MB is more than the {MOST_BYTES / 1e6:,.0f} MB that one patient's file may have.",
            where=name,
            next_step="Export one patient's Bundle; leave out attachments (DocumentReference, Binary, Media).",
        )


def text_bytes(data: bytes, name: str) -> bytes:
    """The JSON text without a byte-order mark; refused when it cannot be JSON in UTF-8."""
    check_size(len(data), name)
    if data.startswith(_UTF16_MARKS):
        raise InputRefused("is UTF-16, not UTF-8 (byte 0).", where=name, next_step="Save it as UTF-8.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip(b" \t\r\n")[:4]
    if not start:
        raise InputRefused("the file is empty.", where=name, next_step=ONE_BUNDLE)
    for mark, what, step in _NOT_JSON_STARTS:
        if start.startswith(mark):
            raise InputRefused(f"the file {what}.", where=name, next_step=step)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused(
            f"not UTF-8: byte {error.start} (0x{data[error.start]:02x}, {_line_of(data, error.start)}).",
            where=name, next_step="Save it as UTF-8.",
        ) from None  # fmt: skip
    return data


def refuse_many(what: str, name: str) -> NoReturn:
    """Refuse a file that holds more than any patient's record does."""
    raise InputRefused(
        f"the file holds more {what} than one patient's record can have.", where=name, next_step=ONE_BUNDLE
    )


def refuse_json(data: bytes, name: str, error: Exception) -> NoReturn:
    """Say where the JSON breaks: nested too deeply, cut off, several values (NDJSON) or malformed."""
    if isinstance(error, RecursionError):
        raise InputRefused(TOO_DEEP, where=name, next_step=ONE_BUNDLE) from None
    said = str(error)
    found = _BYTE.search(said)
    at = int(found[1]) if found else len(data)
    if "truncated" in said:
        raise InputRefused(
            f"the JSON is cut off at the end of the file ({_line_of(data, len(data))}).",
            where=name, next_step="Fetch or export it again; the file is not complete.",
        ) from None  # fmt: skip
    if "trailing characters" in said:
        _refuse_several(data, name, at - 1)
    fault = re.sub(r"^JSON is malformed: | \(byte \d+\)$", "", said)
    raise InputRefused(
        f"not JSON: {fault} at {_line_of(data, at)}.",
        where=name,
        next_step=f"Mend or export it again. {ONE_BUNDLE}",
    ) from None


def _refuse_several(data: bytes, name: str, at: int) -> NoReturn:
    if data[at : at + 1] in (b"{", b"[") and b"\n" in data[:at]:
        raise InputRefused(
            f"this looks like NDJSON: a second resource starts at {_line_of(data, at)}.",
            where=name,
            next_step=f"{ONE_BUNDLE} Bulk exports (NDJSON, many patients) are for the later 'benzosafe screen'.",
        ) from None
    raise InputRefused(
        f"not JSON: there is more text after the end of the first value, at {_line_of(data, at)}.",
        where=name, next_step=ONE_BUNDLE,
    ) from None  # fmt: skip


def _line_of(data: bytes, at: int) -> str:
    """'line 3 column 14', counting characters from 1."""
    at = min(at, len(data))
    start = data.rfind(b"\n", 0, at) + 1
    column = len(data[start:at].decode("utf-8", "replace")) + 1
    return f"line {data.count(chr(10).encode(), 0, at) + 1} column {column}"


def decode_json(data: bytes, name: str) -> msgspec.Raw:
    """The whole text as one checked JSON value."""
    if data.count(b",") > _MOST_VALUES:
        refuse_many("values", name)
    try:
        return msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError) as error:
        mended = _SURROGATE.sub(rb"\\ufffd", data)  # half an emoji in a note is no reason to refuse a patient
        if mended == data:
            refuse_json(data, name, error)
    try:
        return msgspec.json.decode(mended, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError) as error:
        refuse_json(data, name, error)
