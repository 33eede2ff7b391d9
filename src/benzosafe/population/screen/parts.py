"""The tables of a screen, read one part at a time: memory is that of one bucket, whatever the number of patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benzosafe.errors import InputRefused


def part_files(folder: Path, table: str) -> list[Path]:
    """The parts of a table in the order of their buckets."""
    return sorted((folder / table).glob("part-*.parquet"))


def part_tables(folder: Path, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Some columns of a table, part by part."""
    for path in part_files(folder, table):
        yield read_part(path, columns)


def read_part(path: Path, columns: Sequence[str], patients: Sequence[str] | None = None) -> pa.Table:
    """Some columns of one part, of some patients if they are given."""
    filters = None if patients is None else [("patient", "in", list(patients))]
    try:
        return pq.read_table(path, columns=list(columns), filters=filters, partitioning=None).select(list(columns))
    except (pa.ArrowException, OSError) as error:
        raise InputRefused(
            f"cannot be read: {error}.", where=str(path), next_step="Screen again into a new folder."
        ) from None


def row_count(folder: Path, table: str) -> int:
    """Rows of a table, from what its parts say of themselves."""
    return sum(pq.read_metadata(path).num_rows for path in part_files(folder, table))
