"""Observations of our concepts, in our units; what cannot be believed is listed and left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from benzosafe.fhir.coverage import entered_in_error
from benzosafe.fhir.decode import Observation as Written
from benzosafe.fhir.elements import Measured, Quantity
from benzosafe.fhir.reading import Entry, GapKind, Reading, codes_of, number, text_of, unit_of
from benzosafe.patient.tables import Observation

if TYPE_CHECKING:
    from benzosafe.knowledge.model import ObservationConcept

_NOT_GIVEN = frozenset({"cancelled", "registered"})
# Not at all, several days, more than half the days, nearly every day (LOINC answer list LL358-3).
_POINTS_OF_ANSWER = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
_AMOUNT = re.compile(r"\s*([<>]=?|ca\.?)?\s*(-?\d+(?:[.,]\d+)?)\s*(\S.*?)?\s*")


def read_observations(reading: Reading) -> list[Observation]:
    """Every observation, and every component of one, that is of a concept in the knowledge."""
    found: list[Observation] = []
    for entry in reading.of_kind("Observation"):
        if not entered_in_error(entry) and entry.body.status not in _NOT_GIVEN:
            found += _of_entry(entry, reading)
    found.sort(key=_sort_key)
    _list_disagreements(found, reading)
    return found


def _sort_key(item: Observation) -> tuple[str, ...]:
    return item.concept, str(item.taken_on), item.observation_id, str(item.value), str(item.category)


@dataclass(frozen=True)
class _Asked:
    """One question of our concepts with its answer as written: an observation, or a component of one."""

    entry: Entry
    path: str
    concept: str
    known: ObservationConcept
    answer: Written | Measured


def _of_entry(entry: Entry, reading: Reading) -> Iterator[Observation]:
    parts = [(f"component[{i}]", part) for i, part in enumerate(entry.body.component or ()) if part]
    for path, item in [("", entry.body), *parts]:
        concept = reading.knowledge.concepts.observation(text_of(item.code), codes_of(item.code)) if item.code else None
        if concept is None:
            continue
        made = _valued(_Asked(entry, path, concept, reading.knowledge.observations[concept], item), reading)
        if made is not None:
            yield replace(made, taken_on=_taken_on(entry, reading))


def _taken_on(entry: Entry, reading: Reading) -> date | None:
    """The day it was true: as dated, else the end of its period (the start of one still running), else as issued."""
    body = entry.body
    exact = reading.date(entry, "effectiveDateTime", body.effective_date_time or body.effective_instant)
    start, end = reading.span(entry, "effectivePeriod", body.effective_period)
    in_period = start if end is None or (start and start <= reading.on < end) else end
    issued = reading.date(entry, "issued", body.issued)
    day = exact.first if exact else in_period or (issued.first if issued else None)
    if day and day > reading.on:
        what = f"dated {day}, after the review date {reading.on}; not used"
        reading.gap(entry, "effective", what, "implausible")
    return day


def _valued(asked: _Asked, reading: Reading) -> Observation | None:
    name = f"{asked.entry.reference} {asked.path}".strip()
    if asked.known.kind == "category":
        word = _category(asked, reading)
        return Observation(name, asked.concept, category=word) if word else None
    value = _number(asked, reading)
    return None if value is None else Observation(name, asked.concept, value=value, unit=asked.known.unit)


def _category(asked: _Asked, reading: Reading) -> str | None:
    answer = asked.answer
    text = text_of(answer.value_codeable_concept) or (answer.value_string or "").strip()
    codes = codes_of(answer.value_codeable_concept)
    if not text and not codes and answer.value_boolean is not None:
        text = "yes" if answer.value_boolean else "no"
    if not text and not codes:
        return None
    found: str | None = reading.knowledge.concepts.category(asked.concept, text, codes)
    if found is None:
        what = f"'{text[:60]}' is none of {', '.join(asked.known.categories)} for {asked.concept}"
        _gap(asked, what, "unreadable", reading)
    return found


def _gap(asked: _Asked, what: str, kind: GapKind, reading: Reading) -> None:
    reading.gap(asked.entry, f"{asked.path} value".strip(), what, kind)


def _number(asked: _Asked, reading: Reading) -> float | None:
    quantity = asked.answer.value_quantity or _as_quantity(asked.answer) or _as_points(asked)
    value = number(quantity.value) if quantity else None
    if quantity is None or value is None:
        if codes_of(asked.answer.value_codeable_concept):
            _gap(
                asked, f"{asked.concept} is answered by a code that is not known here; not used", "unreadable", reading
            )
        return None
    try:
        converted = reading.knowledge.concepts.convert(asked.concept, value, unit_of(quantity))
    except ValueError as error:
        _gap(asked, f"{asked.concept}: {error}", "unreadable", reading)
        return None
    if quantity.comparator:
        shown = f"{quantity.comparator} {value:g} {unit_of(quantity)}".strip()
        _gap(asked, f"{asked.concept} is given as {shown}; the limit itself is used", "notice", reading)
    return _believed(asked, converted, reading)


def _believed(asked: _Asked, value: float, reading: Reading) -> float | None:
    limits = asked.known.plausible
    if limits is None or limits.lowest <= value <= limits.highest:
        return value
    span = f"{limits.lowest:g} to {limits.highest:g}"
    what = f"{asked.concept} of {value:g} {asked.known.unit} is outside {span}; not used"
    _gap(asked, what, "implausible", reading)
    return None


def _as_quantity(item: Written | Measured) -> Quantity | None:
    """A number written as an integer, a text ('72 kg') or the text of a code ('12')."""
    if item.value_integer is not None:
        return Quantity(value=item.value_integer)
    text = item.value_string or text_of(item.value_codeable_concept)
    match = _AMOUNT.fullmatch(text or "")
    if not match:
        return None
    comparator = match[1] if match[1] and match[1][0] in "<>" else None
    return Quantity(value=Decimal(match[2].replace(",", ".")), unit=match[3], comparator=comparator)


def _as_points(asked: _Asked) -> Quantity | None:
    """The points of an answer that is written as its LOINC code, as record systems keep single items of PHQ and GAD."""
    if asked.known.unit != "{score}":
        return None
    codes = {code for _, code in codes_of(asked.answer.value_codeable_concept)}
    points = next((points for code, points in _POINTS_OF_ANSWER.items() if code in codes), None)
    return None if points is None else Quantity(value=Decimal(points))


def _list_disagreements(found: list[Observation], reading: Reading) -> None:
    """Two different values of one concept on one day: the later by name is used, and that is said."""
    entries = {entry.reference: entry for entry in reading.of_kind("Observation")}
    for one, other in pairwise(found):
        same = one.concept == other.concept and one.taken_on == other.taken_on
        if same and (one.value, one.category) != (other.value, other.category):
            what = f"{other.concept} differs from {one.observation_id} of the same day; this one is used"
            entry = entries.get(other.observation_id.split(" component")[0])
            if entry is not None:
                reading.gap(entry, "value", what, "conflict")
