"""Signals from single fills: early ones, once and repeatedly, what is left at hand, and reports of lost supply.

Fills are held against the fill before of the same medicine and strength, because several strengths are often taken side
by side. A thing is certain when it holds however short the supplies were; hospital stays are explanations here and
never make a fill look earlier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.monitoring.signals_case import Case
from benzosafe.monitoring.signals_cover import lines_of
from benzosafe.monitoring.signals_found import Explanation, Found, Row, state_of, state_of_rows

REPORTS = ("lost_supply", "stolen_supply")


@dataclass(frozen=True)
class Step:
    """A supply after another: days between them, how long the earlier one lasts, and what is still at hand [d]."""

    now: DaysSupply
    interval_days: int
    lasts_days: float
    left_days: float

    def early(self, share: float, grace_days: float) -> bool:
        """Whether it came before so large a part of the earlier one was used, with more at hand than the grace."""
        return self.interval_days < share * self.lasts_days and self.left_days > grace_days


def steps(line: Sequence[DaysSupply], lost_on: frozenset[date], *, least: bool) -> Iterator[Step]:
    """Each supply after the one before; least: the shortest lengths, lost supply gone, and nothing told twice."""
    counted = [one for one in line if not (least and one.supply.maybe_same)]
    left = 0.0
    for before, now in pairwise(counted):
        interval = (now.supply.on - before.supply.on).days
        lasts = before.low if least else before.high
        gone = least and any(before.supply.on < day <= now.supply.on for day in lost_on)
        left = 0.0 if gone else max(0.0, left + lasts - interval)
        yield Step(now, interval, lasts, left)


def early_fills(case: Case, signal: str, ingredient: str) -> tuple[list[Row], list[Explanation]]:
    """The early fills of a medicine within the time the rule looks back, and what on record explains them."""
    rule = case.knowledge.signals[signal]
    share, grace = rule.number("early_share"), rule.number("grace_days")
    rows: list[Row] = []
    explanations: list[Explanation] = []
    for line in lines_of(case.of(ingredient)):
        sure = {one.now: one for one in steps(line, case.lost_on[ingredient], least=True) if one.early(share, grace)}
        maybe = {one.now: one for one in steps(line, case.lost_on[ingredient], least=False) if one.early(share, grace)}
        for now, step in (maybe | sure).items():
            day = now.supply.on
            if case.within(day, rule.number("within_days")):
                why = case.explaining(signal, ingredient, day, day)
                explanations += why
                rows.append(Row(day, None, ingredient, _early_words(step), now in sure, bool(why)))
    return rows, explanations


def _early_words(step: Step) -> str:
    part = f" ({100 * step.interval_days / step.lasts_days:.0f} % of it)" if step.lasts_days else ""
    where = f" at {step.now.supply.pharmacy}" if step.now.supply.pharmacy else ""
    strength = f" {step.now.supply.strength_mg:g} mg" if step.now.supply.strength_mg else ""
    return (
        f"{step.now.supply.ingredient}{strength}{where}: {step.interval_days} days after a supply of"
        f" {step.lasts_days:.3g} days{part}, {step.left_days:.3g} days still at hand"
    )


def early_refill(case: Case, rule: SignalRule) -> Iterator[Found]:
    """The note: any early fill."""
    for name in case.ingredients():
        rows, why = early_fills(case, "early_refill", name)
        yield Found(state_of_rows(rows, lambda found: len(found) > 0), tuple(rows), tuple(why))


def early_refill_repeated(case: Case, rule: SignalRule) -> Iterator[Found]:
    """The flag: several early fills of one medicine close together."""
    for name in case.ingredients():
        rows, why = early_fills(case, "early_refill_repeated", name)
        state = state_of_rows(rows, lambda found: _most_within(found, rule) >= rule.number("least_times"))
        yield Found(state, tuple(rows), tuple(why))


def _most_within(rows: Sequence[Row], rule: SignalRule) -> int:
    """The most rows whose days lie within the span of the rule."""
    span = timedelta(days=rule.number("span_days"))
    days = [row.on for row in rows]
    return max((sum(start <= day < start + span for day in days) for start in days), default=0)


def stockpile(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Days at hand today beside what is left of the last supply, by strength."""
    for name in case.ingredients():
        for whole in lines_of(case.of(name)):
            line = [one for one in whole if case.within(one.supply.on, rule.number("within_days"))]
            if len(line) > 1:
                yield _stock(case, rule, name, line)


def _stock(case: Case, rule: SignalRule, ingredient: str, line: Sequence[DaysSupply]) -> Found:
    most = rule.number("least_days")
    why = {one.supply.on: case.explaining("stockpile", ingredient, one.supply.on, one.supply.on) for one in line}
    innocent = {day for day, found in why.items() if found}
    least = _surplus(case, line, innocent, least=True)
    highest = _surplus(case, line, innocent, least=False)
    raw = _surplus(case, line, set(), least=False)
    state = state_of(sure=least >= most, possible=highest >= most, unknown=False, raw=raw >= most)
    shown = least if least >= most else raw
    words = f"{ingredient}: about {shown:.0f} days at hand beside what is left of the last supply"
    rows = (
        (Row(line[-1].supply.on, case.on, ingredient, words, least >= most, state == "explained"),)
        if raw >= most
        else ()
    )
    return Found(state, rows, tuple(item for found in why.values() for item in found) if rows else ())


def _surplus(case: Case, line: Sequence[DaysSupply], innocent: set[date], *, least: bool) -> float:
    """Days carried over from earlier supplies that are still there today; explained early fills carry nothing over."""
    counted = [one for one in line if not (least and one.supply.maybe_same)]
    lost_on = case.lost_on[line[0].supply.ingredient]
    kept = 0.0
    for before, now in pairwise(counted):
        change = (before.low if least else before.high) - (now.supply.on - before.supply.on).days
        gone = least and any(before.supply.on < day <= now.supply.on for day in lost_on)
        kept = 0.0 if gone else max(0.0, kept + (min(change, 0.0) if now.supply.on in innocent else change))
    if not counted:
        return 0.0
    last = counted[-1]
    if least and any(last.supply.on < day <= case.on for day in lost_on):
        return 0.0
    since = (case.on - last.supply.on).days
    return max(0.0, kept - max(0.0, since - (last.low if least else last.high)))


def lost_reports(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Reports of lost or stolen supply; those close together are one."""
    merge = timedelta(days=rule.number("merge_days"))
    told = [
        event for event in case.events if event.kind in REPORTS and case.within(event.on, rule.number("within_days"))
    ]
    groups: list[list[date]] = []
    for day in sorted({event.on for event in told}):
        if groups and day - groups[-1][0] <= merge:
            groups[-1].append(day)
        else:
            groups.append([day])
    rows, explanations = [], []
    for group in groups:
        why = [case.explaining("lost_reports", "", day, day) for day in group]
        words = "; ".join(dict.fromkeys(case.told(event).label for event in told if event.on in group))
        until = group[-1] if len(group) > 1 else None
        rows.append(Row(group[0], until, "", words, True, all(why)))
        explanations += [item for found in why for item in found]
    state = state_of_rows(rows, lambda found: len(found) >= rule.number("least_times"))
    yield Found(state, tuple(rows), tuple(explanations))
