"""A taper plan as one prescription: its steps, all its fills, their quantities and the days from which they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.prescriptions.content import Content, Dose, FillPlan, Item, Period, directions_of, read_content
from benzosafe.prescriptions.law import Law, law_of
from benzosafe.taper.follow_plan_checks import check_plan
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import UG_PER_MG, Portion, Product
from benzosafe.taper.record import plan_of
from benzosafe.taper.supply import Fill, fills
from benzosafe.taper.supply_law import earliest_issue
from benzosafe.taper.supply_words import clock, number_words, override_words, periods


@dataclass(frozen=True)
class Rest:
    """What the law of the place does not let one prescription hold: to be written in time, never after a gap."""

    from_on: date
    """The first day that is not covered: where the next prescription of the plan begins."""

    steps: tuple[int, ...]
    """The numbers of the plan's steps that are not, or not to their end, in this prescription."""

    fills: int
    write_from: date
    """The first day on which the next one may be written and still be valid on the day it begins."""

    write_by: date
    """The day on which it has to be written at the latest, so that nothing runs out."""

    why: str

    @property
    def words(self) -> str:
        """One sentence."""
        steps = f"step {self.steps[0]}" if len(self.steps) == 1 else f"steps {self.steps[0]} to {self.steps[-1]}"
        return (
            f"{self.fills} fills from {self.from_on} on ({steps}) do not fit ({self.why}); the next prescription has "
            f"to be signed before that day, so that there is no gap: not before {self.write_from}, by {self.write_by}."
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


def content_of_plan(
    knowledge: Knowledge, plan: TaperPlan, about: dict[str, Any], from_on: date | None = None
) -> tuple[Content, Rest | None]:
    """The prescription of a plan, and what of the plan it cannot hold. about: everything else a prescription says.

    from_on: where an earlier prescription of the plan ends (its `Rest.from_on`). InputRefused where nothing is taken,
    or where not even the first fill may be written.
    """
    said = {"indication": "", **about}
    place, written_on = str(said.get("jurisdiction", "")), _day(said.get("written_on"))
    due = _from(fills(knowledge, plan, place), from_on)
    law = law_of(knowledge, place, plan.drug, written_on)
    last = law.last_day(written_on)
    _refuse_late_or_early(due[0], written_on, law)
    # A fill that begins after the last day could not be handed out while the one before lasts: it would be a gap.
    fitting = [fill for fill in due[: law.supply.refills.amount + 1] if fill.starts_on <= last]
    whole = [_fill_plan(plan, fill, number, written_on) for number, fill in enumerate(fitting, start=1)]
    content = read_content(said | {"fills": whole, "plan": _name(plan)}, "prescription")
    rest = due[len(fitting) :]
    if not rest:
        return content, None
    why = f"{law.supply.name}: {law.supply.refills.words}; valid until {last}"
    return content, _rest(plan, rest, why, max(written_on, earliest_issue(rest[0].starts_on, law.supply.valid_for)))


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise InputRefused(f"'{text}' is no day.", where="written_on", next_step="Write it as YYYY-MM-DD.") from None


def _from(made: Sequence[Fill], from_on: date | None) -> Sequence[Fill]:
    """The fills that are not prescribed yet. They are cut once for the whole plan, for a half is kept for the next."""
    if not made:
        raise InputRefused(
            "takes nothing, so there is nothing to prescribe.", where="plan", next_step="Check the plan."
        )
    due = [fill for fill in made if from_on is None or fill.starts_on >= from_on]
    if from_on is not None and (not due or due[0].starts_on != from_on):
        days = ", ".join(fill.starts_on.isoformat() for fill in made)
        raise InputRefused(f"no fill begins on {from_on}.", where="plan", next_step=f"One of: {days}.")
    return due


def _refuse_late_or_early(first: Fill, written_on: date, law: Law) -> None:
    if first.starts_on < written_on:
        raise InputRefused(
            f"begins on {first.starts_on}, before the prescription is written.", where="plan",
            next_step="Revise it (benzosafe taper resume) so that it begins today or later.",
        )  # fmt: skip
    last = law.last_day(written_on)
    if first.starts_on > last:
        raise InputRefused(
            f"begins on {first.starts_on}, and what is written on {written_on} is valid until {last}.", where="plan",
            next_step=f"Write it on {earliest_issue(first.starts_on, law.supply.valid_for)} or later.",
        )  # fmt: skip


def _rest(plan: TaperPlan, fills: Sequence[Fill], why: str, write_from: date) -> Rest:
    first = fills[0]
    steps = tuple(step.number for step in plan.steps if step.ends_on >= first.starts_on and step.delivered_ug)
    return Rest(
        first.starts_on, steps, len(fills), write_from,
        max(write_from, min(first.earliest_on, first.starts_on - timedelta(days=1))), why,
    )  # fmt: skip


def _name(plan: TaperPlan) -> str:
    """Which plan it is; that it goes beyond a limit, and who answers for it, stands on every paper."""
    name = f"taper of {plan.drug}, {plan.steps[0].starts_on} to {plan.steps[-1].ends_on}, {len(plan.steps)} steps"
    return f"{name}. {override_words(plan.override)}" if plan.override else name


def _fill_plan(plan: TaperPlan, fill: Fill, number: int, written_on: date) -> FillPlan:
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
        number=number, items=items, days=fill.days, directions=directions_of(said, items), periods=said,
        earliest_on=max(fill.earliest_on, written_on),
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
