"""The results of one bucket as Parquet parts: each written aside and renamed, the mark that it is done last.

The same rows give the same bytes, whoever computed them and however many worked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benzosafe.errors import UsageError
from benzosafe.population.buckets.partition import ORDER
from benzosafe.population.rows import ROWS
from benzosafe.population.screen.tables import TABLES, take_apart

RECORDS = "records"
FOLDERS = (*TABLES, RECORDS)
CLOSER_TIER = 1
"""The records of patients with a finding that interrupts are kept, for the worklist to look closer."""

_DONE = ".done"
_NO_ROOM = "Make room or choose another --out, then go on with --resume."


def part_name(number: int) -> str:
    """The name of a bucket's part in every folder."""
    return f"part-{number:05d}.parquet"


def is_written(out: Path, number: int) -> bool:
    """Whether a bucket's parts are all there."""
    return (out / _DONE / f"{number:05d}").exists()


def write_bucket(out: Path, number: int, results: pa.Table, rows: Iterable[pa.RecordBatch]) -> None:
    """Write every table of a bucket, and the records of its patients at risk; `results` may come in any order."""
    results = results.sort_by("patient")
    try:
        for name, table in take_apart(results).items():
            with _part(out / name, number, table.schema) as writer:
                writer.write_table(table)
        records = pa.Table.from_batches(_of_patients(rows, patients_at_risk(results)), ROWS)
        with _part(out / RECORDS, number, ROWS) as writer:
            writer.write_table(records.sort_by(ORDER))
        (out / _DONE).mkdir(exist_ok=True)
        (out / _DONE / f"{number:05d}").touch()
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}.", where=str(out), next_step=_NO_ROOM) from None


def patients_at_risk(results: pa.Table) -> frozenset[str]:
    """Patients with a finding that interrupts or stops."""
    tier = pc.struct_field(results["facts"], "worst_tier")
    chosen = pc.fill_null(pc.less_equal(tier, CLOSER_TIER), False)
    return frozenset(results["patient"].filter(chosen).to_pylist())


def _of_patients(rows: Iterable[pa.RecordBatch], patients: Set[str]) -> Iterator[pa.RecordBatch]:
    wanted = pa.array(sorted(patients), pa.string())
    for batch in rows if patients else ():
        kept = batch.filter(pc.is_in(batch["patient"], wanted))
        if kept.num_rows:
            yield kept


@contextmanager
def _part(folder: Path, number: int, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{part_name(number)}.{os.getpid()}"
    try:
        with pq.ParquetWriter(aside, schema, compression="zstd") as writer:
            yield writer
        os.replace(aside, folder / part_name(number))
    finally:
        aside.unlink(missing_ok=True)
