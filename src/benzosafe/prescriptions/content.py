"""What a prescription says. Its canonical bytes are what is reviewed, signed and verified at every later step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field, ValidationError, model_validator

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Strict
from benzosafe.patient.handwritten import read_medicine_line
from benzosafe.patient.tables import Order

_MOST_FILLS = 60


class Patient(Strict):
    """For whom it is."""

    id: str = Field(min_length=1)
    name: str = ""
    address: str = ""
    born: date | None = None


class Prescriber(Strict):
    """Who prescribes: the account's name on this system, and what the law wants to read."""

    account: str = Field(min_length=1)
    name: str = ""
    profession: str = ""
    address: str = ""
    registration: str = ""
    phone: str = ""


class Item(Strict):
    """One product and how many units of it (tablets, mL)."""

    ingredient: str = Field(min_length=1)
    strength_mg: Decimal = Field(gt=0)
    form: str = Field(min_length=1)
    units: Decimal = Field(gt=0)

    @property
    def product(self) -> str:
        """'clonazepam 0.5 mg tablet'."""
        return f"{self.ingredient} {self.strength_mg.normalize():f} mg {self.form}"


class FillPlan(Strict):
    """One supply: what is given, for how many days, how it is taken, and not before which day."""

    number: int = Field(ge=1)
    items: tuple[Item, ...] = Field(min_length=1)
    days: int = Field(ge=1, le=366)
    directions: tuple[str, ...] = Field(min_length=1)
    """One for each item, in the same order."""

    earliest_on: date
    quantity_in_words: str = ""

    @model_validator(mode="after")
    def _each_has_directions(self) -> FillPlan:
        if len(self.directions) != len(self.items):
            raise ValueError("needs one line of 'directions' for each item")
        if len({item.product for item in self.items}) < len(self.items):
            raise ValueError("names a product twice")
        return self


class Content(Strict):
    """A whole prescription: a single supply, one with refills, or all the fills of a taper."""

    patient: Patient
    prescriber: Prescriber
    jurisdiction: str = Field(min_length=2)
    written_on: date
    indication: str = ""
    fills: tuple[FillPlan, ...] = Field(min_length=1, max_length=_MOST_FILLS)
    days_reason: str = ""
    remote: bool = False
    seen_in_person: bool = False
    monitoring_checked_on: date | None = None
    monitoring_reason: str = ""
    """Why the monitoring programme was not asked, where it was not."""

    plan: str = ""
    """What the fills follow, such as a taper plan, by its name."""

    @model_validator(mode="after")
    def _fills_are_in_order(self) -> Content:
        if [fill.number for fill in self.fills] != list(range(1, len(self.fills) + 1)):
            raise ValueError("fills are numbered 1, 2, 3 ...")
        days = [fill.earliest_on for fill in self.fills]
        if days != sorted(days) or days[0] < self.written_on:
            raise ValueError("fills come one after the other, and none before the day it is written on")
        if len({item.ingredient for fill in self.fills for item in fill.items}) != 1:
            raise ValueError("is for one medicine")
        return self

    @property
    def ingredient(self) -> str:
        """The medicine."""
        return self.fills[0].items[0].ingredient

    @property
    def refills(self) -> int:
        """Supplies after the first."""
        return len(self.fills) - 1


def read_content(data: Any, where: str) -> Content:
    """A prescription from JSON; InputRefused naming the field at fault."""
    try:
        return Content.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "prescription"
        message = first["msg"].removeprefix("Value error, ")
        raise InputRefused(f"{field}: {message}.", where=where, next_step="Mend this field.") from None


def drafts_of(content: Content, knowledge: Knowledge, fill: int = 1) -> list[Order]:
    """A supply as draft orders, for the review; each line says its product, directions and reason."""
    plan = content.fills[fill - 1]
    found: list[Order] = []
    reason = f" for {content.indication}" if content.indication else ""
    for number, (item, directions) in enumerate(zip(plan.items, plan.directions, strict=True)):
        line = f"{item.product} {directions}{reason}"
        found += read_medicine_line(
            line, knowledge, order_id=f"draft-{number}", source="draft", on=max(plan.earliest_on, content.written_on)
        )
    return found


def not_understood(orders: Sequence[Order]) -> list[str]:
    """Lines of which the dose of a day could not be worked out: such a prescription cannot be judged."""
    return [order.text for order in orders if order.ingredient is None or order.dose_mg_per_day is None]
