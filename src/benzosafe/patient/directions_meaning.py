"""The pieces of one set of directions put together; a contradiction makes them not understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from benzosafe.patient.directions import Directions
from benzosafe.patient.directions_limits import ONE, Total, limit
from benzosafe.patient.directions_phrases import pieces_of
from benzosafe.patient.directions_pieces import DAYS_A_WEEK, HOURS_A_DAY, MEALS_A_DAY, Piece, Range, scaled
from benzosafe.patient.directions_reading import reading_of
from benzosafe.patient.directions_totals import NotUnderstood, Segment, divided_total, plain_total
from benzosafe.patient.tables import Bounds

GIVEN_BY_OTHERS = ("injection", "intramuscular", "nasal", "rectal", "buccal")
TIMING = ("rate", "hours", "slot", "pattern_slot")


def meaning_of(text: str) -> Directions:
    """Reads the text; contradictions and leftovers give understood=False with the reason."""
    pieces, leftover = pieces_of(text)
    if leftover or not pieces:
        words = ", ".join(f"'{word}'" for word in leftover) or "nothing to read"
        return Directions(text, reading=f"not understood: {words}", leftover=leftover)
    try:
        return _assemble(text, pieces)
    except NotUnderstood as fault:
        return Directions(text, reading=f"not understood: {fault}")


def _assemble(text: str, pieces: Sequence[Piece]) -> Directions:
    pieces = _said_once(pieces)
    days = _days_per_week(pieces)
    segments = _segments(pieces)
    for segment in segments:
        segment.times = _times(segment, days is not None or bool(_of(pieces, "once", "occasion")))
    _check(segments, pieces, days)
    total = plain_total(segments) if not _of(pieces, "total", "divided") else divided_total(segments, pieces)
    if days is not None:
        total.share(scaled(days, 1 / DAYS_A_WEEK))
    try:
        limit(total, pieces)
    except ValueError as fault:
        raise NotUnderstood(str(fault)) from None
    read = _directions(text, pieces, total)
    read = replace(read, days_per_week=_week(days, total, read))
    return replace(read, reading=reading_of(read, total.notes))


def _said_once(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """What a bare 'once' means here: nightly beside 'at bedtime', one injection beside 'IM', else it is open."""
    if not _of(pieces, "bare_once"):
        return pieces
    rest = [piece for piece in pieces if piece.what != "bare_once"]
    if _of(rest, "slot"):
        return [*rest, Piece("rate")]
    if _of(rest, "prn", "purpose_prn", "occasion", "once"):
        return rest
    if any(piece.unit in GIVEN_BY_OTHERS for piece in _of(rest, "route")):
        return [*rest, Piece("once")]
    raise NotUnderstood("'once' without saying whether that is once a day")


def _directions(text: str, pieces: Sequence[Piece], total: Total) -> Directions:
    once = bool(_of(pieces, "once"))
    also = next((p.also for p in pieces if p.also), None)
    return Directions(
        text=text,
        understood=True,
        dose=bounds(total.dose),
        dose_unit=total.unit,
        also=bounds(also[0]) if also else None,
        also_unit=also[1] if also else None,
        times_per_day=bounds(total.times),
        every_hours=bounds(_one(pieces, "hours", "the number of hours")),
        amount_per_day=bounds(total.per_day),
        prn=total.prn,
        max_per_day=float(total.cap[0]) if total.cap else None,
        max_per_day_unit=total.cap[1] if total.cap else None,
        duration_days=Bounds(1, 1) if once else bounds(_one(pieces, "duration", "how long")),
        route=_route(pieces),
        purpose="; ".join(p.words for p in _of(pieces, "purpose", "purpose_prn")),
        is_daily_total=bool(_of(pieces, "total", "divided")),
        once=once or bool(_of(pieces, "occasion")),
    )


def bounds(numbers: Range | None) -> Bounds | None:
    """Decimal limits as the floats the tables hold."""
    return None if numbers is None else Bounds(round(float(numbers[0]), 6), round(float(numbers[1]), 6))


def _of(pieces: Iterable[Piece], *whats: str) -> list[Piece]:
    return [piece for piece in pieces if piece.what in whats]


def _one(pieces: Sequence[Piece], what: str, label: str) -> Range | None:
    """The single value of its kind; two different ones contradict each other."""
    found = {piece.range for piece in _of(pieces, what)}
    if len(found) > 1:
        raise NotUnderstood(f"{label} is said twice, differently")
    return found.pop() if found else None


def _route(pieces: Sequence[Piece]) -> str | None:
    found = {piece.unit for piece in _of(pieces, "route")}
    if len(found) > 1:
        raise NotUnderstood("two routes")
    return found.pop() if found else None


# --- which amount goes with which time -----------------------------------------------------------------------


def _segments(pieces: Sequence[Piece]) -> list[Segment]:
    relevant = _of(pieces, "amount", "dashes", *TIMING)
    amounts = _of(relevant, "amount")
    dashes = _of(relevant, "dashes")
    if dashes:
        return [_dash_segment(dashes, amounts, _of(relevant, *TIMING))]
    if len(amounts) <= 1:
        return [Segment(amounts[0] if amounts else None, _of(relevant, *TIMING))]
    return _several(relevant, amount_first=relevant[0].what == "amount")


def _several(relevant: Sequence[Piece], amount_first: bool) -> list[Segment]:
    """'1 mg in the morning and 2 mg at night', or with the times before the amounts."""
    segments: list[Segment] = []
    for piece in relevant:
        is_amount = piece.what == "amount"
        if is_amount == amount_first and (not segments or segments[-1].amount or is_amount):
            segments.append(Segment())
        if is_amount and segments[-1].amount:
            raise NotUnderstood("it is not clear when each dose is taken")
        if is_amount:
            segments[-1].amount = piece
        else:
            segments[-1].timing.append(piece)
    if any(not segment.amount or not segment.timing for segment in segments):
        raise NotUnderstood("it is not clear when each dose is taken")
    return segments


def _dash_segment(dashes: list[Piece], amounts: list[Piece], timing: list[Piece]) -> Segment:
    """1-0-1 alone, '1-0-1 daily', or '0.5 mg 1-0-1' (that many of 0.5 mg)."""
    parts = [part for part in dashes[0].parts if part]
    daily = all(piece.what == "rate" and piece.range in (ONE, (len(parts), len(parts))) for piece in timing)
    if len(dashes) > 1 or len(amounts) > 1 or not daily:
        raise NotUnderstood("a pattern like 1-0-1 together with other times")
    factor, unit, is_mass = ONE, dashes[0].unit, dashes[0].is_mass
    if amounts:
        if unit or not amounts[0].is_mass:
            raise NotUnderstood("a pattern like 1-0-1 together with an amount")
        factor, unit, is_mass = amounts[0].range, amounts[0].unit, True
    sizes = (min(parts) * factor[0], max(parts) * factor[1])
    whole = (sum(parts) * factor[0], sum(parts) * factor[1])
    return Segment(Piece("dashes", sizes, unit, parts=whole, is_mass=is_mass), timing, _count(len(parts)))


def _count(number: int) -> Range:
    return Decimal(number), Decimal(number)


# --- how often -------------------------------------------------------------------------------------------------


def _times(segment: Segment, pattern_known: bool) -> Range | None:
    """Doses a day of one segment; a rate and named times of day must agree."""
    if segment.times is not None:
        return segment.times
    rates = {_rate(piece) for piece in _of(segment.timing, "rate", "hours")}
    if len(rates) > 1:
        raise NotUnderstood("two different frequencies")
    rate = rates.pop() if rates else None
    slots = _of(segment.timing, "slot", "pattern_slot")
    if not slots:
        return rate or (ONE if pattern_known else None)
    named, meals = _occasions(slots), any(piece.unit == "meals" for piece in slots)
    everything = _count(named + (MEALS_A_DAY if meals else 0))
    if rate is None or rate == everything:
        return everything
    if meals and (not named or rate == _count(named)):
        return rate  # 'twice daily with meals': meals only say how
    raise NotUnderstood("the frequency and the times of day do not agree")


def _rate(piece: Piece) -> Range:
    if piece.what == "rate":
        return piece.range
    return HOURS_A_DAY / piece.range[1], HOURS_A_DAY / piece.range[0]


def _occasions(slots: Sequence[Piece]) -> int:
    """How many occasions the named times are; 'in the evening at bedtime' is one, 'evening and bedtime' two."""
    found: list[str] = []
    for slot in slots:
        name = slot.unit or ""
        if name == "meals" or name in found:
            continue
        if found and not slot.joined and _same_occasion(found[-1], name):
            continue
        found.append(name)
    return len(found)


def _same_occasion(first: str, second: str) -> bool:
    clocks = first.startswith("clock"), second.startswith("clock")
    return {first, second} == {"evening", "night"} or clocks[0] != clocks[1]


def _days_per_week(pieces: Sequence[Piece]) -> Range | None:
    """Days of a week with a dose; None when nothing is said about days."""
    found = {piece.range for piece in _of(pieces, "pattern", "pattern_slot")}
    weekdays = {day for piece in _of(pieces, "weekdays") for day in piece.parts}
    if weekdays:
        found.add(_count(len(weekdays)))
    if len(found) > 1:
        raise NotUnderstood("two different patterns of days")
    days = found.pop() if found else None
    if days and days[1] > DAYS_A_WEEK:
        raise NotUnderstood("more than seven days a week")
    return days


def _week(days: Range | None, total: Total, read: Directions) -> float | None:
    if days is not None:
        return float(days[1])
    if read.prn or read.once or total.times is None:
        return None
    return float(min(DAYS_A_WEEK, DAYS_A_WEEK * total.times[1]))


def _check_restated(bare: Segment, slots: Sequence[Segment]) -> None:
    """'4 mg daily (2 mg am, 2 mg pm)': the parts may be the whole said again, or come on top of it."""
    whole = plain_total([bare]).per_day
    parts = plain_total(slots).per_day
    if whole is not None and whole == parts:
        raise NotUnderstood("the parts come to the whole, so one may repeat the other")


def _check(segments: Sequence[Segment], pieces: Sequence[Piece], days: Range | None) -> None:
    """Combinations that people read in more than one way."""
    if len(segments) > 1 and (days is not None or _of(pieces, "once", "occasion", "repeat", "total", "divided")):
        raise NotUnderstood("it is not clear to which of the doses this belongs")
    if _of(pieces, "once", "occasion") and any(_of(segment.timing, "rate", "hours") for segment in segments):
        raise NotUnderstood("a single dose and a frequency")
    slots = [slot.unit for segment in segments for slot in _of(segment.timing, "slot")]
    bare = [segment for segment in segments if not _of(segment.timing, "slot", "pattern_slot")]
    if len(segments) > 1 and (len(bare) > 1 or len(set(slots)) < len(slots)):
        raise NotUnderstood("the same time is given two doses")
    if len(segments) > 1 and bare and bare[0].times == ONE:
        _check_restated(bare[0], [segment for segment in segments if segment is not bare[0]])
    if len(_of(pieces, "total")) > 1 or len(_of(pieces, "divided")) > 1:
        raise NotUnderstood("two daily totals")
