"""A number that is never shown alone: typical value with the middle 90 % of what it may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.exposure.draws import Draws, typical
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge

_UNCHANGED = 1e-6


@dataclass(frozen=True)
class Interval:
    """Typical value, 5th and 95th percentile."""

    value: float
    low: float
    high: float

    def as_dict(self, digits: int = 3) -> dict[str, float]:
        """The three numbers, to so many significant digits."""
        return {"value": _round(self.value, digits), "low": _round(self.low, digits), "high": _round(self.high, digits)}

    def __str__(self) -> str:
        return f"{_words(self.value)} ({_words(self.low)} to {_words(self.high)})"


def interval(values: Floats) -> Interval:
    """From an array whose first value is the typical one and the rest draws."""
    if len(values) == 1:
        return Interval(float(values[0]), float(values[0]), float(values[0]))
    low, high = np.quantile(values[1:], [0.05, 0.95])
    return Interval(float(values[0]), float(low), float(high))


def study_interval(values: Floats, knowledge: Knowledge, draws: Draws) -> Interval:
    """As `interval`, widened by how much studies of the same interaction differ among themselves.

    A change that every draw puts on one side of 1 is not widened past 1: the spread between studies is no sign that an
    inhibitor could induce. Where nothing acts at all, the spread goes both ways.
    """
    spread = typical(knowledge.parameters["between_study_cv"])
    noise = np.random.default_rng([draws.seed, 20]).standard_normal(len(values))
    noise[0] = 0.0
    wide = interval(np.asarray(values * np.exp(spread * noise)))
    if np.abs(values - 1.0).max() <= _UNCHANGED:
        return wide
    if values.min() >= 1.0 - _UNCHANGED:
        return Interval(wide.value, max(wide.low, 1.0), max(wide.high, 1.0))
    if values.max() <= 1.0 + _UNCHANGED:
        return Interval(wide.value, min(wide.low, 1.0), min(wide.high, 1.0))
    return wide


def _round(number: float, digits: int) -> float:
    return float(f"{number:.{digits}g}") if np.isfinite(number) else number


def _words(number: float) -> str:
    text = f"{number:.2g}" if abs(number) < 100 else f"{number:.3g}"
    return text if "e" not in text else f"{number:.0f}"
