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
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_record import changeover_data
from benzosafe.taper.changeover_supply import change_fills
from benzosafe.taper.changeover_words import stage_words
from benzosafe.taper.mind_words import Mind, minds_of
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.record import plan_data
from benzosafe.taper.supply import Fill, fills
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
    two: bool = False


@dataclass(frozen=True)
class Beside:
    """A change to another drug with the fills of the drug that is left."""

    over: Changeover
    old_fills: tuple[Fill, ...]


def ics_plan(  # noqa: PLR0913 - each is a part of the whole plan
    knowledge: Knowledge, plan: TaperPlan, made: Sequence[Fill], *,
    private: bool = True, review_days: int | None = None, minds: Iterable[Any] = (), change: Beside | None = None,
) -> str:  # fmt: skip
    """An iCalendar file (RFC 5545) of a plan and its fills; the same plan gives the same bytes.

    Titles never name drug or dose, for calendars are shared between people and devices. `private`: nor does the text;
    otherwise it says in words what is taken. `review_days`: between reviews (default: knowledge); UsageError when it
    is below 1 or above the longest the knowledge allows. Times of reminders are the device's own. `minds`: steps the
    prescriber has to decide on first, as `taper.mind_words.minds_of` reads them, and its errors. `change`: the change
    to another drug that comes first, with the fills of the drug that is left; `made` are then those of the new one.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//benzosafe//taper//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "My plan")
    first = minds_of(minds, "calendar entries", plan)
    begins = change.over.shown[0].starts_on if change else plan.steps[0].starts_on if plan.steps else None
    entries = [*_steps(plan, first), *_reviews(knowledge, plan, review_days, begins)]
    entries += [*_fills(made, change.over.new if change else ""), *(_change(change) if change else ())]
    named = json.dumps([plan_data(plan), changeover_data(change.over)] if change else plan_data(plan), sort_keys=True)
    for entry in sorted(entries, key=lambda one: (one.on, one.kind, one.number)):
        calendar.add_component(_event(plan, entry, (named, begins or entry.on), private=private))
    return str(calendar.to_ical().decode("utf-8"))


def ics_papers(
    knowledge: Knowledge, plan: TaperPlan, change: Changeover | None, of: tuple[str, int | None, bool],
    minds: Iterable[Any] = (),
) -> str:  # fmt: skip
    """The reminders of a plan and of the change before it, with the fills of every medicine.

    `of`: jurisdiction, days of a fill, and whether the text names no medicine; errors as `ics_plan` and `fills`.
    """
    jurisdiction, fill_days, private = of
    if change is None:
        made = fills(knowledge, plan, jurisdiction, fill_days)
        return ics_plan(knowledge, plan, made, private=private, minds=minds)
    old, new = change_fills(knowledge, change, plan, jurisdiction, fill_days)
    return ics_plan(knowledge, plan, new, private=private, minds=minds, change=Beside(change, old))


def _event(plan: TaperPlan, entry: _Entry, of: tuple[str, date], *, private: bool) -> Event:
    """`of`: what names the plan, and its first day."""
    named, begins = of
    event = Event()
    event.add("uid", f"{uuid.uuid5(_NAMESPACE, f'{named} {entry.kind} {entry.number}')}@benzosafe.org")
    event.add("dtstamp", datetime.combine(begins, time(), UTC))
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
        two = "Two medicines in these days, each at its own hours. " if entry.two else ""
        return f"{'OVERRIDE: the reason is in your plan. ' if plan.override else ''}{call}{two}See your plan."
    draft = "Draft plan; ask your prescriber before changing anything. Do not stop suddenly."
    return "\n".join(part for part in (override_words(plan.override), entry.detail, draft) if part)


def _steps(plan: TaperPlan, minds: Sequence[Mind]) -> Iterator[_Entry]:
    for step in plan.steps:
        call = [mind.plain for mind in minds if mind.step == step.number]
        detail = "\n".join((*call, f"{plan.drug}, step {step.number}. {step_words(step)}"))
        yield _Entry("step", step.number, step.starts_on, _CALL if call else _STEP, detail, bool(call))


def _change(change: Beside) -> Iterator[_Entry]:
    """The first day of every stage, both drugs named; before each but the first the prescriber decides whether."""
    over = change.over
    for place, stage in enumerate(over.shown):
        ask = "Call first: the prescriber decides whether you go on, wait or go back. " if place else ""
        detail = (
            f"{ask}Change from {over.old} to {over.new}, stage {stage.number}, until {stage.ends_on.isoformat()}. From"
            f" now on, every day: {stage_words(over, stage)}. Nothing of the old dose beside it."
        )
        yield _Entry("stage", place, stage.starts_on, _CALL if place else _STEP, detail, bool(place), bool(stage.old))
    yield from _fills(change.old_fills, over.old, "fill of the old")


def _reviews(knowledge: Knowledge, plan: TaperPlan, review_days: int | None, begins: date | None) -> Iterator[_Entry]:
    """The first soon after the first change of a dose, then at equal distances until the plan has ended."""
    usual, first = knowledge.parameters["taper_review_days"], knowledge.parameters["taper_first_review_days"]
    every = int(usual.highest) if review_days is None else review_days
    if isinstance(every, bool) or not isinstance(every, int) or not 1 <= every <= usual.highest:
        raise UsageError(
            f"reviews every {review_days} days are not possible.",
            next_step=f"Give whole days from 1 to {usual.highest:g} ({usual.source}).",
        )
    if begins is None:
        return
    day, number = begins + timedelta(days=min(int(first.highest), every)), 1
    last = plan.steps[-1].ends_on + timedelta(days=every)
    while day <= last:
        yield _Entry("review", number, day, _REVIEW, "Review: symptoms, sleep, mood, other medicines, next step.")
        day, number = day + timedelta(days=every), number + 1


def _fills(made: Sequence[Fill], drug: str = "", kind: str = "fill") -> Iterator[_Entry]:
    for fill in made:
        what = "; ".join(
            f"{quantity_words(count.handed_out, count.product)}, {count.product.name}" for count in fill.counts
        )
        detail = (
            f"Fill {fill.number}{f' of {drug}' if drug else ''} may be collected from today; it is needed on"
            f" {fill.starts_on.isoformat()}: {what}."
        )
        yield _Entry(kind, fill.number, fill.earliest_on, _FILL, detail)
