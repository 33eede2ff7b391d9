"""OMOP CDM 5.4 tables as a source of rows: every record one FHIR resource, whose it is, and where it stood."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import msgspec
import pyarrow as pa

from benzosafe.errors import InputRefused
from benzosafe.population.intake.fingerprint import fingerprint_of
from benzosafe.population.intake.omop_concepts import Used, used_concepts
from benzosafe.population.intake.omop_deaths import DeathRecords, deaths_in
from benzosafe.population.intake.omop_drugs import Drugs
from benzosafe.population.intake.omop_parts import NotARecord, Parts
from benzosafe.population.intake.omop_pieces import Records, Values, read_records
from benzosafe.population.intake.omop_records import Conditions, Observed, Persons, Procedures, Visits
from benzosafe.population.intake.omop_resources import Made
from benzosafe.population.intake.omop_tables import TableFile, find_tables
from benzosafe.population.rows import Chunk, Reject, Row, Split

_ROW_GROWS, _PACKED_GROWS = 5, 20
_FORMAT = "omop:"
_BREAKS_OFF = (OSError, EOFError, zlib.error, pa.ArrowException)
_NOT_TOLD = "what it would say is not known"
_WANTED = {
    "condition_occurrence": _NOT_TOLD,
    "observation": _NOT_TOLD,
    "measurement": _NOT_TOLD,
    "death": "who has died is not known",
    "concept": "codes stand behind numbers that cannot be told: medicines, conditions and values are known only where "
               "the source's own words name them, and of nobody can be said that nothing is wrong",
}  # fmt: skip
_OTHERS = {
    "drug_exposure": Drugs, "condition_occurrence": Conditions, "visit_occurrence": Visits,
    "procedure_occurrence": Procedures, "measurement": partial(Observed, "measurement"),
    "observation": partial(Observed, "observation"),
}  # fmt: skip
_READ = ("person", "death", *_OTHERS)


@dataclass(frozen=True)
class OmopSource:
    """Tables in a folder, and the concepts that they use."""

    name: str
    tables: Mapping[str, tuple[TableFile, ...]]
    used: Used

    @property
    def size_bytes(self) -> int:
        """Bytes of the tables that are read, as stored."""
        return sum(Path(file.path).stat().st_size for _, file in self._files)

    @property
    def row_bytes(self) -> int:
        """Bytes of rows to be expected, roughly: a record grows when it is written as FHIR."""
        return sum(
            Path(file.path).stat().st_size * (_PACKED_GROWS if file.is_packed or file.is_parquet else _ROW_GROWS)
            for _, file in self._files
        )

    @cached_property
    def fingerprint(self) -> str:
        """A digest of names, sizes and times of change."""
        return fingerprint_of([(file.path, file.name) for files in self.tables.values() for file in files])

    def splits(self) -> Sequence[Split]:
        """The parts of all files, by table."""
        return [split for table, file in self._files for split in file.splits(f"{_FORMAT}{table}")]

    def read(self, split: Split, after_line: int = 0) -> Iterator[Chunk]:
        """The rows of a part."""
        table = split.format.removeprefix(_FORMAT)
        file = next(file for file in self.tables[table] if file.path == split.path)
        reader = _Reader(self, table, split.name, after_line)
        is_first = table == "person" and file == self.tables[table][0] and split.first_line <= 1 and not after_line
        chunk = Chunk(last_line=after_line, rejects=self._absent() if is_first else [])
        try:
            for records in read_records(file, split, reader.columns):
                reader.fill(chunk, records)
                yield chunk
                chunk = Chunk(last_line=chunk.last_line)
        except _BREAKS_OFF as error:
            chunk.rejects.append(Reject(split.name, 0, f"cannot be read to its end: {error}"))
        yield chunk

    @property
    def _files(self) -> list[tuple[str, TableFile]]:
        return [(table, file) for table in _READ for file in self.tables.get(table, ())]

    def _absent(self) -> list[Reject]:
        """Tables that are not there, and what could not be read of the concepts."""
        absent = [Reject(f"{table} (no such table)", 0, why) for table, why in _WANTED.items()
                  if table not in self.tables]  # fmt: skip
        return [*absent, *self.used.rejects]


class _Reader:
    """Makes rows of the records of one part of a table."""

    def __init__(self, source: OmopSource, table: str, name: str, after_line: int) -> None:
        self._table, self._name, self._after_line = table, name, after_line
        self._parts = Parts(source.used.concepts)
        self._make: Callable[[Values], Made | tuple[int, int]]
        if table == "person":
            person = Persons(self._parts, lambda number: deaths_in(source.tables.get("death", ())).on(number))
            self.columns, self._make = person.columns, person
        elif table == "death":
            death = DeathRecords(self._parts)
            self.columns, self._make = death.columns, death
        else:
            other = _OTHERS[table](self._parts)
            self.columns, self._make = other.columns, other
        self._encode = msgspec.json.Encoder().encode

    def fill(self, chunk: Chunk, records: Records) -> None:
        """Add the rows of some records to a chunk, and what could not be used."""
        make, encode, faults, name, after = self._make, self._encode, self._parts.faults, self._name, self._after_line
        rows, new = chunk.rows, tuple.__new__
        for line, values in records.found:
            if line <= after:
                continue
            try:
                owner, resource = make(values)
            except NotARecord as error:
                faults.clear()
                self._reject(chunk, line, str(error))
                continue
            if faults:
                for fault in faults:
                    self._reject(chunk, line, fault)
                faults.clear()
            if isinstance(owner, str):
                raw = encode(resource)
                rows.append(new(Row, (owner, type(resource).__name__, resource.id, "", raw, name, line)))
        for line, why in records.faults:
            if line > after:
                self._reject(chunk, line, why)
        chunk.size = sum(len(row.resource) for row in rows)
        chunk.bytes_read, chunk.last_line = records.bytes_read, max(records.last_line, after)

    def _reject(self, chunk: Chunk, line: int, why: str) -> None:
        chunk.rejects.append(Reject(self._name, line, f"{self._table} {why}"))


def omop_source(path: Path) -> OmopSource:
    """The tables in a folder; InputRefused where one cannot be read or lacks a column."""
    tables = find_tables(path)
    try:
        return OmopSource(str(path), tables, used_concepts(tables))
    except _BREAKS_OFF as error:
        raise InputRefused(f"cannot be read: {error}", where=str(path), next_step="Give the table anew.") from None
