"""The published shape of a follow-up (schema benzosafe.monitor/1); more keys may come, these stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from benzosafe.monitoring.scale_change import Direction
from benzosafe.monitoring.urine_contract import SampleReport
from benzosafe.review.contract import Open


class FlagReport(Open):
    """A sign that is acted upon by itself; urgent: today."""

    name: str
    label: str
    on: str
    said: str
    do: str
    urgent: bool


class NowReport(Open):
    """Something for today: what it is, and what to do."""

    kind: Literal["red flag", "finding", "signal"]
    label: str
    do: str
    certain: bool = Field(description="false: perhaps, because how long a supply lasted is not known")


class ReasonReport(Open):
    """Why a task is there, and how often it asks [d]."""

    name: str
    title: str
    why: str
    every_days: float | None
    evidence: list[dict[str, str]] = Field(min_length=1)


class TaskReport(Open):
    """Something to be done by a day; `last_on` null: not on record that it ever was."""

    name: str
    kind: Literal["review", "check", "measure", "promise"]
    title: str
    state: Literal["overdue", "due", "not known", "coming", "later", "kept"]
    due_on: str
    owner: str
    escalate_on: str
    escalated: bool
    last_on: str | None
    done_on: str | None
    reasons: list[ReasonReport]
    maybe: list[tuple[ReasonReport, list[str]]] = Field(description="reasons that hang on something not known")
    ask: list[str]


class TrendReport(Open):
    """A scale or a kind of event over time; each point is a day with the least and most it can be."""

    name: str
    label: str
    unit: str
    points: list[tuple[str, float, float]]
    since_first: Direction
    since_last: Direction
    words: str
    outcome_of: list[str]


class JudgedReport(Open):
    """Whether one drug is still right; no change is a result like any other."""

    drug: str
    candidate: Literal["slow reduction may be discussed", "no change", "cannot tell"]
    because: list[str]
    benefit: Direction
    benefit_words: str
    dose_words: str
    length: list[str]
    harm_of_continuing: list[dict[str, Any]]
    harm_of_stopping: list[dict[str, Any]]
    not_known: list[str]


class SignalReport(Open):
    """A reason to ask, with its data, rule, source and innocent explanations; never a verdict, never a score."""

    id: str
    label: str
    about: str
    state: Literal["seen", "explained", "not seen", "cannot tell"]
    data: list[dict[str, Any]]
    rule: str
    definition: str
    evidence: list[dict[str, str]] = Field(min_length=1)
    explanations: list[dict[str, Any]]
    innocent: list[str] = Field(min_length=2)
    ask: list[str] = Field(min_length=1)
    not_conclude: list[str] = Field(min_length=1)
    missing: list[str]
    urgent: str


class EstimateReport(Open):
    """A share between two limits; `likely` null where nothing tells where between them."""

    low: float
    likely: float | None
    high: float


class AdherenceReport(Open):
    """Supply of one medicine over time; null where a share means nothing, and `words` says why."""

    ingredient: str
    days: int
    pdc: EstimateReport | None
    mpr: EstimateReport | None
    gaps: list[dict[str, Any]]
    estimated: int
    incomplete: bool
    words: str
    supplies: list[dict[str, Any]]


class MonitorReport(Open):
    """The whole look at one patient on one day."""

    schema_: Literal["benzosafe.monitor/1"] = Field(alias="schema")
    engine_version: str
    knowledge_version: str
    note: str
    patient: str
    on: str
    now: list[NowReport] = Field(description="what cannot wait; exit code 3 where any is certain")
    red_flags: list[FlagReport]
    not_judged: list[str] = Field(description="events of no kind that is known: nobody has judged them")
    review_interrupts: list[dict[str, Any]]
    tasks: list[TaskReport]
    trends: list[TrendReport]
    not_measured: list[str]
    still_right: list[JudgedReport]
    signals: list[SignalReport]
    adherence: list[AdherenceReport]
    urine: list[SampleReport]
    lists_not_given: list[str]
    not_understood: list[dict[str, str]]
