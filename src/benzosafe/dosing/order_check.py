"""A dose that somebody asks for, against everything known of this drug, reason and person: margins, and slips named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

from benzosafe.dosing.person import Asked, Patient
from benzosafe.dosing.propose import Proposal
from benzosafe.errors import UsageError
from benzosafe.knowledge.regimen_amounts import Range
from benzosafe.patient.handwritten import read_medicine_line
from benzosafe.patient.tables import Bounds, Order
from benzosafe.review.finding import Finding

_DOSE_FACTS = (
    "order_dose", "order_share", "order_single", "order_tenfold", "order_daily", "order_unit", "order_below",
    "bzra_diazepam_equivalent", "bzra_dose",
)  # fmt: skip


@dataclass(frozen=True)
class Margin:
    """One limit, and how the order stands to it; all in micrograms."""

    against: str
    asked_ug: Fraction
    limit_ug: Fraction
    least: bool = False
    """Whether the limit is a least instead of a most."""

    @property
    def ratio(self) -> Fraction:
        """What is asked for over the limit."""
        return self.asked_ug / self.limit_ug

    @property
    def left_ug(self) -> Fraction:
        """How far it is from the limit on its safe side; below 0 it is beyond."""
        return (self.asked_ug - self.limit_ug) * (1 if self.least else -1)


@dataclass(frozen=True)
class OrderCheck:
    """An order, its margins, and what the review says of its dose."""

    order: Order
    margins: list[Margin]
    findings: list[Finding]
    could_be: list[Finding]
    """What the review could not decide and would stop the order."""

    not_judged: str = ""
    """Why nothing was held against it; empty where something was. Never to be read as fine."""


def order_of(text: str, patient: Patient, asked: Asked) -> Order:
    """An order of the drug and reason asked for, in words; UsageError where it is of another drug, or says no dose."""
    drug = asked.drug
    named = text if patient.knowledge.names.resolve(text.partition(" ")[0]).ingredients else f"{drug} {text}"
    read = read_medicine_line(named, patient.knowledge, order_id="asked", source="draft", on=patient.on)
    mine = [order for order in read if order.ingredient == drug]
    if len(mine) != 1 or len(read) != 1:
        what = f"'{text}' is no order of {drug}."
        raise UsageError(what, where="--order", next_step=f"Write it as in '{drug} 0.5 mg twice daily'.")
    if mine[0].dose_mg_single is None and mine[0].dose_mg_per_day is None:
        what = f"'{text}' says no dose that can be read."
        raise UsageError(
            what, where="--order", next_step="Write a dose in mg and how often, as in '0.5 mg twice daily'."
        )
    return mine[0] if mine[0].indication else replace(mine[0], indication=asked.indications[0])


def check_order(order: Order, proposal: Proposal, patient: Patient) -> OrderCheck:
    """The order against start, target, ceilings and what can be made; the review names its slips.

    order: drafted or active, of the drug that the proposal is about. The most it allows is held against what is a most.
    """
    beside = [] if order in patient.record.orders else [order]
    said = patient.reviewed_with(proposal.asked, beside)
    found = [finding for finding in said.findings if _matters(finding, order)]
    maybe = [finding for finding in said.could_be if _matters(finding, order)]
    margins = _margins(order, proposal)
    why = "" if margins else _not_judged(order, proposal)
    return OrderCheck(order, margins, found, maybe, why)


def _matters(finding: Finding, order: Order) -> bool:
    """Whether a finding is about this order's dose, or forbids it outright."""
    reads_dose = any(name.startswith(_DOSE_FACTS) for name in finding.rule.names)
    return order.order_id in finding.orders and (reads_dose or finding.severity == "contraindicated")


def _margins(order: Order, proposal: Proposal) -> list[Margin]:
    plan = proposal.plan
    if plan is None:
        return []
    day, single = _most_ug(order.dose_mg_per_day), _most_ug(order.dose_mg_single)
    begun = plan.start if not proposal.taken else None
    limits = [
        ("first day", day, _high(begun.per_day) if begun else None),
        ("first dose", single, _high(begun.per_dose) if begun else None),
        ("target of a day", day, _high(plan.target.per_day)), ("target of a dose", single, _high(plan.target.per_dose)),
        ("most of a day", day, plan.limit.per_day), ("most of a dose", single, plan.limit.per_dose),
    ]  # fmt: skip
    found = [Margin(name, asked, limit) for name, asked, limit in limits if asked is not None and limit]
    if single is not None and plan.smallest_ug:
        found.append(Margin("smallest dose that can be made", single, Fraction(plan.smallest_ug), least=True))
    return found


def _not_judged(order: Order, proposal: Proposal) -> str:
    if proposal.plan is None:
        return proposal.why or "no rule exists for it"
    if order.dose_mg_single is None or not isfinite(order.dose_mg_single.high):
        return "its dose could not be worked out"
    return "the source gives no number that it could be held against"


def _most_ug(bounds: Bounds | None) -> Fraction | None:
    return Fraction(str(bounds.high)) * 1000 if bounds is not None and isfinite(bounds.high) else None


def _high(ends: Range | None) -> Fraction | None:
    return ends[1] if ends else None
