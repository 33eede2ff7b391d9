"""The published shape of urine tests as read (schema benzosafe.urine/1); more keys may come, these stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from benzosafe.review.contract import Open


class AssayReport(Open):
    """One result as it was reported."""

    name: str
    method: Literal["immunoassay", "mass_spectrometry", ""] = Field(description="empty: not on record")
    outcome: Literal["positive", "negative", "invalid", ""] = Field(description="empty: no result is given")
    value_ng_per_ml: float | None
    cutoff_ng_per_ml: float | None
    hydrolysed: bool | None


class SubstanceReport(Open):
    """What to have looked for; null: which cut-off is low enough is not known."""

    name: str
    cutoff_ng_per_ml_at_most: float | None


class ConfirmReport(Open):
    """What to ask for by mass spectrometry."""

    by: Literal["mass spectrometry"]
    hydrolysis: bool
    substances: list[SubstanceReport]


class ResultReport(Open):
    """What a result comes to, what it does not show, what explains it without any fault, and what to ask."""

    about: str
    kind: Literal["prescribed", "found", "class"]
    method: Literal["immunoassay", "mass_spectrometry"] = Field(description="one not on record counts as immunoassay")
    verdict: Literal["expected", "unexpected", "cannot tell"]
    assays: list[AssayReport]
    shows: str
    does_not_show: str
    reasons: list[str] = Field(min_length=1)
    innocent: list[str]
    ask: list[str]
    confirm: ConfirmReport | None
    sources: list[dict[str, Any]]


class SampleReport(Open):
    """One sample; `cannot_judge` is not empty where nothing of it can be judged."""

    id: str
    collected_on: str | None
    creatinine_mg_per_dl: float | None
    temperature_celsius: float | None
    cannot_judge: list[str]
    remarks: list[str]
    results: list[ResultReport]
    confirmed_unexpected: list[str]
    not_found: list[str]
    not_judged: list[str]
    not_understood: list[str]
    ask: list[str]
    rules: list[str] = Field(min_length=1)


class LimitReport(Open):
    """A number with where it stands."""

    low: float
    high: float
    unit: str
    source: dict[str, Any]


class UrineReport(Open):
    """The whole answer; there is no score in it."""

    schema_: Literal["benzosafe.urine/1"] = Field(alias="schema")
    engine_version: str
    knowledge_version: str
    note: str
    patient: str
    on: str
    medicines_known: bool
    limits: dict[str, LimitReport] = Field(description="the numbers by which every test is read")
    samples: list[SampleReport] = Field(min_length=1)
    gaps: list[dict[str, str]]
