"""Which of the other medicines moves the level of a drug, from which day on, and when that has settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from benzosafe.exposure.plan import Course
from benzosafe.kinetics.arrays import Floats
from benzosafe.taper.levels_runs import BEFORE_DAYS, Setting

_MOVES = 0.02  # a medicine that moves the level by less than a fiftieth is not named
_REACHED = 0.9  # as in exposure.timing: settled when nine tenths of the change have passed
_STILL_MOVING = 0.01  # within the last five days
_LAST_DAYS = 5

Action = Literal["stops", "starts", "dose raised", "dose lowered", "taken", "doses"]


@dataclass(frozen=True)
class Cause:
    """What moves the level: a medicine that starts, stops or changes its dose on a day, or ("doses") the taper itself.

    `day` 0 is the first of the first step; `on`: its date, for one that stops the last day it is taken.
    """

    name: str
    action: Action
    day: int
    on: date


@dataclass(frozen=True)
class _Event:
    action: Action
    day: float


class Effects:
    """What the others do to the level of a dose that never changes; each of them alone only when it is asked for."""

    def __init__(self, setting: Setting, held: Floats) -> None:
        self.setting, self.held = setting, held
        self._alone: dict[str, Floats] = {}

    def date_of(self, day: int) -> date:
        """The date of a day; day 0 is the first of the first step."""
        return self.setting.plan.steps[0].starts_on + timedelta(days=day)

    def causes(self, average: Floats, series: int, day: int, falls: bool) -> tuple[Cause, ...]:
        """What moved the level of a series up to a day, the strongest first; never empty.

        average: the level under the plan of the typical person, from `BEFORE_DAYS` before the first step on.
        """
        now = day + BEFORE_DAYS
        window = average[max(now - BEFORE_DAYS, 0) : now + 1]
        then = now - (len(window) - 1) + int(np.argmax(window) if falls else np.argmin(window))
        moved = []
        for name in dict.fromkeys(course.name for course in self.setting.beside):
            level = self._level_beside(name)[series]
            change = float(np.log(level[now] / level[then])) * (-1.0 if falls else 1.0)
            if change > np.log1p(_MOVES):
                moved.append((change, self._cause(name, series, day, falls)))
        if not moved:
            return (Cause(self.setting.plan.drug, "doses", day, self.date_of(day)),)
        return tuple(cause for _, cause in sorted(moved, key=lambda item: -item[0]))

    def settled(self, series: int, day: int, causes: tuple[Cause, ...]) -> int | None:
        """The first day on which nine tenths of the change have passed; None when that lies beyond what is followed."""
        begun = min(cause.day for cause in causes)
        if any(cause.action == "doses" for cause in causes):
            return day
        end = min((event for event in self._days_of_change() if event > day), default=self.setting.days) - 1
        level = np.log(self.held[series, :, 0])
        change = level[max(begun, -BEFORE_DAYS) + BEFORE_DAYS : end + BEFORE_DAYS + 1]
        if len(change) <= _LAST_DAYS or abs(change[-1] - change[-1 - _LAST_DAYS]) > _STILL_MOVING:
            return None
        left = np.abs(change - change[-1]) > (1.0 - _REACHED) * np.abs(change - change[-1]).max()
        return max(begun, -BEFORE_DAYS) + int(np.flatnonzero(left)[-1]) + 1 if left.any() else day

    def _level_beside(self, name: str) -> Floats:
        """Average levels of a held dose beside one medicine; beside none when its name is empty."""
        if name not in self._alone:
            self._alone[name] = self.setting.alone(name)
        return self._alone[name]

    def _cause(self, name: str, series: int, day: int, falls: bool) -> Cause:
        """The latest change of a medicine up to a day that moves the level that way; else its start."""
        own = [course for course in self.setting.beside if course.name == name]
        events = [event for event in events_of(own) if event.day <= day]
        towards = [event for event in events if self._goes_down(name, series, event) is falls] or events
        last = max(towards, key=lambda event: event.day, default=_Event("taken", min(c.from_day for c in own)))
        when = int(np.floor(last.day))
        return Cause(name, last.action, when, self.date_of(when - 1 if last.action == "stops" else when))

    def _goes_down(self, name: str, series: int, event: _Event) -> bool:
        """Whether an event of a medicine lowers the level in the end: one that raises it stops, or the other way round.

        The level itself may go on rising for days after a slow inhibitor has stopped.
        """
        raises = np.log(self._level_beside(name)[series] / self._level_beside("")[series]).sum() > 0
        return bool(raises) is (event.action in ("stops", "dose lowered"))

    def _days_of_change(self) -> list[int]:
        names = dict.fromkeys(course.name for course in self.setting.beside)
        groups = ([course for course in self.setting.beside if course.name == name] for name in names)
        return sorted({int(np.floor(event.day)) for own in groups for event in events_of(own)})


def events_of(courses: Sequence[Course]) -> list[_Event]:
    """When one medicine starts, stops or changes its dose, from its courses; a gap is a stop and a start."""
    found = []
    for course in courses:
        before = next((other for other in courses if other.to_day == course.from_day), None)
        if before is None:
            found.append(_Event("starts", course.from_day))
        elif course.mg_per_day is not None and before.mg_per_day is not None:
            raised = course.mg_per_day > before.mg_per_day
            found.append(_Event("dose raised" if raised else "dose lowered", course.from_day))
        if course.to_day is not None and not any(other.from_day == course.to_day for other in courses):
            found.append(_Event("stops", course.to_day))
    return sorted(found, key=lambda event: event.day)
