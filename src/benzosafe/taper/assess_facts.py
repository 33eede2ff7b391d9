"""What an assessment asks about the one drug that would be tapered, beside the facts about the whole patient."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np

from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.facts.column import Column, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.facts.indication import PURPOSES
from benzosafe.facts.labels import fact_label
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.review.condition import Facts
from benzosafe.taper.start_refusals import is_for_sleep_only, is_slow_release
from benzosafe.taper.start_supply import illicit_supply

FRAIL = frozenset({"moderate", "severe"})
# Reasons for which a drug may have been given, as condition concepts; those of the whole patient and some more.
_REASONS = {
    **{name: PURPOSES[name] for name in ("seizures", "spasticity", "alcohol_withdrawal")},
    "catatonia": ("catatonia",),
    "rem_sleep": ("rem_sleep_behaviour_disorder",),
}
_LABELS = {
    "drug_novel": "whether it is an illicit or novel benzodiazepine",
    "drug_slow_release": "whether it is an extended-release product",
    "drug_for_sleep_only": "whether it is for sleep alone",
    "patient_illicit_supply": "whether all of it comes from a pharmacy",
    "drug_certainly_taken": "whether it is still taken",
    "drug_directions_understood": "whether its directions were understood",
    "drug_dose_known": "its daily dose",
    "drug_text_and_code_disagree": "whether text and code of its order agree",
    "drug_tenfold_suspected": "whether its dose is a slip of the decimal point",
    "drug_reason_stated": "the reason it was given",
    "drug_duration": "how long-acting it is",
    "patient_is_child": "age",
    "patient_frail": "frailty",
    **{f"drug_for_{name}": "the reason it was given" for name in _REASONS},
}


def taken_orders(frame: Frame, drug: str) -> list[int]:
    """Numbers of the orders of the drug that are not known to be over; refused when there is none.

    UsageError when the drug is not a benzodiazepine or Z-drug known here.
    """
    knowledge = frame.knowledge
    if "bzra" not in frame.catalog.classes_of(drug):
        bzra = [name for name in knowledge.drugs if "bzra" in frame.catalog.classes_of(name)]
        known = [] if drug in frame.catalog.index else bzra  # another medicine is no misspelling
        raise UsageError(
            f"'{drug}' is not a benzodiazepine or Z-drug known here.{nearest(drug, known)}", where="--drug",
            next_step="Name its ingredient, as in clonazepam.",
        )  # fmt: skip
    member = frame.ingredient == frame.catalog.index[drug]
    found = [int(number) for number in np.flatnonzero(member & frame.possibly_active)]
    if not found:
        others = sorted(
            {frame.orders[i].ingredient or "" for i in np.flatnonzero(frame.member("bzra") & frame.possibly_active)}
        )
        listed = f" It lists: {', '.join(others)}." if others else ""
        raise InputRefused(
            f"no {drug} that is taken on {frame.on} is in the record.{listed}", where="medicines",
            next_step="Name a drug that is taken, or add the order with its dose.",
        )  # fmt: skip
    return found


def facts_about(frame: Frame, drug: str) -> Facts:
    """The look-up of facts for row 0: those of the drug by names that begin with drug_, else those of the patient."""
    numbers = taken_orders(frame, drug)
    orders = [frame.orders[number] for number in numbers]
    known = frame.knowledge.drugs[drug].benzodiazepine
    own: dict[str, Callable[[], Column]] = {
        "drug_novel": lambda: Truth.of(["novel_benzodiazepine" in frame.catalog.classes_of(drug)]),
        "drug_slow_release": lambda: Truth.of([any(is_slow_release(order) for order in orders)]),
        "drug_for_sleep_only": lambda: Truth.of([is_for_sleep_only(frame.knowledge, drug)]),
        "patient_illicit_supply": lambda: Truth.of([bool(illicit_supply(frame.knowledge, frame.records[0]))]),
        "drug_certainly_taken": lambda: Truth.of([any(order.active is True for order in orders)]),
        "drug_directions_understood": lambda: Truth.of([not any(_unread(order) for order in orders)]),
        "drug_dose_known": lambda: Truth.of([all(_has_dose(order) for order in orders)]),
        "drug_text_and_code_disagree": lambda: _any_order(frame, "order_text_and_code_disagree", numbers),
        "drug_tenfold_suspected": lambda: _any_order(frame, "order_tenfold_suspected", numbers),
        "drug_reason_stated": lambda: Truth.of([all(order.indication is not None for order in orders)]),
        "patient_frail": lambda: _frail(frame),
        "drug_duration": lambda: Word.of([known.duration if known else None]),
    }
    for name, concepts in _REASONS.items():
        own[f"drug_for_{name}"] = lambda concepts=concepts: _given_for(frame, orders, concepts)  # type: ignore[misc]

    def look_up(name: str) -> Column:
        return own[name]() if name in own else frame.column(name)

    return Facts(look_up)


def label_of(knowledge: Knowledge, name: str) -> str:
    """A fact's name in words, those of the drug included."""
    return _LABELS.get(name) or fact_label(knowledge, name)


def _frail(frame: Frame) -> Truth:
    """Frailty on the problem list or as a status; a list given without it is enough to call it absent."""
    listed, status = frame.truth("frailty"), frame.word("frailty_status").is_in(FRAIL)
    yes = listed.yes | status.yes
    return Truth(yes, ~yes & (listed.no | status.no))


def _unread(order: Order) -> bool:
    return any(problem.startswith("directions not understood") for problem in order.problems)


def _has_dose(order: Order) -> bool:
    dose = order.dose_mg_per_day
    return dose is not None and isfinite(dose.high) and dose.high > 0


def _any_order(frame: Frame, name: str, numbers: list[int]) -> Truth:
    column = frame.truth(name)
    values = [column.value(number) for number in numbers]
    return Truth.of([True if True in values else None if None in values else False])


def _given_for(frame: Frame, orders: list[Order], concepts: tuple[str, ...]) -> Truth:
    """The stated reason; when none is stated, not known unless the patient has no such condition."""
    if any(order.indication in concepts for order in orders):
        return Truth.of([True])
    unstated = any(order.indication is None for order in orders)
    possible = any(frame.truth(concept).value(0) is not False for concept in concepts)
    return Truth.of([None if unstated and possible else False])
