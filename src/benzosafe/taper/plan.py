"""A taper plan: what is wanted, what the tablets deliver, and the proof of each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from benzosafe.taper.product import Dose, Product

Shape = Literal["proportional", "linear", "hyperbolic"]


@dataclass(frozen=True)
class Pace:
    """This share of the current dose (of the first dose, when linear) every so many days."""

    share: Fraction
    days: int


@dataclass(frozen=True)
class Override:
    """A limit set aside by a named clinician, with the reason; both are printed on every page."""

    by: str
    reason: str


@dataclass(frozen=True)
class TaperStep:
    """The same doses every day from one date on. Amounts in micrograms a day.

    `fall`: share lost against the step before; `rolling_fall`: largest share lost within the ceiling's days up to its
    first day. `stop` marks the end of taking the drug, which no share can limit.
    """

    number: int
    starts_on: date
    days: int
    wanted_ug: int
    doses: tuple[Dose, ...]
    fall: Fraction
    rolling_fall: Fraction
    stop: bool = False

    @property
    def delivered_ug(self) -> int:
        """What the tablets of a day add up to."""
        return sum(dose.amount_ug for dose in self.doses)

    @property
    def ends_on(self) -> date:
        """The last day of the step."""
        return self.starts_on + timedelta(days=self.days - 1)


@dataclass(frozen=True)
class TaperPlan:
    """The whole taper of one drug, from the doses taken now to the dose where it ends [ug a day].

    `notes`: what had to be assumed or chosen, in words; `within_limit` is false only with an override.
    """

    drug: str
    before: tuple[Dose, ...]
    steps: tuple[TaperStep, ...]
    pace: Pace
    shape: Shape
    target_ug: int
    products: tuple[Product, ...]
    notes: tuple[str, ...]
    override: Override | None
    within_limit: bool

    @property
    def before_ug(self) -> int:
        """What is taken a day before the first step."""
        return sum(dose.amount_ug for dose in self.before)

    @property
    def days(self) -> int:
        """Days from the first step to the end."""
        return sum(step.days for step in self.steps)
