"""One draft prescription per fill, within the law of the place; never signed, never to be released from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import Product
from benzosafe.taper.supply import Fill
from benzosafe.taper.supply_law import SupplyLaw, earliest_issue, law_for
from benzosafe.taper.supply_words import directions, override_words, quantity_words

STATUS = "DRAFT, NOT SIGNED: not a valid prescription; a licensed prescriber has to write, check and sign their own."


@dataclass(frozen=True)
class Item:
    """One product of a prescription: whole tablets or mL, in digits and words, and its directions by dates."""

    product: Product
    quantity: int
    quantity_words: str
    directions: tuple[str, ...]


@dataclass(frozen=True)
class Prescription:
    """What one fill needs. It may be issued from `issue_from` to `issue_by`.

    Earlier than `issue_from` the plan was not made, or the prescription would no longer be valid at the fill.

    `status` and `signed` cannot be set: a prescription from here is always a draft that may not be released.
    """

    number: int
    of: int
    drug: str
    items: tuple[Item, ...]
    covers_from: date
    covers_to: date
    not_before: date
    issue_from: date
    issue_by: date
    override: str

    @property
    def status(self) -> str:
        """Always a draft."""
        return "draft"

    @property
    def signed(self) -> bool:
        """Never."""
        return False

    @property
    def refills(self) -> int:
        """None: every fill of a taper differs, and nothing shall be collected ahead."""
        return 0


def prescriptions(
    knowledge: Knowledge, plan: TaperPlan, made: Sequence[Fill], jurisdiction: str, planned_on: date | None = None
) -> list[Prescription]:
    """One draft for each fill of `fills`, with no refills and dates of issue at which it is valid when filled.

    `planned_on`: the day the plan was made, before which nothing of it can be issued.
    """
    if not made:
        return []
    law = law_for(knowledge, plan.drug, jurisdiction, plan.steps[0].starts_on)
    # JUDGEMENT: when that day is not known, the first day on which anything of the plan may be collected.
    since = min(planned_on or made[0].earliest_on, made[0].starts_on)
    return [_prescription(plan, fill, len(made), law, since) for fill in made]


def prescription_data(draft: Prescription) -> dict[str, Any]:
    """A draft prescription as JSON."""
    return {
        "number": draft.number, "of": draft.of, "status": draft.status, "signed": draft.signed, "releasable": False,
        "status_words": STATUS, "override": draft.override or None, "drug": draft.drug,
        "items": [
            {
                "product": item.product.name, "quantity": item.quantity, "quantity_words": item.quantity_words,
                "directions": list(item.directions),
            }
            for item in draft.items
        ],
        "covers_from": draft.covers_from.isoformat(), "covers_to": draft.covers_to.isoformat(),
        "not_before": draft.not_before.isoformat(), "issue_from": draft.issue_from.isoformat(),
        "issue_by": draft.issue_by.isoformat(), "refills": draft.refills,
    }  # fmt: skip


def _prescription(plan: TaperPlan, fill: Fill, of: int, law: SupplyLaw, since: date) -> Prescription:
    items = tuple(
        Item(
            count.product, count.handed_out, quantity_words(count.handed_out, count.product),
            directions(plan, fill.starts_on, fill.ends_on, count.product),
        )
        for count in fill.counts if count.handed_out
    )  # fmt: skip
    return Prescription(
        fill.number, of, plan.drug, items, fill.starts_on, fill.ends_on, fill.earliest_on,
        max(since, earliest_issue(fill.starts_on, law.valid_for)), fill.starts_on, override_words(plan.override),
    )  # fmt: skip
