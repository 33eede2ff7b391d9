"""Where things go in the picture of a simulation: time axis, height of a panel, and labels that keep apart."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from benzosafe.render.simulation_words import day_words

WIDTH = 480  # of the panels, in pixels; with the axis and the labels beside them 680, an A4 page's text at 96 dpi
LABEL_PX = 12
_LABEL_ROOM = 140
_LETTER_PX = 6.1  # mean width of a letter of 12 px
_HOURS_UP_TO_DAYS = 3
_STEPS_DAYS = (1, 2, 7, 14, 28, 56, 112)
_STEPS_H = (1, 2, 3, 6)
_MOST_TICKS = 15
_MOST_ROOM = 3.0  # times the height the bands need


@dataclass(frozen=True)
class Axis:
    """The time axis: hours for up to three days, else days, where day 1 begins at 1."""

    in_hours: bool
    first: float
    last: float
    ticks: list[int]
    title: str

    @classmethod
    def of(cls, data: dict[str, Any]) -> Axis:
        """The axis for so many days, with at most fifteen marks."""
        days = data["days"]
        if days <= _HOURS_UP_TO_DAYS:
            last = days * 24.0
            step = next((step for step in _STEPS_H if last / step <= _MOST_TICKS), _STEPS_H[-1])
            return cls(
                True, 0.0, last, list(range(0, int(last) + 1, step)), f"hours from midnight of {day_words(data, 1)}"
            )
        step = next((step for step in _STEPS_DAYS if days / step <= _MOST_TICKS), _STEPS_DAYS[-1])
        return cls(False, 1.0, 1.0 + days, list(range(1, ceil(days) + 1, step)), _day_title(data))

    def place(self, hour: float) -> float:
        """Position on the axis of an hour counted from midnight of day 1."""
        return hour if self.in_hours else 1.0 + round(hour / 24.0, 5)

    def clipped(self, hour: float) -> float:
        """As `place`, but never outside the axis."""
        return min(max(self.place(hour), self.first), self.last)

    def pixels(self, place: float) -> float:
        """Distance from the left edge [px]."""
        return (place - self.first) / (self.last - self.first) * WIDTH

    def at_pixels(self, pixels: float) -> float:
        """The position that many pixels from the left edge."""
        return self.first + pixels / WIDTH * (self.last - self.first)

    def left_of(self, place: float, words: str) -> float:
        """Where a label starts that should start at `place` and must end before the right edge of the picture."""
        room = WIDTH + _LABEL_ROOM - len(words) * _LETTER_PX
        return self.at_pixels(max(min(self.pixels(place), room), 0.0))


def _day_title(data: dict[str, Any]) -> str:
    begins = "" if data["starts_on"] is None else f"{day_words(data, 1).replace(' (', ' is ').rstrip(')')}; "
    return f"day ({begins}each mark is the start of that day)"


def panel_top(analyte: dict[str, Any], limits: tuple[float, float] | None) -> float:
    """Upper end of a panel [ng/mL]: all bands fit; of the range aimed at, what does not squeeze them flat."""
    highest = max(*analyte["people_high"], *analyte["typical_high"], *analyte["typical"])
    highest = 1.04 * highest if highest > 0 else 1.0
    low, high = limits or (0.0, 0.0)
    if highest < high * 1.04 <= 1.5 * highest:
        return high * 1.04
    return max(highest, low * 1.25) if low * 1.25 <= _MOST_ROOM * highest else highest


def apart(wanted: list[tuple[float, int]], height: float) -> list[float]:
    """For labels of so many lines: middle of each [px from the top], near where it is wanted, none over another."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place][0])
    halves = [lines * (LABEL_PX + 2) / 2 + 3 for _, lines in wanted]
    found = [0.0] * len(wanted)
    below = 0.0
    for place in order:
        found[place] = max(wanted[place][0], below + halves[place])
        below = found[place] + halves[place]
    above = max(height, 2 * sum(halves))
    for place in reversed(order):
        found[place] = min(found[place], above - halves[place])
        above = found[place] - halves[place]
    return found
