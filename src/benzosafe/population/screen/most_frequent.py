"""What was not understood most often, out of any number of different texts, with bounded memory and no estimate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import chain
from math import ceil
from zlib import crc32

import pyarrow as pa

KEYS_A_PASS = 500_000
Key = tuple[str, ...]


@dataclass
class Frequent:
    """The most frequent keys with their counts, and of each kind (the first part of a key) how many there are."""

    shown: list[tuple[Key, int]] = field(default_factory=list)
    distinct: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)


def most_frequent(
    tables: Callable[[], Iterator[pa.Table]], rows: int, most: int, keys_a_pass: int = KEYS_A_PASS
) -> Frequent:
    """The `most` frequent keys of tables of key columns and a last column `count`.

    Where there may be more keys than fit, the tables are read several times, each time for a share of the keys.
    """
    passes = max(ceil(rows / keys_a_pass), 1)
    found = Frequent()
    for number in range(passes):
        counted: Counter[Key] = Counter()
        for table in tables():
            _add(counted, table, passes, number)
        for key, count in counted.items():
            found.distinct[key[0]] += 1
            found.total[key[0]] += count
        candidates = chain(found.shown, counted.items())
        found.shown = nsmallest(most, candidates, key=lambda item: (-item[1], item[0]))
    return found


def _add(counted: Counter[Key], table: pa.Table, passes: int, number: int) -> None:
    *keys, counts = (column.to_pylist() for column in table.columns)
    for *parts, count in zip(*keys, counts, strict=True):
        key = tuple(part or "" for part in parts)
        if passes == 1 or crc32("\0".join(key).encode()) % passes == number:
            counted[key] += count
