"""Fields of a plan's JSON read one by one: whatever is missing, of another kind or out of range is refused by name."""

from __future__ import annotations

import math
import re
from datetime import date
from fractions import Fraction
from typing import Any, NoReturn

from benzosafe.errors import InputRefused
from benzosafe.taper.product import UG_PER_MG

# A fraction written out; no exponents, for a huge one would be counted out for hours.
_FRACTION = re.compile(r"-?\d{1,18}(?:/\d{1,18})?")
# JUDGEMENT: no product and no day's dose is larger [mg]; as much as can be named for a compounded suspension.
MOST_MG = 100_000.0


class Fields:
    """A mapping of a plan's JSON with its place in the file, read field by field."""

    def __init__(self, data: Any, path: str, where: str) -> None:
        self.path, self.where = path, where
        if not isinstance(data, dict):
            self.refuse("", "is not a mapping")
        self.data: dict[str, Any] = data

    def refuse(self, key: str, what: str) -> NoReturn:
        """InputRefused that names file and field."""
        name = ".".join(part for part in (self.path, key) if part) or "the plan"
        raise InputRefused(
            f"a field is missing or wrong: '{name}' {what}.", where=self.where,
            next_step="Use the file as it was written, or write it again with: benzosafe taper PATIENT --format json",
        )  # fmt: skip

    def given(self, key: str) -> Any:
        """Whatever stands there; a missing key is refused."""
        if key not in self.data:
            self.refuse(key, "is missing")
        return self.data[key]

    def number(self, key: str, low: float, high: float) -> float:
        """A number within these bounds, both included; yes and no are no numbers, nor is infinity."""
        value = self.given(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, f"is not a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within these bounds, both included."""
        value = self.given(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"is not a whole number from {low} to {high}")
        return value

    def ug(self, key: str, *, zero: bool = True) -> int:
        """An amount in mg as whole micrograms; never less than 0."""
        mg = self.number(key, 0.0, MOST_MG)
        amount = round(mg * UG_PER_MG)
        if not math.isclose(amount, mg * UG_PER_MG, abs_tol=1e-6) or not (amount or zero):
            self.refuse(key, f"is {mg:g} mg, not {'a' if zero else 'above 0 and a'} whole number of micrograms")
        return amount

    def parts(self, key: str, in_one: int) -> int:
        """A number above 0 counted in halves (2) or hundredths (100), of which it must be a whole number."""
        value = self.number(key, 0.0, 10_000.0)
        counted = round(value * in_one)
        if counted < 1 or not math.isclose(counted, value * in_one, abs_tol=1e-6):
            self.refuse(key, f"is {value:g}, not a whole number of {'halves' if in_one == 2 else 'marks'} above 0")
        return counted

    def fraction(self, key: str) -> Fraction:
        """A number between 0 and 1, neither included, exactly as it is written."""
        value = self.number(key, 0.0, 1.0)
        if not 0.0 < value < 1.0:
            self.refuse(key, "is not above 0 and below 1")
        return Fraction(str(value))

    def fractions(self, key: str, count: int) -> list[Fraction]:
        """So many fractions written as text, as in '1/10'; none above 1."""
        texts = self.given(key)
        if not isinstance(texts, list) or len(texts) != count:
            self.refuse(key, f"is not a list of {count} fractions")
        found = []
        for text in texts:
            match = _FRACTION.fullmatch(text) if isinstance(text, str) else None
            if match is None or int(text.partition("/")[2] or 1) == 0 or Fraction(text) > 1:
                self.refuse(key, "is not a fraction of at most 1, written as '1/10'")
            found.append(Fraction(text))
        return found

    def text(self, key: str) -> str:
        """Words, which may be none."""
        value = self.given(key)
        if not isinstance(value, str):
            self.refuse(key, "is not a text")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.given(key)
        if not isinstance(value, bool):
            self.refuse(key, "is neither true nor false")
        return value

    def day(self, key: str) -> date:
        """A date written as YYYY-MM-DD."""
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.refuse(key, "is not a date written as 2026-11-24")

    def group(self, key: str) -> Fields:
        """A mapping inside."""
        return Fields(self.given(key), ".".join(part for part in (self.path, key) if part), self.where)

    def listed(self, key: str) -> list[Fields]:
        """A list of mappings inside."""
        values, inside = self.given(key), ".".join(part for part in (self.path, key) if part)
        if not isinstance(values, list):
            self.refuse(key, "is not a list")
        return [Fields(value, f"{inside}[{number}]", self.where) for number, value in enumerate(values)]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.given(key)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse(key, "is not a list of texts")
        return tuple(values)
