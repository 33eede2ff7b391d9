"""What happened over time: fills, stays, events, answers to scales, urine tests, reviews and promises, as read.

Raw: nothing is mended, matched or judged here. None and an empty text always mean 'not known'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from benzosafe.patient.tables import Bounds

Method = Literal["immunoassay", "mass_spectrometry", ""]
Outcome = Literal["positive", "negative", "invalid", ""]


@dataclass(frozen=True)
class Fill:
    """One record of a supply handed out, as one source tells of it; days and units may be absurd.

    Records with one id are one record told twice; records of one source, day, pharmacy and medicine with different
    ids are parts of one supply.
    """

    fill_id: str
    ingredient: str
    on: date
    medicine: str = ""
    strength_mg: float | None = None
    units: float | None = None
    days: float | None = None
    dose_mg_per_day: Bounds | None = None
    """What its directions say is taken a day [mg/d]."""

    prescriber: str = ""
    practice: str = ""
    pharmacy: str = ""
    chain: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Stay:
    """Days under somebody else's roof, where medicines are given from there; end None while it lasts."""

    start: date
    end: date | None
    kind: str


@dataclass(frozen=True)
class Event:
    """Something that happened, of a kind in `happenings.yaml`; `until` where it lasted, such as a journey."""

    on: date
    kind: str
    text: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Answered:
    """One filling-in of a scale: single answers where they are given, else the total that was written down."""

    scale: str
    on: date
    answers: tuple[int | None, ...] = ()
    total: float | None = None


@dataclass(frozen=True)
class Assay:
    """One result for one substance or class of a urine test."""

    name: str
    method: Method = ""
    outcome: Outcome = ""
    value_ng_per_ml: float | None = None
    cutoff_ng_per_ml: float | None = None
    hydrolysed: bool | None = None


@dataclass(frozen=True)
class Specimen:
    """One urine sample and everything that was measured in it."""

    specimen_id: str
    collected_on: date | None
    assays: tuple[Assay, ...] = ()
    creatinine_mg_per_dl: float | None = None
    temperature_celsius: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Review:
    """A day on which somebody looked whether the medicine is still right."""

    on: date
    text: str = ""


@dataclass(frozen=True)
class Promise:
    """Something somebody said they would do by a day, such as 'will monitor'; done once `done_on` is set."""

    promise_id: str
    what: str
    due_on: date
    owner: str = ""
    made_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True)
class Course:
    """Everything that happened to one patient, on any day."""

    fills: tuple[Fill, ...] = ()
    stays: tuple[Stay, ...] = ()
    events: tuple[Event, ...] = ()
    answered: tuple[Answered, ...] = ()
    specimens: tuple[Specimen, ...] = ()
    reviews: tuple[Review, ...] = ()
    promises: tuple[Promise, ...] = ()
    given: frozenset[str] = frozenset()
    """The lists that were given at all, such as 'fills': what is not in one of these did not happen; of a list that
    was not given nothing is known."""
