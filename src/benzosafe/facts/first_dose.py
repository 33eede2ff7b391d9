"""A first dose against what sources begin with, for the order's reason and route and the person's age, weight, sex."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benzosafe.facts.column import Number, Truth
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import fact
from benzosafe.knowledge.dosing_model import Regimen
from benzosafe.knowledge.regimen_amounts import micrograms
from benzosafe.knowledge.regimen_choice import Ends, Who, fitting
from benzosafe.patient.tables import Order

_USUAL_ROUTE = "oral"
_BEGUN_OFTEN = ("regular", "at bedtime")
_GIVEN_ONCE = ("once", "emergency")
_LOWEST, _HIGHEST = 0, 1
_SEVERAL = 2.0


@dataclass(frozen=True, slots=True)
class _Begun:
    """The lowest and the highest first day of a regimen, and the most it aims at for a day [mg]."""

    first_day: tuple[float, float]
    usual_day: float


@fact(per="order")
def order_share_of_labelled_start(frame: Frame) -> Number:
    """Daily dose over the highest first day that a source gives for its reason, age, weight and sex [1].

    From the widest to the narrowest of the regimens that may hold; unknown where there is none.
    """
    return _share(frame, _HIGHEST)


@fact(per="order")
def order_share_of_lowest_start(frame: Frame) -> Number:
    """Daily dose over the lowest first day that a source gives for its reason, age, weight and sex [1].

    From the widest to the narrowest of the regimens that may hold; unknown where there is none.
    """
    return _share(frame, _LOWEST)


@fact(per="order")
def order_single_is_usual_day(frame: Frame) -> Truth:
    """Each of several doses a day is as much as sources aim at for a whole day, by every regimen that may hold."""
    single, times = frame.dose_single, frame.times_per_day
    yes, known = np.zeros(len(frame.orders), bool), np.zeros(len(frame.orders), bool)
    for place in np.flatnonzero(frame.member("bzra") & frame.possibly_active):
        days = [begun.usual_day for begun in _begun(frame, int(place))]
        known[place] = bool(days) and np.isfinite(single.high[place]) and np.isfinite(times.high[place])
        yes[place] = known[place] and times.low[place] >= _SEVERAL and single.low[place] >= max(days)
    return Truth(yes, known & ~yes)


@fact(per="order")
def order_given_once(frame: Frame) -> Truth:
    """Its stated reason is one for which sources give the drug once only: an emergency, a procedure."""
    return Truth.of([_only_once(frame, order) for order in frame.orders])


def _only_once(frame: Frame, order: Order) -> bool:
    dosing = frame.knowledge.dosing.get(order.ingredient or "")
    uses = {item.use for item in dosing.regimens if item.indication == order.indication} if dosing else set()
    return bool(uses) and uses.issubset(_GIVEN_ONCE)


def _share(frame: Frame, end: int) -> Number:
    dose = frame.dose_per_day
    low, high = np.full(len(frame.orders), -np.inf), np.full(len(frame.orders), np.inf)
    for place in np.flatnonzero(frame.member("bzra") & frame.possibly_active):
        starts = [begun.first_day[end] for begun in _begun(frame, int(place))]
        if starts and np.isfinite(dose.high[place]):
            low[place], high[place] = dose.high[place] / max(starts), dose.high[place] / min(starts)
    return Number(low, high)


def _begun(frame: Frame, place: int) -> list[_Begun]:
    """How every regimen that may hold for an order is begun; those left out that go by a weight that is not known."""
    key = f"begun for {place}"
    if key not in frame.kept:
        order = frame.orders[place]
        regimens = _regimens(frame, order, int(frame.order_row[place]))
        all_of_it = (_begun_by(frame, order.ingredient or "", *pair) for pair in regimens)
        frame.kept[key] = [begun for begun in all_of_it if begun is not None]
    found: list[_Begun] = frame.kept[key]
    return found


def _begun_by(frame: Frame, drug: str, regimen: Regimen, weight: Fraction | None) -> _Begun | None:
    amounts = [amount for amount in (regimen.start, regimen.target) if amount]
    by_weight = any("_kg_" in name for amount in amounts for name in amount.quantities)
    key = f"begun by {regimen.id} of {drug}" + (f" at {weight} kg" if by_weight else "")
    if key not in frame.kept:  # made once for all orders of a batch
        frame.kept[key] = _worked_out(regimen, weight)
    found: _Begun | None = frame.kept[key]
    return found


def _worked_out(regimen: Regimen, weight: Fraction | None) -> _Begun | None:
    first = _first_day_mg(regimen, weight)
    if first is None:
        return None
    aim = micrograms(regimen.target, weight) if regimen.target else None
    day = float(aim.per_day[1]) / 1000 if aim and aim.per_day else 0.0
    return _Begun(first, max(day, first[_HIGHEST]))


def _regimens(frame: Frame, order: Order, row: int) -> list[tuple[Regimen, Fraction | None]]:
    """Every regimen that may hold for an order, and the weight its doses go by."""
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
        found += [(fit.regimen, weight) for fit in fits if fit.regimen.use in _BEGUN_OFTEN]
    return found


def _first_day_mg(regimen: Regimen, weight: Fraction | None) -> tuple[float, float] | None:
    """The lowest and the highest first day [mg]; None where it goes by a weight that is not known."""
    amount = micrograms(regimen.start, weight)
    if amount is None:
        return None
    if amount.per_day is not None:
        return float(amount.per_day[0]) / 1000, float(amount.per_day[1]) / 1000
    assert amount.per_dose is not None
    least, most = (float(end) / 1000 for end in amount.per_dose)
    return least * regimen.doses_per_day[0], most * regimen.doses_per_day[1]


def _ends(frame: Frame, name: str, row: int) -> Ends | None:
    column = frame.number(name)
    low, high = float(column.low[row]), float(column.high[row])
    return (low, high) if np.isfinite(low) and np.isfinite(high) else None
