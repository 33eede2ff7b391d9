"""What was taken of both drugs on each day of a change: the diary laid over the stages, with what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NoReturn

from benzosafe.errors import InputRefused, nearest
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.handwritten_yaml import Place
from benzosafe.taper.changeover import Changeover, Pair
from benzosafe.taper.follow_days import said_of
from benzosafe.taper.log_entries import Log, Taken
from benzosafe.taper.product import mg_words

_AS_PLANNED = Taken("as planned")


@dataclass(frozen=True)
class DayOfBoth:
    """One day: number of the planned stage (0: before the first), both drugs as taken [ug], None where not known.

    `written`: the diary says so.
    """

    on: date
    planned: int
    taken: Pair | None
    written: bool
    by: str = ""

    @property
    def missed(self) -> bool:
        """Whether neither drug may have been taken."""
        return self.taken in (None, (0, 0))


def planned_stage(change: Changeover, day: date) -> int:
    """Number of the stage a day belongs to; 0 before the first, that of the last one ever after."""
    return next((stage.number for stage in reversed(change.stages) if stage.starts_on <= day), 0)


def pair_of(change: Changeover, number: int) -> Pair:
    """Micrograms a day of both drugs in a stage; of the old one alone for 0."""
    return next((stage.pair_ug for stage in change.stages if stage.number == number), change.before_pair)


def stage_of(change: Changeover, pair: Pair | None) -> int | None:
    """Number of the stage in which exactly so much of both is taken; None when there is none."""
    numbers = [0, *sorted({stage.number for stage in change.stages})]
    return next((number for number in numbers if pair == pair_of(change, number)), None)


def days_of_both(knowledge: Knowledge, change: Changeover, log: Log, on: date, first: date) -> list[DayOfBoth]:
    """Every day from `first` to the day before `on`, and `on` itself when something is written about it.

    A day nobody wrote about is like the last one that was written, and after lost supply nothing is taken until a dose
    is written. InputRefused, naming the line, for an amount that does not say of which drug.
    """
    written = {day.on: day for day in log.days}
    found: list[DayOfBoth] = []
    like = _AS_PLANNED
    for number in range((on - first).days + 1):
        day = first + timedelta(days=number)
        entry = written.get(day)
        said = said_of(log, entry, day)
        lost = entry is not None and entry.supply_lost
        if day == on and said is None and not lost:
            break
        like = said or (Taken("missed") if lost else like)
        planned = planned_stage(change, day)
        found.append(DayOfBoth(day, planned, _pair(knowledge, change, (log, day), like, planned), said is not None,
                               like.by))  # fmt: skip
        if lost:
            like = Taken("missed")
    return found


def _pair(knowledge: Knowledge, change: Changeover, at: tuple[Log, date], taken: Taken, planned: int) -> Pair | None:
    if taken.kind == "as planned":
        return pair_of(change, planned)
    if taken.kind in ("missed", "unknown"):
        return (0, 0) if taken.kind == "missed" else None
    example = f"taken: {{{change.old}: {mg_words(change.before_pair[0])} mg, {change.new}: 0 mg}}"
    if taken.kind == "amount":
        _refuse(*at, f"{mg_words(taken.amount_ug)} mg does not say of which medicine, and two are taken.", example)
    amounts: dict[str, int] = {}
    for name, amount in taken.each:
        drugs = knowledge.names.resolve(name).ingredients
        if len(drugs) != 1 or drugs[0] not in (change.old, change.new):
            near = nearest(name, [change.old, change.new])
            _refuse(*at, f"'{name}' is neither {change.old} nor {change.new}.{near}", example)
        amounts[drugs[0]] = amounts.get(drugs[0], 0) + amount
    if len(amounts) != 2:
        left = change.new if change.old in amounts else change.old
        _refuse(*at, f"nothing is said of {left}, and not said is not none.", example)
    return amounts[change.old], amounts[change.new]


def _refuse(log: Log, day: date, what: str, example: str) -> NoReturn:
    place = _place(log, day)
    raise InputRefused(
        f"{day}: {what}", where=f"{place.file}:{place.line}" if place else log.file,
        next_step=f"Write both, as in '{example}'; for another medicine use 'started'.",
    )  # fmt: skip


def _place(log: Log, day: date) -> Place | None:
    """Where the last word about a day's doses stands."""
    days = [(entry.on, entry.place) for entry in log.days if entry.taken is not None and entry.on <= day]
    stays = [(stay.last, stay.place) for stay in log.stays if stay.first <= day]
    found: Sequence[tuple[date, Place]] = sorted([*days, *stays], key=lambda one: one[0])
    return found[-1][1] if found else None
