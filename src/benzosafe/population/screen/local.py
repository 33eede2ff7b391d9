"""The local engine: buckets of patients judged by processes of this machine, one bucket each at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from benzosafe.knowledge.load import load_knowledge
from benzosafe.population.buckets.partition import Buckets
from benzosafe.population.pool import in_turn
from benzosafe.population.screen.judge import screen_rows
from benzosafe.population.screen.results import RESULTS
from benzosafe.population.screen.write import is_written, write_bucket


@dataclass(frozen=True)
class Task:
    """What a process needs to know to judge a bucket; it opens everything itself."""

    rows: Path
    results: Path
    on: date


def judge_bucket(task: Task, number: int) -> int:
    """Judge the patients of one bucket and write what comes of it; returns their number."""
    buckets = Buckets.open(task.rows)
    judged = pa.Table.from_batches(screen_rows(buckets.batches(number), load_knowledge(), task.on), schema=RESULTS)
    write_bucket(task.results, number, judged, buckets.batches(number))
    return int(judged.num_rows)


def judge_locally(task: Task, count: int, workers: int, on_bucket: Callable[[int], None]) -> None:
    """Judge every bucket not judged before; `on_bucket` hears the number of patients of each."""
    pieces = ((task, number) for number in range(count) if not is_written(task.results, number))
    for patients in in_turn(judge_bucket, pieces, workers):
        on_bucket(patients)
