"""How a day's dose can be spread over its hours: near to how it is spread now, in doses that products make exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product as combinations

import numpy as np

from benzosafe.kinetics.arrays import Ints
from benzosafe.taper.makeable import cost_of
from benzosafe.taper.product import Portion

# JUDGEMENT: an hour is given a dose within this part of its share of the day, by the number of hours; or one of so many
# doses nearest to it, so that coarse tablets have a choice too, and of those made of tablets alone.
_WITHIN = {1: 0.0, 2: 1 / 8, 3: 1 / 16}
_WITHIN_ELSE = 1 / 32
_NEAREST, _NEAREST_SOLID = 7, 5
_WEIGHTS = (10_000, 100, 1)  # pieces, cuts, strengths: a later one never outweighs an earlier one within a day
Split = tuple[int, ...]


@dataclass(frozen=True)
class Spreading:
    """The doses taken now at each hour, and how each single dose can be made [ug]."""

    before: tuple[int, ...]
    makeable: dict[int, tuple[Portion, ...]]

    @cached_property
    def _found(self) -> dict[int, tuple[Split, ...]]:
        return {}

    @cached_property
    def _amounts(self) -> tuple[list[int], list[int]]:
        """All single doses, and those of tablets alone."""
        every = sorted(self.makeable)
        solid = [dose for dose in every if not any(portion.product.liquid for portion in self.makeable[dose])]
        return every, solid

    def splits(self, total: int) -> tuple[Split, ...]:
        """Every fair way to make a day's total; none when it cannot be made."""
        if total not in self._found:
            self._found[total] = tuple(self._splits(total))
        return self._found[total]

    def _splits(self, total: int) -> list[Split]:
        whole = sum(self.before)
        choices = [self._near(total * own / whole, own) for own in self.before[:-1]]
        last = set(self._near(total * self.before[-1] / whole, self.before[-1]))
        found = []
        for doses in combinations(*choices):
            rest = total - sum(doses)
            if rest in last or (len(doses) == 0 and rest in self.makeable and rest <= self.before[0]):
                found.append((*doses, rest))
        return found

    def _near(self, share: float, most: int) -> list[int]:
        """Makeable doses nearest to a share, none above what is taken at that hour now."""
        near: set[int] = set()
        for amounts, count in zip(self._amounts, (_NEAREST, _NEAREST_SOLID), strict=True):
            place = bisect_left(amounts, share)
            around = [dose for dose in amounts[max(place - count, 0) : place + count] if dose <= most]
            near |= set(sorted(around, key=lambda dose: (abs(dose - share), dose))[:count])
        part = share * _WITHIN.get(len(self.before), _WITHIN_ELSE)
        every = self._amounts[0]
        window = every[bisect_left(every, share - part) : bisect_right(every, min(share + part, most))]
        return sorted(near.union(window))

    def weight(self, split: Split) -> int:
        """What a split costs: pieces first, then cuts, then strengths."""
        costs = [cost_of(self.makeable[dose]) for dose in split]
        return sum(weight * sum(cost[place] for cost in costs) for place, weight in enumerate(_WEIGHTS))

    def cheapest(self, total: int) -> int:
        """The least cost of a day's total."""
        return min(self.weight(split) for split in self.splits(total))

    def unevenness(self, split: Split) -> int:
        """How far the hours are from their shares of the day, times what is taken now [ug^2]."""
        whole, total = sum(self.before), sum(split)
        return sum(abs(dose * whole - total * own) for dose, own in zip(split, self.before, strict=True))


def chain(spreading: Spreading, totals: Sequence[int]) -> tuple[list[Split], bool]:
    """A split for each total such that no hour's dose ever rises, of the least cost, then the most even.

    Also whether that was possible: when it is not, as few rises as can be.
    """
    before, values = np.array([spreading.before]), np.zeros((1, 3), np.int64)
    steps: list[tuple[Ints, Ints]] = []
    for total in totals:
        splits = spreading.splits(total)
        now = np.array(splits)
        own = np.array([[0, spreading.weight(split), spreading.unevenness(split)] for split in splits], np.int64)
        values, chosen = _best(values, (now[None, :, :] > before[:, None, :]).sum(axis=-1))
        values = values + own
        steps.append((now, chosen))
        before = now
    place = min(range(len(values)), key=lambda number: tuple(values[number]))
    rising = bool(values[place, 0] > 0)
    found = []
    for now, chosen in reversed(steps):
        found.append(tuple(int(dose) for dose in now[place]))
        place = int(chosen[place])
    return found[::-1], not rising


def _best(values: Ints, rises: Ints) -> tuple[Ints, Ints]:
    """For each new split the earlier one to come from: fewest rises in all, then least cost, then most even.

    values: (rises, cost, unevenness) of each earlier split; rises: shape (earlier, new).
    """
    open_to = np.ones(rises.shape, bool)
    for column in range(3):
        key = np.broadcast_to(values[:, column, None], rises.shape) + (rises if column == 0 else 0)
        key = np.where(open_to, key, np.iinfo(np.int64).max)
        open_to &= key == key.min(axis=0)
    chosen = open_to.argmax(axis=0)
    found = values[chosen].copy()
    found[:, 0] += rises[chosen, np.arange(rises.shape[1])]
    return found, chosen
