"""A bulk export: one resource a line, plain files in parts of some megabytes, gzip files whole."""

from __future__ import annotations

import gzip
import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from benzosafe.population.intake.reading import USED, NotUsable, owner_of, read_head
from benzosafe.population.rows import Chunk, Reject, Row, Split

ENDINGS = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
SPLIT_BYTES = 64 << 20
_CHUNK_BYTES = 4 << 20
_LONGEST_LINE = 64 << 20
_BOM = b"\xef\xbb\xbf"


def splits_of(path: Path, name: str) -> list[Split]:
    """The parts of a file; of a plain file each begins with the line that starts in it."""
    if name.lower().endswith(".gz"):
        return [Split(str(path), name)]
    size = path.stat().st_size
    starts = range(0, max(size, 1), SPLIT_BYTES)
    if len(starts) == 1:
        return [Split(str(path), name, 0, size)]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found, line = list[Split](), 1
        for start in starts:
            end = min(start + SPLIT_BYTES, size)
            # The line that runs into a part from the one before belongs to the one before.
            first = line + (start > 0 and data[start - 1] != ord("\n"))
            found.append(Split(str(path), name, start, end, first_line=first))
            line += data[start:end].count(b"\n")
    return found


def read_lines(split: Split, after_line: int = 0) -> Iterator[Chunk]:
    """The rows of a part of a file, from after a line on; a file that breaks off is told, and what was read is kept."""
    path, chunk, line = Path(split.path), Chunk(), split.first_line - 1
    zipped = split.name.lower().endswith(".gz")
    told = 0
    try:
        with path.open("rb") as stored, _opened(stored, zipped) as file:
            if not zipped:
                _to_first_line(file, split.start)
            for line, text in _numbered(file, split):
                if line > after_line:
                    _add(text, split.name, line, chunk)
                chunk.size += len(text)
                if chunk.size >= _CHUNK_BYTES:
                    told = _finish(chunk, line, stored.tell() if zipped else None, told)
                    yield chunk
                    chunk = Chunk()
            _finish(chunk, line, stored.tell() if zipped else None, told)
    except (OSError, EOFError, zlib.error) as error:
        chunk.rejects.append(Reject(split.name, line + 1, f"cannot be read from here on: {error}"))
        chunk.last_line = line
    yield chunk


def _opened(stored: IO[bytes], zipped: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(stored)) if zipped else stored


def _finish(chunk: Chunk, line: int, place: int | None, told: int) -> int:
    """Note how far the chunk reaches; `place` in a packed file, of which so many bytes were told before."""
    chunk.last_line = line
    chunk.bytes_read = chunk.size if place is None else place - told
    return place or 0


def _to_first_line(file: IO[bytes], start: int) -> None:
    """Go to the first line that begins at or after a place."""
    if start:
        file.seek(start - 1)
        while (part := file.readline(_LONGEST_LINE)) and not part.endswith(b"\n"):
            pass


def _numbered(file: IO[bytes], split: Split) -> Iterator[tuple[int, bytes]]:
    """The lines that begin in a part, each with its number; of an endless line only the beginning."""
    place, line = (file.tell() if split.end is not None else 0), split.first_line
    while split.end is None or place < split.end:
        text = file.readline(_LONGEST_LINE)
        if not text:
            return
        place += len(text)
        rest = text
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST_LINE)
            place += len(rest)
        yield line, text
        line += 1


def _add(text: bytes, name: str, line: int, chunk: Chunk) -> None:
    if line == 1 and text.startswith(_BOM):
        text = text[len(_BOM) :]
    text = text.strip()
    if not text:
        return
    if len(text) >= _LONGEST_LINE - 1:
        chunk.rejects.append(Reject(name, line, f"is longer than {_LONGEST_LINE >> 20} MB"))
        return
    try:
        head = read_head(text)
        kind = head.resource_type or ""
        if kind not in USED:
            chunk.not_used[kind] = chunk.not_used.get(kind, 0) + 1
            return
        chunk.rows.append(Row(owner_of(head), kind, head.id or "", "", text, name, line))
    except NotUsable as error:
        chunk.rejects.append(Reject(name, line, str(error)))
