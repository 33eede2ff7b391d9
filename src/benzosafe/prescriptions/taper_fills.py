"""A taper plan as one prescription: its steps, all its fills, their quantities and the days from which they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, Dose, FillPlan, Item, Period, directions_of, read_content
from benzosafe.prescriptions.law import law_of
from benzosafe.taper.follow_plan_checks import check_plan
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import UG_PER_MG, Portion, Product
from benzosafe.taper.record import plan_of
from benzosafe.taper.supply import Fill, fills
from benzosafe.taper.supply_words import clock, number_words, periods


@dataclass(frozen=True)
class Rest:
    """What the law of the place does not let one prescription hold: to be written in time, never after a gap."""

    from_on: date
    """The first day that is not covered."""

    fills: int
    why: str

    @property
    def words(self) -> str:
        """One sentence."""
        return (
            f"{self.fills} fills from {self.from_on} on do not fit ({self.why}); the next prescription has to be "
            f"signed before that day, so that there is no gap."
        )


def read_plan_data(knowledge: Knowledge, data: Any, where: str) -> TaperPlan:
    """The plan in the JSON of `benzosafe taper`, counted again; InputRefused where it does not keep what it states."""
    plan = plan_of(data, where)
    if isinstance(data, dict) and data.get("crossover"):
        raise InputRefused(
            "begins with a change from another medicine.", where=where,
            next_step="Write the days of the change as a prescription of each medicine; then the taper from there.",
        )  # fmt: skip
    check_plan(knowledge, plan, data, where)
    return plan


def content_of_plan(knowledge: Knowledge, plan: TaperPlan, about: dict[str, Any]) -> tuple[Content, Rest | None]:
    """The prescription of a plan, and what of the plan it cannot hold. about: everything else a prescription says.

    InputRefused where nothing is taken, or where not even the first fill may be written.
    """
    said = {"indication": "", **about}
    place, written_on = str(said.get("jurisdiction", "")), date.fromisoformat(str(said.get("written_on", "")))
    made = fills(knowledge, plan, place)
    if not made:
        raise InputRefused(
            "takes nothing, so there is nothing to prescribe.", where="plan", next_step="Check the plan."
        )
    if made[0].starts_on < written_on:
        raise InputRefused(
            f"begins on {made[0].starts_on}, before the prescription is written.", where="plan",
            next_step="Revise it (benzosafe taper resume) so that it begins today or later.",
        )  # fmt: skip
    law = law_of(knowledge, place, plan.drug, written_on)
    last = law.last_day(written_on)
    fitting = [fill for fill in made[: law.supply.refills.amount + 1] if _earliest(fill, written_on) <= last]
    whole = [_fill_plan(plan, fill, written_on) for fill in fitting]
    content = read_content(said | {"fills": whole, "plan": _name(plan)}, "prescription")
    rest = made[len(fitting) :]
    if not rest:
        return content, None
    why = f"{law.supply.name}: {law.supply.refills.words}; valid until {last}"
    return content, Rest(rest[0].starts_on, len(rest), why)


def _name(plan: TaperPlan) -> str:
    return f"taper of {plan.drug}, {plan.steps[0].starts_on} to {plan.steps[-1].ends_on}, {len(plan.steps)} steps"


def _earliest(fill: Fill, written_on: date) -> date:
    return max(fill.earliest_on, written_on)


def _fill_plan(plan: TaperPlan, fill: Fill, written_on: date) -> FillPlan:
    handed = [count for count in fill.counts if count.handed_out]
    products = [count.product for count in handed]
    spent = [count.product for count in fill.counts if not count.handed_out]
    if spent:
        raise InputRefused(
            f"takes half a {spent[0].form} left from before and none of its own in fill {fill.number}.", where="plan",
            next_step="Make the plan with fills of another length (fewer halves are carried over).",
        )  # fmt: skip
    items = tuple(_item(plan.drug, count.product, count.handed_out) for count in handed)
    said = _periods(plan, fill, products)
    return FillPlan(
        number=fill.number, items=items, days=fill.days, directions=directions_of(said, items), periods=said,
        earliest_on=_earliest(fill, written_on),
        quantity_in_words=", ".join(number_words(count.handed_out) for count in handed),
    )  # fmt: skip


def _item(drug: str, product: Product, units: int) -> Item:
    """Tablets, or mL of a liquid."""
    strength = Decimal(product.strength_ug) / UG_PER_MG
    return Item(ingredient=drug, strength_mg=strength, form=product.form, units=Decimal(units))


def _periods(plan: TaperPlan, fill: Fill, products: Sequence[Product]) -> tuple[Period, ...]:
    return tuple(
        Period(
            from_on=period.starts_on, to_on=period.ends_on,
            doses=tuple(
                Dose(at=clock(dose.at_h), units=tuple(_units(dose.portions, product) for product in products))
                for dose in sorted(period.doses, key=lambda one: one.at_h) if any(p.amount_ug for p in dose.portions)
            ),
        )
        for period in periods(plan, fill.starts_on, fill.ends_on)
    )  # fmt: skip


def _units(portions: Sequence[Portion], product: Product) -> Decimal:
    """Tablets or mL of one product in a dose."""
    of = [portion for portion in portions if portion.product == product]
    if product.liquid:
        return Decimal(sum(portion.hundredths_ml for portion in of)) / 100
    return Decimal(sum(portion.half_units for portion in of)) / 2
