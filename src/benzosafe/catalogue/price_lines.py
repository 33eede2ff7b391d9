"""The lines of a price list, one row a line, however long or broken; a file that is no such list is refused at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from benzosafe.errors import InputRefused

MOST_LINE_BYTES = 20_000
"""JUDGEMENT: a row of a price list has a few hundred characters; what is longer is not a row."""

_STARTS = (
    (b"PK\x03\x04", "a spreadsheet or zip file"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet file"), (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"), (b"\xff\xfe", "text in UTF-16"), (b"\xfe\xff", "text in UTF-16"),
    (b"SQLite format 3", "a database"), (b"PAR1", "a Parquet file"),
)  # fmt: skip
_NO_LETTER = "\N{REPLACEMENT CHARACTER}"
_SAVE = "Give the CSV file, saved as UTF-8."

Progress = Callable[[int, int], None]


class PriceLines:
    """A file opened and looked at: its header, its delimiter, then its lines with their numbers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0

    def __enter__(self) -> PriceLines:
        try:
            self._file: BinaryIO = self.path.open("rb")
            self._size = self.path.stat().st_size
            start = self._file.read(MOST_LINE_BYTES)
            self._file.seek(0)
        except IsADirectoryError:
            raise self.refused("is a folder, not a file.") from None
        except OSError as error:
            raise self.refused(f"cannot be read: {(error.strerror or str(error)).lower().rstrip('.')}.") from None
        try:
            self._look(start)
            header = self._decoded(self._file.readline(MOST_LINE_BYTES)).removeprefix("\ufeff").strip("\r\n")
            self.delimiter = max(",;\t|", key=header.count)
            self.header = cells_of(header, self.delimiter)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def refused(self, what: str) -> InputRefused:
        """The error of a file that is not a price list; nothing has been changed when it is raised."""
        return InputRefused(what, where=str(self.path), next_step=f"{_SAVE} The prices kept so far are as they were.")

    def _look(self, start: bytes) -> None:
        plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not plain:
            raise self.refused("is empty.")
        for mark, what in _STARTS:
            if start.startswith(mark):
                raise self.refused(f"is {what}, not CSV.")
        if plain[:1] == b"<":
            raise self.refused("is a web page or XML, not CSV.")
        if plain[:1] in b"{[":
            raise self.refused("is JSON, not CSV.")
        header = start.partition(b"\n")[0]
        if b"\x00" in header or _NO_LETTER in self._decoded(header):
            raise self.refused("is a binary file or text of an old encoding, not CSV in UTF-8.")
        if b"\n" not in start:
            raise self.refused("has no rows: no line ends where a header would.")

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, list[str] | str]]:
        """Number and cells of every line after the header, or instead of cells the reason why it has none."""
        done = self._file.tell()
        number = 1
        while line := self._file.readline(MOST_LINE_BYTES):
            number += 1
            done += len(line)
            if progress is not None and not number % 1_000:
                progress(done, self._size)
            if len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
                done += self._rest_of_line()
                yield number, f"longer than {MOST_LINE_BYTES:,} characters"
                continue
            text = self._decoded(line).strip("\r\n")
            if text.strip(f"{self.delimiter} "):
                yield number, self._cells(text)
        if progress is not None:
            progress(done, self._size)

    def _rest_of_line(self) -> int:
        length = 0
        while piece := self._file.readline(MOST_LINE_BYTES):
            length += len(piece)
            if piece.endswith(b"\n"):
                break
        return length

    def _cells(self, text: str) -> list[str] | str:
        if "\x00" in text:
            return "holds bytes that are not text"
        try:
            cells = cells_of(text, self.delimiter)
        except csv.Error:
            return "a quotation mark is opened and not closed"
        while len(cells) > len(self.header) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(self.header):
            return f"{len(cells)} columns instead of {len(self.header)}"
        return cells

    @staticmethod
    def _decoded(line: bytes) -> str:
        return line.decode("utf-8", "replace")


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line; csv.Error when a quotation mark is left open."""
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter, strict=True))
