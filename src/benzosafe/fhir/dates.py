"""FHIR dates, which may be a year, a month, a day or an instant."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year"]

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ]\d{2}:?\d{2}.*)?)?)?")
# JUDGEMENT: record systems write these years for 'since ever' and 'without end'; neither is a real date.
_FIRST_REAL_YEAR, _LAST_REAL_YEAR = 1850, 2999


@dataclass(frozen=True)
class PartialDate:
    """The first and the last day a written date may stand for; an instant counts as its day as written."""

    first: date
    last: date
    precision: Precision

    @property
    def stands_for_no_date(self) -> bool:
        """Whether it is a filler such as 0001-01-01 or 9999-12-31."""
        return not _FIRST_REAL_YEAR <= self.first.year <= _LAST_REAL_YEAR


def read_date(text: str) -> PartialDate | None:
    """The date written, or None when it is not a FHIR date."""
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            exact = date(year, month, day)
            return PartialDate(exact, exact, "day")
        if month:
            return PartialDate(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month")
        return PartialDate(date(year, 1, 1), date(year, 12, 31), "year")
    except ValueError:
        return None
