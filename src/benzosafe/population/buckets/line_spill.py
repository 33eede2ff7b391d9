"""Lines of JSON on disk like a shuffle: in one file, the lines of bucket after bucket, and first where each begins."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PLACE = "Q"
_PLACE_BYTES = array(_PLACE).itemsize


@dataclass(frozen=True)
class LineSpill:
    """One such file; it is written once."""

    path: Path

    def write(self, buckets: Sequence[bytes | bytearray]) -> None:
        """Write the lines of every bucket."""
        places = array(_PLACE, [(len(buckets) + 1) * _PLACE_BYTES])
        for lines in buckets:
            places.append(places[-1] + len(lines))
        with self.path.open("wb") as file:
            file.write(places.tobytes())
            file.writelines(buckets)

    def read(self, number: int) -> bytes:
        """The lines of one bucket."""
        with self.path.open("rb", buffering=0) as file:
            start, end = array(_PLACE, os.pread(file.fileno(), 2 * _PLACE_BYTES, number * _PLACE_BYTES))
            return os.pread(file.fileno(), end - start, start)
