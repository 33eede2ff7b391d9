"""Observations of our concepts, in our units; what cannot be believed is listed and left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from benzosafe.fhir.coverage import entered_in_error
from benzosafe.fhir.decode import Observation as Written
from benzosafe.fhir.elements import Quantity
from benzosafe.fhir.reading import Entry, Reading, codes_of, number, text_of, unit_of
from benzosafe.patient.tables import Observation

_NOT_GIVEN = frozenset({"cancelled", "registered"})
_AMOUNT = re.compile(r"\s*([<>]=?|ca\.?)?\s*(-?\d+(?:[.,]\d+)?)\s*(\S.*?)?\s*")


def read_observations(reading: Reading) -> list[Observation]:
    """Every observation, and every component of one, that is of a concept in the knowledge."""
    found: list[Observation] = []
    for entry in reading.of_kind("Observation"):
        if not entered_in_error(entry) and entry.body.status not in _NOT_GIVEN:
            found += _of_entry(entry, reading)
    found.sort(
        key=lambda item: (
            item.concept,
            str(item.taken_on),
            item.observation_id,
            str(item.value),
            str(item.category),
        )
    )
    _list_disagreements(found, reading)
    return found


def _of_entry(entry: Entry, reading: Reading) -> Iterator[Observation]:
    body = entry.body
    taken_on = None
    concepts = reading.knowledge.concepts
    for path, item in [
        ("", body),
        *((f"component[{i}]", part) for i, part in enumerate(body.component or ()) if part),
    ]:
        concept = concepts.observation(text_of(item.code), codes_of(item.code)) if item.code else None
        if concept is None:
            continue
        taken_on = taken_on or _taken_on(entry, reading)
        made = _valued(entry, path, concept, item, reading)
        if made is not None:
            yield replace(made, taken_on=taken_on)


def _taken_on(entry: Entry, reading: Reading) -> date | None:
    body = entry.body
    start, end = reading.span(entry, "effectivePeriod", body.effective_period)
    for path, text in (
        ("effectiveDateTime", body.effective_date_time),
        ("effectiveInstant", body.effective_instant),
        ("issued", body.issued),
    ):
        found = reading.date(entry, path, text)
        if found or end or start:
            day = found.first if found else end or start
            break
    else:
        return None
    if day and end and not found and end > reading.on and start and start <= reading.on:
        day = start
    if day and day > reading.on:
        reading.gap(entry, "effective", f"dated {day}, after the review date {reading.on}; not used", "implausible")
    return day


def _valued(entry: Entry, path: str, concept: str, item: Written, reading: Reading) -> Observation | None:
    kind = reading.knowledge.observations[concept].kind
    name = f"{entry.reference} {path}".strip()
    if kind == "category":
        word = _category(entry, path, concept, item, reading)
        return Observation(name, concept, category=word) if word else None
    value = _number(entry, path, concept, item, reading)
    return (
        None
        if value is None
        else Observation(name, concept, value=value, unit=reading.knowledge.observations[concept].unit)
    )


def _category(entry: Entry, path: str, concept: str, item: Written, reading: Reading) -> str | None:
    coded = item.value_codeable_concept
    text = text_of(coded) or (item.value_string or "").strip()
    if not text and not codes_of(coded) and item.value_boolean is not None:
        text = "yes" if item.value_boolean else "no"
    if not text and not codes_of(coded):
        return None
    found = reading.knowledge.concepts.category(concept, text, codes_of(coded))
    if found is None:
        allowed = ", ".join(reading.knowledge.observations[concept].categories)
        reading.gap(
            entry,
            f"{path} value".strip(),
            f"'{text[:60]}' is none of {allowed} for {concept}",
            "unreadable",
            text,
        )
    return found


def _number(entry: Entry, path: str, concept: str, item: Written, reading: Reading) -> float | None:
    quantity = item.value_quantity or _as_quantity(item)
    value = number(quantity.value) if quantity else None
    if quantity is None or value is None:
        return None
    where = f"{path} value".strip()
    try:
        converted = reading.knowledge.concepts.convert(concept, value, unit_of(quantity))
    except ValueError as error:
        reading.gap(entry, where, f"{concept}: {error}")
        return None
    if quantity.comparator:
        shown = f"{quantity.comparator} {value:g} {unit_of(quantity)}".strip()
        reading.gap(entry, where, f"{concept} is given as {shown}; the limit itself is used", "notice")
    return _believed(entry, where, concept, converted, reading)


def _believed(entry: Entry, where: str, concept: str, value: float, reading: Reading) -> float | None:
    limits = reading.knowledge.observations[concept].plausible
    if limits is None or limits.lowest <= value <= limits.highest:
        return value
    known = reading.knowledge.observations[concept]
    what = f"{concept} of {value:g} {known.unit} is outside {limits.lowest:g} to {limits.highest:g}; not used"
    reading.gap(entry, where, what, "implausible")
    return None


def _as_quantity(item: Written) -> Quantity | None:
    """A number written as an integer, a text ('72 kg') or the text of a code ('12')."""
    if item.value_integer is not None:
        return Quantity(value=item.value_integer)
    text = item.value_string or text_of(item.value_codeable_concept)
    match = _AMOUNT.fullmatch(text or "")
    if not match:
        return None
    comparator = match[1] if match[1] and match[1][0] in "<>" else None
    return Quantity(value=Decimal(match[2].replace(",", ".")), unit=match[3], comparator=comparator)


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
