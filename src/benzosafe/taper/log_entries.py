"""What a diary holds: one item a day, hospital stays, totals of scales. The reading is in log.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from benzosafe.patient.handwritten_yaml import Place
from benzosafe.patient.tables import Tri

Wish = Literal["go on", "pause", "slower", "stop tapering"]
TakenKind = Literal["as planned", "missed", "amount", "each", "unknown"]


@dataclass(frozen=True)
class Reading:
    """The total of a scale, and its scored items when they were written [points]."""

    total: int
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class Taken:
    """What was taken on a day: as planned, nothing, so many micrograms, or not known; `by`: who gave it.

    `each`: several medicines by the names written, each with its micrograms in the whole day.
    """

    kind: TakenKind
    amount_ug: int = 0
    by: str = ""
    each: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Change:
    """A medicine that began or ended, as written, with its daily dose when given [mg]."""

    name: str
    mg_per_day: float | None
    place: Place


@dataclass(frozen=True)
class DayLog:
    """What is written about one day; None is not written. Sleep in hours, alcohol in drinks a day.

    `flags`: signs asked about, with None for an answer that is not known.
    """

    on: date
    place: Place
    taken: Taken | None = None
    ciwa_b: Reading | None = None
    bwsq: Reading | None = None
    sleep_hours: float | None = None
    alcohol_drinks: float | None = None
    flags: tuple[tuple[str, Tri], ...] = ()
    symptoms: tuple[str, ...] = ()
    started: tuple[Change, ...] = ()
    stopped: tuple[Change, ...] = ()
    supply_lost: bool = False
    wish: Wish | None = None


@dataclass(frozen=True)
class Stay:
    """Days in hospital, first to last, and what was given there of the drug that is tapered."""

    first: date
    last: date
    given: Taken
    place: Place


@dataclass(frozen=True)
class Log:
    """The diary: one item a day in order, hospital stays, and scale totals from before the plan."""

    file: str
    days: tuple[DayLog, ...]
    stays: tuple[Stay, ...] = ()
    baseline: tuple[tuple[str, Reading], ...] = ()
