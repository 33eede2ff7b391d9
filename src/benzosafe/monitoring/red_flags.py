"""Signs that are acted upon by themselves: no total hides them, and a later total alone takes none back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.response import answered_scales
from benzosafe.patient.tables import Record
from benzosafe.taper.follow_symptoms import flags_in


@dataclass(frozen=True)
class Flag:
    """A sign that is acted upon by itself: what it was, when, and what to do; urgent: on the same day."""

    name: str
    label: str
    on: date
    said: str
    do: str
    urgent: bool


def red_flags(record: Record, knowledge: Knowledge, on: date) -> list[Flag]:
    """Every red flag since the last review, or of the last weeks where none is on record; newest first."""
    reviews = [review.on for review in record.course.reviews if review.on < on]
    trend_days = timedelta(days=knowledge.parameters["follow_up_trend_days"].lowest)
    since = min(max(reviews), on - trend_days) if reviews else date.min
    return [flag for flag in flags_on_record(record, knowledge, on) if flag.on >= since]


def flags_on_record(record: Record, knowledge: Knowledge, on: date) -> list[Flag]:
    """Every red flag until a day, newest first: of events, of words in notes and reviews, and of answers to scales."""
    found = dict.fromkeys([*_told(record, knowledge), *_answers(record, knowledge, on)])
    now = timedelta(days=knowledge.parameters["follow_up_urgent_days"].lowest)
    dated = [replace(flag, urgent=flag.urgent and flag.on >= on - now) for flag in found if flag.on <= on]
    return sorted(dated, key=lambda flag: (-flag.on.toordinal(), flag.name))


def not_judged(record: Record, knowledge: Knowledge, on: date) -> list[str]:
    """Events of no kind that is known and without words of a red flag: nobody has judged them, so they are shown."""
    return [
        f"{event.on}: {event.text}"
        for event in record.course.events
        if event.on <= on and event.kind not in knowledge.happenings and not flags_in(knowledge, event.text)
    ]


def _told(record: Record, knowledge: Knowledge) -> Iterator[Flag]:
    for event in record.course.events:
        happening = knowledge.happenings.get(event.kind)
        own = {happening.red_flag} if happening and happening.red_flag else set()
        for name in sorted({*own, *flags_in(knowledge, event.text)}):
            yield _flag(knowledge, name, event.on, event.text)
    for day, text in (
        *((review.on, review.text) for review in record.course.reviews),
        *((fill.on, fill.note) for fill in record.course.fills),
    ):
        for name in flags_in(knowledge, text):
            yield _flag(knowledge, name, day, text)


def _flag(knowledge: Knowledge, name: str, on: date, said: str) -> Flag:
    sign = knowledge.red_flags[name]
    return Flag(name, sign.label, on, said, sign.do, urgent=True)


def _answers(record: Record, knowledge: Knowledge, on: date) -> Iterator[Flag]:
    """Answers that must not wait, until the same item is answered otherwise: a later total alone takes none back."""
    for name, filled in answered_scales(record, knowledge, on).items():
        standing: dict[int, Flag] = {}
        for day, one in filled:
            open_items = {item.number for item in one.not_answered}
            standing = {number: flag for number, flag in standing.items() if number in open_items}
            for item in one.flags:
                label = f"{knowledge.scales[name].label}, item {item.number}: {item.label}"
                standing[item.number] = Flag(
                    item.red_flag or f"{name}_{item.number}", label, day, "", item.do, item.urgent
                )
        yield from standing.values()
    for seen in record.observations:
        if seen.concept == "phq9_item9_score" and seen.value and seen.taken_on:
            yield _flag(knowledge, "suicidal_thoughts", seen.taken_on, "PHQ-9, item 9")
