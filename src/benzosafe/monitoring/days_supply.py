"""How long each supply lasts: as stated where that can be believed, else estimated by a named method, never silently.

The ladder: stated; units by the directions; units by the order of that time; the same patient's other supplies of the
same medicine, strength and units; not known, within house bounds. Where sources differ, the range covers all of them
and the most is the likely one. JUDGEMENT: with a range of doses the likely length is that at the highest dose, as
pharmacies count it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.supplies import Supply, supplies
from benzosafe.patient.course import Course
from benzosafe.patient.tables import Bounds, Order, Record
from benzosafe.patient.timeline import NEVER_TAKEN

Method = Literal["stated", "directions", "order", "like others", "not known", "taken back"]
Range = tuple[float, float | None, float]
_NOT_A_PLAN = ("draft", "dispense", "administration")


@dataclass(frozen=True)
class DaysSupply:
    """A supply with how long it lasts: least, likely (None where nothing tells) and most [d], and how that is known."""

    supply: Supply
    low: float
    likely: float | None
    high: float
    method: Method
    words: str

    @property
    def estimate(self) -> bool:
        """Whether it is anything but one stated number."""
        return self.method != "stated" or self.low != self.high


@dataclass(frozen=True)
class _Limits:
    most_days: float
    times: float
    unknown: Bounds


def days_supplies(record: Record, course: Course, knowledge: Knowledge, on: date) -> tuple[DaysSupply, ...]:
    """Every supply until a day, oldest first, with how long it lasts; those taken back last no day."""
    found = supplies((fill for fill in course.fills if fill.on <= on), knowledge)
    parameters = knowledge.parameters
    unknown = parameters["supply_days_unknown"]
    limits = _Limits(
        parameters["supply_days_most"].highest, parameters["supply_days_disagree"].highest,
        Bounds(unknown.lowest, unknown.highest),
    )  # fmt: skip
    doses = {one: dose_on(record, one.ingredient, one.on) for one in found}
    stated = {one: _believed(one, doses[one], limits) for one in found if not one.taken_back}
    return tuple(_days_of(one, doses[one], stated, limits) for one in found)


def dose_on(record: Record, ingredient: str, on: date) -> Bounds | None:
    """What the orders of the record meant to be taken a day at that time [mg/d]; None where no order says it."""
    doses = [dose for order in record.orders for dose in [_ordered(order, ingredient, on)] if dose is not None]
    if not doses:
        return None
    return Bounds(min(dose.low for dose in doses), sum(dose.high for dose in doses))


def is_plan(order: Order) -> bool:
    """Whether an order says what is meant to be taken: no draft, no error, and no record of what was handed out."""
    return order.source not in _NOT_A_PLAN and (order.status or "") not in NEVER_TAKEN


def _ordered(order: Order, ingredient: str, on: date) -> Bounds | None:
    if order.ingredient != ingredient or not is_plan(order):
        return None
    starts = [day for day in (order.start_on, order.continuous_since) if day]
    if (starts and min(starts) > on) or (order.end_on and order.end_on < on):
        return None
    if order.active is False and not order.end_on:
        return None
    if order.dose_changed_on and order.previous_dose_mg_per_day and on < order.dose_changed_on:
        return Bounds(order.previous_dose_mg_per_day, order.previous_dose_mg_per_day)
    return order.dose_mg_per_day


def _believed(supply: Supply, ordered: Bounds | None, limits: _Limits) -> tuple[float, ...]:
    """The stated days that can be believed, smallest first."""
    return tuple(
        sorted(
            {
                told.days
                for told in supply.told
                if told.days is not None and not _doubt(supply, ordered, told.days, limits)
            }
        )
    )


def _doubt(supply: Supply, ordered: Bounds | None, days: float, limits: _Limits) -> str:
    """Why stated days are not believed; empty where they are."""
    if days <= 0:
        return "no supply lasts so short"
    if days > limits.most_days:
        return "no supply is meant to last so long"
    meant = _by_dose(supply, None, limits) or _by_dose(supply, ordered, limits)
    if meant and not meant[0] / limits.times < days < meant[2] * limits.times:
        return f"units and dose give {_span(meant[0], meant[2])}"
    return ""


def _by_dose(supply: Supply, dose: Bounds | None, limits: _Limits) -> Range | None:
    """How long its amount lasts at a dose, or where none is given at that of its own directions; None if unknown."""
    if supply.strength_mg is None:
        return None
    found = []
    for told in supply.told:
        taken = dose or told.dose_mg_per_day
        if told.units is None or told.units <= 0 or taken is None or taken.high <= 0:
            continue
        amount = supply.strength_mg * told.units
        shortest = max(1.0, amount / taken.high)
        longest = max(1.0, amount / taken.low) if taken.low > 0 else limits.most_days
        found.append((shortest, shortest, max(shortest, min(longest, limits.most_days))))
    usable = [one for one in found if one[0] <= limits.most_days]
    return _covering(usable) if usable else None


def _covering(ranges: Sequence[tuple[float, float, float]]) -> Range:
    low, likely, high = zip(*ranges, strict=True)
    return min(low), max(likely), max(high)


def _days_of(
    supply: Supply, ordered: Bounds | None, stated: dict[Supply, tuple[float, ...]], limits: _Limits
) -> DaysSupply:  # fmt: skip
    if supply.taken_back:
        return DaysSupply(supply, 0.0, 0.0, 0.0, "taken back", "taken back, nothing was handed out")
    found = _ladder(supply, ordered, stated, limits)
    if not supply.maybe_same:
        return found
    return replace(found, low=0.0, words=f"{found.words}; {supply.conflict}, so it may be none")


def _ladder(
    supply: Supply, ordered: Bounds | None, stated: dict[Supply, tuple[float, ...]], limits: _Limits
) -> DaysSupply:  # fmt: skip
    believed = stated[supply]
    if believed:
        words = f"{_days(believed[-1])} stated"
        if len(believed) > 1:
            words = f"{_span(believed[0], believed[-1])}: {supply.conflict or 'told differently'}"
        return DaysSupply(supply, believed[0], believed[-1], believed[-1], "stated", words)
    why = _why_not_stated(supply, ordered, limits)
    by_directions = _by_dose(supply, None, limits)
    if by_directions:
        return _made(supply, by_directions, "directions", f"{why}; estimated from units and directions")
    by_order = _by_dose(supply, ordered, limits) if ordered else None
    if by_order:
        words = f"{why}; estimated from units and the order of that time ({_dose(ordered)})"
        return _made(supply, by_order, "order", words)
    others = sorted(_like(supply, stated))
    if others:
        words = f"{why}; estimated from {len(others)} other supplies of the same medicine and units"
        return _made(supply, (others[0], median(others), others[-1]), "like others", words)
    unknown = limits.unknown
    return _made(supply, (unknown.low, None, unknown.high), "not known", f"{why}, and nothing tells how long it lasts")


def _made(supply: Supply, days: Range, method: Method, words: str) -> DaysSupply:
    return DaysSupply(supply, *days, method, f"{words}: {_span(days[0], days[2])}")


def _why_not_stated(supply: Supply, ordered: Bounds | None, limits: _Limits) -> str:
    doubts = [
        f"{_days(told.days)} stated and not believed ({_doubt(supply, ordered, told.days, limits)})"
        for told in supply.told if told.days is not None
    ]  # fmt: skip
    return "; ".join(dict.fromkeys(doubts)) or "days not stated"


def _like(supply: Supply, stated: dict[Supply, tuple[float, ...]]) -> Iterable[float]:
    """The believed days of the patient's other supplies of the same medicine, strength and units."""
    if supply.units is None:
        return
    for other, days in stated.items():
        same = (other.ingredient, other.strength_mg, other.units) == (
            supply.ingredient,
            supply.strength_mg,
            supply.units,
        )
        if same and days:
            yield days[-1]


def _dose(dose: Bounds | None) -> str:
    if dose is None:
        return "not known"
    return f"{dose.low:g} mg a day" if dose.certain else f"{dose.low:g} to {dose.high:g} mg a day"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _span(low: float, high: float) -> str:
    return _days(round(low, 1)) if round(low, 1) == round(high, 1) else f"{low:.3g} to {high:.3g} days"
