"""How far down a set of products can go within the limit, and which product more would get all the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import Product


def totals(products: Sequence[Product], before: Sequence[int], most_pieces: int) -> list[int]:
    """Every daily total that the hours' doses can add up to, none above what is taken now at that hour [ug]."""
    bits = 1
    for dose in before:
        bits = sums(bits, makeable(products, dose, most_pieces))
    return [total for total in range(bits.bit_length()) if bits >> total & 1]


def sums(bits: int, amounts: Iterable[int]) -> int:
    """Every total of one of `bits` and one of the amounts; bit n stands for n micrograms."""
    found = 0
    for amount in amounts:
        found |= bits << amount
    return found


def way_down(makeable_totals: Sequence[int], before_ug: int, keep: Fraction | None) -> list[int]:
    """The longest allowed step down, again and again, until there is none: the fewest steps to each dose [ug]."""
    way = [before_ug]
    while True:
        least = ceil(way[-1] * keep) if keep is not None else 1
        below = [total for total in makeable_totals if max(least, 1) <= total < way[-1]]
        if not below:
            return way[1:]
        way.append(min(below))


def reaches(makeable_totals: Sequence[int], before_ug: int, keep: Fraction | None, low_ug: int, high_ug: int) -> bool:
    """Whether some dose between two limits can be reached within the limit."""
    held = {before_ug}
    for total in sorted((total for total in makeable_totals if 0 < total < before_ug), reverse=True):
        if any(keep is None or total >= higher * keep for higher in held):
            held.add(total)
    return any(low_ug <= total <= high_ug for total in held)
