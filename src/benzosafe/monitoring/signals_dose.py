"""The signal from the amount handed out a day: is it clearly more than before, and than those supplies were meant for?

Some intervals between fills are held against as many before, so that one early fill is no rise. Who took less for a
while and then again as prescribed does not look like one either, because the amount is also held against what the
earlier supplies were meant for a day. Strengths that are taken side by side are looked at one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.monitoring.signals_case import Case
from benzosafe.monitoring.signals_cover import lines_of, taken_together
from benzosafe.monitoring.signals_found import Found, Row, state_of


@dataclass(frozen=True)
class _Day:
    """What was handed out on one day: the amount, and the amount a day as it was meant, each at least and at most."""

    on: date
    least: float
    most: float
    meant_least: float
    meant_most: float


def escalation(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Each benzodiazepine and Z-drug that was handed out within the time the rule looks back."""
    for name in case.ingredients():
        found = [one for one in case.of(name) if case.within(one.supply.on, rule.number("within_days"))]
        lines = lines_of(found) if taken_together(found, case.knowledge) else [found]
        yield from (_judged(case, rule, name, line) for line in lines if line)


def _judged(case: Case, rule: SignalRule, ingredient: str, found: Sequence[DaysSupply]) -> Found:
    unit = _unit(found)
    if not unit:
        return Found("cannot tell", unknown=(f"{ingredient}: strength or units of some fills are not known",))
    days = _days(found, unit)
    many = int(rule.number("intervals"))
    if len(days) <= 2 * many:
        number = "1 day is" if len(days) == 1 else f"{len(days)} days are"
        words = f"{ingredient}: fills on {number} too few to compare, {2 * many + 1} are needed"
        return Found("cannot tell", unknown=(words,))
    before, since, last = days[-2 * many - 1 : -many - 1], days[-many - 1 : -1], days[-1].on
    length, earlier_length = (last - since[0].on).days, (since[0].on - before[0].on).days
    earlier_least = max(sum(day.least for day in before) / earlier_length, *(day.meant_least for day in before))
    earlier_most = max(sum(day.most for day in before) / earlier_length, *(day.meant_most for day in before))
    now_least, now_most = (sum(amounts) / length for amounts in zip(*((d.least, d.most) for d in since), strict=True))
    least = rule.number("least_ratio")
    sure, perhaps = now_least >= least * earlier_most, now_most >= least * earlier_least
    why = case.explaining("escalation", ingredient, before[0].on, last)
    state = state_of(sure=sure and not why, possible=perhaps and not why, unknown=False, raw=perhaps)
    if not perhaps:
        return Found(state)
    words = (
        f"{ingredient}: {_between(now_least, now_most)} {unit} a day since {since[0].on}; before as handed out or meant"
        f" {_between(earlier_least, earlier_most)} {unit} a day"
    )
    return Found(state, (Row(before[0].on, last, ingredient, words, sure, bool(why)),), tuple(why))


def _unit(found: Sequence[DaysSupply]) -> str:
    """What amounts can be held against each other in: mg, units where no strength is known at all, or nothing."""
    units_known = all(one.supply.units is not None and one.supply.units > 0 for one in found)
    strengths = {one.supply.strength_mg for one in found}
    if not units_known or (None in strengths and len(strengths) > 1):
        return ""
    return "units" if None in strengths else "mg"


def _days(found: Sequence[DaysSupply], unit: str) -> list[_Day]:
    by_day: dict[date, list[DaysSupply]] = defaultdict(list)
    for one in found:
        by_day[one.supply.on].append(one)
    return [_day(on, supplies, unit) for on, supplies in sorted(by_day.items())]


def _day(on: date, found: Sequence[DaysSupply], unit: str) -> _Day:
    per_unit = {one: one.supply.strength_mg or 1.0 if unit == "mg" else 1.0 for one in found}
    amounts = {one: per_unit[one] * (one.supply.units or 0.0) for one in found}
    least = sum(per_unit[one] * max(0.0, one.supply.least_units or 0.0) for one in found if not one.supply.maybe_same)
    longest = sum(one.high for one in found)
    return _Day(
        on, least, sum(amounts.values()), least / longest if longest else 0.0,
        sum(amount / one.low if one.low else inf for one, amount in amounts.items()),
    )  # fmt: skip


def _between(least: float, most: float) -> str:
    if f"{least:.3g}" == f"{most:.3g}":
        return f"{least:.3g}"
    return f"{least:.3g} to {most:.3g}" if isfinite(most) else f"{least:.3g} or more"
