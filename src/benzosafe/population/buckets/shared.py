"""Medications that belong to no one patient: kept by id on disk, given to whoever points to them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benzosafe.fhir.bundle import reference_tail
from benzosafe.population.intake.reading import POINTING, medicine_pointed_to
from benzosafe.population.rows import Row, rows_batch

_NAME = "shared.sqlite"


def keep_shared(work: Path, batches: Iterable[pa.RecordBatch]) -> None:
    """Keep the shared rows by id, all versions of each; written aside and renamed."""
    aside = work / f"{_NAME}.part"
    aside.unlink(missing_ok=True)
    store = sqlite3.connect(aside)
    try:
        store.execute("PRAGMA journal_mode=OFF")
        store.execute("PRAGMA synchronous=OFF")
        store.execute("CREATE TABLE shared (kind TEXT, id TEXT, full_url TEXT, resource BLOB, file TEXT, line INTEGER)")
        for batch in batches:
            rows = zip(*(column.to_pylist() for column in batch.columns[1:]), strict=True)
            store.executemany("INSERT INTO shared VALUES (?, ?, ?, ?, ?, ?)", rows)
        store.execute("CREATE INDEX by_id ON shared (id)")
        store.commit()
    finally:
        store.close()
    os.replace(aside, work / _NAME)


def with_shared(work: Path, table: pa.Table) -> pa.Table:
    """The rows of a bucket with the Medications its patients point to."""
    if not (work / _NAME).exists() or not table.num_rows:
        return table
    wanted = sorted(set(_wanted(table)))
    given = list(found_shared(work, wanted))
    return pa.concat_tables([table, pa.Table.from_batches([rows_batch(given)])]) if given else table


def _wanted(table: pa.Table) -> Iterator[tuple[str, str]]:
    """Who points to which Medication, by id."""
    mask = pc.is_in(table["kind"], pa.array(sorted(POINTING)))
    orders = table.filter(mask).select(["patient", "resource"])
    for batch in orders.to_batches():
        for patient, resource in zip(batch["patient"].to_pylist(), batch["resource"].to_pylist(), strict=True):
            address = medicine_pointed_to(resource)
            if address:
                yield patient, reference_tail(address)


def found_shared(work: Path, wanted: Sequence[tuple[str, str]]) -> Iterator[Row]:
    """All versions of the Medications that patients point to by id, each given to the patient; by file and line."""
    if not (work / _NAME).exists():
        return
    store = sqlite3.connect(f"file:{work / _NAME}?mode=ro", uri=True)
    try:
        known: dict[str, list[tuple[str, str, str, bytes, str, int]]] = {}
        for patient, name in wanted:
            if name not in known:
                known[name] = store.execute("SELECT * FROM shared WHERE id = ? ORDER BY file, line", (name,)).fetchall()
            for kind, own, full_url, resource, file, line in known[name]:
                yield Row(patient, kind, own, full_url, resource, file, line)
    finally:
        store.close()
