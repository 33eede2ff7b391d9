"""The best falling sequence of totals as a shortest path: exact, and quick where the limit looks a step or two back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benzosafe.kinetics.arrays import Ints

_NEVER = np.int64(1) << 62


@dataclass(frozen=True)
class Path:
    """Totals that each step may take (rising) and what each counts; `keep`: share of a dose to be left (or None).

    before: the total before the first step [ug].
    """

    before: int
    allowed: Sequence[Sequence[int]]
    counts: Sequence[Sequence[int]]
    keep: Fraction | None

    def levels(self) -> list[Ints]:
        """The totals of each step, before the first the one taken now."""
        return [np.array([self.before], np.int64), *(np.array(own, np.int64) for own in self.allowed)]

    def highest(self, totals: Ints) -> Ints:
        """The highest dose that each total may follow within the limit [ug]."""
        if self.keep is None:
            return np.full(len(totals), self.before)
        return np.asarray(totals * self.keep.denominator // self.keep.numerator)


def one_back(path: Path) -> list[int] | None:
    """The sequence of the least count in which every total keeps its share of the one before; None without one."""
    levels = path.levels()
    sums = [np.zeros(1, np.int64)]
    for number, own in enumerate(path.counts):
        first, last = _from(path, levels[number], levels[number + 1])
        sums.append(np.minimum(np.array(own, np.int64) + _least(sums[-1], first, last), _NEVER))
    if sums[-1].min() >= _NEVER:
        return None
    place = int(sums[-1].argmin())
    found = []
    for number in range(len(levels) - 1, 0, -1):
        found.append(int(levels[number][place]))
        first, last = _from(path, levels[number - 1], levels[number][place : place + 1])
        place = int(first[0] + sums[number - 1][first[0] : last[0]].argmin())
    return found[::-1]


def _from(path: Path, earlier: Ints, now: Ints) -> tuple[Ints, Ints]:
    """Which earlier totals each one may follow: not below it, and not so high that it would lose too large a share."""
    return np.searchsorted(earlier, now), np.searchsorted(earlier, path.highest(now), side="right")


def _least(sums: Ints, first: Ints, last: Ints) -> Ints:
    """The least of sums[first:last] for each pair, by tables of the least of 1, 2, 4 ... in a row; none: never."""
    tables = [sums]
    while len(tables[-1]) > 1 << (len(tables) - 1):
        step = 1 << (len(tables) - 1)
        tables.append(np.minimum(tables[-1][:-step], tables[-1][step:]))
    found = np.full(len(first), _NEVER)
    some = last > first
    size = np.log2(np.maximum(last - first, 1)).astype(np.int64)
    for power in np.unique(size[some]):
        chosen = some & (size == power)
        low, high = first[chosen], last[chosen] - (1 << power)
        found[chosen] = np.minimum(tables[power][low], tables[power][high])
    return found


def two_back(path: Path) -> list[int] | None:
    """The same when every total must keep its share of the total two steps before.

    The state is a pair of totals in a row; for each middle one the earlier ones up to a limit are a running least.
    """
    levels = [np.array([path.before], np.int64), *path.levels()]
    sums = [np.zeros((1, 1), np.int64)]  # of (earlier, now)
    for number, own in enumerate(path.counts):
        before, middle, now = levels[number : number + 3]
        sums.append(_pairs(path, sums[-1], (before, middle, now)) + np.array(own, np.int64)[None, :])
        np.minimum(sums[-1], _NEVER, out=sums[-1])
    if sums[-1].min() >= _NEVER:
        return None
    middle_at, at = (int(place) for place in np.unravel_index(sums[-1].argmin(), sums[-1].shape))
    found = []
    for number in range(len(levels) - 1, 1, -1):
        found.append(int(levels[number][at]))
        before, middle = levels[number - 2], levels[number - 1]
        column = sums[number - 2][:, middle_at].copy()
        allowed = (before >= middle[middle_at]) & (before <= path.highest(levels[number][at : at + 1])[0])
        column[~allowed] = _NEVER
        middle_at, at = int(column.argmin()), middle_at
    return found[::-1]


def _pairs(path: Path, sums: Ints, levels: tuple[Ints, Ints, Ints]) -> Ints:
    """The least count before each pair (middle, now)."""
    before, middle, now = levels
    open_to = before[:, None] >= middle[None, :]
    running = np.minimum.accumulate(np.where(open_to, sums, _NEVER), axis=0)
    last = np.searchsorted(before, path.highest(now), side="right") - 1
    found = np.where(last[None, :] >= 0, running[np.maximum(last, 0)].T, _NEVER)
    return np.where(middle[:, None] >= now[None, :], found, _NEVER)
