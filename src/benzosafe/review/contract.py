"""The published shape of a review (schema benzosafe.review/1); more keys may come, these stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from benzosafe.knowledge.model import Severity

FactValue = bool | float | str | list[float | None] | list[str] | None


class Open(BaseModel):
    """A part that may gain keys in later versions."""

    model_config = ConfigDict(extra="allow")


class SourceReport(Open):
    """Where a finding stands."""

    id: str
    citation: str
    year: int | None
    at: str = Field(description="place in the source")
    grade: str = Field(description="strength of the recommendation in the source")
    confidence: Literal["verified", "recalled", "derived"]
    url: str


class RatioReport(Open):
    """A ratio or a dose that is never shown alone: best estimate, 5th and 95th percentile."""

    value: float
    low: float
    high: float


class AnalyteReport(Open):
    """The drug itself or an active metabolite, and its predicted level over that without the other medicines."""

    analyte: str
    auc_ratio: RatioReport


class PredictedReport(Open):
    """The change of exposure at full effect that a model predicts from everything taken together."""

    ingredient: str
    beside: list[str] = Field(description="medicines that change it")
    auc_ratio: RatioReport = Field(description="all active drug with them over that without")
    mg_per_day: float | None = Field(description="the most the order allows")
    like_mg_per_day: RatioReport | None = Field(description="dose that would do the same with nothing beside it")
    keeps_exposure_mg_per_day: list[float] | None = Field(description="doses that would keep the exposure there was")
    analytes: list[AnalyteReport] = Field(description="the drug itself, then active metabolites that count")
    rests_on: list[str]
    transferred: bool = Field(description="carried over from related drugs or test tubes, not measured")
    assumed: list[str]
    words: str


class FindingReport(Open):
    """One rule's verdict (FHIR DetectedIssue)."""

    rule: str
    version: int
    status: str
    title: str
    topic: str
    tier: Literal[0, 1, 2, 3] = Field(description="0 hard stop, 1 interrupts, 2 in line, 3 on demand")
    severity: Severity = Field(description="certain: what is not known counts as no")
    severity_possible: Severity = Field(description="what is not known counts as yes")
    missing: list[str] = Field(description="facts that would settle or raise the severity")
    exclusions_unknown: list[str]
    scenario: str
    caused_by_draft: bool
    ingredients: list[str]
    orders: list[str]
    facts: dict[str, FactValue] = Field(description="a pair is [lowest, highest], null is an open end or not known")
    thresholds: dict[str, dict[str, Any]]
    reason: str
    predicted: PredictedReport | None = None
    advice: str
    wrong_when: str
    sources: list[SourceReport]


class GapReport(Open):
    """Something that could not be read, resolved or believed."""

    where: str
    what: str
    kind: str
    text: str


class NotCheckedReport(Open):
    """A check that could not be decided."""

    rule: str
    title: str
    topic: str
    severity_possible: Severity
    missing: list[str]
    scenario: str
    unresolved_medicines: list[str]


class SuppressedReport(Open):
    """A finding folded away or shown less loudly, and why."""

    rule: str
    title: str
    severity: Severity
    kind: Literal["excluded", "covered", "attention"]
    why: str
    scenario: str
    ingredients: list[str]


class ChangeReport(Open):
    """One change of one medicine, what it would lower and what it costs."""

    action: Literal["stop", "withhold", "avoid", "taper", "reduce", "exchange"]
    ingredient: str
    to: str | None
    words: str
    how: Literal["free", "taper", "protected"]
    withdrawal_cost: str
    worst_severity_after: Severity | None
    removes_or_lowers: list[str]
    brings: list[str]


class ScenarioReport(Open):
    """A version of the regimen and how bad it is."""

    name: str
    worst: Severity | None
    counts: dict[Severity, int]
    notes: list[str]


class ReviewReport(Open):
    """The whole review of one patient."""

    schema_: Literal["benzosafe.review/1"] = Field(alias="schema")
    engine_version: str
    knowledge_version: str
    knowledge_status: str
    patient: dict[str, Any]
    reviewed_on: str
    exposure: dict[str, FactValue]
    regimen: list[dict[str, Any]]
    scenarios: list[ScenarioReport]
    findings: list[FindingReport]
    unresolved: list[GapReport]
    data_gaps: list[GapReport]
    not_checked: list[NotCheckedReport]
    suppressed: list[SuppressedReport]
    changes_that_help: list[ChangeReport]
    fact_labels: dict[str, str]
