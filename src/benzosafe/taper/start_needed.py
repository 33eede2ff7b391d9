"""As-needed use made a regular dose: from what was handed out over time, or from what the prescriber says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor, isfinite
from typing import NoReturn

from benzosafe.errors import InputRefused, UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.history import GAP
from benzosafe.patient.tables import Order
from benzosafe.taper.product import UG_PER_MG, mg_words
from benzosafe.taper.start_times import Intake, filled_up, name_of, whole_ug

_WEEK_DAYS = 7
_SAY = "find out what is really taken, and say with --as-regular what the as-needed part comes to (mg a day)."


@dataclass(frozen=True)
class Fills:
    """What was handed out between the first and the last of several fills [mg], over so many days."""

    first: date
    last: date
    count: int
    mg: Fraction
    last_mg: Fraction

    @property
    def days(self) -> int:
        """Days from the first to the last fill."""
        return (self.last - self.first).days

    @property
    def ug_per_day(self) -> Fraction:
        """Average of what was handed out [ug/d]."""
        return self.mg * UG_PER_MG / self.days


def is_occasional(order: Order) -> bool:
    """Whether an order is as needed or for some days of the week only."""
    return order.prn is True or (order.days_per_week is not None and order.days_per_week < _WEEK_DAYS)


def stated(orders: Sequence[Order], as_regular_mg: float, regular_ug: int, notes: list[str]) -> tuple[Intake, ...]:
    """The as-needed orders of a drug as the regular amount somebody states [mg/d]; UsageError outside the orders.

    `regular_ug`: what the regular orders come to [ug/d]; it is not part of the stated amount and only named in a note.
    """
    name, most = name_of(orders[0]), [order.dose_mg_per_day.high for order in orders if order.dose_mg_per_day]
    if not (isfinite(as_regular_mg) and as_regular_mg >= 0):
        raise UsageError(
            f"{as_regular_mg:g} mg a day is no amount.", where="--as-regular", next_step="Give 0 or more mg a day."
        )
    if len(most) == len(orders) and as_regular_mg > sum(most):
        raise UsageError(
            f"{as_regular_mg:g} mg a day is more than the {sum(most):g} mg the as-needed orders of {name} allow.",
            where="--as-regular", next_step="Correct the order, or give the amount really taken.",
        )  # fmt: skip
    total = whole_ug(orders[0], as_regular_mg) if as_regular_mg else 0
    notes.append(
        f"{name}: {mg_words(regular_ug)} mg regular + {mg_words(total)} mg as needed taken as regular = "
        f"{mg_words(regular_ug + total)} mg a day (--as-regular states the as-needed part only)"
    )
    if not total:
        return ()
    return filled_up(total, _single_ug(orders[0]) or total)


def from_record(knowledge: Knowledge, order: Order, on: date, notes: list[str]) -> tuple[Intake, ...]:
    """An as-needed order as the regular dose that its fills come to; InputRefused when they do not tell.

    The average is rounded up to the next half of a single dose, never above what the order allows.
    """
    _refuse_few_days(knowledge, order, order.days_per_week)
    if order.prn is not True:
        raise InputRefused(
            f"it is taken on {order.days_per_week:g} days a week, and a taper is made of days that are alike.",
            where=name_of(order), next_step=f"First make it a regular dose: {_SAY}",
        )  # fmt: skip
    most = order.dose_mg_per_day.high if order.dose_mg_per_day else float("inf")
    fills = _fills(knowledge, order, on) if isfinite(most) else None
    if fills is None:
        _refuse_maximum_only(order, most)
    _check(fills, order, most, on)
    single, most_ug = _single_ug(order), whole_ug(order, most)
    share = fills.ug_per_day / (single or most_ug)
    _refuse_few_days(knowledge, order, float(share * _WEEK_DAYS))
    step = (single // 2 if single % 2 == 0 else single) if single else most_ug
    total = min(-(-floor(fills.ug_per_day) // step) * step, most_ug)
    notes.append(
        f"{name_of(order)} as needed: {fills.count} fills from {fills.first} to {fills.last} come to "
        f"{mg_words(float(fills.ug_per_day))} mg a day (days' supply at the {most:g} mg a day the order allows); "
        f"taken as {mg_words(total)} mg every day. Not all that is handed out is swallowed: ask before the first step"
    )
    return filled_up(total, single or most_ug)


def _single_ug(order: Order) -> int:
    """One dose [ug], the smallest the order allows; 0 when it is not known."""
    single = order.dose_mg_single
    return whole_ug(order, single.low) if single is not None and single.low > 0 else 0


# --- fills ---------------------------------------------------------------------------------------------------------


def _fills(knowledge: Knowledge, order: Order, on: date) -> Fills | None:
    """The fills of the last months; None when they are fewer than two or span too few days to give an average."""
    window, least = (knowledge.parameters[name].highest for name in ("prn_history_days", "prn_history_least_days"))
    # JUDGEMENT: the days' supply of an as-needed medicine is worked out, by pharmacies, at the most a day allows.
    a_day = Fraction(str(order.dose_mg_per_day.high)) if order.dose_mg_per_day else Fraction(0)
    handed: dict[date, Fraction] = {}
    for supply in order.supplies:
        if supply.on and supply.days and 0 <= (on - supply.on).days <= window:
            handed[supply.on] = handed.get(supply.on, Fraction(0)) + Fraction(str(supply.days)) * a_day
    if len(handed) < 2:
        return None
    *earlier, last = sorted(handed)
    fills = Fills(earlier[0], last, len(handed), sum((handed[day] for day in earlier), Fraction(0)), handed[last])
    return fills if fills.days >= least else None


def _check(fills: Fills, order: Order, most: float, on: date) -> None:
    """Refused when more was handed out than may be taken, or when the last fill should long be used up."""
    if fills.ug_per_day > whole_ug(order, most):
        raise InputRefused(
            f"{mg_words(float(fills.ug_per_day))} mg a day were handed out and the order allows {most:g} mg.",
            where=name_of(order), next_step=f"Speak with the patient about it: {_SAY}",
        )  # fmt: skip
    lasts = fills.last + timedelta(days=int(fills.last_mg * UG_PER_MG / fills.ug_per_day))
    if on > lasts + GAP:
        raise InputRefused(
            f"at the rate of its fills the last one, of {fills.last}, would have been used up on {lasts}: "
            "less is taken now, or it comes from elsewhere.",
            where=name_of(order), next_step=f"Do not restart the earlier amount; {_SAY}",
        )  # fmt: skip


def _refuse_few_days(knowledge: Knowledge, order: Order, days_per_week: float | None) -> None:
    """Use on few days is not made daily: that could bring about the dependence a taper is meant to end."""
    few = knowledge.parameters["dependence_occasional_days_per_week"].highest
    if days_per_week is not None and days_per_week <= few:
        raise InputRefused(
            f"it is used on about {days_per_week:.2g} days a week. Physical dependence is rare up to {few:g} days "
            "(asam_2025, Table 2), and a daily dose could bring it about: no daily taper is computed.",
            where=name_of(order),
            next_step=f"Talk about using it less often, or a short taper. If it is taken on more days: {_SAY}",
        )  # fmt: skip


def _refuse_maximum_only(order: Order, most: float) -> NoReturn:
    allowed = f"only the most is known ({most:g} mg a day)" if isfinite(most) else "its order sets no limit"
    raise InputRefused(
        f"it is taken as needed and {allowed}; nobody is assumed to take the most that is allowed.",
        where=name_of(order), next_step=f"Give two or more fills with days' supply, or {_SAY}",
    )  # fmt: skip
