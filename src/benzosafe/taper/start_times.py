"""At what hour of the day how many micrograms of an order are taken, read from its directions where they say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from benzosafe.errors import InputRefused
from benzosafe.exposure.patient_doses import clock_times
from benzosafe.patient.directions import read_directions
from benzosafe.patient.directions_phrases import pieces_of
from benzosafe.patient.directions_pieces import Piece
from benzosafe.patient.tables import Order
from benzosafe.taper.product import UG_PER_MG, mg_words

# JUDGEMENT: named times of day as hours [h]; morning, noon and night are those assumed for so many doses a day.
_HOURS = {"morning": 8.0, "noon": 12.0, "afternoon": 15.0, "evening": 18.0, "night": 21.0}
_MEALS = ("morning", "noon", "evening")
_DASHES = {
    2: ("morning", "night"), 3: ("morning", "noon", "night"), 4: ("morning", "noon", "evening", "night"),
}  # fmt: skip
# JUDGEMENT: an hour that was only assumed joins one that was written when they are this near: nobody takes half of a
# dose at eight and the rest at bedtime unless the directions say so.
_SAME_TIME_H = 2.0
_FIRST_H = 8.0
_MOST_A_DAY = 24
_DAY_H = 24.0
_WHOLE_FROM_UG = Fraction(1, 10)  # a count of milligrams was rounded to 6 places when it was read


@dataclass(frozen=True)
class Intake:
    """So many micrograms at an hour of the day; `said`: the directions name that time."""

    at_h: float
    amount_ug: int
    said: bool


def intakes_of(order: Order, ug_per_day: int, notes: list[str]) -> tuple[Intake, ...]:
    """The doses of one day of an order that come to so many micrograms, in order of hour.

    InputRefused when neither the hours nor the number of equal doses are known, or when a dose would hold a fraction
    of a microgram.
    """
    count = _count(order)
    named = _named(order.sig)
    if named and len(named) == count:
        return _shared(order, ug_per_day, named, said=True)
    if order.dose_mg_single is not None and not order.dose_mg_single.certain:
        raise InputRefused(
            f"the doses of a day differ ('{order.sig}'), and which is taken when is not clear.", where=name_of(order),
            next_step="Write it as '0.5 mg in the morning and 1 mg at night'.",
        )  # fmt: skip
    hours = _hours(order, count)
    notes.append(f"{name_of(order)}: {_clock(hours)} assumed as times of intake; the directions do not name them")
    return _shared(order, ug_per_day, [(hour, Fraction(1)) for hour in hours], said=False)


def filled_up(total_ug: int, single_ug: int) -> tuple[Intake, ...]:
    """A daily amount as single doses at the usual hours, the last of the day whole and the first holding the rest."""
    count = min(max(1, -(-total_ug // single_ug)), _MOST_A_DAY)
    rest = total_ug - single_ug * (count - 1)
    return tuple(
        Intake(hour, single_ug if place else rest, said=False) for place, hour in enumerate(clock_times(count))
    )


def summed(intakes: Sequence[Intake]) -> tuple[tuple[float, int], ...]:
    """Several orders of one drug as one dose per time of day (hour, micrograms), in order of hour."""
    written = [intake.at_h for intake in intakes if intake.said]
    found: dict[float, int] = {}
    for intake in intakes:
        hour = _joined(intake, written)
        found[hour] = found.get(hour, 0) + intake.amount_ug
    return tuple(sorted((hour, amount) for hour, amount in found.items() if amount))


def _joined(intake: Intake, written: Sequence[float]) -> float:
    """Its own hour, or the nearest written one when its own was only assumed and is near."""
    near = sorted((abs(hour - intake.at_h), hour) for hour in written)
    return near[0][1] if not intake.said and near and near[0][0] <= _SAME_TIME_H else intake.at_h


def whole_ug(order: Order, mg: float) -> int:
    """Milligrams as whole micrograms; InputRefused when they are not whole."""
    exact = Fraction(str(mg)) * UG_PER_MG
    nearest = round(exact)
    if abs(exact - nearest) > _WHOLE_FROM_UG or not nearest:
        raise InputRefused(
            f"{mg:g} mg is not a whole number of micrograms.", where=name_of(order),
            next_step="Write the dose as it is taken, such as '0.5 mg twice daily'.",
        )  # fmt: skip
    return nearest


def name_of(order: Order) -> str:
    """The drug of an order, or what was written when it is not known."""
    return order.ingredient or order.text


# --- how often and when --------------------------------------------------------------------------------------------


def _count(order: Order) -> int:
    """Doses a day; refused when they are not known, for the whole day at once would be another way of taking it."""
    times = order.times_per_day
    if times is None or not isfinite(times.high) or round(times.high) < 1 or round(times.high) != times.high:
        raise InputRefused(
            f"how many times a day it is taken is not known ('{order.sig or order.text}').", where=name_of(order),
            next_step="Write it as '1 mg twice daily'.",
        )  # fmt: skip
    return min(round(times.high), _MOST_A_DAY)


def _hours(order: Order, count: int) -> tuple[float, ...]:
    """Evenly spaced when the directions name the hours between doses, else the usual hours of so many doses."""
    every = read_directions(order.sig).every_hours if order.sig else None
    if every is not None and every.certain and every.high * count == _DAY_H:
        return tuple(sorted((_FIRST_H + every.high * place) % _DAY_H for place in range(count)))
    return clock_times(count)


def _shared(
    order: Order, ug_per_day: int, at: Sequence[tuple[float, Fraction]], said: bool
) -> tuple[Intake, ...]:  # fmt: skip
    whole = sum(weight for _, weight in at)
    found = []
    for hour, weight in at:
        amount = Fraction(ug_per_day) * weight / whole
        if amount.denominator != 1:
            raise InputRefused(
                f"{mg_words(ug_per_day)} mg in {len(at)} doses a day gives doses that are no whole micrograms.",
                where=name_of(order), next_step="Write each dose, such as '0.5 mg in the morning and 1 mg at night'.",
            )  # fmt: skip
        found.append(Intake(hour, int(amount), said))
    return tuple(sorted(found, key=lambda intake: intake.at_h))


def _clock(hours: Sequence[float]) -> str:
    return ", ".join(f"{int(hour):02d}:{round(hour % 1 * 60):02d}" for hour in hours)


# --- directions that name times of day -----------------------------------------------------------------------------


def _named(sig: str) -> list[tuple[float, Fraction]]:
    """Hour and weight of every named time in the directions; nothing when any of them is not understood."""
    found: list[tuple[float, Fraction]] = []
    units = set()
    for text in sig.split("; "):
        pieces, leftover = pieces_of(text)
        rows = [] if leftover else _rows(pieces)
        if not rows:
            return []
        found += rows
        units |= {piece.unit for piece in pieces if piece.what == "amount"}
    return found if len(units) <= 1 else []


def _rows(pieces: Sequence[Piece]) -> list[tuple[float, Fraction]]:
    dashes = [piece for piece in pieces if piece.what == "dashes"]
    if dashes:
        names = _DASHES.get(len(dashes[0].parts), ()) if len(dashes) == 1 else ()
        return [(_HOURS[name], Fraction(part)) for name, part in zip(names, dashes[0].parts, strict=False) if part]
    relevant = [piece for piece in pieces if piece.what in ("amount", "slot", "pattern_slot")]
    amounts = [piece for piece in relevant if piece.what == "amount"]
    if len(amounts) <= 1:
        weight = Fraction(1) if not amounts else Fraction(amounts[0].range[1])
        return [(hour, weight) for piece in relevant if piece.what != "amount" for hour in _hours_of(piece)]
    # '1 mg in the morning and 2 mg at night', or the same with the times before the amounts.
    ordered = relevant if relevant[0].what == "amount" else relevant[::-1]
    rows, weight = [], Fraction(0)
    for piece in ordered:
        if piece.what == "amount":
            weight = Fraction(piece.range[1])
        else:
            rows += [(hour, weight) for hour in _hours_of(piece)]
    return rows


def _hours_of(piece: Piece) -> tuple[float, ...]:
    if piece.unit == "meals":
        return tuple(_HOURS[name] for name in _MEALS)
    if piece.unit in _HOURS:
        return (_HOURS[piece.unit],)
    clock = (piece.unit or "").removeprefix("clock ")
    return (int(clock) / 60.0,) if clock.isdigit() else ()
