"""What a prescription says. Its canonical bytes are what is reviewed, signed and verified at every later step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import Field, ValidationError, model_validator

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Strict
from benzosafe.patient.handwritten import read_medicine_line
from benzosafe.patient.tables import Order
from benzosafe.taper.product import LIQUIDS

_MOST_FILLS = 60
_LONGEST_WAIT = timedelta(days=31)
_HALF_IN_HAND = Decimal("0.5")
"""Half a tablet that was cut in the fill before."""


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
    strength_mg: Decimal = Field(gt=0, le=100_000, max_digits=12)
    form: str = Field(min_length=1)
    units: Decimal = Field(gt=0, le=100_000, max_digits=12)

    @property
    def product(self) -> str:
        """'clonazepam 0.5 mg tablet'."""
        return f"{self.ingredient} {plain_number(self.strength_mg)} mg {self.form}"

    def amount(self, units: Decimal) -> str:
        """'1.5 tablets', '2.5 mL'."""
        if self.form in LIQUIDS:
            return f"{plain_number(units)} mL"
        return f"{plain_number(units)} {self.form.split()[-1]}{'' if units <= 1 else 's'}"


class Dose(Strict):
    """What is taken at an hour of the day: units of each item, in the order of the items."""

    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    units: tuple[Decimal, ...]


class Period(Strict):
    """Days on which the same is taken, first and last day included."""

    from_on: date
    to_on: date
    doses: tuple[Dose, ...] = Field(max_length=12)

    @property
    def days(self) -> int:
        """How many."""
        return (self.to_on - self.from_on).days + 1

    def a_day(self, item: int) -> Decimal:
        """Units of an item on each of these days."""
        return sum((dose.units[item] for dose in self.doses), Decimal(0))

    def words(self, number: int, item: Item) -> str:
        """'2026-12-01 to 2026-12-14: 1.5 tablets at 08:00, 1 tablet at 20:00 (2.5 tablets a day)'."""
        taken = [f"{item.amount(dose.units[number])} at {dose.at}" for dose in self.doses if dose.units[number]]
        said = f"{', '.join(taken)} ({item.amount(self.a_day(number))} a day)" if taken else "none of these"
        return f"{self.from_on} to {self.to_on}: {said}"


class FillPlan(Strict):
    """One supply: what is given, for how many days, how it is taken, and not before which day."""

    number: int = Field(ge=1)
    items: tuple[Item, ...] = Field(min_length=1)
    days: int = Field(ge=1, le=366)
    directions: tuple[str, ...] = Field(min_length=1)
    """One for each item, in the same order."""

    earliest_on: date
    quantity_in_words: str = ""
    periods: tuple[Period, ...] = Field(default=(), max_length=60)
    """Where the dose changes within the fill: day by day what is taken. The directions are then its words."""

    @model_validator(mode="after")
    def _periods_are_what_is_said(self) -> FillPlan:
        if self.periods:
            refuse_wrong_periods(self)
        return self

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


def directions_of(periods: Sequence[Period], items: Sequence[Item]) -> tuple[str, ...]:
    """The periods in words, a line for each item."""
    return tuple("; ".join(period.words(number, item) for period in periods) for number, item in enumerate(items))


def plain_number(amount: Decimal) -> str:
    """'2.5', '60': no zeros behind it and no power of ten."""
    return f"{amount.normalize():f}"


def refuse_wrong_periods(plan: FillPlan) -> None:
    """ValueError where periods leave a day out, take more than is handed out, or are not what the directions say."""
    if any(len(dose.units) != len(plan.items) for period in plan.periods for dose in period.doses):
        raise ValueError("periods give the units of each item")
    if any(units < 0 for period in plan.periods for dose in period.doses for units in dose.units):
        raise ValueError("periods take no less than nothing")
    follow = all(
        later.from_on == earlier.to_on + timedelta(days=1) for earlier, later in pairwise(plan.periods)
    ) and all(period.days >= 1 for period in plan.periods)
    if not follow or sum(period.days for period in plan.periods) != plan.days:
        raise ValueError("periods follow one another and last as long as the fill")
    if not plan.earliest_on <= plan.periods[0].from_on <= plan.earliest_on + _LONGEST_WAIT:
        raise ValueError("periods begin when the fill is due")
    for number, item in enumerate(plan.items):
        taken = sum((period.days * period.a_day(number) for period in plan.periods), Decimal(0))
        if taken > item.units + _HALF_IN_HAND:
            raise ValueError(f"periods take {plain_number(taken)} of {item.product}, more than is handed out")
    if plan.directions != directions_of(plan.periods, plan.items):
        raise ValueError("directions are the words of the periods")


def _most_in_a_day(ingredient: str, plan: FillPlan) -> str:
    """What is judged of a fill with periods: the day on which most is taken, as if it were every day."""

    def milligrams(dose: Dose) -> Decimal:
        return sum((units * item.strength_mg for units, item in zip(dose.units, plan.items, strict=True)), Decimal(0))

    most = max(plan.periods, key=lambda period: sum(map(milligrams, period.doses)))
    taken = [f"{plain_number(milligrams(dose))} mg at {dose.at}" for dose in most.doses if milligrams(dose)]
    return f"{ingredient} {' and '.join(taken)}"


def drafts_of(content: Content, knowledge: Knowledge, fill: int = 1) -> list[Order]:
    """A supply as draft orders, for the review; each line says its product, directions and reason."""
    plan = content.fills[fill - 1]
    reason = f" for {content.indication}" if content.indication else ""
    said = [f"{item.product} {directions}" for item, directions in zip(plan.items, plan.directions, strict=True)]
    found: list[Order] = []
    for number, line in enumerate([_most_in_a_day(content.ingredient, plan)] if plan.periods else said):
        found += read_medicine_line(
            f"{line}{reason}", knowledge, order_id=f"draft-{number}", source="draft",
            on=max(plan.earliest_on, content.written_on),
        )  # fmt: skip
    return found


def not_understood(orders: Sequence[Order]) -> list[str]:
    """Lines of which the dose of a day could not be worked out: such a prescription cannot be judged."""
    return [order.text for order in orders if order.ingredient is None or order.dose_mg_per_day is None]
