"""What a pharmacy can hand out, in whole micrograms so that sums are exact: products, portions of them, doses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

UG_PER_MG = 1_000
LIQUIDS = ("oral solution", "oral concentrate", "oral suspension", "oral drops", "compounded suspension")
# JUDGEMENT: marks that can be read on oral syringes: so much in all [0.01 mL] and the distance of two marks [0.01 mL].
SYRINGES = ((100, 5), (300, 10), (500, 20), (1_000, 50))


@dataclass(frozen=True)
class Product:
    """One strength of one form: micrograms in a unit, or in a mL of a liquid; `halves`: it may be cut in two."""

    form: str
    strength_ug: int
    halves: bool = False
    country: str = ""
    source: str = ""
    confidence: str = "recalled"

    @property
    def liquid(self) -> bool:
        """Whether it is measured in mL."""
        return self.form in LIQUIDS

    @property
    def name(self) -> str:
        """'0.5 mg tablet' or 'oral solution 0.1 mg/mL'."""
        return f"{self.form} {mg_words(self.strength_ug)} mg/mL" if self.liquid else self.unit

    @property
    def unit(self) -> str:
        """One of it, as a person would say it."""
        return f"{mg_words(self.strength_ug)} mg {self.form}"


@dataclass(frozen=True)
class Portion:
    """So much of a product in one dose: `half_units` counts halves (3 is one and a half), or hundredths of a mL."""

    product: Product
    half_units: int = 0
    hundredths_ml: int = 0

    @property
    def amount_ug(self) -> int:
        """Micrograms in it; exact, or the portion could not have been made."""
        if self.product.liquid:
            amount = Fraction(self.product.strength_ug * self.hundredths_ml, 100)
        else:
            amount = Fraction(self.product.strength_ug * self.half_units, 2)
        assert amount.denominator == 1, f"{self} holds a fraction of a microgram"
        return int(amount)

    @property
    def pieces(self) -> int:
        """What is swallowed: tablets, a half counting as one.

        JUDGEMENT: a liquid, which has to be drawn up, counts as two, and as one more for every further 2.5 mL, so that
        tablets are used where they can be and bottles are few.
        """
        return 1 - (-self.hundredths_ml // 250) if self.product.liquid else -(-self.half_units // 2)

    @property
    def cut(self) -> bool:
        """Whether a tablet has to be cut."""
        return not self.product.liquid and self.half_units % 2 == 1

    @property
    def words(self) -> str:
        """'1½ × 0.5 mg tablet' or '0.35 mL of oral solution 0.1 mg/mL'."""
        if self.product.liquid:
            return f"{self.hundredths_ml / 100:g} mL of {self.product.name}"
        whole, half = divmod(self.half_units, 2)
        return f"{whole or ''}{'½' if half else ''} × {self.product.unit}"


@dataclass(frozen=True)
class Dose:
    """What is taken at one hour of the day [h from midnight]; no portions: nothing is taken then."""

    at_h: float
    portions: tuple[Portion, ...]

    @property
    def amount_ug(self) -> int:
        """Micrograms in it."""
        return sum(portion.amount_ug for portion in self.portions)


def ug(mg: float) -> int:
    """Milligrams as whole micrograms, rounded to the nearest."""
    return round(mg * UG_PER_MG)


def mg_words(amount_ug: float) -> str:
    """Micrograms as milligrams without trailing zeros: 125 is '0.125'."""
    return f"{amount_ug / UG_PER_MG:.4f}".rstrip("0").rstrip(".")
