"""What the law of a place says about supplying a controlled medicine; what is not stated is not known."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Evidence, Quantity, Strict


class LegalLimit(Strict):
    """A limit [d, mo or a count], or the statement that there is none; `guidance` is good practice, not law."""

    limit: Quantity | None = None
    no_limit: Evidence | None = None
    binding: Literal["law", "guidance"] = "law"

    @model_validator(mode="after")
    def _one_of_both(self) -> LegalLimit:
        if (self.limit is None) == (self.no_limit is None):
            raise ValueError("needs either 'limit' or 'no_limit'")
        if self.limit is not None and (self.limit.value is None or self.limit.value != int(self.limit.value)):
            raise ValueError("'limit' needs one whole number as its value")
        return self


class SupplyRule(Strict):
    """The limits for medicines whose schedule begins with one of these words; no schedules: for all of them."""

    schedules: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    days_a_fill: LegalLimit | None = None
    refills: LegalLimit | None = None
    valid_for: LegalLimit | None = None
    quantity_in_words: bool | None = None
    note: str = ""


class Disposal(Strict):
    """Where leftover medicine goes, in words a patient can follow."""

    words: str
    evidence: Evidence


class Jurisdiction(Strict):
    """One place: its supply rules, disposal, when it was last looked at; `within`: the place whose law also holds."""

    name: str
    checked: Checked
    also: tuple[str, ...] = ()
    within: str = ""
    rules: tuple[SupplyRule, ...] = ()
    disposal: Disposal | None = None
    not_known: tuple[str, ...] = Field(default=())
    note: str = ""
