"""A plan from a file is counted again before anything is decided from it: drug, dates, doses, limit, override."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, NoReturn

from benzosafe.errors import InputRefused, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.catalogue import COMPOUNDED
from benzosafe.taper.limits import breaks, ceiling_of
from benzosafe.taper.plan import TaperPlan, TaperStep
from benzosafe.taper.product import UG_PER_MG, Dose, Product, mg_words, ug
from benzosafe.taper.proof import faults

# The most pieces at once that a plan can be asked for; the number itself is not kept with a plan.
_MOST_PIECES = 20


def check_plan(knowledge: Knowledge, plan: TaperPlan, data: dict[str, Any], where: str) -> None:
    """InputRefused, naming the field, unless the plan is of a benzodiazepine or Z-drug and keeps to all it states.

    `data`: the JSON the plan was read from, whose stated sums are compared with what its tablets add up to.
    """
    check_drug(knowledge, plan.drug, "drug", where)
    check_sold(knowledge, plan.drug, _products(plan), where)
    own = plan.override
    if own is not None and not (own.by.strip() and own.reason.strip()):
        _refuse("override", "needs both the name of a clinician and a reason", where)
    if not plan.steps:
        _refuse("steps", "holds no steps", where)
    if not plan.before_ug > plan.target_ug:
        _refuse("target_mg_per_day", f"is not below the {mg_words(plan.before_ug)} mg taken before", where)
    for field, what in (*_sums(plan, data), *_steps(plan, data)):
        _refuse(field, what, where)
    ceiling = ceiling_of(knowledge)
    if own is None and breaks(plan.pace.share, plan.pace.days, ceiling):
        _refuse("pace", "is above the limit by itself, and no override says who allowed it and why", where)
    wrong = faults(plan, ceiling, _MOST_PIECES)
    if wrong:
        _refuse("steps", f"do not stand up to being counted again: {wrong[0]}", where)
    within = all(step.rolling_fall <= ceiling.share or step.stop for step in plan.steps)
    if within != plan.within_limit:
        _refuse("within_limit", f"is {str(plan.within_limit).lower()}, which its steps are not", where)


def _refuse(field: str, what: str, where: str, hint: str = "") -> NoReturn:
    raise InputRefused(
        f"a field is missing or wrong: '{field}' {what}.{hint}", where=where,
        next_step="Use the file as it was written, or write it again with: benzosafe taper PATIENT --format json",
    )  # fmt: skip


def check_drug(knowledge: Knowledge, drug: str, field: str, where: str) -> None:
    """InputRefused, naming the field, unless it is a known benzodiazepine or Z-drug."""
    tapered = [name for name, known in knowledge.drugs.items() if known.benzodiazepine]
    if drug not in tapered:
        _refuse(field, f"is '{drug}', no known benzodiazepine or Z-drug", where, nearest(drug, tapered))


def check_sold(knowledge: Knowledge, drug: str, named: Iterable[tuple[str, Product]], where: str) -> None:
    """Products said to be marketed must be sold for the drug, so that a drug put in by hand does not pass.

    `named`: each product with the field that holds it.
    """
    own = knowledge.drugs[drug].benzodiazepine
    sold = {
        (form.form.split(",")[0].strip(), ug(mg), country)
        for form in (own.products if own else ()) for mg in form.strengths_mg for country in (form.country, "")
    }  # fmt: skip
    for field, product in named:
        stated = product.country or product.source
        if stated and product.form != COMPOUNDED and (product.form, product.strength_ug, product.country) not in sold:
            place = f" in {product.country}" if product.country else ""
            _refuse(field, f"is {product.name}, which is not known to be sold{place} as {drug}", where)


def _products(plan: TaperPlan) -> Iterator[tuple[str, Product]]:
    yield from ((f"products[{number}]", product) for number, product in enumerate(plan.products))
    yield from (("before.doses", portion.product) for dose in plan.before for portion in dose.portions)


def _sums(plan: TaperPlan, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Doses that state another amount than their tablets hold, at any hour, in any step and before the first."""
    yield from _hours("before.doses", plan.before, data["before"]["doses"])
    yield from _stated("before.mg_per_day", data["before"].get("mg_per_day"), plan.before_ug)
    for number, (step, item) in enumerate(zip(plan.steps, data["steps"], strict=True)):
        yield from _hours(f"steps[{number}].doses", step.doses, item["doses"])
        yield from _stated(f"steps[{number}].delivered_mg_per_day", item.get("delivered_mg_per_day"), step.delivered_ug)


def _hours(field: str, doses: tuple[Dose, ...], items: list[Any]) -> Iterator[tuple[str, str]]:
    for number, (dose, item) in enumerate(zip(doses, items, strict=True)):
        yield from _stated(f"{field}[{number}].mg", item.get("mg"), dose.amount_ug)
    if len({dose.at_h for dose in doses}) != len(doses):
        yield field, "name an hour twice"


def _stated(field: str, mg: Any, counted_ug: int) -> Iterator[tuple[str, str]]:
    if mg != counted_ug / UG_PER_MG:
        yield field, f"states {mg!r:.20} mg, but the tablets make {mg_words(counted_ug)} mg"


def _steps(plan: TaperPlan, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Steps that are not counted through, leave out days, or state another fall or end than their doses have."""
    before = plan.before_ug
    for number, (step, item) in enumerate(zip(plan.steps, data["steps"], strict=True)):
        field = f"steps[{number}]"
        if step.number != number + 1:
            yield f"{field}.number", f"is {step.number}, not {number + 1}"
        if item.get("ends_on") != step.ends_on.isoformat():
            yield f"{field}.ends_on", f"is not {step.ends_on}, {step.days} days from {step.starts_on}"
        if step.fall != Fraction(before - step.delivered_ug, before):
            yield f"{field}.exact_fall", f"states a fall of {step.fall}, which its tablets do not make"
        if step.stop != (step.delivered_ug == 0) or (step.stop and step is not plan.steps[-1]):
            yield f"{field}.stop", "does not fit: the drug is off in the last step only, and only where none is taken"
            return
        before = step.delivered_ug
    for number, (earlier, later) in enumerate(pairwise(plan.steps)):
        yield from _follows(number + 1, earlier, later)


def _follows(number: int, earlier: TaperStep, later: TaperStep) -> Iterator[tuple[str, str]]:
    due = earlier.ends_on + timedelta(days=1)
    if later.starts_on != due:
        yield f"steps[{number}].starts_on", f"is {later.starts_on}, but the step before ends the day before {due}"
