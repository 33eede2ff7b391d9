"""The supply of a plan as plain data: law, fills with their counts, prescriptions, totals and leftovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.prescription import prescription_data, prescriptions
from benzosafe.taper.product import UG_PER_MG, Product, mg_words
from benzosafe.taper.supply import Count, Fill, fills
from benzosafe.taper.supply_law import SupplyLaw, law_data, law_for
from benzosafe.taper.supply_words import amount_words, directions, override_words, quantity_words

SCHEMA = "benzosafe.supply/1"


def fills_data(
    knowledge: Knowledge,
    plan: TaperPlan,
    jurisdiction: str,
    fill_days: int | None = None,
    planned_on: date | None = None,
) -> dict[str, Any]:
    """Everything the pharmacist's sheet shows, as JSON: counts in whole tablets or mL, halves, dates YYYY-MM-DD.

    planned_on: no prescription is issued before that day. Errors as `fills`.
    """
    made = fills(knowledge, plan, jurisdiction, fill_days)
    on = plan.steps[0].starts_on if plan.steps else None
    law = law_for(knowledge, plan.drug, jurisdiction, on) if on else None
    return {
        "schema": SCHEMA, "status": "draft", "drug": plan.drug,
        "starts_on": on.isoformat() if on else None,
        "ends_on": plan.steps[-1].ends_on.isoformat() if on else None,
        "before_mg_per_day": plan.before_ug / UG_PER_MG, "target_mg_per_day": plan.target_ug / UG_PER_MG,
        "override": {"by": plan.override.by, "reason": plan.override.reason} if plan.override else None,
        "override_words": override_words(plan.override),
        "law": law_data(law) if law else None,
        "fills": [_fill(plan, fill) for fill in made],
        "prescriptions": [
            prescription_data(one) for one in prescriptions(knowledge, plan, made, jurisdiction, planned_on)
        ],
        "totals": _totals(made),
        "counts_add_up": all(count.adds_up for fill in made for count in fill.counts),
        "disposal": law.disposal if law else None,
        "notes": _notes(knowledge, plan, made, law, fill_days),
    }  # fmt: skip


def _fill(plan: TaperPlan, fill: Fill) -> dict[str, Any]:
    return {
        "number": fill.number, "starts_on": fill.starts_on.isoformat(), "ends_on": fill.ends_on.isoformat(),
        "days": fill.days, "earliest_on": fill.earliest_on.isoformat(),
        "counts": [_count(count) for count in fill.counts],
        "directions": list(directions(plan, fill.starts_on, fill.ends_on)),
    }  # fmt: skip


def _count(count: Count) -> dict[str, Any]:
    product = count.product
    parts = 100 if product.liquid else 2
    return {
        "product": product.name, "unit": "mL" if product.liquid else product.form, "handed_out": count.handed_out,
        "words": quantity_words(count.handed_out, product), "taken": count.taken / parts,
        "taken_words": amount_words(count.taken, product), "brought": count.brought / parts,
        "kept": count.kept / parts, "left": count.left / parts, "left_words": amount_words(count.left, product),
        "cuts": count.cuts, "bottles": count.bottles or None, "bottle_ml": count.bottle_ml or None,
    }  # fmt: skip


def _totals(made: Sequence[Fill]) -> list[dict[str, Any]]:
    """Over all fills, each product: handed out, taken, cut, left over to return."""
    of: dict[Product, list[Count]] = {}
    for fill in made:
        for count in fill.counts:
            of.setdefault(count.product, []).append(count)
    return [_total(product, counts) for product, counts in of.items()]


def _total(product: Product, counts: Sequence[Count]) -> dict[str, Any]:
    handed_out, taken = sum(count.handed_out for count in counts), sum(count.taken for count in counts)
    left = sum(count.left for count in counts)
    parts = 100 if product.liquid else 2
    return {
        "product": product.name, "handed_out": handed_out, "words": quantity_words(handed_out, product),
        "taken": taken / parts, "taken_words": amount_words(taken, product),
        "left": left / parts, "left_words": amount_words(left, product), "cuts": sum(count.cuts for count in counts),
    }  # fmt: skip


def _notes(
    knowledge: Knowledge, plan: TaperPlan, made: Sequence[Fill], law: SupplyLaw | None, fill_days: int | None
) -> list[str]:
    products = {count.product for fill in made for count in fill.counts}
    found = ["What the patient still has at home is not counted: count it before the first fill."]
    if plan.steps and plan.steps[-1].delivered_ug:
        last = mg_words(plan.steps[-1].delivered_ug)
        found.append(
            f"The plan ends while {last} mg a day is taken. That dose goes on: supply it in time, it must not run out."
        )
    if any(count.cuts for fill in made for count in fill.counts):
        found.append("The other half of a cut tablet is the next half that is taken; keep it dry and in the dark.")
    if any("disintegrating" in product.form for product in products):
        found.append("Halves of orally disintegrating tablets are not kept; each one needs a fresh tablet.")
    if any(product.liquid for product in products):
        share = knowledge.parameters["supply_liquid_waste_share"].highest
        found.append(
            f"Liquids: {share * 100:g} % is added for what stays in syringe and bottle, then rounded up to a whole mL. "
            "Bottle sizes are assumed; nothing is carried over, for an opened bottle keeps only as its label says."
        )
    if law and fill_days and fill_days > law.days_a_fill.amount:
        found.append(f"Fills of {fill_days} days were asked for; no more than {law.days_a_fill.amount} are allowed.")
    return found
