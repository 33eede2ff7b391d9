"""As needed, 'may repeat' and 'at most': how they widen or narrow the dose a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from benzosafe.patient.directions_pieces import Piece, Range

ONE: Range = (Decimal(1), Decimal(1))


@dataclass
class Total:
    """What one day comes to: single dose, doses a day, amount a day, and the ceiling if one is stated."""

    dose: Range | None
    unit: str | None
    times: Range | None
    per_day: Range | None
    is_mass: bool = False
    prn: bool = False
    cap: tuple[Decimal, str | None] | None = None
    notes: list[str] = field(default_factory=list)

    def share(self, part: Range) -> None:
        """Averages doses and amounts over the days of a pattern (every other day: a half)."""
        self.times = self.times and (self.times[0] * part[0], self.times[1] * part[1])
        self.per_day = self.per_day and (self.per_day[0] * part[0], self.per_day[1] * part[1])


def limit(total: Total, pieces: Sequence[Piece]) -> None:
    """Applies 'as needed', 'may repeat' and every ceiling; a contradiction raises ValueError."""
    total.prn = any(piece.what in ("prn", "purpose_prn") for piece in pieces)
    for piece in pieces:
        if piece.what == "repeat":
            _repeat(total, piece)
    if total.prn:
        total.times = total.times and (Decimal(0), total.times[1])
        total.per_day = total.per_day and (Decimal(0), total.per_day[1])
    for piece in pieces:
        if piece.what in LIMITS:
            LIMITS[piece.what](total, piece)


def _repeat(total: Total, piece: Piece) -> None:
    if total.times != ONE or total.dose is None:
        raise ValueError("'may repeat' without a single dose a day")
    total.times = (Decimal(1), 1 + piece.range[1])
    total.per_day = (total.dose[0], total.dose[1] * total.times[1])


def _cap_times(total: Total, piece: Piece) -> None:
    most = piece.range[1]
    softened = total.prn or piece.words == "up to" or total.times is None
    if total.times is not None and total.times[0] > most and not softened:
        raise ValueError("more doses a day than the stated maximum")
    low = Decimal(0) if softened or total.times is None else total.times[0]
    total.times = (low, min(most, total.times[1]) if total.times else most)
    if total.dose is not None:
        high = total.dose[1] * total.times[1]
        total.per_day = (low * total.dose[0], min(high, total.per_day[1]) if total.per_day else high)


def _cap_amount(total: Total, piece: Piece) -> None:
    most = piece.range[1]
    if piece.unit is None and total.is_mass:
        raise ValueError("the maximum has no unit")
    if total.unit is None and total.dose is not None and piece.unit is not None and not piece.is_mass:
        total.unit = piece.unit
    unit = piece.unit or total.unit
    total.cap = (most, unit)
    if total.dose is None and total.per_day is None and total.unit is None:
        total.unit = unit
    if unit != total.unit:
        return  # milligrams against tablets: compared once the strength is known
    at_least = Decimal(0) if total.prn or not total.per_day else total.per_day[0]
    if max(at_least, total.dose[0] if total.dose else at_least) > most:
        raise ValueError("a dose above the stated maximum")
    total.per_day = (total.per_day[0], min(most, total.per_day[1])) if total.per_day else (Decimal(0), most)
    if total.dose is not None and total.dose[0] > 0:
        highest = most / total.dose[0]
        total.times = (total.times[0], min(total.times[1], highest)) if total.times else (Decimal(0), highest)


def _cap_without_period(total: Total, piece: Piece) -> None:
    """A ceiling of an unstated period can only lower the dose, so the wider range stays right."""
    if total.per_day is None or (not total.prn and total.per_day[0] > piece.range[1]):
        raise ValueError("a maximum, but not for how long")
    total.notes.append("the stated maximum names no period and was not used")


LIMITS = {
    "cap": _cap_amount,
    "cap_times": _cap_times,
    "cap_times_without_period": _cap_without_period,
    "cap_without_period": _cap_without_period,
}
