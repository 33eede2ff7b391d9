"""Rows on disk like a shuffle: in one Arrow file, batch n holds the rows of bucket n, and the last the shared rows.

Beside each file stands what was left out of it, and a note that comes last: a spill without its note does not count.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from benzosafe.population.rows import ROWS, SHARED, Chunk, Reject, Row, bucket_of, rows_batch

SPILL_BYTES = 32 << 20
_ROWS, _NOTE, _REJECTS = ".arrow", ".json", ".rejects"


@dataclass
class Note:
    """What a spill says of itself; `whole` when its part of the input has been read to the end with it."""

    last_line: int = 0
    whole: bool = False
    rows: int = 0
    shared: int = 0
    rejects: int = 0
    bytes_read: int = 0
    not_used: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Spill:
    """One spill in a folder, by the number of its part of the input and its own number within that."""

    folder: Path
    split: int
    number: int

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.split:06d}-{self.number:04d}{ending}"

    def note(self) -> Note | None:
        """Its note; None where the spill is not there or not whole."""
        try:
            return Note(**json.loads(self._file(_NOTE).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def batch(self, number: int) -> pa.RecordBatch:
        """The rows of a bucket, mapped from the file."""
        with pa.memory_map(str(self._file(_ROWS))) as file:
            return pa.ipc.open_file(file).get_batch(number)

    def rejects(self) -> Iterator[Reject]:
        """What could not be used while these rows were read."""
        with self._file(_REJECTS).open(encoding="utf-8") as file:
            for line in file:
                yield Reject(*json.loads(line))

    def remove(self) -> None:
        """Take it away, the note first."""
        for ending in (_NOTE, _REJECTS, _ROWS):
            self._file(ending).unlink(missing_ok=True)

    def write(self, batches: Sequence[pa.RecordBatch], rejects: Sequence[Reject], note: Note) -> None:
        """Write everything aside and rename it, the note last."""
        aside = self._file(f"{_ROWS}.{os.getpid()}")
        try:
            with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_file(file, ROWS) as writer:
                for batch in batches:
                    writer.write_batch(batch)
            os.replace(aside, self._file(_ROWS))
            told = "".join(json.dumps([item.file, item.line, item.why]) + "\n" for item in rejects)
            self._file(_REJECTS).write_text(told, encoding="utf-8")
            aside.write_text(json.dumps(asdict(note)))
            os.replace(aside, self._file(_NOTE))
        finally:
            aside.unlink(missing_ok=True)


def spills_of(folder: Path, split: int) -> list[Spill]:
    """The whole spills of a part, in order."""
    found, number = list[Spill](), 0
    while (spill := Spill(folder, split, number)).note() is not None:
        found.append(spill)
        number += 1
    return found


class Sorter:
    """Rows being gathered until there are enough of them for a spill, and then sorted into buckets."""

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self.clear()

    def clear(self) -> None:
        """Begin the next spill."""
        self._rows: list[Row] = []
        self.rejects: list[Reject] = []
        self.note = Note()
        self.size = 0

    def add(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        self._rows += chunk.rows
        self.rejects += chunk.rejects
        self.size += chunk.size
        note = self.note
        note.last_line = chunk.last_line
        note.rows += len(chunk.rows)
        note.rejects += len(chunk.rejects)
        note.bytes_read += chunk.bytes_read
        for kind, count in chunk.not_used.items():
            note.not_used[kind] = note.not_used.get(kind, 0) + count

    def batches(self) -> list[pa.RecordBatch]:
        """The rows of every bucket, and last the shared ones."""
        numbers = np.fromiter(_numbers(self._rows, self._buckets), np.int64, len(self._rows))
        order = np.argsort(numbers, kind="stable")
        ends = np.searchsorted(numbers[order], np.arange(self._buckets + 1), side="right").tolist()
        self.note.shared = len(self._rows) - ends[-2] if self._rows else 0
        rows = rows_batch(self._rows).take(pa.array(order))
        return [rows.slice(start, end - start) for start, end in pairwise((0, *ends))]


def _numbers(rows: Sequence[Row], buckets: int) -> Iterator[int]:
    """The bucket of each row; the rows of a patient mostly follow one another."""
    before, number = None, 0
    for row in rows:
        patient = row[0]
        if patient != before:
            before, number = patient, buckets if patient == SHARED else bucket_of(patient, buckets)
        yield number
