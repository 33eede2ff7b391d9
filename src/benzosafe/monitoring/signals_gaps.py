"""Signals from too little supply: gaps, fewer days covered, a supply that ended without a taper, irregular short fills.

They weigh as much as those from too much: who runs out or stops suddenly is in danger. For what is taken as needed days
without supply mean nothing that can be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from benzosafe.knowledge.signal_model import SignalRule
from benzosafe.monitoring.adherence import Adherence, Gap
from benzosafe.monitoring.days_supply import DaysSupply
from benzosafe.monitoring.signals_case import SEDATIVE, Case
from benzosafe.monitoring.signals_cover import Cover
from benzosafe.monitoring.signals_found import Explanation, Found, Row, state_of, state_of_rows

_AS_NEEDED = "{}: taken as needed, so what days without supply mean cannot be told"


def gap(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Gaps between fills of each benzodiazepine and Z-drug."""
    for name, seen in case.adherence.items():
        if seen.as_needed:
            yield Found("cannot tell", unknown=(_AS_NEEDED.format(name),))
            continue
        rows = [_gap(case, rule, name, one) for one in seen.gaps]
        shown = [row for row in rows if row is not None]
        why = [item for row in shown for item in _why(case, "gap", name, row)]
        yield Found(state_of_rows(shown, lambda found: len(found) > 0), tuple(shown), tuple(why))


def _gap(case: Case, rule: SignalRule, ingredient: str, run: Gap) -> Row | None:
    """A gap as a row, where it may be long enough; days that something on record explains are not counted."""
    cover, innocent = case.covers[ingredient], case.explained_days("gap", ingredient)
    days = [date.fromordinal(number) for number in range(run.first.toordinal(), run.last.toordinal() + 1)]
    most = [
        day for day in days
        if case.within(day, rule.number("within_days")) and not cover.away[_place(cover, day)]
        and not cover.least[_place(cover, day)]
    ]  # fmt: skip
    least = [day for day in most if not cover.most[_place(cover, day)]]
    enough = rule.number("least_days")
    if len(most) < enough:
        return None
    words = f"{ingredient}: {_span(len(least), len(most))} days without supply"
    explained = len(set(most) - innocent) < enough
    certain = len(least if explained else set(least) - innocent) >= enough
    return Row(run.first, run.last, ingredient, words, certain, explained)


def _place(cover: Cover, day: date) -> int:
    return day.toordinal() - cover.first


def _span(low: float, high: float) -> str:
    return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"


def _why(case: Case, signal: str, ingredient: str, row: Row) -> list[Explanation]:
    return case.explaining(signal, ingredient, row.on, row.until or row.on)


def under_use(case: Case, rule: SignalRule) -> Iterator[Found]:
    """The share of days covered of each benzodiazepine and Z-drug; and those ordered that nobody fetched."""
    for name, seen in case.adherence.items():
        yield _covered(case, rule, name, seen)
    for order in case.plans:
        name = order.ingredient or ""
        if order.active and not order.prn and name not in case.adherence and case.is_of_class(name, SEDATIVE):
            yield Found("cannot tell", unknown=(f"{name}: ordered, and no fill is on the list",))


def _covered(case: Case, rule: SignalRule, ingredient: str, seen: Adherence) -> Found:
    plain = case.without_stays[ingredient]
    if seen.as_needed:
        return Found("cannot tell", unknown=(_AS_NEEDED.format(ingredient),))
    if plain.pdc is None or seen.pdc is None or seen.first is None or seen.last is None:
        return Found("not seen")
    known = (case.on - seen.first).days
    if known < rule.number("least_window_days"):
        return Found("cannot tell", unknown=(f"{ingredient}: {known} days are too few for a share of days covered",))
    below, innocent, cover = (
        rule.number("below_share"),
        case.explained_days("under_use", ingredient),
        case.covers[ingredient],
    )
    bare = case.covers_without_stays[ingredient]
    raw = _share(bare, plain, bare.least, set())
    least, most = (_share(cover, seen, covered, innocent) for covered in (cover.least, cover.most))
    state = state_of(sure=most < below, possible=least < below, unknown=False, raw=raw < below)
    if state == "not seen":
        return Found(state)
    words = f"{ingredient}: supply for {_percent(seen.pdc.low, seen.pdc.high)} of {seen.days} days"
    row = Row(seen.first, seen.last, ingredient, words, most < below, state == "explained")
    return Found(state, (row,), tuple(_why(case, "under_use", ingredient, row)))


