"""Scales scored as published: every answer checked, missing ones shown, what must not wait never merely summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import NoReturn

from benzosafe.errors import InputRefused
from benzosafe.knowledge.scale_model import CutOff, ItemFlag, Scale
from benzosafe.monitoring.scale_change import Change, compare_scored
from benzosafe.monitoring.scale_words import numbers
from benzosafe.monitoring.scored import Flagged, Known, Reached, Scored
from benzosafe.patient.course import Answered

__all__ = ["Change", "Scored", "compare", "of_answered", "of_total", "score"]

Range = tuple[int, int]
"""The fewest and the most points an item can have."""


def score(scale: Scale, answers: Sequence[float | None], sex: str | None = None) -> Scored:
    """The total of answers in the order of the form, None for one not given; InputRefused names the item at fault.

    Items that do not count may be left off at the end. A total with a missing answer is None, with the least and most
    it could be; where the sex is not known, the cut-offs of both are there.
    """
    points = _points(scale, answers)
    missing = tuple(item for item, value in points.items() if value is None)
    ranges = {
        item: (min(scale.points_of(item)), max(scale.points_of(item))) if value is None else (value, value)
        for item, value in points.items()
    }
    least, most = sum(low for low, _ in ranges.values()), sum(high for _, high in ranges.values())
    scored = _scored(scale, ranges, least, most, sex)
    return replace(scored, incomplete=missing, prorated=_prorated(scale, points, missing)) if missing else scored


def of_total(scale: Scale, total: float, sex: str | None = None) -> Scored:
    """What a bare total means [points]; an item that must not wait is not answered unless the total settles it."""
    if not float(total).is_integer() or not scale.lowest <= total <= scale.highest:
        raise InputRefused(
            f"{total:g} is no total of {scale.label}: it is a whole number from {scale.lowest} to {scale.highest}.",
            where=scale.name, next_step="Check the number and the scale; some pages show a mean instead of the sum.",
        )  # fmt: skip
    whole = int(total)
    ends = {item: (min(scale.points_of(item)), max(scale.points_of(item))) for item in scale.scored}
    most, least = sum(high for _, high in ends.values()), sum(low for low, _ in ends.values())
    ranges = {
        item: (max(low, whole - (most - high)), min(high, whole - (least - low))) for item, (low, high) in ends.items()
    }
    return _scored(scale, ranges, whole, whole, sex)


def of_answered(scale: Scale, answered: Answered, sex: str | None = None) -> Scored:
    """What a filling-in on record means; InputRefused when it has neither answers nor a total."""
    if answered.answers:
        return score(scale, answered.answers, sex)
    if answered.total is None:
        raise InputRefused(
            "has neither answers nor a total.", where=f"{scale.name} of {answered.on}", next_step="Write one of them."
        )
    return of_total(scale, answered.total, sex)


def compare(scale: Scale, before: Scored | float, after: Scored | float) -> Change:
    """What changed between two fillings-in, each scored or a bare total [points]."""
    earlier, later = (one if isinstance(one, Scored) else of_total(scale, one) for one in (before, after))
    for one in (earlier, later):
        if one.scale.name != scale.name:
            raise InputRefused(
                f"a total of {one.scale.label} says nothing about {scale.label}.", where=scale.name,
                next_step="Compare two fillings-in of one scale.",
            )  # fmt: skip
    return compare_scored(scale, earlier, later)


def _points(scale: Scale, answers: Sequence[float | None]) -> dict[int, int | None]:
    """The points of every item that counts, or a refusal that still tells of an answer that must not wait."""
    if scale.total_only:
        raise InputRefused(
            f"only the total of {scale.label} is taken here: {scale.licence.note}.", where=scale.name,
            next_step=f"Give the total, {scale.lowest} to {scale.highest}.",
        )  # fmt: skip
    if len(answers) not in (scale.items, len(scale.scored)):
        counts = " or ".join(str(count) for count in sorted({scale.items, len(scale.scored)}))
        _refuse(scale, {}, f"{len(answers)} answers, but {scale.label} has {counts}.", "Write ? for one not given.")
    points: dict[int, int | None] = {}
    wrong: list[int] = []
    for item in scale.scored:
        answer = answers[item - 1]
        if answer is not None and answer not in scale.allowed(item):
            wrong.append(item)
        else:
            points[item] = None if answer is None else scale.points(item, int(answer))
    if wrong:
        allowed = numbers(scale.allowed(wrong[0]), "or")
        told = f"item {wrong[0]} is {answers[wrong[0] - 1]:g}, but its answers are {allowed}."
        _refuse(scale, points, told, "Write ? for one not given.")
    return points


def _refuse(scale: Scale, points: dict[int, int | None], what: str, next_step: str) -> NoReturn:
    """Refuses what cannot be scored; an answer that must not wait is told first, or that it cannot be seen."""
    first = ""
    for flag in scale.flags:
        if flag.urgency == "now":
            value = points.get(flag.item)
            if value is None:
                first += f"What item {flag.item} ({flag.about}) says cannot be told from this: ask. "
            elif value >= flag.from_points:
                first += f"FIRST: item {flag.item} ({flag.about}) is {value}: {flag.do}. "
    raise InputRefused(f"{first}{what}", where=scale.name, next_step=next_step)


def _scored(scale: Scale, ranges: dict[int, Range], low: int, high: int, sex: str | None) -> Scored:
    flagged = [(flag, ranges[flag.item]) for flag in scale.flags]
    raised = [_flagged(flag, span) for flag, span in flagged if span[0] >= flag.from_points]
    return Scored(
        scale, low if low == high else None, low, high,
        bands=tuple(band for band in scale.bands if band.low <= high and band.high >= low),
        cutoffs=tuple(
            Reached(cutoff, _reached(cutoff, low, high)) for cutoff in scale.cutoffs
            if cutoff.sex is None or sex not in ("female", "male") or cutoff.sex == sex
        ),
        flags=tuple(flag for flag in raised if flag.urgent), asks=tuple(flag for flag in raised if not flag.urgent),
        not_answered=tuple(
            _flagged(flag, span) for flag, span in flagged if span[0] < flag.from_points <= span[1]
        ),
    )  # fmt: skip


def _flagged(flag: ItemFlag, span: Range) -> Flagged:
    return Flagged(flag.item, flag.about, flag.do, flag.urgency == "now", *span, flag.red_flag, flag.evidence)


def _reached(cutoff: CutOff, low: int, high: int) -> Known:
    if low >= cutoff.score.lowest:
        return "yes"
    return "no" if high < cutoff.score.lowest else "cannot tell"


def _prorated(scale: Scale, points: dict[int, int | None], missing: tuple[int, ...]) -> float | None:
    """By the instrument's own rule; never over an item that must not wait, which has to be asked instead."""
    urgent = {flag.item for flag in scale.flags if flag.urgency == "now"}
    if not missing or scale.prorating is None or len(missing) > scale.prorating.most_missing or urgent & set(missing):
        return None
    return fmean(value for value in points.values() if value is not None) * len(points)
