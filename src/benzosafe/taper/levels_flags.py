"""Steps whose level falls faster than the ceiling, or rises, although the tablets do not: when, by what, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from benzosafe.exposure.draws import typical
from benzosafe.exposure.interval import Interval, interval
from benzosafe.kinetics.arrays import Floats
from benzosafe.taper.levels_causes import Cause, Effects
from benzosafe.taper.levels_runs import BEFORE_DAYS, Daily, Setting
from benzosafe.taper.limits import Ceiling

_ROUNDING = 1e-3  # the simulation is exact to 3e-5: a fall of just the ceiling is no breach

Kind = Literal["falls", "rises"]


@dataclass(frozen=True)
class Flag:
    """One change of the level that the tablets do not explain, over one step or several.

    `change`: share of the level lost (or gained), typical person with interval; `sure`: the typical person is beyond
    `limit`, else only the end of the interval is. `held`: the change were the dose held; `settled_on`: when nine tenths
    of what causes it have passed, None when not within the days followed. `steps_inside`: steps whose own fall
    adds to it. `alone`: only one analyte of several.
    """

    kind: Kind
    steps: tuple[int, ...]
    on: date
    of: str
    change: Interval
    limit: float
    sure: bool
    causes: tuple[Cause, ...]
    held: Interval
    settled_on: date | None
    steps_inside: tuple[int, ...]
    alone: bool


def rolling_falls(average: Floats, days: int) -> Floats:
    """Share of the highest level of the last days that is gone, for every day from the first step on.

    average: level of each day, the first `BEFORE_DAYS` before the first step, shape (days, people).
    """
    windows = np.lib.stride_tricks.sliding_window_view(average, days + 1, axis=0)[BEFORE_DAYS - days :]
    highest = windows.max(axis=-1)
    left = np.divide(average[BEFORE_DAYS:], highest, out=np.ones_like(highest), where=highest > 0)
    return np.asarray(1.0 - left)


def rolling_rises(average: Floats, days: int, first: int, end: int) -> Floats:
    """Rise over the lowest level since the day before the step, or of the last days if longer; days of one step."""
    found = []
    for day in range(first, end):
        since = max(min(day - days, first - 1), -BEFORE_DAYS) + BEFORE_DAYS
        now = day + BEFORE_DAYS
        lowest = average[since : now + 1].min(axis=0)
        found.append(np.divide(average[now], lowest, out=np.ones_like(lowest), where=lowest > 0) - 1.0)
    return np.stack(found)


def flags(setting: Setting, known: Daily, held: Floats, ceiling: Ceiling) -> tuple[Flag, ...]:
    """All flags in order of time, one for neighbouring steps with the same cause.

    known: levels under the plan; held: averages under the doses before the first step, for ever, with the same others.
    """
    found: list[Flag] = []
    effects = Effects(setting, held)
    for kind in ("falls", "rises"):
        for place, span in enumerate(setting.spans):
            flag = _of_step(effects, known, ceiling, _Place(kind, place, *span))
            if flag is None:
                continue
            if found and _same(found[-1], flag):
                found[-1] = _joined(found[-1], flag)
            else:
                found.append(flag)
    return tuple(sorted(found, key=lambda flag: (flag.steps[0], flag.kind)))


@dataclass(frozen=True)
class _Place:
    """Which step is looked at for which kind of change: its place and its days."""

    kind: Kind
    step: int
    first: int
    end: int


def _of_step(effects: Effects, known: Daily, ceiling: Ceiling, at: _Place) -> Flag | None:
    setting = effects.setting
    if setting.stop_day is not None and at.first >= setting.stop_day:
        return None  # JUDGEMENT: the end of taking it takes the whole level away; no share can limit that
    limit = float(ceiling.share) if at.kind == "falls" else _rise_share(setting)
    changes = [_changes(known.average[number], ceiling.days, at) for number in range(len(setting.series))]
    found = [interval(change.max(axis=0)) for change in changes]
    # All active drug together is looked at first: what an analyte does alone only counts when together nothing does.
    order = list(reversed(range(len(found))))
    number = next((place for place in order if found[place].value > limit + _ROUNDING), None)
    sure = number is not None
    if number is None:
        number = order[0]
        if found[number].high <= limit + _ROUNDING:
            return None
    day = at.first + int(np.argmax(changes[number][:, 0]))
    causes = effects.causes(known.average[number, :, 0], number, day, at.kind == "falls")
    settled = effects.settled(number, day, causes)
    begun = min((cause.day for cause in causes), default=day)
    held = _changes(effects.held[number], ceiling.days, replace(at, first=max(begun, 0), end=day + 1))
    return Flag(
        at.kind, (setting.plan.steps[at.step].number,), effects.date_of(day), setting.series[number], found[number],
        limit, sure, causes, interval(held.max(axis=0)), effects.date_of(settled) if settled is not None else None,
        _inside(setting, begun - ceiling.days + 1, settled), number < len(found) - 1,
    )  # fmt: skip


def _changes(average: Floats, days: int, at: _Place) -> Floats:
    """The rolling change on every day of a step, shape (days, draws)."""
    if at.kind == "falls":
        return rolling_falls(average, days)[at.first : at.end]
    return rolling_rises(average, days, at.first, at.end)


def _rise_share(setting: Setting) -> float:
    return typical(setting.knowledge.parameters["taper_exposure_rise_share"])


def _inside(setting: Setting, begun: int, settled: int | None) -> tuple[int, ...]:
    """Numbers of the steps whose own fall adds to the change: from the ceiling's days before it until it settled."""
    until = setting.days if settled is None else settled
    steps = zip(setting.plan.steps, setting.spans, strict=False)
    return tuple(step.number for step, (first, _) in steps if max(begun, 0) <= first < until)


def _same(one: Flag, other: Flag) -> bool:
    causes = [[(c.name, c.action, None if c.action == "doses" else c.on) for c in flag.causes] for flag in (one, other)]
    return one.kind == other.kind and causes[0] == causes[1] and other.steps[0] == one.steps[-1] + 1


def _joined(one: Flag, other: Flag) -> Flag:
    worse = max((one, other), key=lambda flag: (flag.sure, not flag.alone, flag.change.value))
    return replace(worse, steps=(*one.steps, *other.steps))
