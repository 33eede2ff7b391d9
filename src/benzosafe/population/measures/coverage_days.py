"""Days with supply: which days of a year claims of one medicine cover, and on which days several medicines do.

A year is a row of bits, one a day, so that the days with supply of two medicines are the bits that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Claim:
    """One supply handed over: its day in the year (0 is 1 January) and how long it lasts [d]; None is not known."""

    day: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Supply:
    """What the claims of one medicine, or of one class, add up to within the year."""

    dates: int
    """Different days on which it was handed over."""

    first: int | None
    """The first of them; None where there is none."""

    total_days: int
    """Days' supply summed over the dates, of each date the longest; days after the year left out [d]."""

    covered: int
    """The days with supply, as bits."""


NONE = Supply(0, None, 0, 0)


def year_days(year: int) -> int:
    """Days of a calendar year [d]."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def certain(claims: Iterable[Claim], length: int) -> Supply:
    """The least they can be: a claim whose supply is not known counts as a claim and covers no day."""
    return _add_up(((claim.day, claim.days or 0) for claim in claims if claim.day is not None), length)


def possible(claims: Sequence[Claim], length: int) -> Supply:
    """The most they can be: a supply that is not known lasts to the end of the year, a day not known is any day."""
    dated = [(claim.day, length if claim.days is None else claim.days) for claim in claims if claim.day is not None]
    found = _add_up(dated, length)
    undated = len(claims) - len(dated)
    if not undated:
        return found
    return Supply(found.dates + undated, 0, found.total_days + undated * length, _bits(0, length))


def least_and_most(claims: Sequence[Claim], length: int) -> tuple[Supply, Supply]:
    """The certain and the greatest possible supply."""
    least = certain(claims, length)
    is_known = all(claim.day is not None and claim.days is not None for claim in claims)
    return least, least if is_known else possible(claims, length)


def at_least_three(covered: Iterable[int]) -> int:
    """The days on which three or more of these medicines have supply."""
    one = two = three = 0
    for days in covered:
        three |= two & days
        two |= one & days
        one |= days
    return three


def _add_up(supplies: Iterable[tuple[int, int]], length: int) -> Supply:
    longest: dict[int, int] = {}
    for day, days in supplies:
        longest[day] = max(longest.get(day, 0), min(days, length - day))
    covered = 0
    for day, days in longest.items():
        covered |= _bits(day, days)
    return Supply(len(longest), min(longest, default=None), sum(longest.values()), covered)


def _bits(day: int, days: int) -> int:
    return ((1 << days) - 1) << day
