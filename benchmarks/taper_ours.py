"""The same starting states through benzosafe, in the same drug, with products that can end at nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.catalogue import COMPOUNDED, marketed
from benzosafe.taper.design import MOST_PIECES, Request, design
from benzosafe.taper.makeable import makeable
from benzosafe.taper.plan import Pace
from benzosafe.taper.product import Product
from benzosafe.taper.record import plan_data

COUNTRY = "UK"
HOURS = ((22.0,), (8.0, 22.0), (8.0, 14.0, 22.0))
# Where no liquid is sold, or only one too strong for the last steps, a pharmacy makes one [ug/mL].
MADE_UG_PER_ML = {"alprazolam": 100, "lorazepam": 100, "oxazepam": 1_000, "chlordiazepoxide": 1_000}


@dataclass(frozen=True)
class OurAnswer:
    """The plan as its JSON says it, or the refusal in words, or the failure nobody foresaw; `seconds`: the design."""

    plan: dict[str, Any] | None
    refusal: str
    failed: str
    seconds: float


def products_of(knowledge: Knowledge, drug: str) -> tuple[Product, ...]:
    """What is sold in the UK, and the suspension a pharmacy makes."""
    made = MADE_UG_PER_ML.get(drug)
    extra = (Product(COMPOUNDED, made, source="house", confidence="derived"),) if made else ()
    return (*marketed(knowledge, drug, COUNTRY), *extra)


def before_of(products: tuple[Product, ...], amount_ug: int) -> tuple[tuple[float, int], ...] | None:
    """The daily dose as the fewest equal doses these products can make; None when they cannot."""
    for hours in HOURS:
        if amount_ug % len(hours) == 0:
            part = amount_ug // len(hours)
            if part in makeable(products, part, MOST_PIECES):
                return tuple((hour, part) for hour in hours)
    return None


def ask(knowledge: Knowledge, drug: str, amount_ug: int, pace: tuple[Fraction, int], starts_on: date) -> OurAnswer:
    """A same-drug taper to nothing at the pace asked [share of the current dose, days]."""
    products = products_of(knowledge, drug)
    before = before_of(products, amount_ug)
    if before is None:
        return OurAnswer(None, f"{amount_ug / 1000:g} mg {drug} cannot be made of these products", "", 0.0)
    request = Request(drug, before, 0, Pace(*pace), products, starts_on, country=COUNTRY)
    started = time.perf_counter()
    try:
        plan = design(knowledge, request)
    except BenzosafeError as error:
        return OurAnswer(None, str(error), "", time.perf_counter() - started)
    except Exception as error:  # counted, not hidden: the peer's are counted too
        return OurAnswer(None, "", f"failed with {type(error).__name__}: {error}", time.perf_counter() - started)
    return OurAnswer(plan_data(plan), "", "", time.perf_counter() - started)


def counted_ug(step: dict[str, Any]) -> int:
    """What the tablets and millilitres of a step add up to, counted again from how much of what is to be taken."""
    total = Fraction(0)
    for dose in step["doses"]:
        for part in dose["take"]:
            amount = part["ml"] if part["of"]["per"] == "mL" else part["units"]
            total += Fraction(str(amount)) * Fraction(str(part["of"]["strength_mg"])) * 1000
    return round(total)


def pieces(step: dict[str, Any]) -> int:
    """Tablets a day, a half counting as one; a measured liquid counts as two."""
    parts = [part for dose in step["doses"] for part in dose["take"]]
    return sum(2 if part["of"]["per"] == "mL" else -int(-part["units"] // 1) for part in parts)
