"""Whom to call, where leftovers go, where side effects are told, and driving law, by country; all dated."""

from __future__ import annotations

import re
from typing import Literal, get_args

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Evidence, Inn, Quantity, Strict

Kind = Literal["emergency", "poison", "crisis", "health_advice", "substance_use"]
Topic = Literal[
    "emergency", "poison", "crisis", "health_advice", "substance_use", "returns", "reports", "driving"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
TOPICS: tuple[Topic, ...] = get_args(Topic)
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")  # ITU-T E.161
_NUMBER = re.compile(r"\+?[0-9A-Z() -]+")
_AREA = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def digits_of(number: str) -> str:
    """The digits to press for a number as it is published, letters by the telephone keypad; ValueError if none."""
    if not _NUMBER.fullmatch(number) or not number.translate(_KEYS).strip("+() -"):
        raise ValueError(f"'{number}' is not a telephone number: digits, capitals, spaces, hyphens, brackets, one plus")
    return re.sub(r"\D", "", number.translate(_KEYS))


class Dated(Strict):
    """What is true for a time only: the page to look at, when it was checked, what was read; areas: where it holds."""

    page: str = Field(pattern=r"^https?://[^\s]+$")
    areas: tuple[str, ...] = ()
    except_areas: tuple[str, ...] = ()
    checked: Checked
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_dated(self) -> Dated:
        if self.checked.next <= self.checked.on:
            raise ValueError("'checked.next' must lie after 'checked.on'")
        if self.areas and self.except_areas:
            raise ValueError("says either 'areas' or 'except_areas'")
        if any(item.confidence == "verified" and not item.at for item in self.evidence):
            raise ValueError("verified evidence needs 'at': what was read there")
        return self

    @property
    def is_read(self) -> bool:
        """Whether everything it stands on was read in its source, and nothing was only remembered."""
        return all(item.confidence == "verified" for item in self.evidence)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(getattr(self, "name", "") or getattr(self, "scheme", "") or "driving law")


class Contact(Dated):
    """A number to call or text, who it is for, when and in what languages; what is not said is not known."""

    kind: Kind
    name: str
    call: str = ""
    menu: str = ""
    text: str = ""
    text_word: str = ""
    who: str
    always: bool | None = None
    hours: str = ""
    languages: tuple[str, ...] = ()
    interpreters: bool | None = None
    note: str = ""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Contact:
        if not self.call and not self.text:
            raise ValueError("needs 'call' or 'text'")
        for number in filter(None, (self.call, self.text)):
            if not 3 <= len(digits_of(number)) <= 15:
                raise ValueError(f"'{number}' has not 3 to 15 digits")
        if (self.always is False) != bool(self.hours):
            raise ValueError("'hours' are for what is not always open: 'always: false'")
        return self

    @property
    def call_digits(self) -> str:
        """The digits to press for a call; empty where it cannot be called."""
        return digits_of(self.call) if self.call else ""

    @property
    def text_digits(self) -> str:
        """The digits a text message goes to; empty where it cannot be texted."""
        return digits_of(self.text) if self.text else ""


class MedicineReturn(Dated):
    """How leftover medicine is given back: the scheme, what to do, and what may be flushed or not."""

    scheme: str
    words: tuple[str, ...] = Field(min_length=1)
    flush: str


class SideEffectReports(Dated):
    """Where anybody can report a side effect; without a number it is by the page."""

    scheme: str
    call: str = ""
    who: str

    @property
    def call_digits(self) -> str:
        """The digits to press for a call; empty where it cannot be called."""
        return digits_of(self.call) if self.call else ""


class DrivingRule(Dated):
    """The law on driving with a prescribed benzodiazepine in plain words; limits: in blood [ug/L] by drug."""

    words: tuple[str, ...] = Field(min_length=1)
    limits: dict[Inn, Quantity] = Field(default_factory=dict)
    defence: str = ""
    carry: str = ""


class CountryHelp(Strict):
    """One country, or the countries that share a number (`members`), and why nothing is said where nothing is."""

    name: str
    also: tuple[str, ...] = ()
    areas: dict[str, str] = Field(default_factory=dict)
    members: dict[str, str] = Field(default_factory=dict)
    contacts: tuple[Contact, ...] = Field(min_length=1)
    returns: tuple[MedicineReturn, ...] = ()
    reports: tuple[SideEffectReports, ...] = ()
    driving: tuple[DrivingRule, ...] = ()
    not_known: dict[Topic, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> CountryHelp:
        said = {topic for topic, _ in self.entries} | set(self.not_known)
        if missing := [topic for topic in TOPICS if topic not in said]:
            raise ValueError(f"says nothing of {', '.join(missing)}; say why under 'not_known'")
        named = {area for _, entry in self.entries for area in (*entry.areas, *entry.except_areas)}
        if unnamed := sorted(named - set(self.areas)):
            raise ValueError(f"'areas' does not name {', '.join(unnamed)}")
        if wrong := [area for area in self.areas if not _AREA.fullmatch(area)]:
            raise ValueError(f"'{wrong[0]}' is not a code of ISO 3166-2")
        return self

    @property
    def entries(self) -> tuple[tuple[Topic, Dated], ...]:
        """Everything that is dated, with what it is about."""
        return (
            *((contact.kind, contact) for contact in self.contacts),
            *(("returns", entry) for entry in self.returns),
            *(("reports", entry) for entry in self.reports),
            *(("driving", entry) for entry in self.driving),
        )
