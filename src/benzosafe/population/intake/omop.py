"""OMOP CDM 5.4 tables as a source of rows: every record one FHIR resource, whose it is, and where it stood."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benzosafe.errors import InputRefused
from benzosafe.population.intake.fingerprint import fingerprint_of
from benzosafe.population.intake.omop_concepts import Concepts, used_concepts, whole
from benzosafe.population.intake.omop_fhir import RESOURCE_OF, Json, NotARecord, owner_of_record, patient
from benzosafe.population.intake.omop_tables import Record, TableFile, find_tables, records
from benzosafe.population.rows import Chunk, Reject, Row, Split

_CHUNK_RECORDS = 4096
_ROW_GROWS, _PACKED_GROWS = 3, 12
_READ = ("person", *RESOURCE_OF)
_WANTED = ("condition_occurrence", "observation", "measurement", "concept")
_BREAKS_OFF = (OSError, EOFError, zlib.error, pa.ArrowException)
_DAYS = "datetime64[D]"


@dataclass(frozen=True)
class OmopSource:
    """Tables in a folder, and the concepts that they use."""

    name: str
    tables: Mapping[str, tuple[TableFile, ...]]
    concepts: Concepts

    @property
    def size_bytes(self) -> int:
        """Bytes of the tables that give rows, as stored."""
        return sum(Path(file.path).stat().st_size for _, file in self._files)

    @property
    def row_bytes(self) -> int:
        """Bytes of rows to be expected, roughly: a record grows when it is written as FHIR."""
        packed = (".gz", ".parquet")
        return sum(
            Path(file.path).stat().st_size * (_PACKED_GROWS if file.name.lower().endswith(packed) else _ROW_GROWS)
            for _, file in self._files
        )

    @cached_property
    def fingerprint(self) -> str:
        """A digest of names, sizes and times of change."""
        return fingerprint_of([(file.path, file.name) for files in self.tables.values() for file in files])

    def splits(self) -> Sequence[Split]:
        """A part a file; of Parquet one a row group."""
        return [split for table, file in self._files for split in _splits(table, file)]

    def read(self, split: Split, after_line: int = 0) -> Iterator[Chunk]:
        """The rows of a part."""
        table = split.format.removeprefix("omop:")
        file = next(file for file in self.tables[table] if file.path == split.path)
        left = Path(split.path).stat().st_size // max(split.end or 1, 1)
        chunk = Chunk(last_line=after_line)
        if table == "person" and file == self.tables["person"][0] and split.first_line <= 1 and not after_line:
            chunk.rejects += self._absent()
        try:
            found = records(file, split.start if file.is_parquet else None, split.first_line)
            for record in (item for item in found if item.line > after_line):
                self._add(record, table, split.name, chunk)
                if len(chunk.rows) >= _CHUNK_RECORDS:
                    chunk.bytes_read = min(chunk.size // _ROW_GROWS, left)
                    left -= chunk.bytes_read
                    yield chunk
                    chunk = Chunk(last_line=record.line)
        except _BREAKS_OFF as error:
            chunk.rejects.append(Reject(split.name, 0, f"cannot be read to its end: {error}"))
        chunk.bytes_read = left
        yield chunk

    @property
    def _files(self) -> list[tuple[str, TableFile]]:
        return [(table, file) for table in _READ for file in self.tables.get(table, ())]

    def _absent(self) -> list[Reject]:
        """Tables that are not there: what they would say is not known."""
        return [
            Reject(f"{table} (no such table)", 0, "what it would say is not known")
            for table in _WANTED
            if table not in self.tables
        ]

    def _add(self, record: Record, table: str, name: str, chunk: Chunk) -> None:
        chunk.last_line = record.line
        try:
            if record.fault:
                raise NotARecord(record.fault)
            owner, resource = owner_of_record(record), self._resource(record, table)
        except NotARecord as error:
            chunk.rejects.append(Reject(name, record.line, f"{table} {error}"))
            return
        raw = msgspec.json.encode(resource)
        chunk.size += len(raw)
        chunk.rows.append(Row(owner, resource["resourceType"], resource["id"], "", raw, name, record.line))

    def _resource(self, record: Record, table: str) -> Json:
        if table != "person":
            return RESOURCE_OF[table](record, self.concepts)
        return patient(record, _deaths(self.tables.get("death", ())).on(whole(record["person_id"]) or 0))


def omop_source(path: Path) -> OmopSource:
    """The tables in a folder; InputRefused where one cannot be read or lacks a column."""
    tables = find_tables(path)
    try:
        return OmopSource(str(path), tables, used_concepts(tables))
    except _BREAKS_OFF as error:
        raise InputRefused(f"cannot be read: {error}", where=str(path), next_step="Give the table anew.") from None


def _splits(table: str, file: TableFile) -> Iterator[Split]:
    """Of Parquet `start` is the row group, `end` how many there are, `first_line` the number of its first record."""
    if not file.is_parquet:
        yield Split(file.path, file.name, format=f"omop:{table}")
        return
    with pq.ParquetFile(file.path) as stored:
        first, groups = 1, stored.metadata.num_row_groups
        for group in range(groups):
            yield Split(file.path, file.name, group, groups, format=f"omop:{table}", first_line=first)
            first += stored.metadata.row_group(group).num_rows


class _Deaths:
    """Days of death by person, sixteen bytes each."""

    def __init__(self, files: Sequence[TableFile]) -> None:
        days = {
            number: record["death_date"][:10]
            for file in files
            for record in records(file)
            if (number := whole(record["person_id"])) is not None
        }
        self._people = np.array(sorted(days), np.int64)
        self._days = np.array([_day_of(days[number]) for number in self._people.tolist()], _DAYS)

    def on(self, person: int) -> str | None:
        """The day a person died; "" where only the death is known, None where no death is."""
        place = int(np.searchsorted(self._people, person))
        if place == len(self._people) or self._people[place] != person:
            return None
        day = self._days[place]
        return "" if np.isnat(day) else str(day)


@lru_cache(maxsize=2)
def _deaths(files: Sequence[TableFile]) -> _Deaths:
    return _Deaths(files)


def _day_of(text: str) -> np.datetime64:
    try:
        return np.datetime64(text, "D")
    except ValueError:
        return np.datetime64("NaT", "D")
