"""What the law of a place asks of whoever prescribes or dispenses a controlled medicine; the rest is unknown."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Evidence, Name, Quantity, Status, Strict

ContentName = Literal[
    "patient_name", "patient_address", "patient_born", "prescriber_name", "prescriber_address", "registration", "phone",
    "medicine", "strength", "form", "quantity", "quantity_in_words", "directions", "written_on",
]  # fmt: skip
Answer = Literal["required", "not_required", "not_known"]


class Registration(Strict):
    """The registration that a prescriber needs, by its name."""

    name: str
    evidence: Evidence


class RequiredContent(Strict):
    """What a prescription must say."""

    names: tuple[ContentName, ...] = Field(min_length=1)
    evidence: Evidence


class RemoteRule(Strict):
    """What prescribing from afar needs: having been seen in person, or an exception that is in force."""

    seen_in_person: Answer
    evidence: Evidence
    exception: str = ""
    exception_until: date | None = None
    exception_evidence: Evidence | None = None

    @model_validator(mode="after")
    def _exception_ends(self) -> RemoteRule:
        if bool(self.exception) != (self.exception_until is not None and self.exception_evidence is not None):
            raise ValueError("an exception needs 'exception_until' and 'exception_evidence'")
        return self


class MonitoringProgram(Strict):
    """Whether a monitoring programme has to be asked before prescribing."""

    query: Answer
    not_older_than_days: int = 1
    evidence: Evidence


class Handing(Strict):
    """What holds at the counter."""

    partial_fills: bool
    transfers: int = Field(ge=0)
    guide_with_every_fill: bool
    evidence: Evidence


class PrescribingRule(Strict):
    """The law of a time for medicines whose schedule begins with one of these words."""

    id: Name
    effective_from: date
    effective_to: date | None = None
    schedules: tuple[str, ...] = Field(min_length=1)
    prescribers: tuple[str, ...] = Field(min_length=1)
    registration: Registration
    content: RequiredContent
    remote: RemoteRule
    monitoring: MonitoringProgram
    handing: Handing
    electronic: Literal["allowed", "certified_only", "not_known"]
    electronic_evidence: Evidence
    label_words: tuple[str, ...] = ()
    records_years: Quantity


class LawCase(Strict):
    """An example inside a pack: a prescription in a few words, and the codes of what refuses it, if anything does."""

    name: str
    on: date
    drug: str
    given: dict[str, bool | int | str] = Field(default_factory=dict)
    refused: tuple[str, ...] = ()


class PrescribingLaw(Strict):
    """One place: its rules with the times they are in force, and cases; one that is due to be checked is not used."""

    place: str
    name: str
    status: Status = "draft"
    checked: Checked
    rules: tuple[PrescribingRule, ...] = Field(min_length=1)
    cases: tuple[LawCase, ...] = Field(min_length=4)
    note: str = ""
