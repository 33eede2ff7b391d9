"""What a unit of a product costs: prices with their source and dates, and the one in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Unit = Literal["EA", "ML", "GM"]

UNITS: dict[Unit, str] = {"EA": "each (a tablet, a capsule, a spray)", "ML": "millilitre", "GM": "gram"}

OLD_AFTER_DAYS = 60
"""JUDGEMENT: a price list not seen for so long is old.

NADAC comes every week and its yearly large change every month, so after two months at least one monthly change has
been missed. Counted from the day of the list, not from the day the price took effect: a price of last year may well
be in force in this week's list.
"""


@dataclass(frozen=True)
class Price:
    """The price of one unit of one product in one list.

    `strength_mg`: of the benzodiazepine or Z-drug, in one piece, or in each millilitre where `per_ml`; None where the
    text does not say it or names several. `ndc`: 11 digits, or empty in a list that names no code. `as_of`: the day of
    the newest list that says this price.
    """

    ingredient: str
    description: str
    unit_price: Decimal
    currency: str
    unit: Unit
    effective_on: date
    as_of: date
    source: str
    ndc: str = ""
    strength_mg: float | None = None
    per_ml: bool = False
    form: str = ""
    otc: bool | None = None
    brand_or_generic: str = ""

    @property
    def product_key(self) -> tuple[str, str]:
        """What two prices of one product in one list have in common."""
        return self.source, self.ndc or self.description.casefold()


class PriceBook:
    """All prices that were imported."""

    def __init__(self, prices: Iterable[Price] = ()) -> None:
        self._of: dict[str, list[Price]] = {}
        for price in prices:
            self._of.setdefault(price.ingredient, []).append(price)

    @property
    def ingredients(self) -> list[str]:
        """Every ingredient with a price; combinations as 'chlordiazepoxide + clidinium'."""
        return sorted(self._of)

    def __len__(self) -> int:
        return sum(len(prices) for prices in self._of.values())

    def prices_of(
        self, ingredient: str, strength_mg: float | None = None, form: str | None = None, on: date | None = None
    ) -> tuple[Price, ...]:
        """The price of every product of an ingredient in force on a day (none given: the newest), cheapest first.

        A strength or form that is asked for leaves out products whose own is another or is not known.
        """
        newest: dict[tuple[str, str], Price] = {}
        for price in self._of.get(ingredient, ()):
            if on is not None and price.effective_on > on:
                continue
            before = newest.get(price.product_key)
            if before is None or price.effective_on > before.effective_on:
                newest[price.product_key] = price
        found = [price for price in newest.values() if _is(price, strength_mg, form)]
        return tuple(sorted(found, key=_cheapest_first))


def is_old(price: Price, on: date) -> bool:
    """Whether the list that says this price is too old to be shown without a warning."""
    return (on - price.as_of).days > OLD_AFTER_DAYS


def _is(price: Price, strength_mg: float | None, form: str | None) -> bool:
    if strength_mg is not None and (price.strength_mg is None or abs(price.strength_mg - strength_mg) > 1e-9):
        return False
    return form is None or price.form == form


def _cheapest_first(price: Price) -> tuple[str, str, Decimal, str, str]:
    return price.currency, price.unit, price.unit_price, price.ndc, price.description
