"""What a rule file and the tables beside it may say: rules with their cases, scores, equivalences, alternatives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from benzosafe.knowledge.model import (
    Checked,
    Confidence,
    Evidence,
    Inn,
    Name,
    Quantity,
    Severity,
    Status,
    Strict,
)


class Threshold(Quantity):
    """A clinical number used by name in a rule's condition."""


class Case(Strict):
    """An example inside a rule: facts in, the expected answer out."""

    name: str
    given: dict[str, bool | float | int | str | tuple[float, float] | None]
    expect: Literal["contraindicated", "high", "moderate", "low", "info", "quiet", "unknown", "suppressed"]
    possible: Severity | None = None


class Rule(Strict):
    """A clinical rule: when it speaks, how severe, why, what to do, when it is wrong, and its own cases."""

    id: Name
    version: int = 1
    title: str
    status: Status = "draft"
    dose_too_high: bool = False
    """Whether its finding means that the dose is more than the person should have: then none like it is proposed."""

    lowers_nothing: bool = False
    """Whether its advice lowers no medicine: it stands also beside a reason not to taper, and is help by itself."""

    per: Literal["patient", "order"]
    when: str
    severity: dict[Severity, str]
    thresholds: dict[Name, Threshold] = Field(default_factory=dict)
    reason: str
    advice: str
    not_when: tuple[Name, ...] = ()
    supersedes: tuple[Name, ...] = ()
    rises_with: tuple[Name, ...] = ()
    tier: dict[Severity, Annotated[int, Field(ge=0, le=3)]] = Field(default_factory=dict)
    wrong_when: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    checked: Checked
    cases: tuple[Case, ...] = Field(min_length=4)


class EquivalenceTable(Strict):
    """One published table of doses said to equal a diazepam dose."""

    title: str
    diazepam_mg: float
    source: str
    confidence: Confidence
    population: str
    mg: dict[Inn, tuple[float, float]]
    note: str = ""


class LookAlike(Strict):
    """Two names that have been taken for one another."""

    names: tuple[str, str]
    evidence: Evidence


class Score(Strict):
    """A published points score: when it applies, its items, and where its classes begin."""

    name: Name
    title: str
    applies_when: Name
    population: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    points: dict[Name, int]
    class_from: tuple[int, ...]
    mme_from: Quantity


class Alternative(Strict):
    """A drug that may be tried instead of another, and why."""

    to: Inn
    dose: Literal["equivalence", "none"]
    why: str
    source: str
    confidence: Confidence
