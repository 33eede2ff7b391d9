"""From dosage and strength to milligrams: one dose, doses a day, milligrams a day, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from benzosafe.patient.dose_part import DAYS_A_WEEK, ZERO, Part, hull, plain, product_of, structured, tenfold, written
from benzosafe.patient.dose_timing import total
from benzosafe.patient.dose_units import Limits, Product
from benzosafe.patient.tables import Bounds, Tri

__all__ = ["Dosage", "MaxDose", "Product", "WorkedDose", "work_out_dose"]

NOT_STATED = (
    "how much is taken is not stated",
    "how often it is taken is not stated",
    "how often it may be taken is not stated",
)
# Doses that differ by less than one part in a thousand are the same dose, rounded.
SAME = Decimal("0.001")


@dataclass(frozen=True)
class MaxDose:
    """A ceiling on what may be taken: `amount` of `unit` in `per` x `per_unit` (FHIR maxDosePerPeriod)."""

    amount: float
    unit: str = ""
    per: float = 1
    per_unit: str = "d"


@dataclass(frozen=True)
class Dosage:
    """One structured dosage (FHIR Dosage) in plain values; None and "" mean not stated.

    `unit` is a UCUM code or a word; `period_unit` is s, min, h, d, wk, mo or a; `days_of_week` are mon..sun;
    `times_of_day` are HH:MM[:SS]; `when` are FHIR event codes (HS, MORN, ACM ...); `timing_code` is BID, TID, Q4H ...;
    dosages with different `sequence` follow one another, those with the same (or none) are taken together.
    """

    amount_low: float | None = None
    amount_high: float | None = None
    unit: str = ""
    frequency_low: float | None = None
    frequency_high: float | None = None
    period_low: float | None = None
    period_high: float | None = None
    period_unit: str = ""
    days_of_week: tuple[str, ...] = ()
    times_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    timing_code: str = ""
    as_needed: Tri = None
    max_doses: tuple[MaxDose, ...] = ()
    bounds_days: float | None = None
    route: str | None = None
    sequence: int | None = None
    text: str = ""


@dataclass(frozen=True)
class WorkedDose:
    """The dose worked out [mg], how it was read, and every conflict and problem met on the way."""

    dose_mg_single: Bounds | None = None
    times_per_day: Bounds | None = None
    dose_mg_per_day: Bounds | None = None
    days_per_week: float | None = None
    prn: Tri = None
    duration_days: float | None = None
    route: str | None = None
    purpose: str = ""
    sig: str = ""
    sig_reading: str = ""
    conflicts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def work_out_dose(dosages: Sequence[Dosage], product: Product, *, directions: str = "") -> WorkedDose:
    """Milligrams a dose and a day [mg, mg/d]: structured dosage first, else the text; both kept where they differ."""
    return _worked_out(tuple(dosages), product, directions)


@lru_cache(maxsize=20_000)  # a population has the same directions again and again
def _worked_out(dosages: tuple[Dosage, ...], product: Product, directions: str) -> WorkedDose:
    distinct = list(dict.fromkeys(dosages))
    texts = [dosage.text or (directions if len(distinct) == 1 else "") for dosage in distinct]
    parts = [_merge(structured(d, product), written(t, product), t) for d, t in zip(distinct, texts, strict=True)]
    part = _together(parts, distinct) if parts else Part()
    if directions and len(distinct) != 1:
        part = _merge(part, written(directions, product), directions)
        texts.append(directions)
    sig = "; ".join(dict.fromkeys(text for text in texts if text))
    return _result(_limited(part), product, sig)


def _result(part: Part, product: Product, sig: str) -> WorkedDose:
    problems = list(part.problems)
    stated = part.prn is not None or part.prn_disputed or part.often_doubtful or part.times is None or part.unread
    if product.strength_mg is not None and product.strength_mg <= 0:
        problems.append(f"a strength of {product.strength_mg:g} mg is not above zero and was not used")
    if part.unread and (part.per_day is None or part.single is None):
        problems.append(part.unread)
    if part.per_day is None and not problems and part.single is None:
        problems.append(NOT_STATED[0])
    elif part.per_day is None and not problems:
        problems.append(NOT_STATED[2] if part.prn else NOT_STATED[1])
    words = f"{part.words} = {plain(part.per_day)} mg a day" if part.per_day and part.words else part.words
    return WorkedDose(
        dose_mg_single=_bounds(part.single),
        times_per_day=_bounds(part.times),
        dose_mg_per_day=_bounds(part.per_day),
        days_per_week=part.days_per_week,
        prn=part.prn if stated else False,  # a frequency without 'as needed' is regular use
        duration_days=part.duration_days,
        route=part.route,
        purpose=part.purpose,
        sig=sig or part.words,
        sig_reading="; ".join(text for text in (words, part.unread) if text),
        conflicts=part.conflicts,
        problems=tuple(dict.fromkeys(problems)),
    )


def _bounds(limits: Limits | None) -> Bounds | None:
    return Bounds(round(float(limits[0]), 6), round(float(limits[1]), 6)) if limits else None


# --- structured against written --------------------------------------------------------------------------------


def _merge(first: Part, second: Part, text: str) -> Part:
    """Structured fields first, gaps filled from the text; where both speak and differ, the hull and a conflict."""
    if first.says_nothing or second.says_nothing:
        return _filled(first, second)
    prn, prn_conflict = _as_needed(first, second)
    open_low = prn is not False
    first, second = _limited(first, second.cap), _limited(second, first.cap)
    merged = replace(
        _filled(first, second),
        single=hull(first.single, second.single),
        times=hull(first.times, second.times),
        prn=prn,
        prn_disputed=bool(prn_conflict),
        conflicts=(*first.conflicts, *second.conflicts, *_differences(first, second, text, open_low), *prn_conflict),
        problems=(*first.problems, *second.problems, *_daily_as_single(first, second)),
    )
    a_day = hull(first.per_day, second.per_day) or product_of(merged.single, merged.times)
    return replace(merged, per_day=a_day)


def _filled(first: Part, second: Part) -> Part:
    """Whatever the first does not say, taken from the second."""
    known = {
        name: getattr(second, name)
        for name in ("single", "times", "days_per_week", "prn", "cap", "duration_days", "route")
        if getattr(first, name) is None
    }
    words = first.words if not second.words else f"{first.words}; text: {second.words}" if first.words else second.words
    merged = replace(
        first, **known, words=words, unread=first.unread or second.unread, purpose=first.purpose or second.purpose,
        conflicts=(*first.conflicts, *second.conflicts), problems=(*first.problems, *second.problems),
    )  # fmt: skip
    return replace(merged, per_day=first.per_day or second.per_day or product_of(merged.single, merged.times))


def _as_needed(first: Part, second: Part) -> tuple[Tri, list[str]]:
    if first.prn is False and second.prn:
        return None, ["the structured dosage is not as needed, the text is"]
    return bool(first.prn or second.prn), []


def _same(first: Limits, second: Limits, open_low: bool) -> bool:
    pairs = [(first[1], second[1])] if open_low else list(zip(first, second, strict=True))
    return all(abs(a - b) <= SAME * max(a, b) for a, b in pairs)


def _differences(first: Part, second: Part, text: str, open_low: bool) -> list[str]:
    """Both readings and the dose that follows from each."""
    for label, one, other in (
        ("mg a day", first.per_day, second.per_day),
        ("mg a dose", first.single, second.single),
        ("doses a day", first.times, second.times),
    ):
        if one and other and not _same(one, other, open_low):
            apart = tenfold(one[1], other[1]) if "mg" in label else ""
            return [
                f"structured dosage '{first.words}' gives {plain(one)} {label}, "
                f"the text '{text}' gives {plain(other)} {label}{apart}; both are kept"
            ]
    return []


def _daily_as_single(first: Part, second: Part) -> list[str]:
    """The same number once as one dose and once as the whole day's."""
    for one, other, where in ((first, second, "text"), (second, first, "structured dosage")):
        several = all(part.times is not None and part.times[1] > 1 for part in (one, other))
        if several and one.single and other.per_day and one.single[1] == other.per_day[1]:
            return [f"the single dose {plain(one.single)} mg equals the whole day's dose in the {where}"]
    return []


