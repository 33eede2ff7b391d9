"""A change from a file is held against the knowledge and the taper after it before anything is decided from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_record import changeover_of
from benzosafe.taper.crossover_equivalence import equivalents
from benzosafe.taper.follow_plan_checks import check_drug, check_sold
from benzosafe.taper.limits import Ceiling
from benzosafe.taper.plan import TaperPlan


def check_change(knowledge: Knowledge, change: Changeover, plan: TaperPlan, where: str) -> None:
    """InputRefused, naming the field, unless the equivalence is as published and the taper follows from the change."""
    for key, drug in (("from", change.old), ("to", change.new)):
        check_drug(knowledge, drug, f"crossover.{key}", where)
    if change.old == change.new:
        _refuse("to", f"is {change.new}, which is what was taken before", where)
    published = {value.table: value for value in equivalents(knowledge, change.old, change.new)}
    known = published.get(change.used)
    if known is None or known.low != change.ratio:
        _refuse("equivalence.used", f"is not what the table '{change.used}' states for these drugs", where)
    if {value.table: (value.low, value.high) for value in change.values} != {
        name: (value.low, value.high) for name, value in published.items()
    }:
        _refuse("equivalence.values", "are not the published values as they are known now; none may be left out", where)
    for stage in change.stages:
        for key, drug, doses in (("old", change.old, stage.old), ("new", change.new, stage.new)):
            products = [portion.product for dose in doses for portion in dose.portions]
            field = f"crossover.made[stage {stage.number}].{key}"
            check_sold(knowledge, drug, [(field, product) for product in products], where)
    _check_joined(change, plan, where)


def change_for_papers(data: Any, plan: TaperPlan, ceiling: Ceiling, where: str) -> Changeover | None:
    """The change that stands before a plan ('crossover' of its data), counted again; None when there is none.

    InputRefused when it says days only, does not add up, or does not lead to the plan: no paper leaves its weeks out.
    """
    if data is None:
        return None
    change = changeover_of(data, ceiling, where)
    _check_joined(change, plan, where)
    return change


def _check_joined(change: Changeover, plan: TaperPlan, where: str) -> None:
    last, first = change.stages[-1], plan.steps[0]
    if change.new != plan.drug:
        _refuse("to", f"is {change.new}, but the plan after the change is of {plan.drug}", where)
    if [(dose.at_h, dose.amount_ug) for dose in last.new] != [(dose.at_h, dose.amount_ug) for dose in plan.before]:
        _refuse("made", "ends at other doses than those the taper starts from", where)
    if first.starts_on != last.ends_on + timedelta(days=1):
        _refuse("made", f"ends on {last.ends_on}, but the taper starts on {first.starts_on}", where)


def _refuse(field: str, what: str, where: str) -> NoReturn:
    raise InputRefused(
        f"a field is missing or wrong: 'crossover.{field}' {what}.", where=where,
        next_step="Use the file as it was written, or write it again with: benzosafe taper PATIENT --via DRUG",
    )  # fmt: skip
