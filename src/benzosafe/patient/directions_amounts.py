"""Phrases that say how much: one dose, a pattern such as 1-0-1, a total for the day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from benzosafe.patient.directions_pieces import (
    A_DAY,
    RANGE,
    Piece,
    numbers_of,
    one_day,
    phrase,
    range_of,
    scaled,
    units_of,
)
from benzosafe.patient.directions_vocabulary import Unit
from benzosafe.patient.directions_words import Token


@phrase(rf"{RANGE}U?", r"aU", r"NU[-o]NU")
def amount_of(tokens: Sequence[Token]) -> Piece | None:
    """'1', '1-2 tablets', 'a tablet', '0.5 mg to 1 mg' (both in the same unit)."""
    numbers = range_of(tokens) if tokens[0].kind != "a" else (Decimal(1), Decimal(1))
    units = units_of(tokens)
    if numbers is None or len(set(units)) > 1 or (tokens[0].kind == "a" and units[0].counts != "count"):
        return None
    if not units:
        return Piece("amount", numbers)
    return Piece("amount", scaled(numbers, units[0].factor), units[0].name, is_mass=units[0].counts == "mass")


@phrase(r"NUU")
def _amount_of_form(tokens: Sequence[Token]) -> Piece | None:
    """'5 mg tablet': one of them; the plural leaves open how many, so it is not taken."""
    units = units_of(tokens)
    if units[0].counts != "mass" or units[1].counts != "count" or tokens[-1].text.endswith("s"):
        return None
    return amount_of(tokens[:2])


@phrase(rf"{RANGE}[Xf]?NUU?", rf"{RANGE}UfNU")
def _count_of_amounts(tokens: Sequence[Token]) -> Piece | None:
    """'2 x 10 ml', '1 x 20 mg tablet', '2 tablets of 0.5 mg': the count times the size."""
    size_at = max(i for i, t in enumerate(tokens) if t.kind == "N")
    count, size = range_of(tokens[:size_at]), numbers_of(tokens[size_at:])[0]
    units, counted = units_of(tokens[size_at:]), units_of(tokens[:size_at])
    if count is None or units[0].counts == "count" or any(u.counts != "count" for u in counted + units[1:]):
        return None
    linked = any(t.kind == "X" or t.text in ("of", "de") for t in tokens[:size_at])
    if not linked and len(units) < 2:
        return None
    form = (counted or units[1:] or [Unit("tablet", "count")])[0].name
    also = (count, form) if units[0].counts == "mass" and (counted or units[1:]) else None
    total = scaled(count, size * units[0].factor)
    return Piece("amount", total, units[0].name, also, is_mass=units[0].counts == "mass")


@phrase(rf"{RANGE}U\({RANGE}Ut?\)")
def _amount_twice(tokens: Sequence[Token]) -> Piece | None:
    """'1 tablet (0.5 mg)': both are kept, so that they can be checked against the strength."""
    opening = next(i for i, t in enumerate(tokens) if t.kind == "(")
    first, second = range_of(tokens[:opening]), range_of(tokens[opening:])
    units = units_of(tokens)
    if first is None or second is None:
        return None
    pairs = [(scaled(first, units[0].factor), units[0]), (scaled(second, units[1].factor), units[1])]
    pairs.sort(key=lambda pair: pair[1].counts != "mass")
    if [pair[1].counts for pair in pairs] not in (["mass", "count"], ["mass", "volume"]):
        return None
    (main, unit), (other, other_unit) = pairs
    return Piece("amount", main, unit.name, (other, other_unit.name), is_mass=True)


@phrase(r"NU[P/]hU?")
def _amount_per_hour(tokens: Sequence[Token]) -> Piece | None:
    """'25 mcg/h patch': a release rate. Weight-based doses (mg/kg) are not in the vocabulary and stay unread."""
    if units_of(tokens)[0].counts != "mass" or any(u.name != "patch" for u in units_of(tokens)[1:]):
        return None
    amount = amount_of(tokens[:2])
    return amount and Piece("amount", amount.range, f"{amount.unit}/h")


@phrase(r"N-N-N(?:-N)?U?")
def _dashes(tokens: Sequence[Token]) -> Piece | None:
    """1-0-1: morning, noon, (evening,) night."""
    unit = units_of(tokens)
    factor = unit[0].factor if unit else Decimal(1)
    parts = tuple(n * factor for n in numbers_of(tokens))
    is_mass = bool(unit) and unit[0].counts == "mass"
    return Piece("dashes", unit=unit[0].name if unit else None, parts=parts, is_mass=is_mass) if any(parts) else None


@phrase(
    rf"t[,f]*{RANGE}U(?:{A_DAY})?", rf"{RANGE}U{A_DAY}?t", rf"{RANGE}U?[Pab/](?:D|Nh)", rf"t[,f]*{RANGE}U[Pab/](?:D|Nh)"
)
def _total(tokens: Sequence[Token]) -> Piece | None:
    """A daily total; 'per day' must be there, or the words 'daily total' themselves."""
    marker = [t for t in tokens if t.kind == "t"]
    named = any("da" in t.text or "dia" in t.text or t.text == "tdd" for t in marker)
    unit_at = max((i for i, t in enumerate(tokens) if t.kind == "U"), default=-1)
    after = tokens[unit_at + 1 :] if unit_at >= 0 else tokens[1:]
    after = [t for t in after if t.kind != "t"]
    if (after and not one_day(after)) or (not after and not named):
        return None
    first = next(i for i, t in enumerate(tokens) if t.kind == "N")
    end = unit_at + 1 if unit_at >= 0 else next(i for i, t in enumerate(tokens) if t.kind in "Pab/")
    amount = amount_of(tokens[first:end])
    return amount and Piece("total", amount.range, amount.unit, is_mass=amount.is_mass)


@phrase(r"PNU", r"PNv", r"Nv", r"vP?N(?:U|T)?", r"v", r"vF", r"Ff?vF?")
def _divided(tokens: Sequence[Token]) -> Piece | None:
    """'in 3 divided doses', 'divided tid': how many doses the total is split into (0 = not said)."""
    if tokens[-1].kind == "U" and units_of(tokens)[0].name != "dose":
        return None
    rate = [t.value for t in tokens if t.kind == "F"]
    numbers = numbers_of(tokens) or [n for n in rate if isinstance(n, Decimal) and n > 1] or [Decimal(0)]
    return Piece("divided", (numbers[0], numbers[0]))
