"""Which single doses a set of products can make exactly, and the least troublesome way to make each."""

from __future__ import annotations

from collections.abc import Sequence

from benzosafe.taper.product import SYRINGES, Portion, Product

# JUDGEMENT: less than a tenth of a mL cannot be measured well enough at home [0.01 mL].
LEAST_VOLUME = 10
Cost = tuple[int, int, int]
Made = tuple[Cost, tuple[Portion, ...]]


def makeable(products: Sequence[Product], most_ug: int, most_pieces: int) -> dict[int, tuple[Portion, ...]]:
    """Every dose from 0 up to `most_ug` that can be made of at most so many pieces, and how.

    Each is made with the fewest pieces, then the fewest cuts, then the fewest strengths; at most one liquid a dose.
    """
    solids = [product for product in products if not product.liquid]
    best: dict[int, Made] = {0: ((0, 0, 0), ())}
    for product in sorted(solids, key=lambda item: (-item.strength_ug, item.form)):
        best = _with(best, _portions(product, most_ug, most_pieces), most_ug, most_pieces)
    tablets = dict(best)
    for product in products:
        if product.liquid:
            measured = _with(tablets, _volumes(product, most_ug), most_ug, most_pieces)
            best = _better(best, measured)
    return {amount: portions for amount, (_, portions) in sorted(best.items())}


def cost_of(portions: Sequence[Portion]) -> Cost:
    """Pieces, cuts, strengths."""
    return (
        sum(portion.pieces for portion in portions),
        sum(portion.cut for portion in portions),
        len({portion.product for portion in portions}),
    )


def _portions(product: Product, most_ug: int, most_pieces: int) -> list[Portion]:
    """Whole tablets, and one half more where they may be cut."""
    found = []
    for half_units in range(1, 2 * most_pieces + 1):
        if half_units % 2 and not (product.halves and product.strength_ug % 2 == 0):
            continue
        portion = Portion(product, half_units=half_units)
        if portion.amount_ug <= most_ug and portion.pieces <= most_pieces:
            found.append(portion)
    return found


def _volumes(product: Product, most_ug: int) -> list[Portion]:
    """What can be read on an oral syringe, as far as it holds a whole number of micrograms."""
    found, below = [], 0
    for limit, mark in SYRINGES:
        for volume in range(below + mark, limit + 1, mark):
            if volume >= LEAST_VOLUME and product.strength_ug * volume % 100 == 0:
                found.append(Portion(product, hundredths_ml=volume))
        below = limit
    return [portion for portion in found if portion.amount_ug <= most_ug]


def _with(best: dict[int, Made], portions: Sequence[Portion], most_ug: int, most_pieces: int) -> dict[int, Made]:
    """The best of all doses with one portion more, or none."""
    found = dict(best)
    for amount, (cost, before) in best.items():
        for portion in portions:
            total, pieces = amount + portion.amount_ug, cost[0] + portion.pieces
            if total > most_ug or pieces > most_pieces:
                continue
            made = ((pieces, cost[1] + portion.cut, cost[2] + 1), (*before, portion))
            if total not in found or made[0] < found[total][0]:
                found[total] = made
    return found


def _better(one: dict[int, Made], other: dict[int, Made]) -> dict[int, Made]:
    return {
        amount: min((made[amount] for made in (one, other) if amount in made), key=lambda made: made[0])
        for amount in one.keys() | other.keys()
    }
