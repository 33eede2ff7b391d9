"""The screen itself: rows of patients in, results out; the same function on one machine and on many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

import pyarrow as pa

from benzosafe.errors import InputRefused
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import DataGap, Record
from benzosafe.population.rows import PatientRows, by_patient
from benzosafe.population.screen.columns import results_batch
from benzosafe.population.screen.gate import Gate, Looked
from benzosafe.population.screen.record import record_of
from benzosafe.review.evaluate import Outcome, evaluate
from benzosafe.review.finding import findings_of_row
from benzosafe.review.rank import Verdict, rank

PATIENTS_TOGETHER = 256
"""Rules are run over so many patients at once: more are hardly quicker, and each finding looks at the whole batch."""


@dataclass(frozen=True)
class Judged:
    """One patient as judged: by a look alone, refused, known to have died, or reviewed as a row of the frame."""

    patient: str
    looked: Looked
    record: Record | None = None
    refused: DataGap | None = None
    row: int | None = None

    @property
    def status(self) -> str | None:
        """What can be said of the patient as a whole; a review is the last word where there is one."""
        if self.row is not None:
            return "reviewed"
        if self.refused is not None:
            return "refused"
        return "deceased" if self.record else self.looked.status


@dataclass(frozen=True)
class Judgement:
    """Some patients, and the frame, outcomes and verdicts of those that were reviewed."""

    judged: list[Judged]
    frame: Frame
    outcomes: list[Outcome]
    verdicts: list[Verdict]


def screen_rows(batches: Iterable[pa.RecordBatch], knowledge: Knowledge, on: date) -> Iterator[pa.RecordBatch]:
    """The results of every patient of rows sorted by patient, in their order; no patient's record stops it."""
    people = by_patient(batches)
    gate = _gate(knowledge, on)
    while some := list(islice(people, PATIENTS_TOGETHER)):
        yield results_batch(judge_people(some, knowledge, on, gate))


@lru_cache(maxsize=4)
def _gate(knowledge: Knowledge, on: date) -> Gate:
    return Gate(knowledge, on)


def judge_people(people: Iterable[PatientRows], knowledge: Knowledge, on: date, gate: Gate) -> Judgement:
    """Every patient looked at, and those at stake reviewed together."""
    judged: list[Judged] = []
    scenarios: list[Scenario] = []
    for person in people:
        looked = gate.look(person)
        if looked.status is not None:
            judged.append(Judged(person.patient, looked))
            continue
        try:
            record = record_of(person, knowledge, on)
        except InputRefused as error:
            refused = DataGap(error.where, error.what, "unreadable")
            judged.append(Judged(person.patient, looked, refused=refused))
            continue
        if record.deceased:
            judged.append(Judged(person.patient, looked, record))
            continue
        judged.append(Judged(person.patient, looked, record, row=len(scenarios)))
        scenarios.append(Scenario("as_is", record, record.orders))
    frame = Frame(scenarios, knowledge, on)
    outcomes = evaluate(frame)
    certain = [outcome for outcome in outcomes if outcome.rows(surely=True)]
    verdicts = [rank(findings_of_row(frame, certain, row, surely=True)) for row in range(frame.size)]
    return Judgement(judged, frame, outcomes, verdicts)
