"""A measure counted over a population in pieces: parts of the input made narrow into buckets, then every bucket."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from benzosafe.fhir.elements import CodeableConcept
from benzosafe.population.buckets.line_spill import LineSpill
from benzosafe.population.buckets.shared import found_shared
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.measure import Asked, Computes
from benzosafe.population.measures.measure_input import Chart, Charts, Part
from benzosafe.population.measures.narrow import Narrowed
from benzosafe.population.measures.resources import DECODERS, Drug
from benzosafe.population.measures.spans import birth_of
from benzosafe.population.measures.stratifiers import strata_of
from benzosafe.population.measures.tally import Tally
from benzosafe.population.rows import SHARED, Reject, Source, Split, bucket_of
from benzosafe.population.sorted_runs import write_run

SPILL_BYTES = 32 << 20
PARTS = "parts.json"
REFUSED = "refused"
"""Of a piece of the input: what could not be read; its lines have no numbers within their file yet."""

WRITTEN, REJECTED, UNBORN = "written", "rejected", "unborn"
"""Of a bucket: what is written of its patients, what could not be used, and who has no birth date."""


class Refused(NamedTuple):
    """Something that could not be read: in which part, in which file where that is not the part's, and why."""

    part: int
    file: str
    line: int
    why: str


class Written(NamedTuple):
    """A patient, and what is written of it."""

    patient: str
    text: str


Write = Callable[[Asked, str, Sequence[Answer]], str]
"""How the answers on one patient are written."""


@dataclass(frozen=True)
class Task:
    """What a process needs to know; it opens everything itself."""

    asked: Asked
    source: Source
    work: Path
    buckets: int
    write: Write | None = None
    """How each patient is written; None where only totals are asked for."""

    def run(self, kind: str, number: int) -> Path:
        """A file of a bucket, or of a piece of the input."""
        return self.work / f"{kind}-{number:06d}"

    def spills(self) -> list[LineSpill]:
        """All spills, in the order of the input."""
        return [LineSpill(path) for path in sorted(self.work.glob("spill-*"))]


@dataclass
class Spread:
    """A piece of the input in buckets: the lines of each of its parts, how much could not be used, what is shared."""

    lines: dict[int, int] = field(default_factory=dict)
    rejects: int = 0
    shared: bool = False
    bytes_read: int = 0


@dataclass
class Counted:
    """What one bucket comes to."""

    tally: Tally = field(default_factory=Tally)
    patients: int = 0
    unborn: int = 0
    rejected: int = 0


class Worker:
    """A process at work on a task."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._encoder = msgspec.json.Encoder()

    def spread(self, piece: int, parts: Sequence[tuple[int, Split]]) -> Spread:
        """Put the resources of some parts of the input into buckets, narrow."""
        narrowing, done, spills, rejects = self._task.asked.narrowing(), Spread(), 0, list[Refused]()
        buckets = self._empty()
        with _unwatched():
            for part, split in parts:
                for narrowed in narrowing.read(self._task.source, split):
                    self._add(part, narrowed, buckets)
                    rejects += [_refused(part, split, item) for item in narrowed.rejects]
                    done.lines[part] = done.lines.get(part, 0) + narrowed.lines
                    done.bytes_read += narrowed.bytes_read
                    if sum(map(len, buckets)) >= SPILL_BYTES:
                        self._spill(piece, spills, buckets, done)
                        buckets, spills = self._empty(), spills + 1
        self._spill(piece, spills, buckets, done)
        if rejects:
            write_run(self._task.run(REFUSED, piece), sorted(rejects), 1)
        done.rejects = len(rejects)
        return done

    def _empty(self) -> list[bytearray]:
        """No lines for any bucket, nor for the last place, of what is shared."""
        return [bytearray() for _ in range(self._task.buckets + 1)]

    def _spill(self, piece: int, number: int, buckets: Sequence[bytearray], done: Spread) -> None:
        LineSpill(self._task.work / f"spill-{piece:06d}-{number:04d}").write(buckets)
        done.shared = done.shared or bool(buckets[-1])

    def _add(self, part: int, narrowed: Narrowed, buckets: list[bytearray]) -> None:
        count = self._task.buckets
        by_bucket: dict[int, list[object]] = {}
        for patient, file, resources in narrowed.units:
            number = count if patient == SHARED else bucket_of(patient, count)
            by_bucket.setdefault(number, []).append((part, patient, file, resources))
        for number, units in by_bucket.items():
            buckets[number] += self._encoder.encode_lines(units)

    def count(self, bucket: int) -> Counted:
        """Count the patients of one bucket, and keep what is to be written of them."""
        task, counted = self._task, Counted()
        charts = Charts(task.asked.measure.reads, self._parts)
        written: list[Written] = []
        unborn: list[str] = []
        with _unwatched():
            for spill in self._spills:
                charts.add(spill.read(bucket))
            for chart in charts.made(self._shared):
                answers = self._answers(chart, counted.tally)
                counted.patients += 1
                if birth_of(chart) is None:
                    unborn.append(chart.patient)
                if task.write is not None:
                    written.append(Written(chart.patient, task.write(task.asked, chart.patient, answers)))
            write_run(task.run(WRITTEN, bucket), written, task.buckets)
        write_run(task.run(REJECTED, bucket), sorted(charts.rejected), task.buckets)
        write_run(task.run(UNBORN, bucket), unborn, task.buckets)
        counted.rejected, counted.unborn = len(charts.rejected), len(unborn)
        return counted

    def _answers(self, chart: Chart, tally: Tally) -> Sequence[Answer]:
        """The answers on a patient, by encounter and group, added to the tally."""
        answers = self._computes.answers(chart)
        if len(answers) > 1:
            answers.sort(key=_place)
        tally.add(answers, self._strata(chart) if self._task.asked.by else {})
        return answers

    def _strata(self, chart: Chart) -> Mapping[str, str]:
        asked = self._task.asked
        return strata_of(chart, asked.age_on, asked.by) if asked.age_on else {}

    @cached_property
    def _computes(self) -> Computes:
        return self._task.asked.made()

    @cached_property
    def _spills(self) -> list[LineSpill]:
        return self._task.spills()

    @cached_property
    def _parts(self) -> list[Part]:
        return [Part(*item) for item in json.loads((self._task.work / PARTS).read_bytes())]

    def _shared(self, names: Iterable[str]) -> Mapping[str, CodeableConcept | None]:
        rows = found_shared(self._task.work, [("", name) for name in sorted(names)])
        drugs = ((row.id, DECODERS["Medication"].decode(row.resource)) for row in rows)
        return {name: drug.code for name, drug in drugs if isinstance(drug, Drug)}


def _refused(part: int, split: Split, reject: Reject) -> Refused:
    return Refused(part, "" if reject.file == split.name else reject.file, reject.line, reject.why)


def _place(answer: Answer) -> tuple[str, str]:
    return answer.encounter, answer.group


@contextmanager
def _unwatched() -> Iterator[None]:
    """Without the search for unused objects: those of a bucket are all in use until its end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_at_work: list[Worker] = []


def begin(task: Task) -> None:
    """Make this process ready."""
    _at_work[:] = [Worker(task)]


def spread(piece: int, parts: Sequence[tuple[int, Split]]) -> tuple[int, Spread]:
    """See `Worker.spread`; with the number of the piece."""
    return piece, _at_work[0].spread(piece, parts)


def count(bucket: int) -> Counted:
    """See `Worker.count`."""
    return _at_work[0].count(bucket)
