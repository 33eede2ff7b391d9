"""How far down a set of products can go within the limit, and which product more would get all the way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import Product


def totals(products: Sequence[Product], before: Sequence[int], most_pieces: int) -> list[int]:
    """Every daily total that the hours' doses can add up to, none above what is taken now at that hour [ug]."""
    bits = 1
    for dose in before:
        bits = _sums(bits, makeable(products, dose, most_pieces))
    return [place for place, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


def _sums(bits: int, amounts: Iterable[int]) -> int:
    """Every total of one of `bits` and one of the amounts; bit n stands for n micrograms."""
    found = 0
    for amount in amounts:
        found |= bits << amount
    return found


def way_down(makeable_totals: Sequence[int], before_ug: int, keep: Fraction | None) -> list[int]:
    """The longest allowed step down, again and again, until there is none: the fewest steps to each dose [ug].

    makeable_totals: rising.
    """
    way = [before_ug]
    while True:
        least = ceil(way[-1] * keep) if keep is not None else 1
        place = bisect_left(makeable_totals, max(least, 1))
        if place == len(makeable_totals) or makeable_totals[place] >= way[-1]:
            return way[1:]
        way.append(makeable_totals[place])


def reachable(makeable_totals: Sequence[int], before_ug: int, keep: Fraction | None) -> list[int]:
    """Every dose above 0 that can be come down to within the limit, falling [ug].

    makeable_totals: rising.
    """
    found = [before_ug]
    for total in reversed(makeable_totals):
        # The lowest dose reached so far is the nearest above; who cannot go on from there can from nowhere.
        if 0 < total < before_ug and (keep is None or total >= found[-1] * keep):
            found.append(total)
    return found[1:]


def reaches(makeable_totals: Sequence[int], before_ug: int, keep: Fraction | None, low_ug: int, high_ug: int) -> bool:
    """Whether some dose between two limits can be reached within the limit."""
    return any(low_ug <= total <= high_ug for total in reachable(makeable_totals, before_ug, keep))
