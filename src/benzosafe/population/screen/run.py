"""A whole screen: rows into buckets, buckets judged by an engine, the reports about all of it, and into place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from benzosafe.errors import InputRefused
from benzosafe.files import write_whole
from benzosafe.population.buckets.partition import Buckets, partition
from benzosafe.population.rows import Reject
from benzosafe.population.screen.job import Job, abandon, opened, settle, waits_to_settle
from benzosafe.population.screen.local import Task, judge_locally
from benzosafe.population.screen.quality import another_day, quality_data
from benzosafe.population.screen.summary import summary_data
from benzosafe.population.watcher import Watcher

Page = Callable[[dict[str, Any]], str]
_LEAST_OF_A_PROCESS = 16 << 20
"""Bytes of rows for which another process is worth its start."""


class Taken(Protocol):
    """What an engine has taken in of the input."""

    @property
    def count(self) -> int:
        """Buckets."""
        ...

    @property
    def not_used(self) -> dict[str, int]:
        """Resources of kinds that nothing reads, counted by kind."""
        ...

    def rejects(self) -> Iterator[Reject]:
        """What could not be used, by file and line."""
        ...


Engine = Callable[[Job, Watcher], Taken]
"""What judges the buckets; it leaves every bucket's parts in the job's results."""


def run_screen(job: Job, engine: Engine, watcher: Watcher, page: Page, *, resume: bool = False) -> dict[str, Any]:
    """Screen an input into a folder; returns the manifest. Killed at any moment, it resumes to the same result."""
    with opened(job, resume=resume):
        manifest = waits_to_settle(job)
        if manifest is None:
            taken = engine(job, watcher)
            manifest = _report(job, taken, page)
            if not manifest["patients"]["count"]:
                first = next(taken.rejects(), None)
                abandon(job)
                raise _no_patient(job, first)
        settle(job, manifest)
    return manifest


def _no_patient(job: Job, first: Reject | None) -> InputRefused:
    """An export without patients is a mistake on the way here, never a population without danger."""
    place = f"{first.file}:{first.line}" if first and first.line else first.file if first else ""
    why = f" {place}: {first.why}" if first else ""
    return InputRefused(f"holds no patient.{why}", where=job.source.name, next_step="Give another input.")


def local_engine(workers: int) -> Engine:
    """The engine of this machine."""

    def judge(job: Job, watcher: Watcher) -> Buckets:
        readers = max(min(workers, job.source.row_bytes // _LEAST_OF_A_PROCESS), 1)
        buckets = partition(job.source, job.rows, readers, watcher.reading, job.bucket_bytes)
        done = patients = 0

        def on_bucket(judged: int) -> None:
            nonlocal done, patients
            done, patients = done + 1, patients + judged
            watcher.counting(done, buckets.count, patients)

        judge_locally(Task(job.rows, job.results, job.on), buckets.count, min(workers, buckets.count), on_bucket)
        return buckets

    return judge


def _report(job: Job, buckets: Taken, page: Page) -> dict[str, Any]:
    """Everything told about the whole: rejects, quality, the page; returns what the manifest adds."""
    _write_rejects(job.results / "rejects.csv", buckets.rejects())
    quality = quality_data(job.results, buckets.rejects(), buckets.not_used)
    write_whole(job.results / "quality.json", json.dumps(quality, indent=1, ensure_ascii=False, allow_nan=False))
    manifest = {
        "buckets": buckets.count, "patients": quality["patients"], "rejects": quality["rejects"]["count"],
        "another_day": another_day(job.on, quality["orders"]),
    }  # fmt: skip
    told = {**manifest, "on": job.on.isoformat(), "knowledge": job.identity.knowledge, "input": job.source.name}
    write_whole(job.results / "summary.html", page(summary_data(job.results, told, job.knowledge)))
    return manifest


def _write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """One line each, as they come: there may be as many as there are lines."""
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "line", "why"))
        writer.writerows((reject.file, reject.line, reject.why) for reject in rejects)
