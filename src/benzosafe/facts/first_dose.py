"""A first dose against what sources begin with, for the order's reason and route and the person's age, weight, sex."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benzosafe.facts.column import Number
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact
from benzosafe.knowledge.dosing_model import Regimen
from benzosafe.knowledge.regimen_amounts import micrograms
from benzosafe.knowledge.regimen_choice import Ends, Who, fitting
from benzosafe.patient.tables import Order

_USUAL_ROUTE = "oral"
_BEGUN_OFTEN = ("regular", "at bedtime")


@fact(per="order")
def order_share_of_labelled_start(frame: Frame) -> Number:
    """Daily dose over the highest first day that a source gives for its reason, age, weight and sex [1].

    From the widest to the narrowest of the regimens that may hold; unknown where there is none.
    """
    dose = frame.dose_per_day
    low, high = np.full(len(frame.orders), -np.inf), np.full(len(frame.orders), np.inf)
    for place in np.flatnonzero(frame.member("bzra") & frame.possibly_active):
        starts = _starts_mg(frame, frame.orders[place], int(frame.order_row[place]))
        if starts and np.isfinite(dose.high[place]):
            low[place], high[place] = dose.high[place] / max(starts), dose.high[place] / min(starts)
    return Number(low, high)


def _starts_mg(frame: Frame, order: Order, row: int) -> list[float]:
    """The highest first day of every regimen that may hold [mg]."""
    dosing = frame.knowledge.dosing.get(order.ingredient or "")
    if dosing is None:
        return []
    concept = frame.knowledge.conditions.get(order.indication or "")
    if order.indication:
        reasons: tuple[str, ...] = (order.indication, *(concept.implies if concept else ()))
    else:  # not stated: any of them
        reasons = tuple(dict.fromkeys(regimen.indication for regimen in dosing.regimens))
    who = Who(_ends(frame, "age_years", row), _ends(frame, "weight_kg", row), frame.word("sex").value(row))  # type: ignore[arg-type]
    weight = Fraction(str(who.weight_kg[1])) if who.weight_kg else None
    found = []
    for reason in [reasons] if order.indication else [(one,) for one in reasons]:
        fits = fitting(dosing, reason, who, order.route or _USUAL_ROUTE)
        found += [mg for fit in fits if (mg := _first_day_mg(fit.regimen, weight)) is not None]
    return found


def _first_day_mg(regimen: Regimen, weight: Fraction | None) -> float | None:
    if regimen.use not in _BEGUN_OFTEN:
        return None
    amount = micrograms(regimen.start, weight)
    if amount is None:
        return None
    if amount.per_day is not None:
        return float(amount.per_day[1]) / 1000
    assert amount.per_dose is not None
    return float(amount.per_dose[1]) * regimen.doses_per_day[1] / 1000


def _ends(frame: Frame, name: str, row: int) -> Ends | None:
    column = frame.number(name)
    low, high = float(column.low[row]), float(column.high[row])
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None
