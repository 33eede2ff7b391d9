"""A measure of a population: every patient counted, in memory that does not grow with their number."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from benzosafe.errors import InputRefused, UsageError
from benzosafe.population.buckets.partition import bucket_count
from benzosafe.population.buckets.shared import keep_shared
from benzosafe.population.intake.find import FileSource
from benzosafe.population.measures.counting import (
    PARTS,
    REFUSED,
    REJECTED,
    UNBORN,
    WRITTEN,
    Refused,
    Spread,
    Task,
    Write,
    Written,
    begin,
    count,
    spread,
)
from benzosafe.population.measures.measure import Asked
from benzosafe.population.measures.measure_input import RAW_UNITS, Part, Rejected
from benzosafe.population.measures.narrow import NOT_JSON
from benzosafe.population.measures.resources import DECODERS
from benzosafe.population.measures.tally import Tally
from benzosafe.population.pool import Pool, pool_of
from benzosafe.population.rows import SHARED, Row, Source, Split, rows_batch
from benzosafe.population.sorted_runs import Merged, write_run
from benzosafe.population.watcher import Watcher

_BUCKET_BYTES = 16 << 20
_LEAST_PIECE_BYTES, _MOST_PIECE_BYTES = 4 << 20, 64 << 20
_PIECES_OF_A_PROCESS = 8
_LEAST_OF_A_PROCESS = 12 << 20
_NEXT = "Give a folder of FHIR Bundles (*.json), one Bundle, or a bulk export (*.ndjson, *.ndjson.gz)."


@dataclass(frozen=True)
class Measured:
    """All answers of a measure on a population added up, and what could not be used."""

    asked: Asked
    tally: Tally
    """The answers added up, over all and by stratum."""

    patients: int
    without_birth_date: Sequence[str] | Merged[str] = ()
    rejected: Sequence[Rejected] | Merged[Rejected] = ()
    written: Sequence[Written] | Merged[Written] = field(default=(), repr=False)
    """Every patient and what is written of it, by patient; nothing where only totals were asked for."""


@contextmanager
def measured(
    asked: Asked, source: Source, write: Write | None = None, workers: int = 1, watcher: Watcher | None = None
) -> Iterator[Measured]:
    """The measure of a population; what is written of each patient lies on disk and goes at the end."""
    workers = max(min(workers, source.size_bytes // _LEAST_OF_A_PROCESS), 1)
    try:
        work = Path(tempfile.mkdtemp(prefix="benzosafe-"))
    except OSError as error:
        raise _no_room(error) from None
    task = Task(asked, source, work, bucket_count(source, _BUCKET_BYTES), write)
    try:
        with pool_of(workers, (begin, (task,)), "Use fewer --workers.") as pool:
            found = _Counting(task, pool, workers, watcher).run()
        yield found
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _no_room(error: OSError) -> UsageError:
    return UsageError(
        f"cannot be written: {error.strerror or error}.", where=tempfile.gettempdir(),
        next_step="Make room there, or choose another place with TMPDIR.",
    )  # fmt: skip


class _Counting:
    """The counting of one measure, as the process sees it that hands out the work."""

    def __init__(self, task: Task, pool: Pool, workers: int, watcher: Watcher | None) -> None:
        self._task, self._pool, self._workers, self._watcher = task, pool, workers, watcher
        self._rejected: list[Path] = []
        self._rejects = 0

    def run(self) -> Measured:
        """Everything into buckets, and bucket after bucket counted."""
        try:
            pieces = self._spread()
            if any(done.shared for done in pieces.values()):
                keep_shared(self._task.work, self._shared())
            return self._count()
        except OSError as error:
            raise _no_room(error) from None

    def _spread(self) -> dict[int, Spread]:
        """Put everything into buckets; then the lines of every part have numbers."""
        source, size, pieces = self._task.source, self._piece_bytes(), dict[int, Spread]()
        numbered = not isinstance(source, FileSource)
        splits = source.parts(size) if isinstance(source, FileSource) else source.splits()
        for number, done in self._pool.in_turn(spread, _pieces(splits, size)):
            pieces[number] = done
            if self._watcher:
                self._watcher.reading(sum(piece.bytes_read for piece in pieces.values()), source.size_bytes)
        lines = {part: count for done in pieces.values() for part, count in done.lines.items()}
        parts = [Part(split.name) for split in splits] if numbered else list(_parts(splits, lines))
        (self._task.work / PARTS).write_text(json.dumps([[part.name, part.lines_before] for part in parts]))
        for number, done in sorted(pieces.items()):
            if done.rejects:
                refused = Merged([self._task.run(REFUSED, number)], Refused, done.rejects)
                self._reject(parts[part].rejected(file, line, why) for part, file, line, why in refused)
        return pieces

    def _piece_bytes(self) -> int:
        """How long a piece of work is: short enough to share out, long enough to be few."""
        share = self._task.source.size_bytes // (self._workers * _PIECES_OF_A_PROCESS)
        return min(max(share, _LEAST_PIECE_BYTES), _MOST_PIECE_BYTES)

    def _reject(self, found: Iterable[Rejected]) -> None:
        """List what could not be used."""
        rejected = sorted(found)
        path = self._task.work / f"{REJECTED}-input-{len(self._rejected):06d}"
        write_run(path, rejected, 1)
        self._rejected.append(path)
        self._rejects += len(rejected)

    def _shared(self) -> Iterator[pa.RecordBatch]:
        """The Medications that belong to no one patient; those that cannot be used are listed."""
        parts = [Part(*item) for item in json.loads((self._task.work / PARTS).read_bytes())]
        for spill in self._task.spills():
            rows: list[Row] = []
            rejected: list[Rejected] = []
            for part, _, file, resources in RAW_UNITS.decode_lines(spill.read(self._task.buckets)):
                for line, address, raw in resources:
                    where = parts[part].rejected(file, line, "")
                    try:
                        name = DECODERS["Medication"].decode(raw).id
                    except NOT_JSON as error:
                        rejected.append(where._replace(what=f"Medication is malformed and was not counted: {error}"))
                        continue
                    if not name:
                        rejected.append(where._replace(what="Medication has no id, so it cannot be told from others"))
                        continue
                    rows.append(Row(SHARED, "Medication", name, address, bytes(raw), where.file, where.line))
            self._reject(rejected)
            yield rows_batch(rows)

    def _count(self) -> Measured:
        """Count bucket after bucket."""
        task, tally, patients, unborn = self._task, Tally(), 0, 0
        for done, counted in enumerate(self._pool.in_turn(count, ((bucket,) for bucket in range(task.buckets))), 1):
            tally.merge(counted.tally)
            patients, unborn = patients + counted.patients, unborn + counted.unborn
            self._rejects += counted.rejected
            if self._watcher:
                self._watcher.counting(done, task.buckets, patients)
        rejected = [*self._rejected, *self._runs(REJECTED)]
        found = Merged(rejected, Rejected, self._rejects)
        if not patients:
            why = next((f" {item.file}: {item.what}" for item in found), "")
            raise InputRefused(f"holds no patient.{why}", where=task.source.name, next_step=_NEXT)
        written = Merged(self._runs(WRITTEN), Written, patients) if task.write else ()
        return Measured(task.asked, tally, patients, Merged(self._runs(UNBORN), str, unborn), found, written)

    def _runs(self, kind: str) -> list[Path]:
        return [self._task.run(kind, bucket) for bucket in range(self._task.buckets)]


def _pieces(splits: Sequence[Split], size: int) -> Iterator[tuple[int, list[tuple[int, Split]]]]:
    """Parts of the input that follow one another, by their number, together about so long: small files go together."""
    piece: list[tuple[int, Split]] = []
    number = length = 0
    for part, split in enumerate(splits):
        piece.append((part, split))
        length += _length(split)
        if length >= size:
            yield number, piece
            piece, number, length = [], number + 1, 0
    if piece:
        yield number, piece


def _length(split: Split) -> int:
    """The bytes of a part, roughly."""
    if split.format == "ndjson" and split.end is not None:
        return split.end - split.start
    try:
        return Path(split.path).stat().st_size
    except OSError:
        return 0


def _parts(splits: Sequence[Split], lines: Mapping[int, int]) -> Iterator[Part]:
    """The parts of the input, and of each the lines of its file before it."""
    before = 0
    for part, split in enumerate(splits):
        before = before if split.format == "ndjson" and split.start else 0
        yield Part(split.name, before)
        before += lines.get(part, 0)