# --- limits and several dosages --------------------------------------------------------------------------------


def _limited(part: Part, other_cap: Decimal | None = None) -> Part:
    """As needed opens the range to zero; a stated maximum closes it."""
    cap = min((c for c in (part.cap, other_cap) if c is not None), default=None)
    a_day, times = part.per_day, part.times
    if part.prn or part.prn_disputed:
        a_day = (ZERO, a_day[1]) if a_day else None
        times = (ZERO, times[1]) if times else None
    problems = part.problems
    if cap is not None and a_day is not None and a_day[0] > cap:
        problems = (
            *problems,
            f"the dose of {plain(a_day)} mg a day is above its own maximum of {cap.normalize():f} mg",
        )
    elif cap is not None and (a_day is not None or part.prn):
        a_day = (a_day[0], min(a_day[1], cap)) if a_day else (ZERO, cap)
    return replace(part, per_day=a_day, times=times, problems=problems)


def _together(parts: Sequence[Part], dosages: Sequence[Dosage]) -> Part:
    """Dosages taken together are added up; those that follow one another give the range over all of them."""
    if len(parts) == 1:
        return parts[0]
    parts = [_limited(part) for part in parts]
    steps = {dosage.sequence for dosage in dosages if dosage.sequence is not None}
    follow = len(steps) == len(parts)
    same_day = follow and _disjoint(dosages)
    first = parts[0]
    for part in parts[1:]:
        first = _filled(first, part)
    a_day, times = _sum([p.per_day for p in parts]), _sum([p.times for p in parts])
    problems = first.problems
    if follow:
        lows = [p.per_day for p in parts if p.per_day]
        high = a_day[1] if same_day and a_day else max((p[1] for p in lows), default=ZERO)
        a_day = (min(p[0] for p in lows), high) if len(lows) == len(parts) else None
        times = _hulls([p.times for p in parts])
        problems = (*problems, f"{len(parts)} dosages follow one another; the range covers all of them")
    return replace(
        first, single=_hulls([p.single for p in parts]), times=times, per_day=a_day, cap=None, problems=problems,
        prn=_common([p.prn for p in parts]), days_per_week=_most_days(parts),
        often_doubtful=any(p.often_doubtful for p in parts),
        words=("; then " if follow else "; and ").join(p.words for p in parts if p.words),
    )  # fmt: skip


def _most_days(parts: Sequence[Part]) -> float | None:
    """Days a week of the dosage taken most often; None (open) where a doubtful one may be taken more often."""
    most = max(p.days_per_week or 0 for p in parts)
    return None if not most or (most < DAYS_A_WEEK and any(p.often_doubtful for p in parts)) else most


def _disjoint(dosages: Sequence[Dosage]) -> bool:
    """Whether the dosages name different times of the day, so that all may be meant for one day."""
    named = [set(dosage.when) | set(dosage.times_of_day) for dosage in dosages]
    return all(named) and sum(len(n) for n in named) == len(set().union(*named))


def _sum(parts: Sequence[Limits | None]) -> Limits | None:
    known = [part for part in parts if part is not None]
    return total(known) if known and len(known) == len(parts) else None


def _hulls(parts: Sequence[Limits | None]) -> Limits | None:
    found: Limits | None = None
    for part in parts:
        found = hull(found, part)
    return found if all(part is not None for part in parts) else None


def _common(values: Sequence[Tri]) -> Tri:
    return values[0] if len(set(values)) == 1 else None
