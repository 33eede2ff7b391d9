"""All in which the signals of one patient are looked for, worked out once: supplies, how long they last, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.phrases import Phrases
from benzosafe.monitoring.adherence import Adherence, adherence_of
from benzosafe.monitoring.days_supply import DaysSupply, days_supplies, is_plan
from benzosafe.monitoring.signals_cover import Cover, classes_of, cover_of, recent, taken_together
from benzosafe.monitoring.signals_events import losses, named
from benzosafe.monitoring.signals_found import Explanation
from benzosafe.patient.course import Course, Event, Stay
from benzosafe.patient.tables import Order, Record

SEDATIVE, BENZODIAZEPINE, OPIOID = "bzra", "benzodiazepine", "opioid"


@dataclass(frozen=True)
class Case:
    """One patient on one day."""

    record: Record
    course: Course
    knowledge: Knowledge
    on: date

    @cached_property
    def supplies(self) -> tuple[DaysSupply, ...]:
        """Every supply that was handed out and not taken back, oldest first."""
        found = days_supplies(self.record, self.course, self.knowledge, self.on)
        return tuple(recent(found, self.knowledge, self.on))

    @cached_property
    def adherence(self) -> dict[str, Adherence]:
        """Days covered and gaps, by medicine."""
        return {name: self._adherence(name, self.course, self.lost_on[name]) for name in self.ingredients()}

    @cached_property
    def without_stays(self) -> dict[str, Adherence]:
        """The same as if nobody had been away and nothing lost: what explanations are held against."""
        course = replace(self.course, stays=())
        return {name: self._adherence(name, course, frozenset()) for name in self.ingredients()}

    def _adherence(self, ingredient: str, course: Course, lost_on: frozenset[date]) -> Adherence:
        return adherence_of(self.record, course, self.knowledge, self.on, self.of(ingredient), lost_on)

    @cached_property
    def covers(self) -> dict[str, Cover]:
        """Day by day, whether each medicine was at hand."""
        return dict(self._covers(self.course.stays, lost=True))

    @cached_property
    def covers_without_stays(self) -> dict[str, Cover]:
        """The same as if nobody had been away and nothing lost."""
        return dict(self._covers((), lost=False))

    def _covers(self, stays: Sequence[Stay], *, lost: bool) -> Iterator[tuple[str, Cover]]:
        for name in self.ingredients():
            gone = self.lost_on[name] if lost else frozenset()
            cover = cover_of(self.of(name), stays, gone, self.on, self.knowledge)
            if cover is not None:
                yield name, cover

    @cached_property
    def lost_on(self) -> dict[str, frozenset[date]]:
        """Days on which what was at hand of each medicine may have gone."""
        names = self._handed_out
        return {name: losses(self.events, name, names, self.knowledge) for name in names}

    @cached_property
    def _handed_out(self) -> tuple[str, ...]:
        return tuple(sorted({one.supply.ingredient for one in self.supplies}))

    def of_class(self, name: str, within_days: float | None = None) -> list[DaysSupply]:
        """The supplies of a class, or those of the last so many days."""
        return [
            one
            for one in self.supplies
            if name in classes_of(one.supply.ingredient, self.knowledge)
            and (within_days is None or self.within(one.supply.on, within_days))
        ]

    def is_of_class(self, ingredient: str, name: str) -> bool:
        """Whether a medicine is of a class."""
        return name in classes_of(ingredient, self.knowledge)

    def ingredients(self, name: str = SEDATIVE) -> list[str]:
        """The medicines of a class that were handed out."""
        return sorted({one.supply.ingredient for one in self.of_class(name)})

    def of(self, ingredient: str) -> list[DaysSupply]:
        """The supplies of one medicine, oldest first."""
        return [one for one in self.supplies if one.supply.ingredient == ingredient]

    def within(self, day: date, days: float) -> bool:
        """Whether a day is one of the last so many, today among them."""
        return timedelta(0) <= self.on - day < timedelta(days=days)

    @cached_property
    def plans(self) -> tuple[Order, ...]:
        """Orders and statements that say what is meant to be taken, never what was handed out."""
        return tuple(order for order in self.record.orders if order.ingredient and is_plan(order))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything that can explain something: events, words on fills, stays, changed orders, doses that fell."""
        known = [event for event in self.course.events if event.kind in self.knowledge.happenings]
        found = [*known, *self._notes(), *self._stays(), *self._orders(), *self._dispensed_tapers()]
        return tuple(sorted(dict.fromkeys(found), key=lambda event: (event.on, event.kind, event.text)))

    def explaining(self, signal: str, ingredient: str, first: date, last: date) -> list[Explanation]:
        """What on record explains something of a signal on any of the days from first to last."""
        return [
            self.told(event)
            for event in self.events
            if self.reaches(event, signal, ingredient) and self._from(event) <= last and first <= self._to(event)
        ]

    def reaches(self, event: Event, signal: str, ingredient: str) -> bool:
        """Whether an event can explain a signal of a medicine: of its kind, and not about another medicine only."""
        if signal not in self.knowledge.happenings[event.kind].innocent_for:
            return False
        about = named(event, self._handed_out, self.knowledge)
        return not about or not ingredient or ingredient in about

    def told(self, event: Event) -> Explanation:
        """An event as an explanation."""
        kind = self.knowledge.happenings[event.kind]
        return Explanation(event.kind, kind.label, event.on, event.until, event.text, kind.how)

    def explained_days(self, signal: str, ingredient: str) -> set[date]:
        """Every day that counts and that something on record explains."""
        oldest = self.on - timedelta(days=self.knowledge.parameters["supply_history_days"].highest)
        days: set[date] = set()
        for event in self.events:
            if self.reaches(event, signal, ingredient):
                start, end = max(self._from(event), oldest), min(self._to(event), self.on)
                days.update(start + timedelta(days=n) for n in range(max(0, (end - start).days + 1)))
        return days

    def _from(self, event: Event) -> date:
        return _shifted(event.on, self._window(event)[0])

    def _to(self, event: Event) -> date:
        return _shifted(max(event.on, event.until or event.on), self._window(event)[1])

    def _window(self, event: Event) -> tuple[float, float]:
        window = self.knowledge.happenings[event.kind].window_days
        return (window.lowest, window.highest) if window else (0.0, 0.0)

    def _notes(self) -> Iterator[Event]:
        """What is written on fills, as events of their day; never what happens to the person."""
        for one in self.supplies:
            for note in one.supply.notes:
                for kind in _phrases(self.knowledge).stated(note):
                    yield Event(one.supply.on, kind, f"on the fill of {one.supply.ingredient}: {note}")

    def _stays(self) -> Iterator[Event]:
        for stay in self.course.stays:
            if stay.start <= self.on:
                yield Event(stay.start, "stay", stay.kind, stay.end or self.on)

    def _orders(self) -> Iterator[Event]:
        """Orders whose dose changed, and orders of the same medicine that followed each other with another dose."""
        for order in self.plans:
            before, now = order.previous_dose_mg_per_day, order.dose_mg_per_day
            if order.dose_changed_on and before and now:
                yield from _changed(order, order.dose_changed_on, before, now.high)
        dated = sorted((order for order in self.plans if order.start_on), key=lambda order: str(order.start_on))
        for number, order in enumerate(dated):
            last = next((one for one in reversed(dated[:number]) if one.ingredient == order.ingredient), None)
            if last and last.dose_mg_per_day and order.dose_mg_per_day and order.start_on:
                yield from _changed(order, order.start_on, last.dose_mg_per_day.high, order.dose_mg_per_day.high)

    def _dispensed_tapers(self) -> Iterator[Event]:
        """Medicines of which the last supply was for a small part of the most that was handed out a day."""
        share = self.knowledge.parameters["tapered_last_dose_share"].lowest
        for name in self.ingredients():
            daily = [(one.supply.on, one.supply.amount_mg / one.low, one.supply.amount_mg / one.high)
                     for one in self.of(name) if one.supply.amount_mg and one.low > 0]  # fmt: skip
            if len({day for day, _, _ in daily}) < 3 or taken_together(self.of(name), self.knowledge):
                continue
            day, most = self.of(name)[-1].supply.on, max(least for _, _, least in daily)
            last = sum(highest for on, highest, _ in daily if on == day)
            if 0 < last <= share * most:
                yield Event(day, "dispensed_taper", f"{name}: from {most:.3g} to {last:.3g} mg a day as handed out")


def _shifted(day: date, days: float) -> date:
    """Some days later or earlier; beyond the calendar its first or last day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def _changed(order: Order, on: date, before: float, now: float) -> Iterator[Event]:
    if before != now:
        kind = "order_raised" if now > before else "order_lowered"
        yield Event(on, kind, f"order {order.order_id} of {order.ingredient}: from {before:g} to {now:g} mg a day")


@lru_cache(maxsize=4)
def _phrases(knowledge: Knowledge) -> Phrases:
    kinds = knowledge.happenings.items()
    return Phrases({name: kind.words for name, kind in kinds if kind.words and not kind.clinical})
