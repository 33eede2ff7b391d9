"""Facts by pattern: any class, ingredient, condition or observation, without code of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from benzosafe.facts.catalog import catalog_of
from benzosafe.facts.column import Column, Floats, Number, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Condition, Observation, Record

# Look-backs are for events whose risk outlasts them; these are states, and over when they end.
STATES_THAT_END = frozenset({"pregnancy", "lactation"})


Build = Callable[[Frame, str], Column]


def by_pattern(frame: Frame, name: str) -> Column | None:
    """The column of a patterned name, or None when no pattern fits.

    Subjects of which nothing is listed in the whole batch are all alike, so they share one column.
    """
    found = _pattern(frame.knowledge, name)
    if found is None:
        return None
    build, subject = found
    alike = _alike(frame, build, subject)
    if alike is None:
        return build(frame, subject)
    if alike not in frame.kept:
        frame.kept[alike] = build(frame, subject)
    column: Column = frame.kept[alike]
    return column


def group_of_pattern(frame: Frame, name: str) -> str | None:
    """The class or ingredient a patterned fact is about."""
    build, subject = _pattern(frame.knowledge, name) or (None, None)
    return subject if build in _SUFFIXES.values() else None


@lru_cache(maxsize=4096)
def _pattern(knowledge: Knowledge, name: str) -> tuple[Build, str] | None:
    """How the column of a name is made, and of what."""
    catalog = catalog_of(knowledge)
    for suffix, build in _SUFFIXES.items():
        stem = name.removesuffix(suffix)
        if stem != name and catalog.is_group(stem):
            return build, stem
    patterns: tuple[tuple[str, bool, Build], ...] = (
        (name, name in knowledge.conditions, condition),
        (name, name in knowledge.observations, observation),
        (stem := name.removesuffix("_days_ago"), stem != name and stem in knowledge.conditions, condition_days_ago),
        (stem := name.removesuffix("_allergy"), stem != name and stem in knowledge.classes, allergy),
        (stem := name.removeprefix("order_is_"), stem != name and catalog.is_group(stem), order_is),
    )
    return next(((build, subject) for subject, fits, build in patterns if fits), None)


def _alike(frame: Frame, build: Build, subject: str) -> str | None:
    """What a subject shares its column with: its pattern, while nothing is listed or denied of it; else None."""
    if build in (condition, condition_days_ago):
        listed = subject in frame.conditions_by_concept or subject in frame.denials
    elif build is observation:
        listed = subject in frame.observations_by_concept or frame.knowledge.observations[subject].kind != "number"
    else:
        listed = build is allergy or subject in frame.groups_listed or subject in frame.catalog.self_reported
    return None if listed else f"unlisted {build.__name__}"


def active(frame: Frame, group: str) -> Truth:
    """Whether any order of the group is taken; unknown while an unresolved order could be one."""
    member = frame.member(group)
    yes = frame.any_row(member & frame.certainly_active)
    maybe = frame.any_row(member & frame.possibly_active)
    return Truth(yes, ~yes & ~maybe & frame.nothing_hidden(group))


def count(frame: Frame, group: str) -> Number:
    """Distinct active ingredients of the group, each counted once however many classes it has."""
    member = frame.member(group)
    low = frame.distinct_row(member & frame.certainly_active)
    high = frame.distinct_row(member & frame.possibly_active)
    high = high + np.bincount(frame.order_row[frame.unresolved], minlength=frame.size)
    return Number(low, np.where(frame.orders_known, high, np.inf))


def started_days_ago(frame: Frame, group: str) -> Number:
    """Days since the latest start among the group's active orders; never started is endless."""
    days = frame.days_taken
    mask = frame.member(group) & frame.certainly_active
    undated = frame.any_row(mask & np.isnan(days))
    newest = frame.min_row(days, mask & ~np.isnan(days), np.inf)
    none_active = active(frame, group).no
    low = np.where(undated | ~(frame.any_row(mask) | none_active), 0.0, newest)
    return Number(low, newest)


def stopped_days_ago(frame: Frame, group: str) -> Number:
    """Days since the group's last order ended, when none is active any more; never taken is endless."""
    days = frame.days_ended
    member = frame.member(group) & frame.systemic
    ended = member & ~frame.possibly_active
    still = frame.any_row(member & frame.possibly_active)
    dated = ended & ~np.isnan(days) & (days >= 0)
    latest: Floats = frame.min_row(days, dated, np.inf)
    undated = frame.any_row(ended & np.isnan(days))
    unsure = undated | ~frame.orders_known
    low = np.where(still, np.inf, np.where(unsure, 0.0, latest))
    return Number(low, np.where(still, np.inf, latest))


