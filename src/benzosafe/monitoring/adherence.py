"""How much of the time there was supply: proportion of days covered, possession ratio, gaps, each between two limits.

PDC = days with supply / days, from the first fill (at most a year back) to the end of the last supply; an early fill is
used after what is there, and days in hospital are left out of both and use up nothing. MPR = days of all supplies
handed out in that time / the same days. Least: every supply as short as it may be, strengths taken together, lost
supplies gone. Most: every supply as long as it may be. Supply is not use: neither says what was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.monitoring.days_supply import DaysSupply, days_supplies
from benzosafe.monitoring.signals_cover import Cover, cover_of, is_sedative, lines_of, recent
from benzosafe.monitoring.signals_events import losses
from benzosafe.patient.course import Course
from benzosafe.patient.tables import Record


@dataclass(frozen=True)
class Estimate:
    """A number between two limits; `likely` None where nothing tells where between them."""

    low: float
    likely: float | None
    high: float


@dataclass(frozen=True)
class Gap:
    """Days in a row on which there may have been no supply: first, last, and on how many of them at least and at most.

    `certain`: at least one of them was without supply however long the supplies lasted.
    """

    first: date
    last: date
    least_days: int
    most_days: int
    certain: bool


@dataclass(frozen=True)
class Adherence:
    """Supply of one medicine over time; `pdc` and `mpr` are None where they mean nothing, and `words` says why.

    `tail`: days without supply up to today. `estimated`: how many supplies have an estimated length. `incomplete`: the
    list of fills may not be whole.
    """

    ingredient: str
    first: date | None
    last: date | None
    days: int
    away_days: int
    pdc: Estimate | None
    mpr: Estimate | None
    gaps: tuple[Gap, ...]
    tail: Gap | None
    as_needed: bool | None
    side_by_side: bool
    estimated: int
    incomplete: bool
    words: str
    supplies: tuple[DaysSupply, ...]
    evidence: tuple[Evidence, ...]


def adherence(record: Record, course: Course, knowledge: Knowledge, on: date) -> list[Adherence]:
    """The supply of every benzodiazepine and Z-drug that was handed out, by its name."""
    found = days_supplies(record, course, knowledge, on)
    names = sorted({one.supply.ingredient for one in found if is_sedative(one.supply.ingredient, knowledge)})
    every = {one.supply.ingredient for one in found}
    return [
        adherence_of(
            record, course, knowledge, on, [one for one in found if one.supply.ingredient == name],
            losses(course.events, name, every, knowledge),
        )
        for name in names
    ]  # fmt: skip


def as_needed(record: Record, ingredient: str) -> bool | None:
    """Whether it is ordered as needed only; None where no order tells."""
    said = {order.prn for order in record.orders if order.ingredient == ingredient and order.source != "draft"}
    said.discard(None)
    return None if not said else said == {True}


def adherence_of(
    record: Record, course: Course, knowledge: Knowledge, on: date, found: Sequence[DaysSupply], lost: frozenset[date]
) -> Adherence:  # fmt: skip
    """The supply of one medicine over time."""
    counted = recent(found, knowledge, on)
    name = found[0].supply.ingredient
    prn = as_needed(record, name)
    cover = cover_of(counted, course.stays, lost, on, knowledge)
    window = _window(cover, on, int(knowledge.parameters["adherence_window_days"].highest)) if cover else range(0)
    runs = tuple(_gaps(cover, max(window.start, 0), on)) if cover else ()
    tail = runs[-1] if cover and runs and _reaches_today(cover, runs[-1]) else None
    away = sum(cover.away[day] for day in window) if cover else 0
    days = len(window) - away
    means = days > 0 and not prn
    return Adherence(
        name, _day(cover, window.start) if cover and window else None, _day(cover, window.stop - 1) if cover and window
        else None, days, away, _pdc(cover, window, days, counted) if cover and means else None,
        _mpr(cover, window, days, counted) if cover and means else None, runs[:-1] if tail else runs, tail, prn,
        bool(cover and cover.side_by_side), sum(one.estimate for one in counted), "fills" not in course.given,
        _words(counted, window, prn, "fills" in course.given), tuple(found), _evidence(knowledge),
    )  # fmt: skip


def _window(cover: Cover, on: date, most_days: int) -> range:
    """The days that count: at most a year back, and no later than the end of the last supply."""
    stop = max((day for day, there in enumerate(cover.most) if there), default=-1) + 1
    return range(max(0, len(cover.away) - most_days), stop)


def _day(cover: Cover, place: int) -> date:
    return date.fromordinal(cover.first + place)


def _gaps(cover: Cover, start: int, on: date) -> Iterator[Gap]:
    """Runs of days without supply if each was as short as may be, oldest first; days away neither count nor end one."""
    run: list[int] = []
    for day in range(start, len(cover.away)):
        if cover.away[day]:
            continue
        if cover.least[day]:
            yield from _gap(cover, run)
            run = []
        else:
            run.append(day)
    yield from _gap(cover, run)


def _reaches_today(cover: Cover, run: Gap) -> bool:
    """Whether nothing was at hand after it up to today; days away from its end on change nothing."""
    after = run.last.toordinal() + 1 - cover.first
    return all(cover.away[after:]) and not any(cover.least[after:])


def _gap(cover: Cover, run: Sequence[int]) -> Iterator[Gap]:
    if run:
        least = sum(not cover.most[day] for day in run)
        yield Gap(_day(cover, run[0]), _day(cover, run[-1]), least, len(run), least > 0)


def _pdc(cover: Cover, window: range, days: int, counted: Sequence[DaysSupply]) -> Estimate:
    least, likely, most = (
        sum(covered[day] and not cover.away[day] for day in window) / days
        for covered in (cover.least, cover.likely, cover.most)
    )
    known = all(one.likely is not None for one in counted)
    return Estimate(round(least, 4), round(likely, 4) if known else None, round(most, 4))


def _mpr(cover: Cover, window: range, days: int, counted: Sequence[DaysSupply]) -> Estimate:
    """Days of all supplies handed out in the window over its days; of strengths taken together the longest counts."""
    within = [one for one in counted if one.supply.on.toordinal() - cover.first in window]
    lines = lines_of(within) if cover.side_by_side else [within]
    low = max((sum(one.low for one in line) for line in lines), default=0.0)
    high = max((sum(one.high for one in line) for line in lines), default=0.0)
    likely = max((sum(one.likely or 0.0 for one in line) for line in lines), default=0.0)
    known = all(one.likely is not None for one in within)
    return Estimate(round(low / days, 4), round(likely / days, 4) if known else None, round(high / days, 4))


def _words(counted: Sequence[DaysSupply], window: range, prn: bool | None, complete: bool) -> str:
    estimated = sum(one.estimate for one in counted)
    if prn:
        said = ["taken as needed: a share of days covered is not meaningful"]
    elif not window:
        said = ["no supply in the last year: no share of days"]
    else:
        said = ["supply, not use: what was taken is not known"]
    if estimated:
        said.append(f"the length of {estimated} of {len(counted)} supplies is an estimate")
    if not complete:
        said.append("the list of fills was not given as complete, so days without supply may be missing records")
    return "; ".join(said)


def _evidence(knowledge: Knowledge) -> tuple[Evidence, ...]:
    return knowledge.signals["under_use"].evidence
