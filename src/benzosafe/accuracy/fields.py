"""Fields of a row: each read as what it must be, or a BadField that names it and says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.kinetics_model import Route

MOST_DAYS = 400  # a longer course changes nothing any more and would only take long to follow
_MOST_DOSES = 5000
BENCHMARKS = {"static": "static", "dynamic": "dynamic", "static_partial_auc": "partial", "exclude": "static"}
ROUTES: dict[str, Route] = {
    "po": "oral", "oral": "oral", "intraduodenal": "oral", "iv": "intravenous", "i.v.": "intravenous",
    "im": "intramuscular", "i.m.": "intramuscular", "sl": "sublingual", "nasal": "nasal", "buccal": "buccal",
    "pr": "rectal", "rectal": "rectal",
}  # fmt: skip
Dose = tuple[float | None, int, float]


class BadField(ValueError):
    """A field that cannot be used; the message names it."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


# What rows of files written by hand can provoke beyond a BadField.
BAD_DATA = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def reason_of(error: Exception) -> tuple[str, str]:
    """Why a row is not scored, and apart from it what the person who wrote the row could do about it."""
    if isinstance(error, BenzosafeError):
        what, near, suggestion = error.what.partition(" Did you mean")
        place = f"{error.where}: " if error.where else ""
        return f"{place}{what}", f"{near.strip()}{suggestion} {error.next_step}".strip()
    if isinstance(error, BadField):
        return str(error), ""
    return f"cannot be read: {type(error).__name__}: {error}", ""


def text_in(row: Mapping[str, Any], field: str, required: bool = False) -> str:
    """Words; empty when there are none and they are not required."""
    value = row.get(field)
    if value is None or value == "":
        if required:
            raise BadField(field, "missing")
        return ""
    if not isinstance(value, str):
        raise BadField(field, f"must be words, not {_kind(value)}")
    return value.strip()


def positive_in(row: Mapping[str, Any], field: str) -> float | None:
    """A number above zero; None when there is none."""
    return None if row.get(field) is None else _positive(row[field], field)


def benchmark_in(row: Mapping[str, Any]) -> str:
    """How a row is to be scored; static when it does not say."""
    return _one_of(text_in(row, "benchmark") or "static", BENCHMARKS, "benchmark")


def route_in(row: Mapping[str, Any]) -> Route:
    """How the victim was given; swallowed when it is not said."""
    return ROUTES[_one_of((text_in(row, "victim_route") or "po").lower(), ROUTES, "victim_route")]


def regimen_in(row: Mapping[str, Any]) -> list[Dose]:
    """Steps of a stated regimen: (mg or None, how many doses, hours between)."""
    steps = row["regimen"]
    if not isinstance(steps, list) or not steps:
        raise BadField("regimen", "must be a list such as [[400, 7, 24]]: mg, doses, hours between")
    found: list[Dose] = []
    for step in steps:
        if not isinstance(step, list) or len(step) != 3:
            raise BadField("regimen", "each step needs three numbers: mg (null: the usual dose), doses, hours between")
        mg, count, every_h = step
        doses = _positive(count, "regimen")
        if doses != int(doses):
            raise BadField("regimen", f"{doses:g} doses is not a whole number")
        found.append((None if mg is None else _positive(mg, "regimen"), int(doses), _positive(every_h, "regimen")))
    within("regimen", sum(count * every_h for _, count, every_h in found) / 24.0, sum(count for _, count, _ in found))
    return found


def victim_at_h_in(row: Mapping[str, Any]) -> float:
    """When the victim was given, after the first dose of a stated regimen [h]."""
    value = row.get("victim_at_h")
    if value is None:
        raise BadField("victim_at_h", "missing; a regimen needs it")
    hours = _number(value, "victim_at_h")
    if hours < 0:
        raise BadField("victim_at_h", f"{hours:g} is before the first dose")
    within("victim_at_h", hours / 24.0)
    return hours


def within(field: str, days: float, doses: float = 0.0) -> None:
    """Refuses a course that is too long to follow."""
    if not days <= MOST_DAYS:
        raise BadField(field, f"more than {MOST_DAYS} days are not followed")
    if not doses <= _MOST_DOSES:
        raise BadField(field, f"more than {_MOST_DOSES} doses are not followed")


def _positive(value: Any, field: str) -> float:
    number = _number(value, field)
    if number <= 0:
        raise BadField(field, f"{number:g} is not above zero")
    return number


def _number(value: Any, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadField(field, f"must be a number, not {_kind(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise BadField(field, "is too large") from None
    if not isfinite(number):
        raise BadField(field, f"{number:g} is not a number that can be used")
    return number


def _one_of(value: str, valid: Mapping[str, Any], field: str) -> str:
    if value not in valid:
        raise BadField(field, f"'{value}' is none of {', '.join(valid)}")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, int | float):
        return str(value)
    kinds: dict[type, str] = {list: "a list", dict: "a mapping"}
    return kinds.get(type(value), type(value).__name__)
