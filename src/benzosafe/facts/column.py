"""Three-valued columns: truths, numbers known between two limits, and words.

One element a row (a row is one patient in one scenario, or one order in it). Unknown is a value:
a truth that is neither yes nor no, the widest pair of limits, a word with code -1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Truth:
    """Kleene truth: `yes` known true, `no` known false, neither is unknown."""

    yes: Bools
    no: Bools

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    def take(self, index: Ints) -> Truth:
        """The same truth for a selection of rows."""
        return Truth(self.yes[index], self.no[index])

    def value(self, row: int) -> bool | None:
        """True, False or None for one row."""
        return True if self.yes[row] else False if self.no[row] else None

    @staticmethod
    def of(values: Sequence[bool | None]) -> Truth:
        """A column from plain values."""
        return Truth(np.array([v is True for v in values], bool), np.array([v is False for v in values], bool))

    @staticmethod
    def known(yes: Bools) -> Truth:
        """A column without unknowns."""
        return Truth(yes, ~yes)


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity known to lie between `low` and `high`; unknown is from -inf to inf."""

    low: Floats
    high: Floats

    def take(self, index: Ints) -> Number:
        """The same quantity for a selection of rows."""
        return Number(self.low[index], self.high[index])

    def value(self, row: int) -> float | tuple[float, float] | None:
        """One number, a pair of limits, or None when nothing is known."""
        low, high = float(self.low[row]), float(self.high[row])
        if low == high:
            return low
        return None if low == -np.inf and high == np.inf else (low, high)

    @staticmethod
    def of(values: Sequence[float | tuple[float, float] | None]) -> Number:
        """A column from plain values or pairs."""
        pairs = [(-np.inf, np.inf) if v is None else v if isinstance(v, tuple) else (v, v) for v in values]
        array = np.array(pairs, float).reshape(len(pairs), 2)
        return Number(array[:, 0].copy(), array[:, 1].copy())

    @staticmethod
    def unknown(size: int) -> Number:
        """A column of which nothing is known."""
        return Number(np.full(size, -np.inf), np.full(size, np.inf))


class Vocabulary:
    """The words a column may hold, numbered; remembers which numbers a set of wanted words has."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._chosen: dict[frozenset[str], Bools] = {}

    def chosen(self, wanted: frozenset[str]) -> Bools:
        """One flag a word, and a last one (never set) for the unknown word -1."""
        found = self._chosen.get(wanted)
        if found is None:
            found = self._chosen[wanted] = np.array([word in wanted for word in (*self.words, "")], bool)
        return found


@dataclass(frozen=True, slots=True)
class Word:
    """One word out of a vocabulary; code -1 is unknown."""

    code: Ints
    vocabulary: Vocabulary

    def take(self, index: Ints) -> Word:
        """The same words for a selection of rows."""
        return Word(self.code[index], self.vocabulary)

    def value(self, row: int) -> str | None:
        """The word of one row, or None."""
        return self.vocabulary.words[self.code[row]] if self.code[row] >= 0 else None

    def is_in(self, wanted: frozenset[str]) -> Truth:
        """Whether the word is one of those wanted."""
        yes = self.vocabulary.chosen(wanted)[self.code]
        return Truth(yes, (self.code >= 0) & ~yes)

    @staticmethod
    def of(values: Sequence[str | None]) -> Word:
        """A column from plain words."""
        words = tuple(dict.fromkeys(v for v in values if v is not None))
        place = {word: i for i, word in enumerate(words)}
        return Word(np.array([-1 if v is None else place[v] for v in values], np.int64), Vocabulary(words))


Column = Truth | Number | Word
