"""One look at a patient after the prescription: due, changed, to ask, to do; as plain data for every rendering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.adherence import Adherence, adherence
from benzosafe.monitoring.due import Task, tasks
from benzosafe.monitoring.red_flags import Flag, not_judged, red_flags
from benzosafe.monitoring.response import Trend, outcomes_without_measure, totals_not_read, trends
from benzosafe.monitoring.signals import Signal, signals
from benzosafe.monitoring.still_right import Judged, still_right
from benzosafe.monitoring.urine import UrineReading, interpret
from benzosafe.patient.tables import Record
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE
from benzosafe.review.review import review

_LISTS = {
    "fills": "what was handed out", "stays": "stays in hospital", "events": "what happened",
    "reviews": "earlier reviews", "promises": "promises", "scales": "scales", "urine": "urine tests",
}  # fmt: skip


TODAY = ("abrupt_stop",)
"""Rules whose finding asks for a call on the same day."""


@dataclass(frozen=True)
class Now:
    """Something for today: what it is, and what to do."""

    kind: str
    label: str
    do: str
    certain: bool = True


@dataclass(frozen=True)
class ConfirmedResult:
    """An unexpected result of a urine test that mass spectrometry has confirmed."""

    on: date
    what: str


@dataclass(frozen=True)
class Monitored:
    """Everything seen of one patient on one day."""

    record: Record
    on: date
    knowledge: Knowledge
    flags: tuple[Flag, ...]
    tasks: tuple[Task, ...]
    trends: tuple[Trend, ...]
    not_measured: tuple[str, ...]
    judged: tuple[Judged, ...]
    signals: tuple[Signal, ...]
    adherence: tuple[Adherence, ...]
    urine: tuple[UrineReading, ...]
    lists_not_given: tuple[str, ...]
    totals_not_read: tuple[str, ...]
    not_judged: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What the review finds that must interrupt, by the same rules as everywhere."""

    @property
    def now(self) -> list[Now]:
        """What cannot wait until the next appointment, the gravest first."""
        grave = [Now("red flag", flag.label, flag.do) for flag in self.flags if flag.urgent]
        grave += [Now("finding", item.rule.rule.title, " ".join(item.rule.rule.advice.split()))
                  for item in self.findings if item.rule.rule.id in TODAY]  # fmt: skip
        told = [one for one in self.signals if one.urgent and (one.state == "seen" or one.data)]
        return grave + [Now("signal", one.label, one.urgent, one.state == "seen") for one in told]


def monitor(record: Record, knowledge: Knowledge, on: date) -> Monitored:
    """What is due, what changed, what to ask and what to do, for one patient on one day."""
    said = review(record, knowledge, on)
    seen = trends(record, knowledge, on)
    read = [interpret(record, specimen, knowledge, on) for specimen in record.course.specimens]
    confirmed = [
        ConfirmedResult(one.specimen.collected_on, f"{item.about}: {item.shows}")
        for one in read if one.specimen.collected_on
        for item in one.confirmed_unexpected
    ]  # fmt: skip
    return Monitored(
        record, on, knowledge,
        tuple(red_flags(record, knowledge, on)), tuple(tasks(record, said.frame, on)), tuple(seen),
        tuple(outcomes_without_measure(record, knowledge, on)),
        tuple(still_right(record, knowledge, on, said.verdict.findings, seen)),
        tuple(signals(record, record.course, knowledge, on, confirmed)),
        tuple(adherence(record, record.course, knowledge, on)), tuple(read),
        tuple(words for name, words in _LISTS.items() if name not in record.course.given),
        tuple(totals_not_read(record, knowledge)), tuple(not_judged(record, knowledge, on)),
        tuple(item for item in said.verdict.findings if item.tier <= INTERRUPTIVE),
    )  # fmt: skip
