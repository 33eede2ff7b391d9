"""Whether an order is active on a date, and from which words and dates that was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benzosafe.patient.tables import SourceKind, Supply, Tri


@dataclass(frozen=True)
class OrderTimes:
    """Everything dated about one order; None means not stated.

    `start_on`/`end_on` are stated limits (effectivePeriod, dosage boundsPeriod, validity); `supplies` are dispenses
    with their day and days' supply; `duration_days` is a course length in the directions ("for 10 days").
    """

    kind: SourceKind
    status: str | None = None
    authored_on: date | None = None
    start_on: date | None = None
    end_on: date | None = None
    days_supply: float | None = None
    refills: int | None = None
    supplies: tuple[Supply, ...] = ()
    duration_days: float | None = None


@dataclass(frozen=True)
class Decided:
    """Whether the order is active, why, and the dates that were used."""

    active: Tri
    because: str
    start_on: date | None = None
    end_on: date | None = None
    supply_ends_on: date | None = None


def decide_active(times: OrderTimes, on: date) -> Decided:
    """Whether the order is active on the day, with the words saying what decided it."""
    raise NotImplementedError
