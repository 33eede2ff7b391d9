"""Reads how a published interaction study was done: how much of the perpetrator, how often, how long, victim when.

What is not said is taken from the perpetrator's reference regimen, and said so in `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benzosafe.accuracy.fields import regimen_in, text_in, victim_at_h_in, within

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"(?P<unit>mg/kg|mg|g|ug|µg|mcg|ml)"
_AMOUNT = re.compile(
    rf"{_NUMBER}(?:\s*(?:/|-|to)\s*{_NUMBER})?\s*{_UNIT}(?![a-z/]*kg)(?P<per_day>\s*/\s*d(?:ay)?\b)?", re.IGNORECASE
)
_PER_DAY = (
    (re.compile(r"\b(qid|four times)\b|q6h", re.IGNORECASE), 4),
    (re.compile(r"\b(tid|three times)\b|q8h", re.IGNORECASE), 3),
    (re.compile(r"\b(bid|bd|twice)\b|q12h", re.IGNORECASE), 2),
    (re.compile(r"\b(od|qd|once daily|daily|nocte|qhs)\b|/\s*d\b", re.IGNORECASE), 1),
)
_DAYS = re.compile(rf"(?<![\d.])(?:{_NUMBER}\s*-\s*)?{_NUMBER}\s*(d|days?|wk|weeks?|mo|months?)\b", re.IGNORECASE)
_SINGLE = re.compile(r"\bsd\b|\bsingle\b|\bacute\b", re.IGNORECASE)
_THEN = re.compile(
    rf"(\d+)\s+doses\s+of\s+{_NUMBER}\s*mg|{_NUMBER}\s*mg\s+po\s+once\s+daily\s+\((\d+)\s+doses\)", re.IGNORECASE
)
_OF_AMOUNT = re.compile(rf"(\d+)(?:st|nd|rd|th)\s+{_NUMBER}\s*mg", re.IGNORECASE)
_PARTS = re.compile(rf"\({_NUMBER}\s*mg\):\s*(?:MD\s+)?(qid|tid|bid|od)", re.IGNORECASE)
_AT = re.compile(rf"dose\s+at\s+{_NUMBER}\s*h|{_NUMBER}\s*hours?\s+after\s+study\s+start", re.IGNORECASE)
_COUNT = re.compile(rf"\bx{_NUMBER}\s+over\s+{_NUMBER}\s*h", re.IGNORECASE)
_BY_DAY = re.compile(
    rf"{_NUMBER}\s*mg(?:\s+(?P<freq>qid|tid|bid|od|qd))?\s+d(?:ay)?\s*(\d+)(?:\s*-\s*(\d+))?", re.IGNORECASE
)
_AFTER = re.compile(
    rf"{_NUMBER}\s*(h|hours?|days?|weeks?|min)\s+(after|before)\b\s*(?:the\s+)?(?:day\s+\d+\s+)?(?:(\d+)(?:st|nd|rd|th)|(last|first))?",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"(?:simultaneous(?:ly)?|together|concomitantly)\s+with\s+(?:the\s+)?(?:(\d+)(?:st|nd|rd|th))?", re.IGNORECASE
)
_DOSES = re.compile(r"\((\d+)\s+doses", re.IGNORECASE)
_HOURS = {"h": 1.0, "hour": 1.0, "day": 24.0, "week": 168.0, "min": 1.0 / 60.0}
_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "µg": 0.001, "mcg": 0.001, "ml": 1.0, "mg/kg": 70.0}

_CHRONIC_DAYS = 21
_USUAL_DAYS = 14
_AFTER_LAST_DOSE_DAYS = 28  # a course goes on while the victim is followed, unless the study says it ended
_USUAL_GAP_H = 1.0


@dataclass(frozen=True)
class Design:
    """Dose times [h] and amounts [mg; None: the reference dose], and when the victim is given [h]."""

    times_h: tuple[float, ...]
    amounts_mg: tuple[float | None, ...]
    doses_per_day: int | None
    victim_at_h: float
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Course:
    doses: tuple[tuple[float, float | None], ...]
    per_day: int | None
    assumed: tuple[str, ...]


def read_design(row: Mapping[str, Any]) -> Design:
    """The design of a row: its `regimen`, else what `perpetrator_dose`, `design` and `benchmark_note` say."""
    if row.get("regimen") is not None:
        return _stated(row)
    dose, words, note = (text_in(row, field) for field in ("perpetrator_dose", "design", "benchmark_note"))
    if not _AMOUNT.search(dose) and _AMOUNT.search(str(row.get("perpetrator") or "")):
        dose = f"{row['perpetrator']} {dose}"
    course = _course(dose, words)
    victim, ended = _victim_time(course, dose, words, note)
    within("design", victim / 24.0)
    doses = course.doses if ended else _continued(course)
    return Design(
        tuple(time for time, _ in doses), tuple(mg for _, mg in doses), course.per_day, max(victim, 0.0), course.assumed
    )


def _stated(row: Mapping[str, Any]) -> Design:
    """From `regimen` ([mg or null, how many doses, hours between], ...), `victim_at_h` and `goes_on`."""
    doses: list[tuple[float, float | None]] = []
    at, every_h = 0.0, 24.0
    for mg, count, every_h in regimen_in(row):
        for _ in range(count):
            doses.append((at, mg))
            at += every_h
    per_day = max(1, round(24.0 / every_h))
    said = row.get("assumed")
    course = _Course(tuple(doses), per_day, tuple(map(str, said)) if isinstance(said, list) else ())
    if row.get("goes_on"):
        doses = list(_continued(course))
    return Design(
        tuple(time for time, _ in doses),
        tuple(mg for _, mg in doses),
        per_day,
        victim_at_h_in(row),
        course.assumed,
    )


def _course(dose: str, words: str) -> _Course:
    assumed: list[str] = []
    sequence = _sequence(words)
    if len(sequence) > 1:
        return _Course(tuple((24.0 * day, mg) for day, mg in enumerate(sequence)), 1, ())
    by_day = list(_BY_DAY.finditer(dose))
    if by_day:
        return _stepped(by_day)
    amounts = _amounts(dose.split(" + ", maxsplit=1)[0]) or _amounts(words.split(";", maxsplit=1)[0])
    if not amounts:
        assumed.append("dose not stated: the usual daily dose is assumed")
    counted = _COUNT.search(dose)
    if counted:
        number, over = int(float(counted[1])), float(counted[2])
        within("perpetrator_dose", over / 24.0, number)
        spaced = over / max(number - 1, 1)
        return _Course(tuple((place * spaced, amounts[-1] if amounts else None) for place in range(number)), 2, ())
    if _SINGLE.search(dose) and not re.search(r"\band\b", dose):
        return _Course(((0.0, amounts[0] if amounts else None),), 1, tuple(assumed))
    per_day = _per_day(_often_in(words) or dose, assumed)
    days = _days(dose, words, per_day, assumed)
    within("perpetrator_dose", days)
    parts = _PARTS.findall(dose)
    if parts:  # '(200mg): TID; (400mg): OD': as many equal doses as there are intakes
        intakes = [_per_day(often, []) for _, often in parts]
        per_day = sum(intakes)
        amounts = [sum(float(mg) * n for (mg, _), n in zip(parts, intakes, strict=True)) / per_day]
    total = re.search(r"/\s*d\b", dose) is not None and per_day > 1
    step = 24.0 / per_day
    doses = []
    for place in range(max(1, round(days * per_day))):
        mg = _nth(amounts, place, per_day, dose)
        doses.append((place * step, mg / per_day if total and mg else mg))
    return _Course(tuple(doses), per_day, tuple(assumed))


def _sequence(words: str) -> list[float]:
    """Daily amounts [mg] of a design that gives one dose for some days, then another."""
    found: list[float] = []
    for match in _THEN.finditer(words.split(";", maxsplit=1)[0]):
        count, mg = (match[1], match[2]) if match[1] else (match[4], match[3])
        within("design", float(count))
        found += [float(mg)] * int(count)
    return found if len(set(found)) > 1 else []


def _amounts(text: str) -> list[float]:
    """Amounts [mg] in the order written; a range gives its middle when joined by '-', both when joined by '/'."""
    found: list[float] = []
    for match in _AMOUNT.finditer(text):
        scale = _MG[match["unit"].lower()]
        if "hyperforin" in text.lower():
            scale *= _EXTRACT_PER_HYPERFORIN
        first, second = float(match[1]), match[2]
        if second is None:
            found.append(first * scale)
        elif "/" in match[0][: match[0].lower().index(match["unit"].lower())]:
            found += [first * scale, float(second) * scale]
        else:
            found.append((first + float(second)) / 2.0 * scale)
    then = re.match(rf"first\s+{_NUMBER},\s*then\s+{_NUMBER}\s*mg", text, re.IGNORECASE)
    return [float(then[1]), float(then[2])] if then else found


# mg of St John's wort extract for each mg of hyperforin: see the note in its potency file.
_EXTRACT_PER_HYPERFORIN = 30.0


def _nth(amounts: list[float], place: int, per_day: int, dose: str) -> float | None:
    """The amount of the n-th dose: a first (loading) amount, then the second; 'first A, then B' by its days."""
    if not amounts:
        return None
    if len(amounts) == 1:
        return amounts[0]
    until = re.search(rf"day\s*1\s*-\s*{_NUMBER}", dose) or re.search(rf"\(?{_NUMBER}\s+days?\s+[\d.]+\s*mg", dose)
    first_days = int(float(until[1])) if until else 1
    return amounts[0] if place < first_days * per_day else amounts[1]


def _often_in(words: str) -> str:
    """The design's own words on how often, when its first clause has some."""
    clause = words.split(";", maxsplit=1)[0]
    return clause if any(pattern.search(clause) for pattern, _ in _PER_DAY) and not _PARTS.search(words) else ""


