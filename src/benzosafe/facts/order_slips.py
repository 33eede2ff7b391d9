"""Slips of writing that a dose shows by itself: a unit or several decimal places, an amount that nobody makes."""

from __future__ import annotations

import numpy as np

from benzosafe.facts.column import Truth
from benzosafe.facts.frame import Frame
from benzosafe.facts.order import order_share_of_label_max
from benzosafe.facts.registry import fact
from benzosafe.knowledge.load import Knowledge

_A_THOUSAND = 1000.0
_IN_TWO = ("yes", "product-dependent")
_SWALLOWED_WHOLE = ("tablet", "capsule", "orally disintegrating tablet", "sublingual tablet", "oral film")
_OF_THE_MOUTH = (None, "oral", "sublingual")


@fact(per="order")
def order_unit_slip_suspected(frame: Frame) -> Truth:
    """The daily dose is so far above the label maximum that mg stands for micrograms, or g for mg."""
    from_share = frame.knowledge.parameters["unit_slip_share"].lowest
    share, dose = order_share_of_label_max(frame), frame.dose_per_day
    known = np.isfinite(share.low) & np.isfinite(dose.high)
    return Truth(known & (share.low > from_share), known & (share.high <= from_share))


@fact(per="order")
def order_below_smallest_made(frame: Frame) -> Truth:
    """A single dose by mouth is smaller than any tablet, half tablet or capsule sold, and no liquid is sold."""
    smallest = {name: _smallest_mg(frame.knowledge, name) for name in {o.ingredient or "" for o in frame.orders}}
    single = frame.dose_single
    found: list[bool | None] = []
    for place, order in enumerate(frame.orders):
        least = smallest[order.ingredient or ""]
        if least is None or order.route not in _OF_THE_MOUTH:
            found.append(False)
        elif not np.isfinite(single.high[place]):
            found.append(None)
        else:
            found.append(bool(0 < single.high[place] < least))
    return Truth.of(found)


def _smallest_mg(knowledge: Knowledge, ingredient: str) -> float | None:
    """The smallest piece sold anywhere [mg]; None where a liquid can be measured out, or nothing is known."""
    drug = knowledge.drugs.get(ingredient)
    products = drug.benzodiazepine.products if drug and drug.benzodiazepine else ()
    if any(item.form.startswith("oral ") and item.form.endswith("mg per mL") for item in products):
        return None
    pieces = [
        strength / 2 if item.form == "tablet" and item.scored in _IN_TWO else strength
        for item in products
        if item.form in _SWALLOWED_WHOLE
        for strength in item.strengths_mg
    ]
    return min(pieces, default=None)
