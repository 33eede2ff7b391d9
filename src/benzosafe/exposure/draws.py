"""Parameter uncertainty: each number drawn from its range, always the same way for the same seed and name."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.model import Quantity

_NORMAL_95 = 1.6449  # a range is read as the middle 90 %
_SURE = 1e-3


@dataclass(frozen=True)
class Draws:
    """`count` draws of every parameter after its typical value: arrays of length 1 + count.

    A parameter is named, so that two places that ask for it get the same draws.
    """

    count: int
    seed: int = 0

    @property
    def size(self) -> int:
        """Length of the arrays: the typical value and the draws."""
        return 1 + self.count

    def constant(self, value: float) -> Floats:
        """The same value throughout."""
        return np.full(self.size, float(value))

    def positive(self, quantity: Quantity, name: str) -> Floats:
        """A positive number: log-normal, its range being the middle 90 %."""
        value = typical(quantity)
        low, high = quantity.lowest, quantity.highest
        if value <= 0 or low <= 0 or high <= low:
            return self.constant(value)
        spread = np.log(high / low) / (2.0 * _NORMAL_95)
        return np.asarray(value * np.exp(spread * self._normal(name)))

    def share(self, quantity: Quantity, name: str) -> Floats:
        """A share between 0 and 1: logit-normal on either side of its value, its range being the middle 90 %."""
        value, low, high = (
            min(max(x, _SURE), 1.0 - _SURE) for x in (typical(quantity), quantity.lowest, quantity.highest)
        )
        if high <= low:
            return self.constant(typical(quantity))
        normal = self._normal(name)
        # Each side has its own spread: a range that ends at 1 says nothing about how far it reaches down.
        below, above = (_logit(value) - _logit(low)) / _NORMAL_95, (_logit(high) - _logit(value)) / _NORMAL_95
        drawn = 1.0 / (1.0 + np.exp(-(_logit(value) + np.where(normal < 0, below, above) * normal)))
        drawn[0] = typical(quantity)
        return np.asarray(drawn)

    def _normal(self, name: str) -> Floats:
        """Standard normal draws after a leading 0 for the typical value."""
        found = np.zeros(self.size)
        found[1:] = np.random.default_rng([self.seed, crc32(name.encode())]).standard_normal(self.count)
        return found


def typical(quantity: Quantity) -> float:
    """The value, or the geometric middle of the range."""
    if quantity.value is not None:
        return quantity.value
    return float(np.sqrt(quantity.lowest * quantity.highest)) if quantity.lowest > 0 else quantity.highest / 2.0


def _logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))
