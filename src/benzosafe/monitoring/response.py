"""What changed: scales and counted events over time.

A fall in events is no proof that the medicine works, and a scale without an earlier value shows no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.scale_model import Scale
from benzosafe.monitoring.scale_change import Direction
from benzosafe.monitoring.scales import Scored, compare, of_answered, of_total
from benzosafe.monitoring.signals_cover import is_sedative
from benzosafe.patient.tables import Record


@dataclass(frozen=True)
class Trend:
    """One scale or one kind of event over time, newest last, and what changed; `because`: what that rests on.

    Each point is a day and the least and most it can be: the total of a scale, or a number of events in a span.
    """

    name: str
    label: str
    unit: str
    points: tuple[tuple[date, float, float], ...]
    since_first: Direction
    since_last: Direction
    words: str
    outcome_of: tuple[str, ...] = ()
    in_remission: bool = False
    """The newest total is surely in the range that is published as remission."""


def trends(record: Record, knowledge: Knowledge, on: date) -> list[Trend]:
    """Every scale that was answered and every kind of event that was told, those of the reasons for treatment first."""
    found = [*_scales(record, knowledge, on), *_events(record, knowledge, on)]
    return sorted(found, key=lambda trend: (not trend.outcome_of, trend.label))


def reasons_of(record: Record, knowledge: Knowledge) -> tuple[str, ...]:
    """The reasons for which a benzodiazepine or Z-drug is or may be taken, as far as they are stated."""
    stated = (
        order.indication
        for order in record.orders
        if order.active is not False and order.indication and is_sedative(order.ingredient or "", knowledge)
    )
    return tuple(dict.fromkeys(stated))


def outcomes_without_measure(record: Record, knowledge: Knowledge, on: date) -> list[str]:
    """The reasons for treatment of which no outcome was ever measured, in words; those without an outcome known too."""
    measured = {name for trend in trends(record, knowledge, on) for name in trend.outcome_of}
    return [_label(knowledge, reason) for reason in reasons_of(record, knowledge) if reason not in measured]


def _label(knowledge: Knowledge, reason: str) -> str:
    known = knowledge.conditions.get(reason)
    return known.label if known else reason.replace("_", " ")


def answered_scales(record: Record, knowledge: Knowledge, on: date) -> dict[str, list[tuple[date, Scored]]]:
    """Every filling-in of every scale until a day, oldest first; totals of the record system among them.

    InputRefused where what was answered by hand cannot be of its scale.
    """
    found: dict[str, dict[date, Scored]] = {}
    for scale, day, total in _totals(record, knowledge):
        filled = _of_record(scale, total, record)
        if day <= on and filled is not None:
            found.setdefault(scale.name, {})[day] = filled
    for answered in record.course.answered:
        if answered.on <= on:
            filled = of_answered(knowledge.scales[answered.scale], answered, record.sex)
            found.setdefault(answered.scale, {})[answered.on] = filled
    return {scale: sorted(days.items(), key=lambda item: item[0]) for scale, days in sorted(found.items())}


def totals_not_read(record: Record, knowledge: Knowledge) -> list[str]:
    """Totals of the record system that cannot be of their scale, such as a mean where the sum is meant."""
    return [
        f"{total:g} on {day} is no total of {scale.label}; not used"
        for scale, day, total in _totals(record, knowledge)
        if _of_record(scale, total, record) is None
    ]


def _totals(record: Record, knowledge: Knowledge) -> Iterator[tuple[Scale, date, float]]:
    scales = {scale.observation: scale for scale in knowledge.scales.values() if scale.observation}
    for item in record.observations:
        scale = scales.get(item.concept)
        if scale and item.value is not None and item.taken_on:
            yield scale, item.taken_on, item.value


def _of_record(scale: Scale, total: float, record: Record) -> Scored | None:
    try:
        return of_total(scale, total, record.sex)
    except InputRefused:
        return None


def _scales(record: Record, knowledge: Knowledge, on: date) -> Iterator[Trend]:
    reasons = reasons_of(record, knowledge)
    for name, filled in answered_scales(record, knowledge, on).items():
        scale = knowledge.scales[name]
        points = tuple((day, float(one.low), float(one.high)) for day, one in filled)
        first = compare(scale, filled[0][1], filled[-1][1]) if len(filled) > 1 else None
        last = compare(scale, filled[-2][1], filled[-1][1]) if len(filled) > 1 else None
        words = filled[-1][1].words if first is None or last is None else f"{filled[-1][1].words} {last.words}"
        yield Trend(
            name, scale.label, "points", points, first.direction if first else "cannot tell",
            last.direction if last else "cannot tell", words,
            tuple(reason for reason in reasons if name in _outcome_scales(knowledge, reason)),
            in_remission=last is not None and last.remission == "yes",
        )  # fmt: skip


def _outcome_scales(knowledge: Knowledge, reason: str) -> tuple[str, ...]:
    outcome = knowledge.outcomes.get(reason)
    return tuple(outcome.scales) if outcome else ()


def _events(record: Record, knowledge: Knowledge, on: date) -> Iterator[Trend]:
    """Events counted in equal spans back from today; only where the list was given does none mean none."""
    span = timedelta(days=knowledge.parameters["follow_up_trend_days"].lowest)
    least = knowledge.parameters["follow_up_trend_events"].lowest
    own = {reason: knowledge.outcomes[reason].events for reason in reasons_of(record, knowledge)
           if reason in knowledge.outcomes}  # fmt: skip
    wanted = {kind for events in own.values() for kind in events} if "events" in record.course.given else set()
    for kind in sorted(wanted | _clinical(knowledge, {event.kind for event in record.course.events})):
        days = [event.on for event in record.course.events if event.kind == kind and event.on <= on]
        points = _spans(days, on, span)
        counts, outcome_of = [low for _, low, _ in points], tuple(reason for reason in own if kind in own[reason])
        graded = len(counts) > 1 and (outcome_of or not knowledge.happenings[kind].red_flag)
        words = f"{counts[-1]:g} in the last {span.days} days"
        yield Trend(
            kind, knowledge.happenings[kind].label, f"in {span.days} days", points,
            _fewer(counts[0], counts[-1], least) if graded else "cannot tell",
            _fewer(counts[-2], counts[-1], least) if graded else "cannot tell",
            words + (f", {counts[-2]:g} in those before" if len(counts) > 1 else ""), outcome_of,
        )  # fmt: skip


def _clinical(knowledge: Knowledge, told: set[str]) -> set[str]:
    """Kinds of event that are effects on the person, not circumstances of the supply."""
    return {kind for kind in told if kind in knowledge.happenings and knowledge.happenings[kind].clinical}


def _spans(days: list[date], on: date, span: timedelta) -> tuple[tuple[date, float, float], ...]:
    """The end of each span with the number of events in it, from the span of the first event until today."""
    ends = [on]
    while days and ends[-1] - span >= min(days):
        ends.append(ends[-1] - span)
    counts = [(end, float(sum(end - span < day <= end for day in days))) for end in reversed(ends)]
    return tuple((end, count, count) for end, count in counts)


def _fewer(before: float, now: float, least: float) -> Direction:
    """Few events tell no trend, least of all in the first span, which begins with one."""
    if max(before, now) < least:
        return "cannot tell"
    return "same" if before == now else "better" if now < before else "worse"
