"""How a day's dose can be spread over its hours: near to how it is spread now, in doses that products make exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from heapq import nsmallest
from itertools import product as combinations
from operator import or_

import numpy as np

from benzosafe.kinetics.arrays import Ints
from benzosafe.taper.makeable import cost_of
from benzosafe.taper.product import Portion

# JUDGEMENT: an hour is given a dose within this part of its share of the day, by the number of hours; or one of so many
# doses nearest to it, so that coarse tablets have a choice too, and of those made of tablets alone.
_WITHIN = {2: 1 / 8, 3: 1 / 16}
# From four hours on fewer, for the ways to spread a day multiply: (of all, of tablets alone) by the number of hours.
_NEAREST = {1: (7, 5), 2: (7, 5), 3: (7, 5), 4: (4, 3)}
_NEAREST_OF_MANY = (3, 2)
_MOST_CHAINED = 400  # of a day's spreads the cheapest and most even so many are chained, which bounds time and memory
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
    def _made(self) -> dict[int, bool]:
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
            *choices, last = self._choices(total)
            ends = set(last)
            found = ((*doses, total - sum(doses)) for doses in combinations(*choices))
            self._found[total] = tuple(split for split in found if split[-1] in ends)
        return self._found[total]

    def can_be_made(self, total: int) -> bool:
        """Whether there is a fair way to make a day's total: as `splits`, without listing them."""
        if total not in self._made:
            *choices, last = self._choices(total)
            self._made[total] = total in last if not choices else _adds_up(choices, last, total)
        return self._made[total]

    def _choices(self, total: int) -> list[list[int]]:
        whole = sum(self.before)
        return [self._near(total * own / whole, own) for own in self.before]

    def _near(self, share: float, most: int) -> list[int]:
        """Makeable doses nearest to a share, none above what is taken at that hour now."""
        near: set[int] = set()
        counts = _NEAREST.get(len(self.before), _NEAREST_OF_MANY)
        for amounts, count in zip(self._amounts, counts, strict=True):
            near.update(_nearest(amounts, count, share, most))
        part = share * _WITHIN.get(len(self.before), 0.0)
        every = self._amounts[0]
        window = every[bisect_left(every, share - part) : bisect_right(every, min(share + part, most))]
        return sorted(near.union(window))

    @cached_property
    def _weights(self) -> dict[int, int]:
        return {
            dose: sum(weight * part for weight, part in zip(_WEIGHTS, cost_of(portions), strict=True))
            for dose, portions in self.makeable.items()
        }

    def weight(self, split: Split) -> int:
        """What a split costs: pieces first, then cuts, then strengths."""
        return sum(self._weights[dose] for dose in split)

    def cheapest(self, total: int) -> int:
        """The least cost of a day's total, which must be one that can be made."""
        *choices, last = self._choices(total)
        if not choices:
            return self._weights[total]
        sums, costs = np.zeros(1, np.int64), np.zeros(1, np.int64)
        for doses in choices:
            sums = np.add.outer(sums, np.array(doses)).ravel()
            costs = np.add.outer(costs, self._costs(doses)).ravel()
        rest, ends = total - sums, np.array(last)
        place = np.minimum(np.searchsorted(ends, rest), len(ends) - 1)
        fits = ends[place] == rest
        return int((costs[fits] + self._costs(last)[place[fits]]).min())

    def _costs(self, doses: Sequence[int]) -> Ints:
        return np.array([self._weights[dose] for dose in doses], np.int64)

    def rank(self, split: Split) -> tuple[int, int, Split]:
        """Cheapest first, then most even."""
        return self.weight(split), self.unevenness(split), split

    def unevenness(self, split: Split) -> int:
        """How far the hours are from their shares of the day, times what is taken now [ug^2]."""
        whole, total = sum(self.before), sum(split)
        return sum(abs(dose * whole - total * own) for dose, own in zip(split, self.before, strict=True))


def _nearest(amounts: list[int], count: int, share: float, most: int) -> list[int]:
    """Of sorted amounts up to `most` so many as lie nearest to a share, the lower of two as near; a run of them."""
    place = bisect_left(amounts, share)
    end = min(bisect_right(amounts, most), place + count)
    start = max(place - count, 0)
    while end - start > count and share - amounts[start] > amounts[start + count] - share:
        start += 1
    return amounts[start : min(start + count, end)]


def _adds_up(choices: Sequence[list[int]], last: list[int], total: int) -> bool:
    """Whether one of each of the choices and of the last makes the total."""
    if len(choices) == 1:
        ends = set(last)
        return any(total - dose in ends for dose in choices[0])
    least = sum(doses[0] for doses in choices)
    bits = 1  # bit n stands for a sum n micrograms above the least
    for doses in choices:
        bits = reduce(or_, (bits << (dose - doses[0]) for dose in doses))
    rests = (total - dose - least for dose in last)
    return any(rest >= 0 and bits >> rest & 1 for rest in rests)


def chain(spreading: Spreading, totals: Sequence[int]) -> tuple[list[Split], bool]:
    """A split for each total such that no hour's dose ever rises, of the least cost, then the most even.

    Also whether that was possible: when it is not, as few rises as can be.
    """
    before, values = np.array([spreading.before]), np.zeros((1, 3), np.int64)
    steps: list[tuple[Ints, Ints]] = []
    for total in totals:
        splits = spreading.splits(total)
        if len(splits) > _MOST_CHAINED:
            splits = tuple(nsmallest(_MOST_CHAINED, splits, key=spreading.rank))
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
