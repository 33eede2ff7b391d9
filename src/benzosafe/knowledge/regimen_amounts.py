"""A source's amounts for one person in micrograms a dose and a day, exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from benzosafe.knowledge.dosing_model import Amount
from benzosafe.knowledge.model import Quantity

Range = tuple[Fraction, Fraction]
"""Lowest and highest."""


@dataclass(frozen=True)
class Micrograms:
    """How much a dose and a day [ug], lowest and highest; None where the source does not say it."""

    per_dose: Range | None = None
    per_day: Range | None = None

    def scaled(self, factor: Fraction) -> Micrograms:
        """The same times a factor."""
        return Micrograms(*(part and (part[0] * factor, part[1] * factor) for part in (self.per_dose, self.per_day)))


def micrograms(amount: Amount, weight_kg: Fraction | None) -> Micrograms | None:
    """An amount for this weight; None where it is by weight and the weight is not known."""
    found = Micrograms()
    for name, quantity in amount.quantities.items():
        factor = Fraction(1000)
        if "_kg_" in name:
            if weight_kg is None:
                return None
            factor *= weight_kg
        both = Fraction(str(quantity.lowest)) * factor, Fraction(str(quantity.highest)) * factor
        field = "per_dose" if name.endswith("dose") else "per_day"
        known = getattr(found, field)
        # Said both by weight and outright, the lower holds: "0.1 mg/kg, at most 4 mg".
        found = replace(found, **{field: _least((known, both))})
    return found


def least(amounts: Iterable[Micrograms | None]) -> Micrograms:
    """Of several amounts the lowest of each kind."""
    given = [amount for amount in amounts if amount is not None]
    return Micrograms(_least(amount.per_dose for amount in given), _least(amount.per_day for amount in given))


def _least(ranges: Iterable[Range | None]) -> Range | None:
    given = [item for item in ranges if item is not None]
    return (min(low for low, _ in given), min(high for _, high in given)) if given else None


def days(quantity: Quantity) -> int:
    """Whole days: the longest the source says, for a rise must not come too soon."""
    return -int(-quantity.highest // 1)
