"""How a day's dose can be spread over its hours: near to how it is spread now, in doses that products make exactly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product as combinations

from benzosafe.taper.makeable import cost_of
from benzosafe.taper.product import Portion

# JUDGEMENT: an hour is given one of so many makeable doses nearest to its share, or of those made of tablets alone.
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
        return sorted(near)

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
    steps: list[dict[Split, tuple[tuple[int, int, int], Split | None]]] = []
    before: dict[Split, tuple[tuple[int, int, int], Split | None]] = {spreading.before: ((0, 0, 0), None)}
    for total in totals:
        now: dict[Split, tuple[tuple[int, int, int], Split | None]] = {}
        for split in spreading.splits(total):
            own = (spreading.weight(split), spreading.unevenness(split))
            now[split] = min(
                ((value[0] + _rises(earlier, split), value[1] + own[0], value[2] + own[1]), earlier)
                for earlier, (value, _) in before.items()
            )
        steps.append(now)
        before = now
    last = min(before, key=lambda split: (before[split][0], split))
    rising = before[last][0][0] > 0
    found = [last]
    for now in reversed(steps[1:]):
        earlier = now[found[-1]][1]
        assert earlier is not None
        found.append(earlier)
    return found[::-1], not rising


def _rises(earlier: Split, later: Split) -> int:
    return sum(new > old for old, new in zip(earlier, later, strict=True))
