"""A forecast of a population: bucket by bucket, in memory that does not grow with the number of patients."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.population.buckets.partition import Buckets, partition
from benzosafe.population.forecast.decision import WHY_NOT, Decide
from benzosafe.population.forecast.fairness import Watch
from benzosafe.population.forecast.history import ORDER, History, Kept
from benzosafe.population.forecast.replay import Replay
from benzosafe.population.forecast.signed import last_day
from benzosafe.population.forecast.tally import Tally
from benzosafe.population.pool import Pool, pool_of
from benzosafe.population.rows import PatientRows, Source, by_patient
from benzosafe.population.watcher import Watcher

_BUCKET_BYTES = 8 << 20
_NEXT = "Give a bulk export (*.ndjson, *.ndjson.gz), FHIR Bundles (*.json), our Parquet, or a folder of OMOP tables."


@dataclass(frozen=True)
class Window:
    """The days of which orders are replayed, both included; without a first day, the twelve months up to the last."""

    last: date
    first: date | None = None


@dataclass(frozen=True)
class Asked:
    """What a forecast is of."""

    window: Window
    by: frozenset[str]
    """Dimensions by which orders are also counted."""

    decide: Decide


@dataclass(frozen=True)
class Forecast:
    """The counts of a forecast, of which days they are, and what of the input could not be used."""

    source: str
    asked: Asked
    first: date | None
    last: date
    tally: Tally
    rejects: int
    knowledge: Knowledge

    @property
    def supplied_from(self) -> date:
        """The first day of supplies by which somebody counts as being on a medicine."""
        return _supplied_from(self.first, self.last)


@dataclass(frozen=True)
class _Task:
    """What a process needs to know; it opens everything itself."""

    rows: Path
    asked: Asked


def forecast(asked: Asked, source: Source, workers: int = 1, watcher: Watcher | None = None) -> Forecast:
    """Replay the orders of every patient and count; what is in hand lies in the folder for temporary files."""
    try:
        work = Path(tempfile.mkdtemp(prefix="benzosafe-"))
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}.", where=tempfile.gettempdir(),
            next_step="Make room there, or choose another place with TMPDIR.",
        ) from None  # fmt: skip
    try:
        buckets = partition(source, work, workers, watcher.reading if watcher else None, _BUCKET_BYTES)
        rejects = sum(1 for _ in buckets.rejects())
        workers = min(workers, buckets.count)
        with pool_of(workers, (_begin, (_Task(work, asked),)), "Use fewer --workers.") as pool:
            first, last = _days(asked.window, buckets, pool)
            tally = _counted(buckets, pool, (first, last), watcher)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if not tally.patients:
        why = f" {rejects:,} lines or resources could not be used." if rejects else ""
        raise InputRefused(f"holds no patient.{why}", where=source.name, next_step=_NEXT)
    return Forecast(source.name, asked, first, last, tally, rejects, load_knowledge())


def _days(window: Window, buckets: Buckets, pool: Pool) -> tuple[date | None, date]:
    """The days of the window; no first day where nothing was ordered up to the last."""
    if window.first is not None:
        return window.first, window.last
    found = pool.in_turn(_last_day, ((number, window.last) for number in range(buckets.count)))
    last = max((day for day in found if day), default=None)
    return (None, window.last) if last is None else (_year_before(last), last)


def _year_before(last: date) -> date:
    """The first day of the twelve months that end on a day; the first day there is where no calendar has it."""
    if last.year == date.min.year:
        return date.min
    try:
        return last.replace(year=last.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(last.year - 1, 3, 1)


def _supplied_from(first: date | None, last: date) -> date:
    return first or _year_before(last)


def _counted(buckets: Buckets, pool: Pool, days: tuple[date | None, date], watcher: Watcher | None) -> Tally:
    tally = Tally()
    found = pool.in_turn(_count, ((number, *days) for number in range(buckets.count)))
    for done, counted in enumerate(found, 1):
        tally.merge(counted)
        if watcher:
            watcher.counting(done, buckets.count, tally.patients)
    return tally


_tasks: list[_Task] = []
_replays: dict[tuple[date | None, date], tuple[Replay, Watch]] = {}


def _begin(task: _Task) -> None:
    _tasks[:] = [task]
    _replays.clear()


def _people(number: int) -> Iterator[PatientRows]:
    """The patients of a bucket."""
    (task,) = _tasks
    return by_patient(Buckets.open(task.rows).batches(number))


def _last_day(number: int, on: date) -> date | None:
    """The last day up to a date on which somebody of a bucket had an order."""
    days = (last_day(_orders_of(person), on) for person in _people(number))
    return max((day for day in days if day), default=None)


def _orders_of(person: PatientRows) -> list[Kept]:
    rows = tuple(row for row in person.rows if row.kind == ORDER)
    return History(PatientRows(person.patient, rows)).kept


def _count(number: int, first: date | None, last: date) -> Tally:
    """The tally of one bucket."""
    (task,) = _tasks
    if (first, last) not in _replays:
        knowledge = load_knowledge()
        replay = Replay(knowledge, task.asked.decide, first or last, last)
        _replays[first, last] = replay, Watch(knowledge, _supplied_from(first, last), last)
    (replay, watch), tally = _replays[first, last], Tally()
    for person in _people(number):
        history = History(person)
        tally.kinds.update(row.kind for row in history.rows.rows)
        tally.add(replay.of(history), frozenset(WHY_NOT), task.asked.by)
        watched = watch.of(person, history)
        if watched:
            tally.signals.add(watched)
    gc.collect()  # the command line does not collect by itself
    return tally
