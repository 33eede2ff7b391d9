"""Reads what is taken beside: which drug, in which dose and from which day to which."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benzosafe.errors import UsageError
from benzosafe.exposure.plan import Course
from benzosafe.exposure.written import Tell, beside_dose, ingredient
from benzosafe.knowledge.load import Knowledge

_DAYS = re.compile(r"^(?:day|d)?\s*(\d+)\s*-\s*(?:day|d)?\s*(\d+)?$", re.IGNORECASE)
_WHERE = "--with"


def courses(
    texts: Sequence[str], knowledge: Knowledge, drug: str, days: float, tell: Tell
) -> tuple[Course, ...]:  # fmt: skip
    """All courses beside a drug; one drug on the same days twice is refused, as two doses of it would add up."""
    found = [course(text, knowledge, days, tell) for text in texts]
    for place, one in enumerate(found):
        if one.name == drug:
            raise UsageError(f"{drug} is the drug that is simulated.", where=_WHERE, next_step="Raise --dose instead.")
        for text, other in zip(texts[place + 1 :], found[place + 1 :], strict=True):
            if one.name == other.name and _overlap(one, other):
                raise UsageError(
                    f"'{text}': {one.name} is given twice for the same days.", where=_WHERE,
                    next_step=f"Give it once, or on other days: {one.name}:day1-day7 and {one.name}:day8-day14.",
                )  # fmt: skip
    return tuple(found)


def _overlap(one: Course, other: Course) -> bool:
    first, second = sorted((one, other), key=lambda course: course.from_day)
    return first.to_day is None or second.from_day < first.to_day


def course(text: str, knowledge: Knowledge, days: float, tell: Tell) -> Course:
    """'fluconazole:200mg:day10-day24'; dose and days may be left out, an open end means to the end."""
    name, *rest = [part.strip() for part in text.split(":")]
    found = ingredient(name, knowledge, _WHERE, tell)
    spans = [match for part in rest if (match := _DAYS.match(part))]
    doses = [part for part in rest if part and not _DAYS.match(part)]
    if len(spans) > 1 or len(doses) > 1:
        raise UsageError(
            f"'{text}' has two doses or two spans of days.", where=_WHERE, next_step="Give a second --with for those."
        )
    mg = beside_dose(doses[0], knowledge, found, _WHERE) if doses else None
    first, last = (int(spans[0][1]), int(spans[0][2]) if spans[0][2] else None) if spans else (1, None)
    _check_days(text, first, last, days)
    return Course(found, float(first - 1), float(last) if last is not None else None, mg)


def _check_days(text: str, first: int, last: int | None, days: float) -> None:
    if first < 1:
        raise UsageError(f"'{text}': days are counted from day 1.", where=_WHERE, next_step="Write day1-day14.")
    if last is not None and last < first:
        raise UsageError(
            f"'{text}': it stops (day {last}) before it starts (day {first}).", where=_WHERE,
            next_step="Swap the days.",
        )  # fmt: skip
    if first > days:
        raise UsageError(
            f"'{text}': it starts after the last day ({days:g}).", where=_WHERE, next_step="Raise --days."
        )  # fmt: skip