def _share(cover: Cover, seen: Adherence, covered: Sequence[bool], innocent: set[date]) -> float:
    """The share of days covered, where days without supply are left out that are spent away or explained on record.

    Unlike in the PDC that is shown, days away with supply at hand stay in: so a stay never lowers it.
    """
    assert seen.first is not None and seen.last is not None
    there = without = 0
    for number in range(seen.first.toordinal(), seen.last.toordinal() + 1):
        place = number - cover.first
        if covered[place]:
            there += 1
        elif not cover.away[place] and date.fromordinal(number) not in innocent:
            without += 1
    return there / (there + without) if there + without else 1.0


def _percent(low: float, high: float) -> str:
    return f"{100 * low:.0f} %" if round(low, 2) == round(high, 2) else f"{100 * low:.0f} to {100 * high:.0f} %"


def abrupt_stop(case: Case, rule: SignalRule) -> Iterator[Found]:
    """A supply that ended, of each benzodiazepine and Z-drug that was taken long enough for withdrawal."""
    for name, seen in case.adherence.items():
        if seen.tail is None or case.record.deceased:
            yield Found("not seen")
        elif seen.as_needed:
            yield Found("cannot tell", unknown=(_AS_NEEDED.format(name),))
        else:
            yield _ended(case, rule, name, seen.tail)


def _ended(case: Case, rule: SignalRule, ingredient: str, tail: Gap) -> Found:
    found, bare = case.of(ingredient), case.without_stays[ingredient].tail
    use_least, use_most = sum(one.low for one in found), sum(one.high for one in found)
    more, until, use = (rule.number(name) for name in ("more_than_days", "until_days", "least_use_days"))
    lately = [bare is None or days <= until for days in ((bare.most_days, bare.least_days) if bare else (0, 0))]
    sure = tail.least_days > more and lately[0] and use_least >= use
    possible = tail.most_days > more and lately[1] and use_most >= use
    if not possible:
        return Found("not seen")
    why = tuple(_why_ended(case, ingredient, [tail.first, bare.first if bare else tail.first]))
    words = (
        f"{ingredient}: {_span(tail.least_days, tail.most_days)} days without supply up to today, after"
        f" {_span(use_least, use_most)} days of supply"
    )
    state = state_of(sure=sure and not why, possible=not why, unknown=False, raw=True)
    return Found(state, (Row(tail.first, case.on, ingredient, words, sure, bool(why)),), why)


def _why_ended(case: Case, ingredient: str, ended: Sequence[date]) -> Iterator[Explanation]:
    """A taper when the supply ended (with and without stays), a stay now, or another of the kind that is at hand."""
    found = case.explaining("abrupt_stop", ingredient, min(ended), max(ended))
    yield from (item for item in found if item.kind != "stay")
    now = case.explaining("abrupt_stop", ingredient, case.on, case.on)
    yield from (item for item in now if item.kind == "stay")
    for name in case.ingredients():
        if name != ingredient and case.covers_without_stays[name].least[-1]:
            how = "Another medicine of the kind is at hand. Whether its dose is enough is not said here: ask."
            yield Explanation("another_goes_on", "another goes on", None, case.on, f"supply of {name}", how)


def short_fills(case: Case, rule: SignalRule) -> Iterator[Found]:
    """Short supplies at irregular times, of each benzodiazepine and Z-drug."""
    for name in case.ingredients():
        rows: list[Row] = []
        why: list[Explanation] = []
        for one in case.of(name):
            if case.within(one.supply.on, rule.number("within_days")) and one.low < rule.number("short_days"):
                found = case.explaining("short_fills", name, one.supply.on, one.supply.on)
                why += found
                rows.append(_short(one, rule, explained=bool(found)))
        sure = _irregular([row for row in rows if row.certain], rule)
        raw = _irregular([replace(row, explained=False) for row in rows], rule)
        state = state_of(sure=sure, possible=sure or _irregular(rows, rule), unknown=False, raw=raw)
        yield Found(state, tuple(rows), tuple(why))


def _short(one: DaysSupply, rule: SignalRule, *, explained: bool) -> Row:
    certain = one.high < rule.number("short_days") and not one.supply.maybe_same
    words = f"{one.supply.ingredient}: a supply of {_span(one.low, one.high)} days"
    return Row(one.supply.on, None, one.supply.ingredient, words, certain, explained)


def _irregular(rows: Sequence[Row], rule: SignalRule) -> bool:
    """Whether there are enough unexplained ones and the intervals between them differ.

    The intervals of an explained one are left out, so that explaining one makes no regular list irregular.
    """
    explained: dict[date, bool] = {}
    for row in rows:
        explained[row.on] = explained.get(row.on, True) and row.explained
    between = [
        later - earlier
        for earlier, later in pairwise(sorted(explained))
        if not explained[earlier] and not explained[later]
    ]
    if sum(not known for known in explained.values()) < rule.number("least_times") or not between:
        return False
    return max(between) - min(between) > timedelta(days=rule.number("irregular_days"))
