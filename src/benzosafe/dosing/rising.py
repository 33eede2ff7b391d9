"""Doses that tablets make: the largest not above what is wanted, and the rise from one to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from benzosafe.taper.makeable import makeable
from benzosafe.taper.product import Portion, Product

MOST_PIECES = 4
DRAWN_UP_UG = 10
MOST_RISES = 8
"""JUDGEMENT: more rises than this are not laid out; who needs them needs to be seen in between anyway."""


_DISINTEGRATING = "orally disintegrating tablet"


@dataclass(frozen=True)
class Rung:
    """What is taken from a day on: a single dose, made of these portions, so many times a day."""

    from_day: int
    single_ug: int
    times: int
    portions: tuple[Portion, ...]

    @property
    def day_ug(self) -> int:
        """Micrograms a day."""
        return self.single_ug * self.times


@dataclass(frozen=True)
class Bounds:
    """What may not be exceeded: a dose and a day [ug]; None is without limit."""

    per_dose: Fraction | None
    per_day: Fraction | None

    def single(self, times: int) -> Fraction | None:
        """The most a single dose may be, taken so many times a day."""
        both = [limit for limit in (self.per_dose, self.per_day and self.per_day / times) if limit is not None]
        return min(both) if both else None


class Makes:
    """The single doses that products make; without products whatever can be drawn up to a hundredth of a mg."""

    def __init__(self, products: Sequence[Product] | None, most_ug: Fraction) -> None:
        if products is None:
            drawn = range(DRAWN_UP_UG, int(most_ug) + 1, DRAWN_UP_UG)
            self._how: Mapping[int, tuple[Portion, ...]] = dict.fromkeys(drawn, ())
        else:
            # Also where all is too large, the smallest of all can be named.
            smallest = min((product.strength_ug for product in products), default=0)
            most, simple = max(int(most_ug), smallest), _simplest(products)
            dry = makeable([product for product in simple if not product.liquid], most, MOST_PIECES)
            self._how = dict(sorted((makeable(simple, most, MOST_PIECES) | dry).items()))
        self._amounts = [amount for amount in self._how if amount]

    @property
    def smallest_ug(self) -> int | None:
        """The smallest of all; None where nothing is made."""
        return self._amounts[0] if self._amounts else None

    def at_most(self, wanted_ug: Fraction) -> int | None:
        """The largest that is not above what is wanted; None where even the smallest is."""
        place = bisect_right(self._amounts, wanted_ug)
        return self._amounts[place - 1] if place else None

    def rise(self, from_ug: int, wanted_ug: Fraction) -> int | None:
        """The next dose above one and not above what is wanted: the largest without a liquid, else the largest.

        JUDGEMENT: a smaller rise by tablets is better than the whole rise by a syringe.
        """
        higher = self._amounts[bisect_right(self._amounts, from_ug) : bisect_right(self._amounts, wanted_ug)]
        dry = [amount for amount in higher if not any(portion.product.liquid for portion in self._how[amount])]
        return max(dry or higher, default=None)

    def how(self, amount_ug: int) -> tuple[Portion, ...]:
        """How it is made."""
        return self._how[amount_ug]


def _simplest(products: Sequence[Product]) -> list[Product]:
    """Without disintegrating tablets of a strength that is also sold as a plain one."""
    plain = {product.strength_ug for product in products if product.form == "tablet"}
    return [item for item in products if item.form != _DISINTEGRATING or item.strength_ug not in plain]


def ladder(
    makes: Makes, first: tuple[int, int], step: tuple[Fraction, int] | None, top_ug: Fraction | None, limit: Bounds
) -> list[Rung]:
    """The first dose and its rises: none larger than the step [ug a day] or the dose, none above top or limit.

    first: single dose [ug] and times a day; step: micrograms a day and days between two rises; top: where rising ends.
    """
    single, times = first
    rungs = [Rung(0, single, times, makes.how(single))]
    if step is None:
        return rungs
    by, every = step
    while len(rungs) <= MOST_RISES:
        last = rungs[-1]
        # JUDGEMENT: a dose is at most doubled, however large a step the source allows.
        rise = min(by / times, Fraction(last.single_ug))
        ends = [last.single_ug + rise, limit.single(times), top_ug and top_ug / times]
        higher = makes.rise(last.single_ug, min(end for end in ends if end is not None))
        if higher is None:
            break
        rungs.append(Rung(last.from_day + every, higher, times, makes.how(higher)))
    return rungs
