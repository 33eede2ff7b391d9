"""Our own Parquet of rows, as a screen leaves it in `records/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benzosafe.errors import InputRefused
from benzosafe.population.rows import ROWS, Chunk, Reject, Row, Split

ENDINGS = (".parquet",)
_BATCH_ROWS = 4096


def splits_of(path: Path, name: str) -> list[Split]:
    """One part a row group; InputRefused where the columns are not those of rows."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputRefused(f"is not Parquet: {error}", where=name) from None
    with file:
        missing = [column for column in ROWS.names if column not in file.schema_arrow.names]
        if missing:
            raise InputRefused(
                f"has no column '{missing[0]}'.", where=name,
                next_step=f"Parquet that is read here has the columns {', '.join(ROWS.names)}.",
            )  # fmt: skip
        groups = range(file.metadata.num_row_groups)
        return [Split(str(path), name, group, group + 1, format="parquet") for group in groups]


def read_row_group(split: Split) -> Iterator[Chunk]:
    """The rows of one row group."""
    size = Path(split.path).stat().st_size
    try:
        with pq.ParquetFile(split.path) as file:
            share = size // max(file.metadata.num_row_groups, 1)
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=[split.start], columns=ROWS.names):
                rows = [
                    Row(*values) for values in zip(*(column.to_pylist() for column in batch.cast(ROWS)), strict=True)
                ]
                chunk = Chunk(rows=rows, size=sum(len(row.resource) for row in rows))
                yield chunk
            yield Chunk(bytes_read=share)
    except (pa.ArrowException, OSError) as error:
        yield Chunk(rejects=[Reject(split.name, 0, f"row group {split.start} cannot be read: {error}")])
