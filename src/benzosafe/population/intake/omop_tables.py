"""OMOP CDM 5.4 tables in a folder: which files hold which table, their columns, and their records as text."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benzosafe.errors import InputRefused, nearest

REQUIRED = {
    "person": ("person_id", "gender_concept_id", "year_of_birth"),
    "drug_exposure": ("drug_exposure_id", "person_id", "drug_concept_id", "drug_exposure_start_date"),
    "condition_occurrence": (
        "condition_occurrence_id", "person_id", "condition_concept_id", "condition_start_date",
    ),
    "visit_occurrence": ("visit_occurrence_id", "person_id", "visit_concept_id", "visit_start_date"),
    "procedure_occurrence": ("procedure_occurrence_id", "person_id", "procedure_concept_id", "procedure_date"),
    "measurement": ("measurement_id", "person_id", "measurement_concept_id", "measurement_date"),
    "observation": ("observation_id", "person_id", "observation_concept_id", "observation_date"),
    "death": ("person_id", "death_date"),
    "concept": ("concept_id", "concept_name", "vocabulary_id", "concept_code"),
}  # fmt: skip
"""Tables that are read, and the columns without which they are not."""

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
_BATCH_ROWS = 4096
_LONGEST_FIELD = 1 << 24
_FREE_TEXT = ("sig", "source_value", "value_as_string", "stop_reason", "concept_name")
_NAME = re.compile(r"^(?:\d+_)?([a-z_]+?)(?:[-_.]?\d+)?$")


@dataclass(frozen=True)
class TableFile:
    """One file of a table: its path, its name as it is told, its columns in lower case, and what parts them."""

    path: str
    name: str
    columns: tuple[str, ...]
    delimiter: str = ","

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; else lines."""
        return self.name.lower().endswith(".parquet")


@dataclass(frozen=True)
class Record:
    """One record as text by column, or why it cannot be used; the line it begins on (Parquet: its number)."""

    line: int
    cells: Mapping[str, str]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        """The text of a column; empty where it is not there or holds nothing."""
        return self.cells.get(column, "")


def is_omop(folder: Path) -> bool:
    """Whether a folder holds the tables that make it OMOP."""
    return folder.is_dir() and {"person", "drug_exposure"} <= {table for table, _, _ in _named(folder)}


def find_tables(folder: Path) -> dict[str, tuple[TableFile, ...]]:
    """The files of every table; InputRefused where a column is missing that must be there."""
    found: dict[str, list[TableFile]] = {}
    for table, path, name in sorted(_named(folder), key=lambda item: item[2]):
        file = _opened(path, name)
        for column in REQUIRED[table]:
            if column not in file.columns:
                raise InputRefused(
                    f"has no column '{column}'.{nearest(column, file.columns)}", where=name,
                    next_step=f"The table {table} of OMOP CDM 5.4 has the columns {', '.join(REQUIRED[table])}.",
                )  # fmt: skip
        found.setdefault(table, []).append(file)
    return {table: tuple(files) for table, files in found.items()}


def _named(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Table, path and name: `drug_exposure.csv`, `DRUG_EXPOSURE-2.parquet`, or any file in a folder of that name."""
    for path in folder.rglob("*"):
        lower = path.name.lower()
        if not lower.endswith(ENDINGS) or lower.startswith(".") or not path.is_file():
            continue
        relative = path.relative_to(folder)
        for word in (lower.split(".")[0], *(part.lower() for part in reversed(relative.parts[:-1]))):
            match = _NAME.match(word)
            if match and match[1] in REQUIRED:
                yield match[1], path, str(relative)
                break


def _opened(path: Path, name: str) -> TableFile:
    try:
        if name.lower().endswith(".parquet"):
            return TableFile(str(path), name, tuple(word.lower() for word in pq.read_schema(path).names))
        with _text(str(path), name) as file:
            header = file.readline()
    except (pa.ArrowException, OSError, EOFError, zlib.error) as error:
        raise InputRefused(f"cannot be read: {error}", where=name, next_step="Give the file anew.") from None
    delimiter = "\t" if "\t" in header else ","
    names = next(csv.reader([header], delimiter=delimiter), [])
    return TableFile(str(path), name, tuple(word.strip().lower() for word in names), delimiter)


@contextmanager
def _text(path: str, name: str) -> Iterator[IO[str]]:
    """Letters that are none in UTF-8 are shown as such, so that a name with one is unknown and not another."""
    with Path(path).open("rb") as stored:
        binary = cast("IO[bytes]", gzip.GzipFile(fileobj=stored)) if name.lower().endswith(".gz") else stored
        with io.TextIOWrapper(binary, "utf-8-sig", errors="replace", newline="") as file:
            yield file


def records(file: TableFile, group: int | None = None, first: int = 1) -> Iterator[Record]:
    """The records of a file, or of one row group of it; raises OSError and its kin where it breaks off."""
    return _of_parquet(file, group, first) if file.is_parquet else _of_lines(file)


def _of_lines(file: TableFile) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_FIELD)
    with _text(file.path, file.name) as text:
        lines = _Lines(text)
        reader = _reader(lines, file)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            lines.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield from _one_by_one(file, line, lines.taken, str(error))
                continue
            record = _record(file, line, cells)
            if record and record.fault and len(lines.taken) > 1:
                yield from _one_by_one(file, line, lines.taken, "a quotation mark is not closed")
            elif record:
                yield record


class _Lines:
    """The lines of a text, and those taken for the record at hand."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self.taken = text, list[str]()

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.taken.append(line)
            yield line


def _reader(lines: Iterable[str], file: TableFile) -> Any:
    # Athena writes CONCEPT with tabs and bare quotation marks.
    with_tabs = file.delimiter == "\t"
    return csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if with_tabs else csv.reader(lines)


def _record(file: TableFile, line: int, cells: Sequence[str]) -> Record | None:
    """A record; with a fault where it does not fit the header, or where a number or date goes over lines."""
    if not cells:
        return None
    if len(cells) != len(file.columns):
        return Record(line, {}, f"has {len(cells)} fields where the header has {len(file.columns)}")
    found = dict(zip(file.columns, cells, strict=True))
    if any("\n" in cell and not name.endswith(_FREE_TEXT) for name, cell in found.items()):
        return Record(line, {}, "has a field that goes over lines where none may")
    return Record(line, found)


def _one_by_one(file: TableFile, line: int, taken: Sequence[str], why: str) -> Iterator[Record]:
    """Lines that a stray quotation mark has made one: the first is lost, the others are read for themselves."""
    yield Record(line, {}, f"is not a line of a table: {why}")
    for number, one in enumerate(list(taken[1:]), start=line + 1):
        for cells in _reader([one], file):
            record = _record(file, number, cells)
            if record:
                yield record


def _of_parquet(file: TableFile, group: int | None, first: int) -> Iterator[Record]:
    number = first
    with pq.ParquetFile(file.path) as table:
        groups = range(table.metadata.num_row_groups) if group is None else [group]
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=list(groups)):
            columns = [_as_text(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                yield Record(number, dict(zip(file.columns, cells, strict=True)))
                number += 1


def _as_text(column: pa.Array) -> Sequence[str]:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, "%Y-%m-%dT%H:%M:%S")
    return [value or "" for value in pc.cast(column, pa.string()).to_pylist()]
