"""The plan as calendar entries: first day of each step, reviews, and the days from which a fill may be collected."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from benzosafe.errors import UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.mind_words import Mind, minds_of
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.record import plan_data
from benzosafe.taper.supply import Fill
from benzosafe.taper.supply_words import override_words, quantity_words, step_words

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/taper")
# JUDGEMENT: the evening before, at 18:00, for the first dose of a day may be taken early in the morning.
_REMIND_BEFORE_MIDNIGHT_H = 6
# JUDGEMENT: a week before, at 9:00, where a call must come first: a prescriber is not reached on the evening before.
_CALL_BEFORE_H = 7 * 24 - 9
_CALL = "Call before this step"
_STEP, _REVIEW, _FILL = "New dose step", "Appointment", "Collect at the pharmacy"


@dataclass(frozen=True)
class _Entry:
    kind: str
    number: int
    on: date
    summary: str
    detail: str
    call_first: bool = False


def ics_plan(
    knowledge: Knowledge, plan: TaperPlan, made: Sequence[Fill], *,
    private: bool = True, review_days: int | None = None, minds: Iterable[Any] = (),
) -> str:  # fmt: skip
    """An iCalendar file (RFC 5545) of a plan and its fills; the same plan gives the same bytes.

    Titles never name drug or dose, for calendars are shared between people and devices. `private`: nor does the text;
    otherwise it says in words what is taken. `review_days`: between reviews (default: knowledge); UsageError when it
    is below 1 or above the longest the knowledge allows. Times of reminders are the device's own. `minds`: steps the
    prescriber has to decide on first, as `taper.mind_words.minds_of` reads them, and its errors.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//benzosafe//taper//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "My plan")
    first = minds_of(minds, "calendar entries", plan)
    entries = [*_steps(plan, first), *_reviews(knowledge, plan, review_days), *_fills(made)]
    named = json.dumps(plan_data(plan), sort_keys=True)
    for entry in sorted(entries, key=lambda one: (one.on, one.kind, one.number)):
        calendar.add_component(_event(plan, entry, named, private=private))
    return str(calendar.to_ical().decode("utf-8"))


def _event(plan: TaperPlan, entry: _Entry, named: str, *, private: bool) -> Event:
    event = Event()
    event.add("uid", f"{uuid.uuid5(_NAMESPACE, f'{named} {entry.kind} {entry.number}')}@benzosafe.org")
    event.add("dtstamp", datetime.combine(plan.steps[0].starts_on, time(), UTC))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("description", _description(plan, entry, private=private))
    if entry.call_first:  # the id stays that of the step: a device replaces the entry it has when this one is newer
        event.add("sequence", 1)
        event.add_component(_alarm(entry, _CALL_BEFORE_H))
    event.add_component(_alarm(entry, _REMIND_BEFORE_MIDNIGHT_H))
    return event


def _alarm(entry: _Entry, before_midnight_h: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", -timedelta(hours=before_midnight_h))
    return alarm


def _description(plan: TaperPlan, entry: _Entry, *, private: bool) -> str:
    """The word OVERRIDE stands in every entry of such a plan; its reason is clinical detail, so only where allowed."""
    if private:
        call = "Call before you start this step. " if entry.call_first else ""
        return f"{'OVERRIDE: the reason is in your plan. ' if plan.override else ''}{call}See your plan."
    draft = "Draft plan; ask your prescriber before changing anything. Do not stop suddenly."
    return "\n".join(part for part in (override_words(plan.override), entry.detail, draft) if part)


def _steps(plan: TaperPlan, minds: Sequence[Mind]) -> Iterator[_Entry]:
    for step in plan.steps:
        call = [mind.plain for mind in minds if mind.step == step.number]
        detail = "\n".join((*call, f"{plan.drug}, step {step.number}. {step_words(step)}"))
        yield _Entry("step", step.number, step.starts_on, _CALL if call else _STEP, detail, bool(call))


def _reviews(knowledge: Knowledge, plan: TaperPlan, review_days: int | None) -> Iterator[_Entry]:
    """The first soon after the first reduction, then at equal distances until the plan has ended."""
    usual, first = knowledge.parameters["taper_review_days"], knowledge.parameters["taper_first_review_days"]
    every = int(usual.highest) if review_days is None else review_days
    if isinstance(every, bool) or not isinstance(every, int) or not 1 <= every <= usual.highest:
        raise UsageError(
            f"reviews every {review_days} days are not possible.",
            next_step=f"Give whole days from 1 to {usual.highest:g} ({usual.source}).",
        )
    if not plan.steps:
        return
    day, number = plan.steps[0].starts_on + timedelta(days=min(int(first.highest), every)), 1
    last = plan.steps[-1].ends_on + timedelta(days=every)
    while day <= last:
        yield _Entry("review", number, day, _REVIEW, "Review: symptoms, sleep, mood, other medicines, next step.")
        day, number = day + timedelta(days=every), number + 1


def _fills(made: Sequence[Fill]) -> Iterator[_Entry]:
    for fill in made:
        what = "; ".join(
            f"{quantity_words(count.handed_out, count.product)}, {count.product.name}" for count in fill.counts
        )
        detail = (
            f"Fill {fill.number} may be collected from today; it is needed on {fill.starts_on.isoformat()}: {what}."
        )
        yield _Entry("fill", fill.number, fill.earliest_on, _FILL, detail)
