"""The patient as read: what each source said, before any judgement.

Readers (FHIR, hand-written YAML) fill these; facts are computed from nothing else.
None always means 'not known', never 'none'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from benzosafe.patient.course import Course

Tri = bool | None
SourceKind = Literal["request", "statement", "administration", "dispense", "handwritten", "draft"]


@dataclass(frozen=True)
class Bounds:
    """A quantity known between two limits; low == high when it is certain."""

    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether both limits are the same."""
        return self.low == self.high


@dataclass(frozen=True)
class Supply:
    """One dated supply or authorisation behind an order, kept to show how 'active' was decided."""

    kind: SourceKind
    reference: str
    on: date | None
    days: float | None


@dataclass(frozen=True)
class Order:
    """One ingredient of one medicine in the regimen (FHIR MedicationRequest, Statement, Dispense ...).

    Doses are mg of the ingredient; `dose_mg_per_day` runs from the least to the most the order allows.
    """

    order_id: str
    text: str
    ingredient: str | None
    source: SourceKind
    codes: tuple[str, ...] = ()
    code_ingredient: str | None = None
    text_ingredient: str | None = None
    strength_mg: float | None = None
    route: str | None = None
    form: str | None = None
    status: str | None = None
    dose_mg_single: Bounds | None = None
    times_per_day: Bounds | None = None
    dose_mg_per_day: Bounds | None = None
    days_per_week: float | None = None
    prn: Tri = None
    sig: str = ""
    sig_reading: str = ""
    indication: str | None = None
    indication_text: str = ""
    active: Tri = None
    active_because: str = ""
    start_on: date | None = None
    end_on: date | None = None
    supply_ends_on: date | None = None
    days_supply: float | None = None
    refills: int | None = None
    continuous_since: date | None = None
    previous_dose_mg_per_day: float | None = None
    dose_changed_on: date | None = None
    continues: bool = False
    supplies: tuple[Supply, ...] = ()
    same_as: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """A problem or history item, resolved to our concepts where that could be done."""

    condition_id: str
    text: str
    concepts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    active: Tri = None
    present: bool = True
    onset_on: date | None = None
    recorded_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True)
class Observation:
    """A measurement, score or reported finding in our unit, or a category."""

    observation_id: str
    concept: str
    value: float | None = None
    category: str | None = None
    unit: str = ""
    taken_on: date | None = None


@dataclass(frozen=True)
class Allergy:
    """A recorded allergy or intolerance to an ingredient or a class."""

    allergy_id: str
    text: str
    ingredient: str | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataGap:
    """Something that could not be read or resolved: where, what, and what it may hide."""

    where: str
    what: str
    kind: Literal["unresolved_drug", "unreadable", "implausible", "conflict", "missing", "notice"]
    text: str = ""


@dataclass(frozen=True)
class Coverage:
    """Whether each list was given at all: True means 'what is not listed is absent'."""

    orders: bool = False
    conditions: bool = False
    observations: bool = False
    allergies: bool = False
    self_reported: bool = False


@dataclass(frozen=True)
class Record:
    """One patient, everything known, on no particular day."""

    patient_id: str
    birth_on: date | None = None
    birth_precision: Literal["day", "month", "year"] = "day"
    age_years: float | None = None
    sex: Literal["female", "male"] | None = None
    deceased: Tri = None
    orders: tuple[Order, ...] = ()
    conditions: tuple[Condition, ...] = ()
    observations: tuple[Observation, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    known_absent: frozenset[str] = frozenset()
    gaps: tuple[DataGap, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    course: Course = field(default_factory=Course)
