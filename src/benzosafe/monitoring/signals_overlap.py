"""Signals from supplies at the same time: two benzodiazepines or Z-drugs, and a benzodiazepine with an opioid.

Days are counted as the measure COB counts them: calendar days from the day of each supply, each day once, cumulative
and not in a row, and an early fill is not moved to when the one before ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from math import ceil, floor

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.monitoring.signals_case import BENZODIAZEPINE, OPIOID, Case
from benzosafe.monitoring.signals_found import Explanation, Found, Row, state_of
from benzosafe.patient.tables import Order

_EXCLUDED = ("hospice", "palliative_care", "cancer", "sickle_cell")
"""What the measure leaves out, as our concepts."""


def days_with(case: Case, found: Iterable[DaysSupply], within_days: float, *, least: bool) -> set[date]:
    """The calendar days of the last so many with supply; least: each as short as it may be, and only whole days."""
    days: set[date] = set()
    for one in found:
        length = floor(one.low) if least else ceil(one.high)
        days.update(one.supply.on + timedelta(days=number) for number in range(length))
    return {day for day in days if case.within(day, within_days)}


def overlap_sedatives(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Each pair of benzodiazepines and Z-drugs."""
    for pair in combinations(case.ingredients(), 2):
        yield _pair(case, rule, pair)


def _pair(case: Case, rule: SignalRule, pair: tuple[str, str]) -> Found:
    within, most = rule.number("within_days"), rule.number("least_days")
    least, highest = (
        set.intersection(*(days_with(case, case.of(name), within, least=short) for name in pair))
        for short in (True, False)
    )
    innocent = set.union(*(case.explained_days("overlap_sedatives", name) for name in pair))
    innocent |= {day for day in highest if _both_meant(case, pair, day)}
    state = state_of(
        sure=len(least - innocent) >= most,
        possible=len(highest - innocent) >= most,
        unknown=False,
        raw=len(highest) >= most,
    )
    if not highest:
        return Found(state)
    words = f"{' and '.join(pair)}: {_number(len(least), len(highest))} days with supply of both"
    rows = (Row(min(highest), max(highest), " and ".join(pair), words, len(least) >= most, state == "explained"),)
    return Found(state, rows, tuple(_why(case, pair, highest)))


def _number(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _both_meant(case: Case, pair: tuple[str, str], day: date) -> bool:
    """Whether orders or statements of that day hold both, so that whoever prescribes knows of both."""
    return all(any(order.ingredient == name and _holds(order, day) for order in case.plans) for name in pair)


def _holds(order: Order, day: date) -> bool:
    start = min((one for one in (order.start_on, order.continuous_since) if one), default=None)
    if order.active is False and order.end_on is None:
        return False
    return (start is None or start <= day) and (order.end_on is None or day <= order.end_on)


def _why(case: Case, pair: tuple[str, str], days: set[date]) -> Iterator[Explanation]:
    for name in pair:
        yield from case.explaining("overlap_sedatives", name, min(days), max(days))
    meant = sorted(day for day in days if _both_meant(case, pair, day))
    if meant:
        said = f"{' and '.join(pair)} stand on the list of medicines"
        how = "Whoever prescribes knows of both; whether both are right is for the review of the medicines."
        yield Explanation("both_meant", "both are meant to be taken", meant[0], meant[-1], said, how)


def overlap_opioid(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Benzodiazepines with opioids, by the measure."""
    within, most = rule.number("within_days"), rule.number("least_days")
    kinds = {name: case.of_class(name, within) for name in (BENZODIAZEPINE, OPIOID)}
    met, days = {}, {}
    for least in (True, False):
        counted = {
            name: [one for one in found if not (least and one.supply.maybe_same)] for name, found in kinds.items()
        }
        both = set.intersection(*(days_with(case, found, within, least=least) for found in counted.values()))
        opioid_days = sum(one.low if least else one.high for one in counted[OPIOID])
        fills = min(len({one.supply.on for one in found}) for found in counted.values())
        enough = fills >= rule.number("least_fills") and opioid_days >= rule.number("least_opioid_days")
        met[least], days[least] = enough and len(both) >= most, both
    why = list(_left_out(case))
    state = state_of(sure=met[True] and not why, possible=met[False] and not why, unknown=False, raw=met[False])
    rows = list(_opioid_rows(kinds, days, met, explained=state == "explained"))
    rows += _z_drug_rows(case, within)
    yield Found(state, tuple(rows), tuple(why) if rows else ())


def _left_out(case: Case) -> Iterator[Explanation]:
    for condition in case.record.conditions:
        if condition.present and not set(_EXCLUDED).isdisjoint(condition.concepts):
            how = "The measure leaves such people out, because pain and comfort come first. The danger is the same."
            yield Explanation("left_out_by_the_measure", "left out by the measure", None, None, condition.text, how)


def _opioid_rows(
    kinds: dict[str, list[DaysSupply]], days: dict[bool, set[date]], met: dict[bool, bool], *, explained: bool
) -> Iterator[Row]:  # fmt: skip
    if days[False]:
        names = sorted({one.supply.ingredient for found in kinds.values() for one in found})
        words = f"{', '.join(names)}: {_number(len(days[True]), len(days[False]))} days with supply of both"
        yield Row(min(days[False]), max(days[False]), ", ".join(names), words, met[True], explained)


def _z_drug_rows(case: Case, within: float) -> Iterator[Row]:
    """Z-drugs with opioids, shown beside: the measure does not count them."""
    opioids = days_with(case, case.of_class(OPIOID), within, least=False)
    found: Sequence[DaysSupply] = case.of_class("z_drug", within)
    both = days_with(case, found, within, least=False) & opioids
    if both:
        names = ", ".join(sorted({one.supply.ingredient for one in found}))
        words = (
            f"{names} with an opioid: at most {len(both)} days with supply of both; the measure does not count Z-drugs"
        )
        yield Row(min(both), max(both), names, words, False)
