"""The cells of a price list: product code, amount, day, unit and currency, or the reason why one cannot be read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from benzosafe.catalogue.prices import Unit

NDC_DIGITS = 11
_FEWEST_DIGITS = 7  # a labeller's number may begin with four zeros: 00009-0029-01 comes back as 9002901
_PARTS = {(5, 4, 2), (4, 4, 2), (5, 3, 2), (5, 4, 1)}
_AMOUNT = re.compile(r"^\d+(?:\.\d+)?(?:e-?\d{1,2})?$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$")
_US = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_EARLIEST = date(1990, 1, 1)
MOST_EXPENSIVE = Decimal(100_000)
"""JUDGEMENT: no unit of these medicines costs as much; such a price is a code or a date in the wrong column."""

_UNITS: dict[str, Unit] = {
    "ea": "EA", "each": "EA", "piece": "EA", "unit": "EA", "tablet": "EA", "tab": "EA", "capsule": "EA", "cap": "EA",
    "film": "EA", "spray": "EA", "suppository": "EA",
    "ml": "ML", "millilitre": "ML", "milliliter": "ML",
    "gm": "GM", "g": "GM", "gram": "GM",
}  # fmt: skip


class CellDamaged(Exception):
    """A cell that cannot be read; its message is the reason, for the person who will mend the row."""


def read_ndc(text: str, *, always_11: bool) -> tuple[str, bool]:
    """The code in 11 digits and whether leading zeros had to be given back.

    `always_11`: the list is known to write 11 digits (NADAC does), so that 10 mean a lost zero; elsewhere 10 digits
    without hyphens stand for three different codes and are refused.
    """
    plain = text.strip().removesuffix(".0")
    if re.fullmatch(r"\d+(?:\.\d+)?[eE]\+?\d+", plain):
        raise CellDamaged(f"NDC '{text}': a spreadsheet has rounded its digits away")
    parts = plain.split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        if tuple(len(part) for part in parts) not in _PARTS:
            raise CellDamaged(f"NDC '{text}' is not labeller-product-package")
        return parts[0].zfill(5) + parts[1].zfill(4) + parts[2].zfill(2), False
    if not (plain.isascii() and plain.isdigit()):
        raise CellDamaged(f"NDC '{text}' is not a number" if plain else "no NDC")
    if not _FEWEST_DIGITS <= len(plain) <= NDC_DIGITS:
        raise CellDamaged(f"NDC '{text}' has {len(plain)} digits instead of {NDC_DIGITS}")
    if len(plain) == NDC_DIGITS - 1 and not always_11:
        raise CellDamaged(f"NDC '{text}' has 10 digits without hyphens, which can mean three products")
    return plain.zfill(NDC_DIGITS), len(plain) < NDC_DIGITS


def read_amount(text: str) -> Decimal:
    """A price for one unit: a plain decimal above zero."""
    plain = text.strip().removeprefix("$").lower()
    if "," in plain:
        raise CellDamaged(f"price '{text}': a comma can mean thousands or decimals; write 1234.5")
    if _AMOUNT.match(plain.removeprefix("-")) and plain.startswith("-"):
        raise CellDamaged(f"price '{text}' is not above zero")
    if not _AMOUNT.match(plain):
        raise CellDamaged(f"price '{text}' is not a number" if plain else "no price")
    amount = Decimal(plain)
    if amount <= 0:
        raise CellDamaged(f"price '{text}' is not above zero")
    if amount > MOST_EXPENSIVE:
        raise CellDamaged(f"price '{text}' for one unit is not believable")
    return amount


@lru_cache(maxsize=10_000)
def day_in(text: str, american: bool) -> date | str:
    """A day, or the reason why it is none; '03/04/2026' is read as 4 March only where the list is American."""
    plain = text.strip()
    iso, us = _ISO.match(plain), _US.match(plain)
    if not plain:
        return "no date"
    if us and not american:
        return f"date '{text}': day and month cannot be told apart; write 2026-04-03"
    if not iso and not us:
        return f"date '{text}' is not {'month/day/year or ' if american else ''}year-month-day"
    try:
        if iso:
            day = date(int(iso[1]), int(iso[2]), int(iso[3]))
        else:
            assert us is not None
            day = date(int(us[3]), int(us[1]), int(us[2]))
    except ValueError:
        return f"date '{text}' does not exist"
    return day if day >= _EARLIEST else f"date '{text}' lies before any price list"


def read_day(text: str, latest: date, *, american: bool) -> date:
    """A day not after `latest`: a list of the far future would never be old."""
    day = day_in(text, american)
    if isinstance(day, str):
        raise CellDamaged(day)
    if day > latest:
        raise CellDamaged(f"date '{text}' lies in the future")
    return day


def read_unit(text: str) -> Unit:
    """What the price is for: one piece, a millilitre or a gram; a price for a pack is refused."""
    plain = text.strip().lower()
    unit = _UNITS.get(plain) or _UNITS.get(plain.removesuffix("s"))
    if unit is None:
        raise CellDamaged(f"unit '{text}' is not EA, ML or GM" if plain else "no unit")
    return unit


def read_currency(text: str) -> str:
    """Three letters of ISO 4217, such as EUR."""
    plain = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", plain):
        raise CellDamaged(f"currency '{text}' is not three letters such as USD" if plain else "no currency")
    return plain
