"""The contract of everything here: one row is one FHIR resource of one patient, as it was written.

Every source (bulk export, Bundles, Parquet, OMOP) gives rows; buckets, Spark, the screen, the measures and the
forecast take them. A resource stays JSON until the reader that also serves the bedside reads it: nothing is read twice
in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from zlib import crc32

import pyarrow as pa

ROWS = pa.schema([
    pa.field("patient", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("id", pa.string(), nullable=False),
    pa.field("full_url", pa.string(), nullable=False),
    pa.field("resource", pa.binary(), nullable=False),
    pa.field("file", pa.string(), nullable=False),
    pa.field("line", pa.int64(), nullable=False),
])  # fmt: skip
"""Columns of a table of rows; within a patient they are sorted by file, line and id wherever they are handed on."""

SHARED = ""
"""The patient of a row that belongs to no one: a Medication to which orders of many patients point."""


class Row(NamedTuple):
    """One resource: whose it is, what it is, and where it stood (line 0 is a whole file)."""

    patient: str
    kind: str
    id: str
    full_url: str
    resource: bytes
    file: str
    line: int


@dataclass(frozen=True, order=True)
class Reject:
    """Something that could not be used: file, line (0 the whole file), and why."""

    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Split:
    """A part of the input that can be read by itself: a file, or the bytes from `start` up to `end` of one."""

    path: str
    name: str
    """The file's name as it is told to people: relative to the input."""

    start: int = 0
    end: int | None = None
    format: str = "ndjson"
    first_line: int = 1
    """The number of the first line that begins in it."""

    @property
    def key(self) -> str:
        """A name of the split that does not depend on where the input lies."""
        return f"{self.name}:{self.start}"


@dataclass
class Chunk:
    """Some rows of a split in the order read, what could not be used, and how far the reading has come."""

    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    not_used: dict[str, int] = field(default_factory=dict)
    """Resources of kinds that nothing here reads, counted by kind."""

    bytes_read: int = 0
    """Bytes of the input (as stored) read for this chunk."""

    size: int = 0
    """Bytes of the lines or resources read for this chunk."""

    last_line: int = 0
    """The last line of the part that has been read."""


class Source(Protocol):
    """An input of one kind: its parts, and how each is read. It must be picklable."""

    @property
    def name(self) -> str:
        """The input as it is told to people."""
        ...

    @property
    def size_bytes(self) -> int:
        """Bytes of all parts as stored, for progress."""
        ...

    @property
    def row_bytes(self) -> int:
        """Bytes of rows to be expected, roughly: the number of buckets follows from it."""
        ...

    @property
    def fingerprint(self) -> str:
        """A digest of names, sizes and times of change of all files: another input is another fingerprint."""
        ...

    def splits(self) -> Sequence[Split]:
        """The parts in a lasting order."""
        ...

    def read(self, split: Split, after_line: int = 0) -> Iterator[Chunk]:
        """The rows of one part, a few MB at a time, so that memory does not depend on the part.

        `after_line`: leave out the rows up to a line, which an earlier run has kept; a part that cannot may ignore it.
        """
        ...


def bucket_of(patient: str, buckets: int) -> int:
    """The bucket of a patient: the same on every machine and in every run."""
    return crc32(patient.encode("utf-8", "surrogatepass")) % buckets


def rows_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows as an Arrow batch."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(ROWS)
    return pa.record_batch([pa.array(column, field.type) for column, field in zip(columns, ROWS, strict=True)], ROWS)


@dataclass(frozen=True)
class PatientRows:
    """All rows of one patient, sorted by file, line and id."""

    patient: str
    rows: tuple[Row, ...]


def by_patient(batches: Iterable[pa.RecordBatch]) -> Iterator[PatientRows]:
    """The patients of batches of rows that are sorted by patient, one after the other."""
    patient, found = "", list[Row]()
    for batch in batches:
        for row in map(Row._make, zip(*(column.to_pylist() for column in batch.columns), strict=True)):
            if found and row.patient != patient:
                yield PatientRows(patient, tuple(found))
                found = []
            patient = row.patient
            found.append(row)
    if found:
        yield PatientRows(patient, tuple(found))
