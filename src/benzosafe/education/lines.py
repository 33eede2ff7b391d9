"""The pieces a leaflet is put together from: lines with their sources, groups of contacts, sections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from benzosafe.education.doses import DosePeriod
from benzosafe.knowledge.education_model import Part, Statement, StatementKind
from benzosafe.knowledge.model import Confidence, Evidence

_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?] ))[^\W\d_]")


@dataclass(frozen=True)
class Line:
    """One line: the statement it is, its words, and where it stands."""

    name: str
    kind: StatementKind
    text: str
    evidence: tuple[Evidence, ...]
    picture: str = ""
    urgent: bool = False
    part: Part = "general"
    released: bool = True
    where: str = ""

    @property
    def confidence(self) -> Confidence:
        """The weakest of what it stands on."""
        order: tuple[Confidence, ...] = ("recalled", "derived", "verified")
        return min((item.confidence for item in self.evidence), key=order.index)


@dataclass(frozen=True)
class Group:
    """Contacts of one kind under a heading: each with its name and how to reach it."""

    topic: str
    title: str
    entries: tuple[GroupEntry, ...]


@dataclass(frozen=True)
class GroupEntry:
    """One contact: its name, how to reach it, who for, each number with the digits to press, and its sources."""

    name: str
    reach: tuple[str, ...]
    about: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    evidence: tuple[Evidence, ...]
    named_by_number: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the paper under one heading."""

    topic: str
    title: str
    lines: tuple[Line, ...] = ()
    periods: tuple[DosePeriod, ...] = ()
    groups: tuple[Group, ...] = ()
    choice: dict[str, Any] | None = None


@dataclass(frozen=True)
class LeftOut:
    """Something that is not on the paper: what, of which topic, and why."""

    what: str
    topic: str
    why: str


def line_of(name: str, statement: Statement, text: str, released: bool) -> Line:
    """A statement in its words."""
    return Line(
        name, statement.kind, capital(text), statement.evidence, statement.picture, statement.urgent, statement.part,
        released,
    )  # fmt: skip


def capital(text: str) -> str:
    """Every sentence begins with a capital, also where it begins with the name of a medicine."""
    return _SENTENCE_START.sub(lambda start: start[0].upper(), text)
