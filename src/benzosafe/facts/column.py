"""Three-valued columns: truths, numbers known between two limits, and words.

One element a row (a row is one patient in one scenario, or one order in it). Unknown is a value:
a truth that is neither yes nor no, the widest pair of limits, a word with code -1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Bits(NamedTuple):
    """A truth with one byte a row, 1 or 0, the first row lowest: whole numbers join faster than arrays of few rows."""

    yes: int
    no: int

    def value(self, row: int) -> bool | None:
        """True, False or None for one row."""
        return True if is_set(self.yes, row) else False if is_set(self.no, row) else None


def pack(flags: Bools) -> int:
    """Flags as one whole number, the first lowest."""
    return int.from_bytes(flags.tobytes(), "little")


def unpack(bits: int, size: int) -> Bools:
    """The flags of a whole number."""
    return np.frombuffer(bits.to_bytes(size, "little"), bool)


def all_set(size: int) -> int:
    """The whole number whose every flag is set."""
    return int.from_bytes(b"\1" * size, "little")


def is_set(bits: int, row: int) -> bool:
    """Whether the flag of one row is set."""
    return bool(bits >> 8 * row & 1)


@dataclass(slots=True, eq=False)
class Truth:
    """Kleene truth: `yes` known true, `no` known false, neither is unknown."""

    yes: Bools
    no: Bools
    _bits: Bits | None = field(default=None, init=False, repr=False)

    @property
    def bits(self) -> Bits:
        """The same truth packed, made once."""
        if self._bits is None:
            self._bits = Bits(pack(self.yes), pack(self.no))
        return self._bits

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
    """The words a column may hold, numbered; remembers how many of the first words are among those wanted."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._wanted_before: dict[frozenset[str], Ints] = {}

    def wanted_before(self, wanted: frozenset[str]) -> Ints:
        """For each number, how many words below it are wanted."""
        found = self._wanted_before.get(wanted)
        if found is None:
            flags = [0, *(word in wanted for word in self.words)]
            found = self._wanted_before[wanted] = np.cumsum(flags, dtype=np.int64)
        return found


@dataclass(frozen=True, slots=True)
class Word:
    """One word out of a vocabulary, or somewhere between two of an ordered one; number -1 is unknown."""

    low: Ints
    high: Ints
    vocabulary: Vocabulary

    def take(self, index: Ints) -> Word:
        """The same words for a selection of rows."""
        return Word(self.low[index], self.high[index], self.vocabulary)

    def value(self, row: int) -> str | list[str] | None:
        """The word of one row, those it may be, or None."""
        low, high = int(self.low[row]), int(self.high[row])
        if low < 0:
            return None
        return self.vocabulary.words[low] if low == high else list(self.vocabulary.words[low : high + 1])

    def is_in(self, wanted: frozenset[str]) -> Truth:
        """Whether the word is one of those wanted: yes when all it may be are, no when none is."""
        below, known = self.vocabulary.wanted_before(wanted), self.low >= 0
        count = below[self.high + 1] - below[np.maximum(self.low, 0)]
        return Truth(known & (count == self.high - self.low + 1), known & (count == 0))

    @staticmethod
    def exactly(code: Ints, vocabulary: Vocabulary) -> Word:
        """A column of single words by their numbers."""
        return Word(code, code, vocabulary)

    @staticmethod
    def of(values: Sequence[str | None]) -> Word:
        """A column from plain words."""
        words = tuple(dict.fromkeys(v for v in values if v is not None))
        place = {word: i for i, word in enumerate(words)}
        codes = np.array([-1 if v is None else place[v] for v in values], np.int64)
        return Word(codes, codes, Vocabulary(words))


Column = Truth | Number | Word


def zero_for_nan(values: Floats) -> Floats:
    """The values, 0 where there is none."""
    return np.where(np.isnan(values), 0.0, values)
