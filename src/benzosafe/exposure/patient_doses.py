"""The doses of one drug of a patient over time, from its orders: hours, amounts and route."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from benzosafe.errors import InputRefused
from benzosafe.exposure.patient_spans import Span, Window, spans_of
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.patient.tables import Order

_CLOCK = {1: (21.0,), 2: (8.0, 20.0), 3: (8.0, 14.0, 20.0), 4: (8.0, 12.0, 17.0, 22.0)}
_FIRST_H = 8.0  # the morning dose, from which an interval in hours is counted
_MOST_A_DAY = 24
_WEEK_DAYS = 7.0
_EVERY_HOURS = re.compile(r"\bevery (\d+) hours\b")  # in Order.sig_reading: said so, not worked out from '4 a day'
_ROUTES: dict[str, Route] = {
    "oral": "oral", "sublingual": "sublingual", "buccal": "buccal", "nasal": "nasal", "rectal": "rectal",
    "intramuscular": "intramuscular", "subcutaneous": "subcutaneous", "intravenous": "intravenous",
    "injection": "intravenous",
}  # fmt: skip
_SLOW_RELEASE = re.compile(
    r"\b(?:xr|er|sr|cr|xl|mr|retard|(?:extended|prolonged|modified|controlled|sustained)[- ]release)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Doses:
    """Dose times [h from midnight of day 1] and amounts [mg], in order of time."""

    times_h: Floats
    amounts_mg: Floats
    route: Route


@dataclass(frozen=True)
class Intakes:
    """What is taken on a day of an order, and on how many days of a week."""

    hours: tuple[float, ...]
    mg_each: float
    days_per_week: float


def clock_times(times_per_day: int) -> tuple[float, ...]:
    """Usual hours of intake for so many doses a day."""
    return _CLOCK.get(times_per_day, tuple(np.arange(times_per_day) * 24.0 / times_per_day))


def doses_of(orders: Sequence[Order], window: Window, assumed: list[str]) -> Doses:
    """All doses of one drug, earlier orders included; refused when what is taken now has no dose or two routes."""
    spans = _by_one_route(spans_of(orders, window, assumed), assumed)
    parts = [(span, intakes) for span in spans if (intakes := _intakes(span.order, assumed))]
    made = [_doses(span, intakes, window) for span, intakes in parts]
    times = np.concatenate([part[0] for part in made]) if made else np.zeros(0)
    if not len(times):
        raise InputRefused(
            "cannot be simulated, because no dose of it falls into these days.", where=_name(orders[0]),
            next_step="Check its dose and dates.",
        )  # fmt: skip
    order = np.argsort(times, kind="stable")
    amounts = np.concatenate([part[1] for part in made])
    return Doses(times[order], amounts[order], _route([span.order for span, _ in parts], assumed))


def say_slow_release(order: Order, assumed: list[str]) -> None:
    """That the slow release of a product is left out."""
    if _SLOW_RELEASE.search(f"{order.text} {order.form or ''}"):
        assumed.append(f"the extended release of {_name(order)} is not simulated: it is taken up like a plain tablet")


def is_zero(order: Order) -> bool:
    """Whether the dose that is written is nothing."""
    dose = order.dose_mg_per_day or order.dose_mg_single
    return dose.high <= 0 if dose else any("not above zero" in problem for problem in order.problems)


def _name(order: Order) -> str:
    return order.ingredient or order.text


def _doses(span: Span, intakes: Intakes, window: Window) -> tuple[Floats, Floats]:
    end = int(np.ceil(window.days if span.end is None else min(span.end, window.days)))
    days = np.arange(span.first, end)
    share = intakes.days_per_week / _WEEK_DAYS
    since = np.arange(len(days))
    # The days of a week are spread evenly, the first day of the order being one of them.
    taken = np.ceil(np.round((since + 1) * share, 9)) > np.ceil(np.round(since * share, 9))
    times = np.add.outer(days[taken] * 24.0, np.asarray(intakes.hours)).ravel()
    return times, np.full(len(times), intakes.mg_each)


# --- what is taken on one day --------------------------------------------------------------------------------------


def _intakes(order: Order, assumed: list[str]) -> Intakes | None:
    """The intakes of an order; None when it is an earlier one whose dose is not known, or when nothing is taken."""
    mg_per_day = _most_mg_per_day(order, assumed)
    if mg_per_day is None:
        return None
    name, on_days = _name(order), _days_per_week(order, assumed)
    often = order.times_per_day.high if order.times_per_day else np.inf
    if isfinite(often):
        # Both the times and the dose are averages over the week; on the days it is taken there are more.
        count = min(max(1, round(often * _WEEK_DAYS / on_days)), _MOST_A_DAY)
    else:
        assumed.append(f"how often {name} is taken is not known: once a day is assumed")
        count = 1
    hours = _hours(order, count)
    clock = ", ".join(f"{int(h):02d}:{round(h % 1 * 60):02d}" for h in hours)
    assumed.append(f"{name}: intake at {clock} is assumed")
    say_slow_release(order, assumed)
    mg_each = mg_per_day * _WEEK_DAYS / on_days / count
    # An average over the week was rounded when it was written: 0.428571 a day is 1 on three days, not 0.999999.
    return Intakes(hours, float(f"{mg_each:.5g}"), on_days)


def _most_mg_per_day(order: Order, assumed: list[str]) -> float | None:
    name, daily = _name(order), order.dose_mg_per_day
    if daily is None and order.dose_mg_single is not None and order.times_per_day is not None:
        single, often = order.dose_mg_single, order.times_per_day
        most, varies = single.high * often.high, single.low * often.low != single.high * often.high
    else:
        most, varies = (daily.high, not daily.certain) if daily is not None else (np.nan, False)
    if is_zero(order) or most <= 0:
        assumed.append(f"an order of {name} has a dose of 0: nothing of it is taken")
        return None
    if not isfinite(most):
        if order.active is False:
            assumed.append(f"the dose of an earlier order of {name} is not known: it is not simulated")
            return None
        _refuse_dose(name, no_limit=most == np.inf)
    if order.prn or varies:
        assumed.append(f"{name} is simulated at the most its order allows")
    return float(most)


def _refuse_dose(name: str, no_limit: bool) -> None:
    if no_limit:
        raise InputRefused(
            "cannot be simulated, because its order sets no limit to the dose of a day.", where=name,
            next_step="Write it as '1 mg as needed, at most 2 mg a day'.",
        )  # fmt: skip
    raise InputRefused(
        "cannot be simulated, because its dose could not be worked out.", where=name,
        next_step="Write it as '1 mg twice daily'.",
    )  # fmt: skip


def _days_per_week(order: Order, assumed: list[str]) -> float:
    on_days = order.days_per_week
    if on_days is None or not 0 < on_days < _WEEK_DAYS:
        return _WEEK_DAYS
    days = "1 day" if on_days == 1 else f"{on_days:g} days"
    assumed.append(f"{_name(order)} is taken on {days} a week: evenly spread days are assumed")
    return on_days


def _hours(order: Order, count: int) -> tuple[float, ...]:
    """Evenly spaced when the order names the hours between doses, else the usual hours of so many doses."""
    every = _EVERY_HOURS.search(order.sig_reading)
    if every and int(every[1]) * count == 24:
        return tuple(sorted((_FIRST_H + int(every[1]) * place) % 24.0 for place in range(count)))
    return clock_times(count)


# --- route ---------------------------------------------------------------------------------------------------------


def _by_one_route(spans: Sequence[Span], assumed: list[str]) -> list[Span]:
    """Without earlier orders by another route than that of today, such as an injection in an emergency."""
    now = {_taken_by(span.order) for span in spans if span.order.active is not False}
    left_out = [span for span in spans if now and span.order.active is False and _taken_by(span.order) not in now]
    for span in left_out:
        assumed.append(f"an earlier order of {_name(span.order)} ({span.order.route}) is not simulated")
    return [span for span in spans if span not in left_out]


def _taken_by(order: Order) -> str:
    written = order.route or "oral"
    return _ROUTES.get(written, written)


def _route(orders: Sequence[Order], assumed: list[str]) -> Route:
    name, written = _name(orders[0]), list(dict.fromkeys(order.route or "" for order in orders))
    unknown = next((route for route in written if route and route not in _ROUTES), None)
    if unknown is not None:
        raise InputRefused(
            f"cannot be simulated by the route '{unknown}'.", where=name,
            next_step=f"Routes that can: {', '.join(_ROUTES)}.",
        )  # fmt: skip
    if "" in written:
        assumed.append(f"the route of {name} is not known: oral is assumed")
    if "injection" in written:
        assumed.append(f"where {name} is injected is not known: intravenous is assumed")
    routes = list(dict.fromkeys(_ROUTES[route or "oral"] for route in written))
    if len(routes) > 1:
        raise InputRefused(
            f"is taken by the {' and the '.join(routes)} route; only one can be simulated at a time.", where=name,
            next_step="Simulate each on its own: --drug, --dose and --route without a patient.",
        )  # fmt: skip
    return routes[0]