def _per_day(dose: str, assumed: list[str]) -> int:
    for pattern, number in _PER_DAY:
        if pattern.search(dose):
            return number
    assumed.append("how often is not stated: once a day is assumed")
    return 1


def _days(dose: str, words: str, per_day: int, assumed: list[str]) -> float:
    lengths = [float(m[2]) * {"d": 1, "w": 7, "m": 30}[m[3][0].lower()] for m in _DAYS.finditer(dose)]
    total = sum(lengths) if re.match(r"first\s", dose, re.IGNORECASE) else max(lengths, default=0.0)
    counted = _DOSES.search(words)
    if counted and not re.match(r"first\s", dose, re.IGNORECASE):
        return max(int(counted[1]) / per_day, total)
    if total:
        return total
    if "chronic" in dose.lower():
        return _CHRONIC_DAYS
    assumed.append(f"how long is not stated: {_USUAL_DAYS} days are assumed")
    return _USUAL_DAYS


def _stepped(matches: list[re.Match[str]]) -> _Course:
    """'125 mg d1, 80 mg d2-5'."""
    doses: list[tuple[float, float | None]] = []
    most = 1
    for match in matches:
        per_day = next((n for pattern, n in _PER_DAY if match["freq"] and pattern.search(match["freq"])), 1)
        most = max(most, per_day)
        first, last = int(match[3]), int(match[4] or match[3])
        within("perpetrator_dose", last)
        for day in range(first, last + 1):
            doses += [(24.0 * (day - 1) + part * 24.0 / per_day, float(match[1])) for part in range(per_day)]
    return _Course(tuple(doses), most, ())


