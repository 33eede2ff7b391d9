"""The published shape of a leaflet (schema benzosafe.leaflet/1); more keys may come, these stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from benzosafe.knowledge.education_model import Audience, Part, StatementKind
from benzosafe.knowledge.model import Confidence
from benzosafe.review.contract import Open


class CitedReport(Open):
    """A source: its id, the place in it, and how surely it was read."""

    source: str
    at: str
    confidence: Confidence


class LineReport(Open):
    """One line: the id of its statement, its words, what it belongs to, and where it stands."""

    id: str
    kind: StatementKind
    text: str = Field(min_length=1)
    urgent: bool
    picture: str
    part: Part
    released: bool = Field(description="false only in a preview, which is not for the patient")
    where: str = Field(description="where in the country it holds; empty: everywhere")
    sources: list[CitedReport]


class DoseLineReport(Open):
    """A line of what is taken; `at_h` null: the hour is not known; `mg` is what is taken at once."""

    text: str
    original: str = Field(description="the same in English, beside a translation no person has read; else empty")
    at_h: float | None
    mg: float | None


class DrugDosesReport(Open):
    """What is taken of one drug; without lines `why` says why nothing is claimed."""

    drug: str
    lines: list[DoseLineReport]
    mg_per_day: float | None
    total: str
    ask: str
    why: str


class PeriodReport(Open):
    """What is taken from a day to a day; null: from now, or from then on."""

    starts_on: str | None
    ends_on: str | None
    words: str
    from_plan: bool
    drugs: list[DrugDosesReport]


class ContactReport(Open):
    """One contact: how to reach it, who it is for, its numbers."""

    name: str
    name_is_number: bool
    reach: list[str] = Field(min_length=1)
    about: list[str]
    numbers: dict[str, str] = Field(description="each number as it is published, and the digits to press")
    sources: list[CitedReport] = Field(min_length=1)


class ContactsReport(Open):
    """Contacts of one kind."""

    topic: str
    title: str
    entries: list[ContactReport]


class FigureReport(Open):
    """Of `of` people, how many in each group; `difference_only`: only how many more is known."""

    id: str
    of: Literal[100, 1000]
    wanted: bool
    difference_only: bool
    counts: list[dict[str, str | int]] = Field(min_length=1, max_length=2)
    about: list[str]
    confidence: Confidence
    sources: list[CitedReport] = Field(min_length=1)


class FiguresReport(Open):
    """Figures on benefit, harm or stopping."""

    about: str
    title: str
    figures: list[FigureReport]


class ChoiceReport(Open):
    """The numbers of a choice made together; `gaps`: questions without an honest number, and why."""

    groups: list[FiguresReport]
    none: str
    gap_title: str
    gaps: list[dict[str, Any]]
    key: dict[str, str]


class SectionReport(Open):
    """A part of the paper under one heading."""

    topic: str
    title: str
    lines: list[LineReport]
    periods: list[PeriodReport]
    after: list[str] = Field(description="what is said below the steps of a plan")
    groups: list[ContactsReport]
    choice: ChoiceReport | None


class LanguageReport(Open):
    """The language; `unchecked`: translated by a machine and read by no person."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    unchecked: bool


class ReleaseReport(Open):
    """Who released which parts on which day."""

    by: str
    on: str
    parts: list[Part]


class LeafletReport(Open):
    """The whole paper; `left_out` is for the clinician and on no page."""

    schema_: Literal["benzosafe.leaflet/1"] = Field(alias="schema")
    engine_version: str
    knowledge_version: str
    status: Literal["draft"]
    patient: str
    on: str
    audience: Audience
    topics: list[str]
    language: LanguageReport
    country: str
    title: str
    drugs: list[str]
    released: ReleaseReport | None
    preview: bool
    notes: list[str]
    sections: list[SectionReport]
    short_text: str = Field(description="the main points as text, which the QR code holds")
    reminders: list[dict[str, str | int]] = Field(description="short messages, each with its day")
    words: dict[str, str]
    sources: dict[str, str]
    left_out: list[dict[str, str]]
