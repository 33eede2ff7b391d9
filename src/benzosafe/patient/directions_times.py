"""Phrases that say how often, on which days and at what time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from benzosafe.patient.directions_pieces import (
    A_DAY,
    DAYS,
    DAYS_A_WEEK,
    PER,
    RANGE,
    TIMES,
    Piece,
    numbers_of,
    one_day,
    phrase,
    range_of,
    scaled,
)
from benzosafe.patient.directions_words import Token

MOST_DOSES_A_DAY = 12  # "14 times daily" is a slip of the pen, not a frequency


@phrase(r"E?F")
def _named_rate(tokens: Sequence[Token]) -> Piece | None:
    value = tokens[-1].value
    if (len(tokens) == 2 and value != 1) or not isinstance(value, Decimal):
        return None
    return Piece("rate", (value, value))


@phrase(rf"{TIMES}{A_DAY}", r"ED", rf"{TIMES}ED")
def rate_of(tokens: Sequence[Token]) -> Piece | None:
    """'3 times a day', 'twice daily', 'every day'."""
    if tokens[0].kind == "E":
        return Piece("rate")
    last_times = max(i for i, t in enumerate(tokens) if t.kind in "TXn")
    numbers = range_of(tokens[: last_times + 1])
    if numbers is None or numbers[1] > MOST_DOSES_A_DAY or not one_day(tokens[last_times + 1 :]):
        return None
    return Piece("rate", numbers)


@phrase(rf"E{RANGE}h", rf"{RANGE}H", r"Eh", rf"/{RANGE}h", r"ENh[-o]E?Nh", rf"E{RANGE}S")
def _every_hours(tokens: Sequence[Token]) -> Piece | None:
    """Every n hours; Spanish 'cada 8 hs' too."""
    if tokens[-1].kind == "S" and tokens[-1].text != "hs":
        return None
    numbers = range_of(tokens) if numbers_of(tokens) else (Decimal(1), Decimal(1))
    return Piece("hours", numbers) if numbers and numbers[0] > 0 else None


@phrase(r"K", r"jD", r"E?jS")
def _named_pattern(tokens: Sequence[Token]) -> Piece | None:
    value = next(t.value for t in tokens if t.kind in "Kj")
    if not isinstance(value, Decimal):
        return None
    if tokens[-1].kind == "S":
        return Piece("pattern_slot", (value, value), str(tokens[-1].value))
    return Piece("pattern", (value, value))


@phrase(rf"E{RANGE}[DWM]", r"E[WM]", r"EL[DW]")
def _every_days(tokens: Sequence[Token]) -> Piece | None:
    numbers = range_of(tokens) if numbers_of(tokens) else (Decimal(1), Decimal(1))
    if numbers is None or numbers[0] <= 0:
        return None
    length = DAYS[tokens[-1].kind]
    return Piece("pattern", (DAYS_A_WEEK / (numbers[1] * length), DAYS_A_WEEK / (numbers[0] * length)))


@phrase(rf"{TIMES}{PER}[WM]", rf"{TIMES}K", rf"{RANGE}[DS]{PER}W", rf"{TIMES}EN[WM]")
def _days_a_week(tokens: Sequence[Token]) -> Piece | None:
    last = tokens[-1]
    nights = [t.text for t in tokens if t.kind == "S"]
    if (nights and nights[0] not in ("nights", "evenings", "mornings", "noches")) or (
        last.kind == "K" and last.text not in ("weekly", "semanal", "semanalmente")
    ):
        return None
    span = DAYS.get(last.kind, Decimal(7)) * (numbers_of(tokens)[-1] if tokens[-2].kind == "N" else 1)
    cut = len(tokens) - (2 if tokens[-2].kind == "N" else 1)
    numbers = range_of(tokens[:cut])
    return numbers and Piece("pattern", scaled(numbers, DAYS_A_WEEK / span))


@phrase(r"E?w", r"E?w[-o]w")
def _weekday(tokens: Sequence[Token]) -> Piece | None:
    days = [int(str(t.value)) for t in tokens if t.kind == "w"]
    if len(days) == 2:
        days = [(days[0] + i) % 7 for i in range((days[1] - days[0]) % 7 + 1)]
    return Piece("weekdays", parts=tuple(Decimal(d) for d in days))


@phrase(r"E?S", rf"{RANGE}[mh]S", r"a?hS", r"c", r"EDS", r"[aP]S")
def _slot(tokens: Sequence[Token]) -> Piece | None:
    last = tokens[-1]
    if last.kind == "c":
        return Piece("slot", unit=f"clock {last.value}", words=last.text)
    if tokens[0].kind in "aP" and len(tokens) == 2:
        return Piece("slot", unit=str(last.value)) if last.text in ("night", "noche", "morning", "evening") else None
    if tokens[0].kind in "Nah" and not last.text.startswith(("before", "antes", "after")):
        return None
    return Piece("slot", unit=str(last.value))
