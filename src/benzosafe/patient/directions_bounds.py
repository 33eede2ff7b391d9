"""Phrases that limit or qualify: as needed, at most, for how long, by which route, for what."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from benzosafe.patient.directions_amounts import amount_of
from benzosafe.patient.directions_pieces import (
    A_DAY,
    DAYS,
    RANGE,
    TIMES,
    Piece,
    numbers_of,
    one_day,
    phrase,
    range_of,
    scaled,
)
from benzosafe.patient.directions_times import rate_of
from benzosafe.patient.directions_words import Token


@phrase(r"A")
def _as_needed(tokens: Sequence[Token]) -> Piece:
    return Piece("prn")


@phrase(rf"Cf?,?{RANGE}U?f?(?:{A_DAY})?", rf"u{RANGE}U?{A_DAY}", rf"{RANGE}U?(?:{A_DAY})C")
def _cap(tokens: Sequence[Token]) -> Piece | None:
    """'max 3 per day': the most in a day; without 'per day' the period is not known."""
    daily = any(t.kind == "C" and t.value == "day" for t in tokens)
    inner = [t for t in tokens if t.kind not in "Cuf,"]
    unit_at = max((i for i, t in enumerate(inner) if t.kind == "U"), default=-1)
    end = unit_at + 1 if unit_at >= 0 else next((i for i, t in enumerate(inner) if t.kind not in "N-o"), len(inner))
    period = inner[end:]
    if unit_at < 0 and len(period) and inner[end - 1].kind == "N" and period[0].kind == "h":
        period, end = inner[end - 1 :], end - 1
    amount = amount_of(inner[:end]) if end else None
    if amount is None or (period and not one_day(period)):
        return None
    what = "cap" if period or daily else "cap_without_period"
    if amount.unit == "dose":
        what = what.replace("cap", "cap_times")
    return Piece(what, amount.range, amount.unit, is_mass=amount.is_mass)


@phrase(rf"[Cu]f?{TIMES}(?:{A_DAY}|ED)")
def _capscaled(tokens: Sequence[Token]) -> Piece | None:
    inner = [t for t in tokens if t.kind not in "Cuf,"]
    rate = rate_of(inner)
    words = "up to" if tokens[0].kind == "u" else ""
    return rate and Piece("cap_times", rate.range, words=words)


@phrase(rf"u{RANGE}U?")
def _up_to(tokens: Sequence[Token]) -> Piece | None:
    amount = amount_of(tokens[1:])
    return amount and Piece("amount", (Decimal(0), amount.range[1]), amount.unit, is_mass=amount.is_mass)


@phrase(rf"[rXb]f?a?{RANGE}-?[DWM]", r"ra?[WMY]", rf"[rX]u{RANGE}[DWM]")
def _duration(tokens: Sequence[Token]) -> Piece | None:
    numbers = range_of(tokens) if numbers_of(tokens) else (Decimal(1), Decimal(1))
    if numbers is None:
        return None
    if any(t.kind == "u" or t.text == "for up to" for t in tokens):
        numbers = (Decimal(0), numbers[1])
    return Piece("duration", scaled(numbers, DAYS[tokens[-1].kind]))


@phrase(r"R")
def _route(tokens: Sequence[Token]) -> Piece:
    return Piece("route", unit=str(tokens[0].value))


@phrase(r"rf?[?p](?:[&oaPbf/]{0,2}[?p]){0,5}", r"bf?p+", r"q[?p]+", r"(?<=A)p+", r"(?<=A,)p+")
def _purpose(tokens: Sequence[Token]) -> Piece | None:
    words = [t.text for t in tokens if t.kind not in "rbq"]
    if not all(word.isalpha() or word in "/&" or " " in word for word in words):
        return None
    return Piece("purpose_prn" if tokens[0].kind == "q" else "purpose", words=" ".join(words))


@phrase(r"O", r"(?<!N)XN(?![DWMh])")
def _once(tokens: Sequence[Token]) -> Piece | None:
    if tokens[0].kind == "X" and numbers_of(tokens) != [1]:
        return None
    return Piece("once")


@phrase(rf"{RANGE}[mh]B", r"B")
def _before_procedure(tokens: Sequence[Token]) -> Piece:
    return Piece("occasion")


@phrase(r"n")
def _bare_once(tokens: Sequence[Token]) -> Piece | None:
    """'once' alone: a single dose, or once a day with 'daily' forgotten; the rest of the text must tell."""
    return Piece("bare_once") if tokens[0].text == "once" else None


@phrase(rf"eU?n(?:P?{RANGE}[mh])?", rf"eU?X?NT?(?:P{RANGE}[mh])?", rf"eU?P{RANGE}[mh]X?(?:n|NT?)")
def _repeat(tokens: Sequence[Token]) -> Piece | None:
    """'may repeat once in 1 hour': that many doses more."""
    following = [*(t.kind for t in tokens[1:]), "end"]
    count = numbers_of([t for t, after in zip(tokens, following, strict=True) if after not in ("m", "h", "-", "o")])
    return Piece("repeat", (count[0], count[0])) if len(count) == 1 else None
