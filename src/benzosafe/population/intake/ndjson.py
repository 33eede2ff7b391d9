"""A bulk export: one resource a line, plain files in parts of some megabytes, gzip files whole."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec

from benzosafe.population.intake.reading import LINES, USED, Head, NotUsable, owner_of, read_head
from benzosafe.population.rows import Chunk, Reject, Row, Split

ENDINGS = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
SPLIT_BYTES = 32 << 20
_BLOCK_BYTES = 4 << 20
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
    found, line, begins = list[Split](), 1, True
    with path.open("rb") as file:
        for start in starts:
            end = min(start + SPLIT_BYTES, size)
            # The line that runs into a part from the one before belongs to the one before.
            found.append(Split(str(path), name, start, end, first_line=line if begins else line + 1))
            newlines, begins = _newlines(file, end - start)
            line += newlines
    return found


def parts_of(path: Path, name: str, size: int) -> list[Split]:
    """The same in parts of another size and without counting lines first: each numbers its lines from 1."""
    if name.lower().endswith(".gz"):
        return [Split(str(path), name)]
    length = path.stat().st_size
    return [Split(str(path), name, start, min(start + size, length)) for start in range(0, max(length, 1), size)]


def _newlines(file: IO[bytes], left: int) -> tuple[int, bool]:
    """How many lines end within so many bytes, and whether the last byte ends one."""
    count, last = 0, b""
    while left > 0 and (block := file.read(min(_BLOCK_BYTES, left))):
        count, last, left = count + block.count(b"\n"), block[-1:], left - len(block)
    return count, last == b"\n"


class Block(NamedTuple):
    """Some whole lines of a part of a file."""

    data: bytes
    bytes_read: int
    """Bytes of the file, as stored, that were read for it."""


def read_lines(split: Split, after_line: int = 0) -> Iterator[Chunk]:
    """The rows of a part of a file, from after a line on; a file that breaks off is told, and what was read is kept."""
    line = split.first_line
    try:
        for block in read_blocks(split):
            chunk, lines = rows_of_block(block.data, split.name, line)
            if line <= after_line:
                _leave_out(chunk, after_line)
            line += lines
            chunk.size, chunk.last_line, chunk.bytes_read = len(block.data), line - 1, block.bytes_read
            yield chunk
    except BREAKS_OFF as error:
        yield Chunk(rejects=[broken_off(split.name, line, error)], last_line=line - 1)


BREAKS_OFF = (OSError, EOFError, zlib.error)
"""What is raised where a file cannot be read to its end."""


def broken_off(name: str, line: int, error: Exception) -> Reject:
    """What is told of a file that cannot be read from a line on."""
    return Reject(name, line, f"cannot be read from here on: {error}")


def read_blocks(split: Split, size: int | None = None) -> Iterator[Block]:
    """The lines of a part of a file, some megabytes at a time; raises what BREAKS_OFF lists."""
    path, zipped = Path(split.path), split.name.lower().endswith(".gz")
    told = 0
    with path.open("rb") as stored, _opened(stored, zipped) as file:
        before = 0 if zipped else _to_first_line(file, split.start)
        for data in _blocks(file, None if split.end is None else split.end - before, size or _BLOCK_BYTES):
            place = stored.tell() if zipped else told + len(data)
            yield Block(data, place - told)
            told = place


def _opened(stored: IO[bytes], zipped: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(stored)) if zipped else stored


def _to_first_line(file: IO[bytes], start: int) -> int:
    """Go to the first line that begins at or after a place; returns where it begins."""
    if start:
        file.seek(start - 1)
        while (part := file.readline(_LONGEST_LINE)) and not part.endswith(b"\n"):
            pass
    return file.tell()


def _blocks(file: IO[bytes], left: int | None, size: int) -> Iterator[bytes]:
    """Whole lines that begin within so many bytes, some megabytes at a time; of an endless line the beginning."""
    while left is None or left > 0:
        block = file.read(size if left is None else min(size, left))
        if not block:
            return
        if left is not None:
            left -= len(block)
        if not block.endswith(b"\n"):
            rest = file.readline(_LONGEST_LINE)
            block += rest
            left = None if left is None else left - len(rest)
            while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
                rest = file.readline(_LONGEST_LINE)
                left = None if left is None else left - len(rest)
        yield block


def _leave_out(chunk: Chunk, after_line: int) -> None:
    """Take out what an earlier run has kept; the count of what is not used is of whole chunks, as it was kept."""
    chunk.rows = [row for row in chunk.rows if row.line > after_line]
    chunk.rejects = [reject for reject in chunk.rejects if reject.line > after_line]
    if chunk.last_line <= after_line:
        chunk.not_used = {}


def rows_of_block(data: bytes, name: str, first: int) -> tuple[Chunk, int]:
    """The rows of whole lines, and how many lines; all heads are decoded at once where every line is a resource."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    try:
        heads = LINES.decode_lines(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        heads = []
    chunk = Chunk()
    if len(heads) == len(lines):
        _add_plain(lines, heads, name, first, chunk)
    else:
        for number, line in enumerate(lines, start=first):
            _add(line, name, number, chunk)
    return chunk, len(lines)


def _add_plain(lines: list[bytes], heads: list[Head], name: str, first: int, chunk: Chunk) -> None:
    rows, new = chunk.rows, tuple.__new__
    for number, (line, head) in enumerate(zip(lines, heads, strict=True), start=first):
        patient = plain_owner(head)
        if patient and len(line) < _LONGEST_LINE:
            rows.append(new(Row, (patient, head.resource_type, head.id or "", "", line, name, number)))
        elif head.resource_type and head.resource_type not in USED:
            chunk.not_used[head.resource_type] = chunk.not_used.get(head.resource_type, 0) + 1
        else:
            _add(line, name, number, chunk)


def plain_owner(head: Head) -> str:
    """The patient of a resource in the common form, 'Patient/1'; every other form takes the longer way."""
    kind, pointer = head.resource_type, head.subject or head.patient
    if kind == "Patient":
        return head.id or ""
    if kind not in USED or pointer is None or kind == "Medication":
        return ""
    reference = pointer.reference or ""
    patient = reference[8:] if reference.startswith("Patient/") else ""
    plain = "/" not in patient and ":" not in patient and "?" not in patient and "#" not in patient
    return patient if plain else ""


def _add(text: bytes, name: str, line: int, chunk: Chunk) -> None:
    if line == 1 and text.startswith(_BOM):
        text = text[len(_BOM) :]
    text = text.strip()
    if not text:
        return
    if len(text) >= _LONGEST_LINE:
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
