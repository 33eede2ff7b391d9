"""The published shape of a dose proposal (schema benzosafe.dose/1); more keys may come, these stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from benzosafe.knowledge.model import Severity
from benzosafe.review.contract import FactValue, Open

Status = Literal[
    "proposed", "no_rule", "contraindicated", "avoid", "already_taken", "not_known", "disputed", "cannot_be_made"
]  # fmt: skip


class QuantityReport(Open):
    """A number of a source with where it stands."""

    low: float
    high: float
    unit: str
    population: str
    source: dict[str, Any]


AmountReport = dict[
    Literal["mg_per_dose", "mg_per_day", "mg_per_kg_per_dose", "mg_per_kg_per_day"], QuantityReport
]  # fmt: skip


class RungReport(Open):
    """From which day which dose, and what it is made of."""

    from_day: int
    one_dose: bool = Field(description="given once: in an emergency, before a procedure")
    at_bedtime: bool
    mg_per_dose: float
    times_per_day: int
    mg_per_day: float
    made_of: list[str]


class CeilingReport(Open):
    """What is never exceeded; null is that no ceiling is known, not that there is none."""

    mg_per_dose: float | None
    mg_per_day: float | None


class PlanReport(Open):
    """The first dose, its rises, where they end, and when to look again."""

    start: RungReport
    rises: list[RungReport]
    no_rise: str = Field(description="why no rise is laid out; empty where one is")
    target_mg_per_day: list[float] | None
    target_mg_per_dose: list[float] | None
    ceiling: CeilingReport
    look_again: list[str] | None = Field(description="first and last day")
    decide: list[str] | None = Field(description="first and last day on which to decide whether it goes on")
    steady_state_days: list[float] | None
    longest_days: QuantityReport | None


class RegimenReport(Open):
    """What one source says for an indication and a group of people."""

    id: str
    jurisdiction: str
    labelled: bool
    indication: str
    start: AmountReport
    target: AmountReport | None
    mean_in_trials: AmountReport | None = Field(description="never aimed at")
    at_most: AmountReport | None
    source: dict[str, Any]


class AdjustmentReport(Open):
    """What is different for some people; holds null: it is not known whether it does here."""

    id: str
    holds: bool | None
    counted: bool
    why: str
    facts: dict[str, FactValue]
    not_known: list[str]


class ExposureReport(Open):
    """What other medicines make of the exposure, and the factor on every dose for it."""

    ratio: list[float] | None
    by: list[str]
    complete: bool
    dose_factor: float = Field(gt=0, le=1)


class MarginReport(Open):
    """How an order stands to one limit."""

    against: str
    asked_mg: float
    limit_mg: float
    ratio: float
    left_mg: float = Field(description="to the limit on its safe side; below 0 beyond it")
    least: bool
    beyond: bool


class FindingLine(Open):
    """A finding of the review, in short."""

    rule: str
    title: str
    severity: Severity
    tier: Literal[0, 1, 2, 3]
    reason: str


class OrderReport(Open):
    """An order that is asked for; not_judged: why it was held against nothing, which is not that it is right."""

    text: str
    not_judged: str
    margins: list[MarginReport]
    review_says: list[FindingLine]


class DoseReport(Open):
    """Everything a proposal says; without a plan no dose was computed, and `why` says why."""

    schema_: Literal["benzosafe.dose/1"] = Field(alias="schema")
    engine_version: str
    knowledge_version: str
    note: str
    on: str
    drug: str
    for_: str = Field(alias="for")
    country: str
    route: str
    status: Status
    why: str
    first: list[str] = Field(description="what is to be seen before any number")
    not_known: list[str]
    plan: PlanReport | None
    rule: RegimenReport | None
    adjustments: list[AdjustmentReport]
    exposure: ExposureReport
    cautions_without_number: list[dict[str, Any]]
    taken_already: list[dict[str, Any]]
    contraindications: list[dict[str, Any]]
    other_rules: list[RegimenReport]
    review_says: list[FindingLine]
    could_be_contraindicated: list[dict[str, Any]]
    order: OrderReport | None
    instead: list[dict[str, Any]]
