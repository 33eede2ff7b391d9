"""Every row into the bucket of its patient, in constant memory; killed at any moment, it goes on where it was."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from benzosafe.errors import UsageError
from benzosafe.files import write_whole
from benzosafe.population.buckets.shared import keep_shared, with_shared
from benzosafe.population.buckets.spill import SPILL_BYTES, Note, Sorter, Spill, spills_of
from benzosafe.population.pool import in_turn, new_counters
from benzosafe.population.rows import ROWS, Reject, Source, Split

BUCKET_BYTES = 24 << 20
MOST_BUCKETS = 4096
_PLAN, _WHOLE, _SPILLS = "plan.json", "whole", "spills"
_BATCH_ROWS = 4096
_BEGIN_ANEW = "Make room, choose another place with TMPDIR, or use fewer --workers, and begin anew."
ORDER = [(name, "ascending") for name in ("patient", "file", "line", "kind", "id", "resource")]
"""The order of rows within a bucket; nothing is left to chance."""


OnBytes = Callable[[int, int], None]
"""Is told how many bytes of the input are in buckets, and of how many."""


@dataclass(frozen=True)
class Buckets:
    """All rows of an input, in buckets of patients."""

    work: Path
    count: int
    splits: int

    @classmethod
    def open(cls, work: Path) -> Buckets:
        """Buckets that lie there, whole."""
        plan = json.loads((work / _PLAN).read_text())
        return cls(work, plan["buckets"], plan["splits"])

    def batches(self, number: int) -> Iterator[pa.RecordBatch]:
        """The rows of one bucket, sorted by patient, file, line and id; the bucket is in memory meanwhile."""
        parts = [spill.batch(number) for spill in self._spills]
        table = with_shared(self.work, pa.Table.from_batches([part for part in parts if part.num_rows], ROWS))
        yield from table.sort_by(ORDER).to_batches(_BATCH_ROWS)

    def rejects(self) -> Iterator[Reject]:
        """What could not be used, by file and line."""
        return (reject for spill in self._spills for reject in spill.rejects())

    @property
    def not_used(self) -> dict[str, int]:
        """Resources of kinds that nothing reads, counted by kind."""
        total = Counter[str]()
        for _, note in self._noted:
            total.update(note.not_used)
        return dict(sorted(total.items()))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(note.rows for _, note in self._noted)

    @cached_property
    def _noted(self) -> list[tuple[Spill, Note]]:
        folder = self.work / _SPILLS
        spills = (spill for split in range(self.splits) for spill in spills_of(folder, split))
        return [(spill, note) for spill in spills if (note := spill.note())]

    @property
    def _spills(self) -> list[Spill]:
        return [spill for spill, _ in self._noted]


def partition(
    source: Source, work: Path, workers: int = 1, on_bytes: OnBytes | None = None,
    bucket_bytes: int | None = None,
) -> Buckets:  # fmt: skip
    """Put every row of an input into its bucket, going on where an earlier run was stopped."""
    try:
        splits = list(source.splits())
        buckets = _planned(source, work, len(splits), bucket_bytes or BUCKET_BYTES)
        return _partition(source, splits, buckets, workers, on_bytes or (lambda done, total: None))
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}.", where=str(work),
            next_step="Make room or choose another place, then go on with --resume.",
        ) from None  # fmt: skip


def _partition(source: Source, splits: Sequence[Split], buckets: Buckets, workers: int, on_bytes: OnBytes) -> Buckets:
    work = buckets.work
    if (work / _WHOLE).exists():
        return buckets
    bytes_read = new_counters(1)

    def tell() -> None:
        on_bytes(bytes_read[0], source.size_bytes)

    pieces = ((source, split, number, buckets) for number, split in enumerate(splits))
    for _ in in_turn(_spill_split, pieces, workers, on_wait=tell, prepare=(_count_in, (bytes_read,))):
        tell()
    if any(note.shared for _, note in buckets._noted):
        keep_shared(work, (spill.batch(buckets.count) for spill, note in buckets._noted if note.shared))
    (work / _WHOLE).touch()
    return buckets


def bucket_count(source: Source, bucket_bytes: int) -> int:
    """How many buckets an input is put into: from its size alone, so that it is the same however many work."""
    return min(max(source.row_bytes // bucket_bytes, 1), MOST_BUCKETS)


def _planned(source: Source, work: Path, splits: int, bucket_bytes: int) -> Buckets:
    """The number of buckets follows from the input alone, and stays; UsageError where another input was begun."""
    (work / _SPILLS).mkdir(parents=True, exist_ok=True)
    plan = {
        "fingerprint": source.fingerprint, "splits": splits,
        "buckets": bucket_count(source, bucket_bytes),
    }  # fmt: skip
    path = work / _PLAN
    if not path.exists():
        write_whole(path, json.dumps(plan))
    elif json.loads(path.read_text()) != plan:
        raise UsageError("holds the rows of another input.", where=str(work), next_step="Begin anew without --resume.")
    return Buckets.open(work)


_counters: list[Any] = []


def _count_in(counters: Any) -> None:
    _counters[:] = [counters]


def _spill_split(source: Source, split: Split, number: int, buckets: Buckets) -> None:
    """Read a part of the input to its end, going on after the spills of it that are there."""
    folder = buckets.work / _SPILLS
    there = spills_of(folder, number)
    notes = [note for spill in there if (note := spill.note())]
    _count(notes)
    if notes and notes[-1].whole:
        return
    if notes and not notes[-1].last_line:  # a part that cannot be entered in the middle
        for spill in there:
            spill.remove()
        there = []
    sorter, last_line = Sorter(buckets.count), notes[-1].last_line if there else 0
    for chunk in source.read(split, last_line):
        sorter.add(chunk)
        if sorter.size >= SPILL_BYTES:
            there.append(_write(sorter, Spill(folder, number, len(there)), whole=False))
    _write(sorter, Spill(folder, number, len(there)), whole=True)


def _write(sorter: Sorter, spill: Spill, *, whole: bool) -> Spill:
    sorter.note.whole = whole
    spill.write(sorter.batches(), sorter.rejects, sorter.note)
    _count([sorter.note])
    sorter.clear()
    return spill


def _count(notes: list[Note]) -> None:
    for counters in _counters:
        with counters.get_lock():
            counters[0] += sum(note.bytes_read for note in notes)


@contextmanager
def temporary_buckets(source: Source, workers: int = 1, on_bytes: OnBytes | None = None) -> Iterator[Buckets]:
    """Buckets in a temporary folder, which goes whatever happens."""
    work = Path(tempfile.mkdtemp(prefix="benzosafe-"))
    try:
        try:
            buckets = partition(source, work, workers, on_bytes)
        except UsageError as error:  # nothing is kept that one could go on with
            raise UsageError(error.what, where=error.where, next_step=_BEGIN_ANEW) from None
        yield buckets
    finally:
        shutil.rmtree(work, ignore_errors=True)
