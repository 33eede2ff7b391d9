"""Problems, and the encounters and procedures that say as much, as conditions of our concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from benzosafe.fhir.coverage import entered_in_error, is_absence
from benzosafe.fhir.elements import CodeableConcept, codings, present
from benzosafe.fhir.reading import Entry, Reading, codes_of, has_code, text_of
from benzosafe.patient.tables import Condition, Tri

_CLINICAL_STATES = {
    "active": True, "recurrence": True, "relapse": True, "inactive": False, "remission": False, "resolved": False,
}  # fmt: skip
# What a service means by its words alone; "hepatitis C antibody test" must not become a liver disease.
_CARE = frozenset({"hospice", "palliative_care", "end_of_life", "procedural_sedation"})
_INPATIENT = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "EMER"})


def read_conditions(reading: Reading) -> list[Condition]:
    """The problem list; and from encounters, procedures and service requests what resolves to a concept."""
    found = [_condition(entry, reading) for entry in reading.of_kind("Condition") if _counts(entry)]
    for entry in reading.of_kind("Encounter"):
        if not entered_in_error(entry) and entry.body.status not in ("cancelled", "planned"):
            found += _of_encounter(entry, reading)
    for entry in reading.of_kind("Procedure", "ServiceRequest"):
        if not entered_in_error(entry) and _was_done(entry):
            found += _of_procedure(entry, reading)
    return sorted(found, key=lambda item: (item.condition_id, item.text))


def known_absent(conditions: list[Condition], reading: Reading) -> frozenset[str]:
    """Concepts a refuted diagnosis rules out: the diagnosis itself, not the wider ones it would imply."""
    absent: set[str] = set()
    for item in conditions:
        if not item.present:
            implied = {wider for name in item.concepts for wider in reading.knowledge.conditions[name].implies}
            absent |= set(item.concepts) - implied
    return frozenset(absent - {name for item in conditions if item.present for name in item.concepts})


def _counts(entry: Entry) -> bool:
    return not entered_in_error(entry) and not is_absence(entry)


def _condition(entry: Entry, reading: Reading) -> Condition:
    body = entry.body
    onset, ended = _course(entry, reading)
    recorded = _not_in_future(
        entry, "recordedDate", _first(entry, "recordedDate", body.recorded_date, reading), reading
    )
    text, codes = text_of(body.code), codes_of(body.code)
    if not text and not codes:
        reading.gap(entry, "code", "no problem is named")
    return Condition(
        condition_id=entry.reference, text=text, concepts=_concepts(body.code, reading),
        codes=tuple(f"{system}|{code}" for system, code in codes), active=_active(entry, ended, reading),
        present=not has_code(body.verification_status, {"refuted"}),
        onset_on=onset, recorded_on=recorded, ended_on=ended,
    )  # fmt: skip


def _concepts(concept: CodeableConcept | None, reading: Reading) -> tuple[str, ...]:
    """Our concepts by code, else by the text, else by the displays of the codes."""
    texts = [text_of(concept), *(item.display or "" for item in codings(concept))]
    for text in dict.fromkeys(texts):
        found: tuple[str, ...] = reading.knowledge.concepts.conditions(text, codes_of(concept))
        if found:
            return found
    return ()


def _concepts_of_service(concept: CodeableConcept | None, reading: Reading) -> tuple[str, ...]:
    """Our concepts by code; by words only those of a kind of care."""
    coded: tuple[str, ...] = reading.knowledge.concepts.conditions("", codes_of(concept))
    return coded or tuple(name for name in _concepts(concept, reading) if name in _CARE)


def _course(entry: Entry, reading: Reading) -> tuple[date | None, date | None]:
    """Onset and end; a reversed pair is listed and not used."""
    body = entry.body
    start, _ = reading.span(entry, "onsetPeriod", body.onset_period)
    onset = _not_in_future(
        entry, "onset", _first(entry, "onsetDateTime", body.onset_date_time, reading) or start, reading
    )
    abated = reading.date(entry, "abatementDateTime", body.abatement_date_time)
    _, abatement_end = reading.span(entry, "abatementPeriod", body.abatement_period)
    ended = abated.last if abated else abatement_end
    if onset and ended and onset > ended:
        reading.gap(entry, "abatement", f"began on {onset}, after its end on {ended}; neither is used", "implausible")
        return None, None
    if ended and ended > reading.on:  # not over yet on the review date
        ended = None
    return onset, ended


def _first(entry: Entry, path: str, text: str | None, reading: Reading) -> date | None:
    found = reading.date(entry, path, text)
    return found.first if found else None


def _not_in_future(entry: Entry, path: str, day: date | None, reading: Reading) -> date | None:
    """JUDGEMENT: a problem dated after the review date is kept without its date, for it may well be present."""
    if day is None or day <= reading.on:
        return day
    reading.gap(entry, path, f"dated {day}, after the review date {reading.on}; the date is not used", "implausible")
    return None


def _active(entry: Entry, ended: date | None, reading: Reading) -> Tri:
    body = entry.body
    state = next((value for word, value in _CLINICAL_STATES.items() if has_code(body.clinical_status, {word})), None)
    if state and ended:
        reading.gap(
            entry,
            "clinicalStatus",
            f"is active, yet it ended on {ended}; taken as perhaps still present",
            "conflict",
        )
        return None
    if state is None and (ended or body.abatement_boolean):
        return False
    return state


@dataclass(frozen=True)
class _When:
    """From when to when a service ran, and whether it runs on the review date."""

    start: date | None
    end: date | None
    ongoing: Tri


@dataclass(frozen=True)
class _Said:
    """One coded field of a service, and when the service ran."""

    path: str
    concept: CodeableConcept | None
    when: _When


def _of_encounter(entry: Entry, reading: Reading) -> Iterator[Condition]:
    body = entry.body
    start, end = reading.span(entry, "period", body.period)
    when = _when(start, end, reading)
    if end is None and body.status in ("in-progress", "onleave", "finished"):
        when = replace(when, ongoing=body.status != "finished")
    if when.ongoing and not body.classes.isdisjoint(_INPATIENT):
        reading.gap(entry, "", "is in hospital on the review date; what is given there may not be listed", "notice")
    named = [("type", concept) for concept in present(body.type)]
    named += [("serviceType", concept) for concept in body.services]
    named += [("reasonCode", concept) for concept in present(body.reason_code)]
    for path, concept in named:
        yield from _resolved(entry, _Said(path, concept, when), reading)
    where_to = body.hospitalization.discharge_disposition if body.hospitalization else None
    if where_to:  # what a patient was discharged to goes on from then
        since = _When(end or start, None, None)
        yield from _resolved(entry, _Said("dischargeDisposition", where_to, since), reading)


def _of_procedure(entry: Entry, reading: Reading) -> Iterator[Condition]:
    body = entry.body
    start, end = reading.span(entry, "period", body.performed_period or body.occurrence_period)
    written = body.performed_date_time or body.occurrence_date_time or body.authored_on
    at = reading.date(entry, "date", written)
    if at and start is None:
        goes_on = entry.kind == "ServiceRequest" or body.status == "in-progress"
        start, end = at.first, None if goes_on else at.last
    yield from _resolved(entry, _Said("code", body.code, _when(start, end, reading)), reading)


def _when(start: date | None, end: date | None, reading: Reading) -> _When:
    if start is None and end is None:
        return _When(None, None, None)
    ongoing = (start is None or start <= reading.on) and (end is None or end >= reading.on)
    return _When(start, None if ongoing else end, ongoing)


def _was_done(entry: Entry) -> bool:
    undone = ("not-done", "preparation", "revoked", "draft", "cancelled", "stopped")
    return entry.body.status not in undone and not entry.body.do_not_perform


def _resolved(entry: Entry, said: _Said, reading: Reading) -> Iterator[Condition]:
    read = _concepts if said.path == "reasonCode" else _concepts_of_service
    concepts = read(said.concept, reading)
    start = said.when.start
    if concepts and not (start and start > reading.on):
        yield Condition(
            condition_id=f"{entry.reference} {said.path}", text=text_of(said.concept), concepts=concepts,
            codes=tuple(f"{system}|{code}" for system, code in codes_of(said.concept)), active=said.when.ongoing,
            onset_on=start, recorded_on=start, ended_on=said.when.end,
        )  # fmt: skip
