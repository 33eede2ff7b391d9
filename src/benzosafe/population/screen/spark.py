"""The Spark engine: Spark carries rows to the very same function and brings patients together; no rule stands here.

The input is read where the executors run, so they must reach it by the same path, with benzosafe installed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from benzosafe.fhir.bundle import reference_tail
from benzosafe.knowledge.load import load_knowledge
from benzosafe.population.buckets.partition import ORDER, bucket_count
from benzosafe.population.intake.reading import POINTING, medicine_pointed_to
from benzosafe.population.rows import ROWS, SHARED, Chunk, Reject, Row, Source, Split, bucket_of, rows_batch
from benzosafe.population.screen.judge import screen_rows
from benzosafe.population.screen.results import RESULTS
from benzosafe.population.screen.spark_session import spark_session
from benzosafe.population.screen.write import CLOSER_TIER, is_written, write_bucket
from benzosafe.population.watcher import Watcher

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from benzosafe.population.screen.job import Job
    from benzosafe.population.screen.run import Engine

_BUCKET = pa.field("bucket", pa.int32(), nullable=False)
_SPREAD = pa.schema([*ROWS, _BUCKET])
_JUDGED = pa.schema([*RESULTS, _BUCKET])
_POINTS = pa.schema([pa.field("pointer", pa.string()), pa.field("medicine", pa.string())])
_REJECT, _NOT_USED = "!reject", "!not used"
"""Kinds of row that are no resources: what could not be used, and what nobody reads (counted in `line`)."""


@dataclass(frozen=True)
class SparkTaken:
    """What Spark has taken in: the number of buckets, what could not be used, what nobody reads."""

    count: int
    notes: Path

    def rejects(self) -> Iterator[Reject]:
        """What could not be used, by file and line."""
        notes = self._noted(_REJECT).sort_by([("file", "ascending"), ("line", "ascending")])
        for row in notes.select(["file", "line", "resource"]).to_pylist():
            yield Reject(row["file"], row["line"], row["resource"].decode())

    @property
    def not_used(self) -> dict[str, int]:
        """Resources of kinds that nothing reads, counted by kind."""
        total = Counter[str]()
        for row in self._noted(_NOT_USED).select(["id", "line"]).to_pylist():
            total[row["id"]] += row["line"]
        return dict(sorted(total.items()))

    def _noted(self, kind: str) -> pa.Table:
        return ds.dataset(self.notes, format="parquet").to_table(filter=pc.field("kind") == kind)


def spark_engine(master: str) -> Engine:
    """The engine that hands the work to a Spark master."""

    def judge(job: Job, watcher: Watcher) -> SparkTaken:
        work = job.work / "spark"
        taken = SparkTaken(bucket_count(job.source, job.bucket_bytes), work / "notes")
        if not (work / "whole").exists():
            with spark_session(master, job.work) as spark:
                _carry(spark, job, taken.count, work)
            (work / "whole").touch()
        _finish(job, taken.count, work, watcher)
        return taken

    return judge


def _carry(spark: SparkSession, job: Job, buckets: int, work: Path) -> None:
    """Read, bring together, judge and write; Spark does each part again where an executor is lost."""
    from pyspark.sql import functions as f
    from pyspark.storagelevel import StorageLevel

    splits = list(job.source.splits())
    numbers = spark.range(0, len(splits), 1, max(len(splits), 1))
    read = numbers.mapInArrow(partial(_read, job.source, splits, buckets), _schema(_SPREAD))
    read = read.persist(StorageLevel.DISK_ONLY)
    notes = read.filter(f.col("kind").startswith("!"))
    notes.write.mode("overwrite").parquet(str(work / "notes"))
    rows = _with_shared(read.filter(~f.col("kind").startswith("!")))
    together = rows.repartition(buckets, "bucket").sortWithinPartitions("bucket", *(name for name, _ in ORDER))
    judged = together.mapInArrow(partial(_judge, job.on, buckets), _schema(_JUDGED))
    judged.write.mode("overwrite").partitionBy("bucket").parquet(str(work / "judged"))
    kept = spark.read.schema(judged.schema).parquet(str(work / "judged"))
    at_risk = kept.filter(f.col("facts.worst_tier") <= CLOSER_TIER).select("patient")
    records = rows.join(at_risk, "patient", "left_semi")
    records.write.mode("overwrite").partitionBy("bucket").parquet(str(work / "records"))


def _with_shared(rows: DataFrame) -> DataFrame:
    """The rows of patients, with the Medications they point to."""
    from pyspark.sql import functions as f

    shared = rows.filter(f.col("patient") == SHARED)
    mine = rows.filter(f.col("patient") != SHARED)
    pointing = mine.filter(f.col("kind").isin(sorted(POINTING))).select("patient", "resource", "bucket")
    points = pointing.mapInArrow(_points, _schema(pa.schema([*_POINTS, _BUCKET]))).distinct()
    points = points.withColumnRenamed("bucket", "of_bucket")
    given = shared.join(points, shared["id"] == points["medicine"])
    given = given.withColumn("patient", f.col("pointer")).withColumn("bucket", f.col("of_bucket"))
    return mine.unionByName(given.select(*_SPREAD.names))


def _schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _read(
    source: Source, splits: Sequence[Split], buckets: int, numbers: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The rows of some parts of the input, and notes of what is not among them."""
    for batch in numbers:
        for number in batch.column(0).to_pylist():
            for chunk in source.read(splits[number]):
                rows = [*chunk.rows, *_notes(chunk, splits[number])]
                bucket = [bucket_of(row.patient, buckets) for row in rows]
                yield pa.RecordBatch.from_arrays(
                    [*rows_batch(rows).columns, pa.array(bucket, pa.int32())], schema=_SPREAD
                )


def _notes(chunk: Chunk, split: Split) -> Iterator[Row]:
    for reject in chunk.rejects:
        why = reject.why.encode("utf-8", "backslashreplace")
        yield Row(SHARED, _REJECT, "", "", why, reject.file, reject.line)
    for kind, count in chunk.not_used.items():
        yield Row(SHARED, _NOT_USED, kind, "", b"", split.name, count)


def _points(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Who points to which Medication."""
    schema = pa.schema([*_POINTS, _BUCKET])
    for batch in batches:
        found = []
        for patient, resource, bucket in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            address = medicine_pointed_to(resource)
            if address:
                found.append({"pointer": patient, "medicine": reference_tail(address), "bucket": bucket})
        yield pa.RecordBatch.from_pylist(found, schema)


def _judge(on: date, buckets: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The screen of a partition."""
    rows = (batch.select(ROWS.names).cast(ROWS) for batch in batches)
    for results in screen_rows(rows, load_knowledge(), on):
        bucket = pa.array([bucket_of(patient, buckets) for patient in results["patient"].to_pylist()], pa.int32())
        yield pa.RecordBatch.from_arrays([*results.columns, bucket], schema=_JUDGED)


def _finish(job: Job, buckets: int, work: Path, watcher: Watcher) -> None:
    """Let every bucket be written by the writer that also serves the local engine."""
    patients = 0
    for number in range(buckets):
        results = _bucket(work / "judged", number, RESULTS)
        patients += results.num_rows
        if not is_written(job.results, number):
            records = _bucket(work / "records", number, ROWS)
            write_bucket(job.results, number, results, records.to_batches())
        watcher.counting(number + 1, buckets, patients)


def _bucket(folder: Path, number: int, schema: pa.Schema) -> pa.Table:
    place = folder / f"bucket={number}"
    if not place.is_dir():
        return schema.empty_table()
    return ds.dataset(place, format="parquet").to_table().select(schema.names).cast(schema)
