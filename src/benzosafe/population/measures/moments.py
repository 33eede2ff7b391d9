"""Dates as CQL compares them: by calendar day as written, or as instants; a difference below the precision is unknown.

Every question here answers true only where it is certain: what is not known is not met.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from msgspec import Struct

Fields = tuple[int, ...]

_DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?"
)
_DAY_FIELDS = 3
_MINUTE_FIELDS = 5
_DATE_LENGTH = 10


class Moment(Struct, frozen=True, gc=False):
    """A written date or instant: its calendar day as written, and its fields in UTC as far as they were written.

    The last field of an instant is the second with its fraction [microseconds of the minute].
    """

    day: Fields
    fields: Fields

    @property
    def instant(self) -> datetime | None:
        """The instant in UTC; None for a date without a time."""
        if len(self.fields) < _MINUTE_FIELDS:
            return None
        year, month, day, hour, minute, *rest = self.fields
        seconds = timedelta(microseconds=rest[0] if rest else 0)
        return datetime(year, month, day, hour, minute, tzinfo=UTC) + seconds


class Span(Struct, frozen=True, gc=False):
    """From a moment to a moment, both included; None reaches without limit, an end not known answers nothing."""

    start: Moment | None
    end: Moment | None
    end_known: bool = True


def read_moment(text: str | None) -> Moment | None:
    """The moment that a FHIR date, dateTime or instant says; None where it says none."""
    if not text:
        return None
    try:
        if len(text) == _DATE_LENGTH:
            if text[4] == "-" == text[7]:
                on = date.fromisoformat(text)
                day = (on.year, on.month, on.day)
                return Moment(day, day)
        elif _is_common(text):
            at = datetime.fromisoformat(text)
            if at.tzinfo is UTC:
                year, month, number = at.year, at.month, at.day
                fields = (year, month, number, at.hour, at.minute, at.second * 1_000_000 + at.microsecond)
                return Moment((year, month, number), fields)
    except ValueError:
        pass
    return _read_any(text)


def _is_common(text: str) -> bool:
    """Whether its marks are those of an instant in UTC to the second or millisecond; the parser asks for no more."""
    length = len(text)
    if (
        length not in (20, 24, 25, 29)
        or text[10] != "T"
        or not text[4] == "-" == text[7]
        or not text[13] == ":" == text[16]
    ):
        return False
    if length in (20, 24):
        return text[-1] == "Z" and (length == 20 or text[19] == ".")
    return text[-3] == ":" and text[-6] in "+-" and (length == 25 or text[19] == ".")


@lru_cache(maxsize=10_000)
def _read_any(text: str) -> Moment | None:
    """The same in every form, by its parts."""
    match = _DATE_TIME.fullmatch(text.strip())
    if match is None:
        return None
    written = [int(part) for part in match.groups()[:5] if part is not None]
    try:
        # The parts that are not written only stand in while the calendar is asked whether the date exists.
        whole = datetime(*(written + [1, 1, 0, 0][len(written) - 1 :]), tzinfo=_offset(match[8]))  # type: ignore[misc, arg-type]
        if len(written) < _MINUTE_FIELDS:
            return Moment(tuple(written), tuple(written))
        moment = whole + timedelta(seconds=int(match[6] or 0), microseconds=int((match[7] or "0").ljust(6, "0")[:6]))
        if int(match[6] or 0) > 60:
            return None
        return _instant(moment, tuple(written[:_DAY_FIELDS]), seconds=match[6] is not None)
    except (ValueError, OverflowError):
        return None


def _instant(moment: datetime, day: Fields, *, seconds: bool) -> Moment:
    utc = moment.astimezone(UTC)
    fields = (utc.year, utc.month, utc.day, utc.hour, utc.minute)
    return Moment(day, (*fields, utc.second * 1_000_000 + utc.microsecond) if seconds else fields)


def _offset(text: str | None) -> timezone:
    """The offset written; an instant without one is taken as UTC."""
    if not text or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def moment_at(moment: datetime) -> Moment:
    """An instant computed here, as a moment."""
    return _instant(moment, (moment.year, moment.month, moment.day), seconds=True)


def year_span(year: int) -> Span:
    """The measurement period: a calendar year in UTC, to the last millisecond."""
    last = datetime(year, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    return Span(moment_at(datetime(year, 1, 1, tzinfo=UTC)), moment_at(last))


def span_of(start: str | None, end: str | None) -> Span | None:
    """A FHIR Period; None where neither end is a date. A written end that cannot be read is not known."""
    first, last = read_moment(start), read_moment(end)
    if first is None and last is None:
        return None
    return Span(first, last, end_known=last is not None or not end)


def at_or_before(first: Fields, second: Fields) -> bool | None:
    """Whether the first is not later; None where the coarser of the two cannot tell."""
    if len(first) == len(second):
        return first <= second
    shared = min(len(first), len(second))
    if first[:shared] != second[:shared]:
        return first[:shared] < second[:shared]
    return None


def same_day(first: Moment, second: Moment) -> bool:
    """Whether both are written with the same date; dates of different precision are not the same."""
    return first.day == second.day


def during(moment: Moment | None, span: Span | None, *, by_day: bool) -> bool:
    """Whether a moment lies in the span, certainly: by calendar days as written, or as instants."""
    if moment is None or span is None:
        return False
    return _not_later(span.start, moment, by_day) and span.end_known and _not_later(moment, span.end, by_day)


def overlap(first: Span | None, second: Span | None, *, by_day: bool) -> bool:
    """Whether two spans share a day (or an instant), certainly."""
    if first is None or second is None or not (first.end_known and second.end_known):
        return False
    return _not_later(first.start, second.end, by_day) and _not_later(second.start, first.end, by_day)


def inside(inner: Span | None, outer: Span) -> bool:
    """Whether a span begins and ends within another, as instants; one without a start or an end does not."""
    if inner is None or inner.start is None or inner.end is None:
        return False
    return during(inner.start, outer, by_day=False) and during(inner.end, outer, by_day=False)


def _not_later(first: Moment | None, second: Moment | None, by_day: bool) -> bool:
    """Whether the first is certainly not later; None is the beginning of time on the left, its end on the right."""
    if first is None or second is None:
        return True
    return at_or_before(*((first.day, second.day) if by_day else (first.fields, second.fields))) is True


def has_age(birth: Moment | None, on: Moment | None, years: int) -> bool:
    """Whether somebody born then has certainly reached this age on the day [years]."""
    if birth is None or on is None:
        return False
    birthday = (birth.day[0] + years, *birth.day[1:])
    return at_or_before(birthday, on.day) is True


def years_before(moment: Moment, years: int) -> Moment:
    """The same date and time some years earlier; 29 February becomes 28 February where there is none."""

    def earlier(fields: Fields) -> Fields:
        year = fields[0] - years
        if fields[1:3] == (2, 29) and not _is_leap(year):
            return (year, 2, 28, *fields[3:])
        return (year, *fields[1:])

    return Moment(earlier(moment.day), earlier(moment.fields))


def days_after(moment: Moment, days: int) -> Moment | None:
    """The date some days later; None where the day was not written."""
    if len(moment.day) < _DAY_FIELDS:
        return None
    try:
        later = date(*moment.day) + timedelta(days=days)
    except OverflowError:
        return None
    fields = (later.year, later.month, later.day)
    return Moment(fields, fields)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
