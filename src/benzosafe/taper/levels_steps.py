"""The levels at the end of every step, how long they take to get there, and how far they swing between doses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from benzosafe.exposure.draws import typical
from benzosafe.exposure.interval import Interval, interval
from benzosafe.kinetics.arrays import Floats
from benzosafe.taper.levels_flags import rolling_falls
from benzosafe.taper.levels_runs import BEFORE_DAYS, Daily, Setting
from benzosafe.taper.limits import Ceiling

_MOST_TOLD = 100.0
_MOST_SWING = 1_000.0  # beyond, next to nothing is left before the next dose and the ratio says no more
_STEADY_ANYWAY = 0.005  # a difference this small is no difference, however small the step
_NIGHT_FROM_H, _NIGHT_TO_H = 20.0, 4.0


@dataclass(frozen=True)
class Level:
    """A level [ng/mL]: typical person with how well it is known, and 5 and 95 % of people."""

    known: Interval
    people_low: float
    people_high: float


@dataclass(frozen=True)
class SeriesLevels:
    """One analyte (or all together) on the last day of a step: average, before the first dose, highest."""

    of: str
    average: Level
    trough: Level
    peak: Level


@dataclass(frozen=True)
class StepLevels:
    """The levels of one step, on its last day.

    `fall`: largest share of the average level lost within the ceiling's days, on `fall_on`; None once nothing is taken.
    `steady_on`: the first day on which all but a tenth of the change has passed, typical person; `steady_after_days`:
    the first day of the step being 1; both None when the step is too short for it. `swing`: highest over lowest level
    of the day.
    `occupancy`: share of receptors at the average level of the drug, only when the caller gave its parameter.
    """

    number: int
    starts_on: date
    ends_on: date
    dose_ug: int
    series: tuple[SeriesLevels, ...]
    fall: Interval | None
    fall_on: date | None
    steady_on: date | None
    steady_after_days: Interval | None
    swing: Interval | None
    occupancy: Interval | None


def step_levels(
    setting: Setting, ceiling: Ceiling, people: Daily, known: Daily, held: Floats
) -> tuple[StepLevels, ...]:
    """The levels of all steps that are followed; held: under the doses before the first step for ever."""
    falls = rolling_falls(known.average[-1], ceiling.days)
    found = []
    for place, (first, end) in enumerate(setting.spans):
        step = setting.plan.steps[place]
        stopped = setting.stop_day is not None and first >= setting.stop_day
        fall = falls[first:end]
        steady = None if stopped else _steady_after(setting, known, held, place)
        start = setting.plan.steps[0].starts_on
        found.append(
            StepLevels(
                step.number, step.starts_on, start + timedelta(days=end - 1), step.delivered_ug,
                _series(setting, people, known, end - 1),
                None if stopped else interval(fall.max(axis=0)),
                None if stopped else start + timedelta(days=first + int(np.argmax(fall[:, 0]))),
                step.starts_on + timedelta(days=int(steady.value) - 1) if steady else None, steady,
                None if stopped else swing_on(known, end - 1), _occupancy(setting, known, end - 1),
            )
        )  # fmt: skip
    return tuple(found)


def _series(setting: Setting, people: Daily, known: Daily, day: int) -> tuple[SeriesLevels, ...]:
    at = day + BEFORE_DAYS
    return tuple(
        SeriesLevels(
            name, *(_level(of_people[number, at], of_known[number, at]) for of_people, of_known in (
                (people.average, known.average), (people.trough, known.trough), (people.peak, known.peak)))
        )
        for number, name in enumerate(setting.series)
    )  # fmt: skip


def _level(people: Floats, known: Floats) -> Level:
    low, high = np.quantile(people[1:], [0.05, 0.95])
    return Level(interval(known), float(low), float(high))


def _steady_after(setting: Setting, known: Daily, held: Floats, place: int) -> Interval | None:
    """Days until all but a tenth of the step's change has passed, the others being as they are on that day.

    The level of someone who always took the dose before, with the same others, times the dose now over the dose before,
    is where the dose now leads: what is left of the difference is carried over from this step and earlier ones.
    """
    steps, (first, end) = setting.plan.steps, setting.spans[place]
    dose_ug = steps[place].delivered_ug
    earlier_ug = steps[place - 1].delivered_ug if place else setting.plan.before_ug
    within = typical(setting.knowledge.parameters["taper_steady_within_share"])
    days = known.of(first, end)
    aim = held[-1, days] * dose_ug / setting.plan.before_ug
    allowed = max(within * abs(earlier_ug / dose_ug - 1.0), _STEADY_ANYWAY)
    there = np.abs(known.average[-1, days] / aim - 1.0) <= allowed
    away = np.where(there.any(axis=0), np.argmax(there, axis=0) + 1.0, np.inf)
    return _interval_of_days(away) if np.isfinite(away[0]) else None


def _interval_of_days(days: Floats) -> Interval:
    """Whole days, infinite where not within what was followed: percentiles that are days themselves."""
    low, high = (float(np.quantile(days[1:], limit, method="nearest")) for limit in (0.05, 0.95))
    return Interval(float(days[0]), low, high)


def swing_on(known: Daily, day: int) -> Interval:
    """Highest over lowest level of a day, all active drug together."""
    at = day + BEFORE_DAYS
    peak, lowest = known.peak[-1, at], known.lowest[-1, at]
    return interval(np.minimum(peak / np.maximum(lowest, peak / _MOST_SWING), _MOST_SWING))


def _occupancy(setting: Setting, known: Daily, day: int) -> Interval | None:
    half = setting.options.half_occupancy_ng_per_ml
    level = known.average[0, day + BEFORE_DAYS]
    return None if half is None else interval(level / (level + half))


def swing_hint(setting: Setting, known: Daily) -> str | None:
    """What a wide swing between doses means and what is done about it; None when the swing is small."""
    swing = swing_on(known, -1)  # on the last day before the first step
    if swing.value < typical(setting.knowledge.parameters["taper_swing_hint_ratio"]):
        return None
    hours = sorted({dose.at_h for dose in setting.plan.before if dose.amount_ug})
    often = f"{len(hours)} dose{'' if len(hours) == 1 else 's'} a day"
    how = f"{_times(swing.value)} times ({_times(swing.low)} to {_times(swing.high)})"
    what = f"Between doses the level swings: its highest is {how} its lowest, with {often}."
    # JUDGEMENT: a sleeping tablet at night is meant to be gone by morning; dividing it would make the day drowsy.
    if len(hours) == 1 and (hours[0] >= _NIGHT_FROM_H or hours[0] < _NIGHT_TO_H):
        return f"{what} Taken once at night that is its purpose, and no reason to divide it."
    return (
        f"{what} Symptoms before the next dose may be withdrawal between doses: the same amount in more, evenly spaced "
        "doses, or a longer-acting agent, makes the swing smaller; no dose of a day is left out (asam_2025, patient "
        "guide p. 14)."
    )


def _times(ratio: float) -> str:
    if ratio >= _MOST_TOLD:
        return f"more than {_MOST_TOLD:.0f}"
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def gone_day(setting: Setting, known: Daily) -> int | None:
    """Days after the last day with a dose until less than a tenth of that day's level is left; None if not followed."""
    stop = setting.stop_day
    if stop is None:
        return None
    level = known.average[-1, stop + BEFORE_DAYS - 1 :, 0]
    left = level < 0.1 * level[0]
    return int(np.argmax(left)) if left.any() else None
