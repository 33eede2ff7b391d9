"""How much of a prescription may be handed out, and from which day: counted from every fill, here and elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, FillPlan


class SupplyRefused(BenzosafeError):
    """It may not be handed out: too early, too late, or more than is prescribed."""

    exit_code = 4


@dataclass(frozen=True)
class Supply:
    """One fill of the medicine from anywhere: when, and for how many days; None where that is not known."""

    on: date
    days: int | None
    where: str


def covered_until(supplies: Iterable[Supply], unknown_days: int) -> date | None:
    """The first day without medicine when every fill is taken as written, one after the other; None without any.

    unknown_days: what a fill counts for that does not say its days. Not known how long is never not at all.
    """
    end: date | None = None
    for one in sorted(supplies, key=lambda item: item.on):
        end = max(end or one.on, one.on) + timedelta(days=unknown_days if one.days is None else one.days)
    return end


def early_days(knowledge: Knowledge) -> int:
    """How many days before the end of a supply the next may be handed out [d]."""
    return int(knowledge.parameters["early_fill_days"].lowest)


def earliest(plan: FillPlan, supplies: Sequence[Supply], early_days: int, unknown_days: int) -> date:
    """The first day on which a fill may be handed out: as planned, and not long before what is there is used up."""
    end = covered_until(supplies, unknown_days)
    return max(plan.earliest_on, end - timedelta(days=early_days)) if end else plan.earliest_on


def given(fills: Iterable[Mapping[str, Any]], number: int) -> dict[str, Decimal]:
    """Units of each product handed out for a fill so far."""
    found: dict[str, Decimal] = {}
    for row in fills:
        if row["number"] == number:
            for product, units in row["units"].items():
                found[product] = found.get(product, Decimal(0)) + Decimal(units)
    return found


def left(content: Content, fills: Iterable[Mapping[str, Any]], number: int) -> dict[str, Decimal]:
    """Units of each product that may still be handed out for a fill."""
    before = given(fills, number)
    return {item.product: item.units - before.get(item.product, Decimal(0)) for item in content.fills[number - 1].items}


def refuse_more(
    content: Content, fills: Sequence[Mapping[str, Any]], number: int, asked: Mapping[str, Decimal]
) -> bool:
    """SupplyRefused where more is asked for than is left; else whether the fill is then complete."""
    rest = left(content, fills, number)
    for product, units in asked.items():
        if product not in rest:
            raise SupplyRefused(
                f"'{product}' is not prescribed in fill {number}.", next_step=f"Prescribed: {', '.join(rest)}."
            )
        if not units > 0 or units > rest[product]:
            raise SupplyRefused(
                f"{units} units of {product} are more than the {rest[product]} that are left of fill {number}.",
                next_step="Hand out at most what is left.",
            )
    if not asked:
        raise SupplyRefused("nothing is handed out.", next_step="Name the products and their units.")
    return all(rest[product] == asked.get(product, Decimal(0)) for product in rest)


def days_of(content: Content, fills: Iterable[Mapping[str, Any]], number: int, asked: Mapping[str, Decimal]) -> int:
    """How many days a part adds to what was given of a fill before: its parts together last as long as it does."""
    plan, before = content.fills[number - 1], given(fills, number)
    after = {product: before.get(product, Decimal(0)) + units for product, units in asked.items()}
    return _lasts(plan, before | after) - _lasts(plan, before)


def _lasts(plan: FillPlan, units: Mapping[str, Decimal]) -> int:
    """Whole days that so many units last, by the product that is there most of: what is there can be taken."""
    return int(max(plan.days * units.get(item.product, Decimal(0)) // item.units for item in plan.items))
