"""Sorted records on disk in many files, read back as one in order: memory does not grow with their number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

_LENGTH_BYTES = 8
_MOST_AT_ONCE = 200_000
_LEAST_IN_BLOCK, _MOST_IN_BLOCK = 32, 2000


def write_run(path: Path, records: Sequence[Any], runs: int) -> None:
    """Write sorted records, as one of so many files; the more there are, the fewer records are read of each at once."""
    size = max(min(_MOST_AT_ONCE // max(runs, 1), _MOST_IN_BLOCK), _LEAST_IN_BLOCK)
    with path.open("wb") as file:
        for start in range(0, len(records), size):
            block = msgspec.msgpack.encode(records[start : start + size])
            file.write(len(block).to_bytes(_LENGTH_BYTES, "little"))
            file.write(block)


@dataclass(frozen=True)
class Merged(Generic[T]):
    """The records of many files in order; it can be gone through again and again while the files are there."""

    paths: Sequence[Path]
    kind: type[T]
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[T]:
        decoder: msgspec.msgpack.Decoder[list[Any]] = msgspec.msgpack.Decoder(list[self.kind])  # type: ignore[name-defined]
        runs = [run for path in self.paths if (run := _Run(path, decoder)).block]
        while runs:
            limit = min(run.block[-1] for run in runs)
            records = sorted(record for run in runs for record in run.up_to(limit))
            yield from records
            runs = [run for run in runs if run.block]


class _Run:
    """One file, of which a block is in memory; it is not kept open, for there may be more than can be open at once."""

    def __init__(self, path: Path, decoder: msgspec.msgpack.Decoder[list[Any]]) -> None:
        self._path, self._decoder, self._place = path, decoder, 0
        self.block = self._next()

    def up_to(self, limit: Any) -> list[Any]:
        """The records of the block up to one, which leave it; the next block where none is left."""
        cut = bisect_right(self.block, limit)
        records, self.block = self.block[:cut], self.block[cut:]
        if not self.block:
            self.block = self._next()
        return records

    def _next(self) -> list[Any]:
        with self._path.open("rb") as file:
            file.seek(self._place)
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            self._place += _LENGTH_BYTES + length
            return self._decoder.decode(file.read(length)) if length else []