_SUFFIXES: dict[str, Callable[[Frame, str], Column]] = {
    "_active": active,
    "_count": count,
    "_started_days_ago": started_days_ago,
    "_stopped_days_ago": stopped_days_ago,
}


def order_is(frame: Frame, group: str) -> Truth:
    """Whether each order is of the group; unknown for an unresolved one."""
    member = frame.member(group)
    return Truth(member, ~member & (frame.ingredient >= 0))


def allergy(frame: Frame, drug_class: str) -> Truth:
    """A recorded allergy to the class or to one of its members."""

    def listed(record: Record) -> bool | None:
        for item in record.allergies:
            mine = (*item.classes, *frame.catalog.classes_of(item.ingredient or ""))
            if drug_class in mine:
                return True
        unread = any(not item.classes and item.ingredient is None for item in record.allergies)
        return None if unread or not record.coverage.allergies else False

    return frame.truth_by_record(listed)


def condition(frame: Frame, concept: str) -> Truth:
    """Whether the condition is present, within its look-back; unknown when no problem list was given."""
    return condition_of_records(frame, concept).take(frame.patient_of_row)


def condition_of_records(frame: Frame, concept: str) -> Truth:
    """The same, one element a record."""
    yes = np.zeros(len(frame.records), bool)
    maybe = np.zeros(len(frame.records), bool)
    for place, item in frame.conditions_by_concept.get(concept, ()):
        here = _within(frame, item, concept) if item.present else False
        yes[place] |= here is True
        maybe[place] |= here is None
    known = frame.conditions_known | frame.denied(concept)
    return Truth(yes, known & ~yes & ~maybe)


def _within(frame: Frame, item: Condition, concept: str) -> bool | None:
    lookback = frame.knowledge.conditions[concept].lookback_days
    when = item.ended_on or item.onset_on or item.recorded_on
    if when is not None and (item.onset_on or when) > frame.on:
        return False
    if concept in STATES_THAT_END and item.ended_on is not None and item.ended_on <= frame.on:
        return False
    if lookback is None:
        return item.active is not False or concept.endswith("_history")
    if item.active is True and item.ended_on is None and item.onset_on is None:
        return True
    return None if when is None else (frame.on - when).days <= lookback.highest


def condition_days_ago(frame: Frame, concept: str) -> Number:
    """Days since the latest onset or record of a condition; never recorded is endless."""
    known = frame.conditions_known | frame.denied(concept)
    low, high = np.where(known, np.inf, 0.0), np.full(len(frame.records), np.inf)
    for place, item in frame.conditions_by_concept.get(concept, ()):
        day = item.onset_on or item.recorded_on
        if item.present:
            low[place] = 0.0 if day is None else min(low[place] or np.inf, (frame.on - day).days)
            high[place] = high[place] if day is None else min(high[place], (frame.on - day).days)
    return Number(low, high).take(frame.patient_of_row)


def observation(frame: Frame, concept: str) -> Number | Word:
    """The latest value that is still valid on the review date."""
    latest: dict[int, Observation] = {}
    for place, item in frame.observations_by_concept.get(concept, ()):
        best = latest.get(place)
        newer = best is None or (item.taken_on or frame.on) >= (best.taken_on or frame.on)
        if newer and _valid(frame, item):
            latest[place] = item
    found = [latest.get(place) for place in range(len(frame.records))] if latest else []
    if frame.knowledge.observations[concept].kind == "number":
        values = (
            Number.of([item.value if item else None for item in found])
            if latest
            else Number.unknown(len(frame.records))
        )
        return values.take(frame.patient_of_row)
    words = [item.category if item else None for item in found] or [None] * len(frame.records)
    return Word.of(words).take(frame.patient_of_row)


def _valid(frame: Frame, item: Observation) -> bool:
    """Not from the future, and not older than the concept stays valid; undated ones count as current."""
    valid = frame.knowledge.observations[item.concept].valid_days
    if item.taken_on is None:
        return True
    age = (frame.on - item.taken_on).days
    return age >= 0 and (valid is None or age <= valid.highest)