def _victim_time(course: _Course, dose: str, words: str, note: str) -> tuple[float, bool]:
    """When the victim is given [h], and whether the course had ended by then."""
    times = [time for time, _ in course.doses]
    text = words.rsplit("; ", maxsplit=1)[-1] if ";" in words else words
    stop = re.search(rf"{_NUMBER}\s*days?\s+after\s+(?:stop|last|the\s+last)", note, re.IGNORECASE)
    if stop:  # the deck's own reading of when the victim was given goes before the design's words
        return times[-1] + 24.0 * float(stop[1]), True
    day = re.search(rf"\bday\s+{_NUMBER}", note, re.IGNORECASE)
    if day:
        return 24.0 * (float(day[1]) - 1.0) + _USUAL_GAP_H, False
    for place in (text, note, dose):
        offset = _after(place, times, course)
        if offset is not None:
            return offset
    if len(times) == 1:
        return _USUAL_GAP_H, False
    return times[-1] + _USUAL_GAP_H, False


def _after(text: str, times: list[float], course: _Course) -> tuple[float, bool] | None:
    """When the victim is given, from words such as '2 h after the 4th dose'; None when there are none."""
    at = _AT.search(text)
    if at:
        return float(at[1] or at[2]), False
    together = _WITH.search(text)
    if together:
        number = int(together[1]) if together[1] else len(times)
        return times[min(number, len(times)) - 1], together[1] is not None or len(times) == 1
    match = _AFTER.search(text)
    return (_anchor_dose(text, match, times, course) + float(match[1]) * _hours(match[2]), True) if match else None


def _anchor_dose(text: str, match: re.Match[str], times: list[float], course: _Course) -> float:
    """The time of the dose an offset is counted from [h]; 'before' means the perpetrator came first."""
    amount = _OF_AMOUNT.search(text)
    own = [time for time, mg in course.doses if amount and mg == float(amount[2])]
    if amount and own:
        return own[min(int(amount[1]), len(own)) - 1]
    overall = re.search(r"(\d+)(?:st|nd|rd|th)\s+overall", text)
    number = int(overall[1]) if overall else int(match[4]) if match[4] else len(times)
    if (match[5] or "").lower() == "first":
        number = 1
    return times[min(number, len(times)) - 1]


def _hours(unit: str) -> float:
    return _HOURS[unit.lower().rstrip("s")]


def _continued(course: _Course) -> tuple[tuple[float, float | None], ...]:
    """The course carried on at its last dose while the victim is followed; a single dose stays single."""
    if len(course.doses) == 1 or course.per_day is None:
        return course.doses
    step, (last, mg) = 24.0 / course.per_day, course.doses[-1]
    more = int(_AFTER_LAST_DOSE_DAYS * course.per_day)
    within("regimen", 0.0, more)
    return (*course.doses, *((last + step * (place + 1), mg) for place in range(more)))
