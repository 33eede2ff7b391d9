"""Of each patient on a benzodiazepine or Z-drug: the groups they are in, and their signals as the bedside sees them.

The signals are those of `monitoring.signals`, of the record as it is now without what is dated after the day. Nothing
here judges a group, and no name leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec

from benzosafe.errors import InputRefused
from benzosafe.facts.catalog import catalog_of
from benzosafe.fhir.dates import PartialDate, read_date
from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.signals import signals
from benzosafe.patient.tables import Record
from benzosafe.population.forecast.gate import OrderGate
from benzosafe.population.forecast.history import History
from benzosafe.population.measures.measure_input import Chart
from benzosafe.population.measures.moments import Moment
from benzosafe.population.measures.resources import Person
from benzosafe.population.measures.stratifiers import NOT_RECORDED, STRATIFIERS, strata_of
from benzosafe.population.rows import PatientRows
from benzosafe.population.screen.record import record_of
from benzosafe.population.screen.strata import AGE_BANDS, NOT_KNOWN, age_band

AGE = "age"
_OTHERS = tuple(STRATIFIERS[name] for name in ("sex", "race", "ethnicity"))
GROUPS: dict[str, tuple[str, ...]] = {
    AGE: (*(band for band in AGE_BANDS if band != NOT_KNOWN), NOT_RECORDED),
    **{item.name: item.strata for item in _OTHERS},
}
"""By what signals are counted: every group there can be in the order shown, `not recorded` at the end."""

DIED = "known to have died"
REFUSED = "the record was refused"
_CLASS = "bzra"
_PERSON = msgspec.json.Decoder(Person)


@dataclass(frozen=True)
class Watched:
    """One patient: the group they are in by each kind, the state of each signal by its id; or why they are left out."""

    groups: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""


class Watch:
    """Looks at patients on one day; `first`: a supply handed out from that day on counts as being on the medicine."""

    def __init__(self, knowledge: Knowledge, first: date, on: date, *, in_full: bool = False) -> None:
        """`in_full`: read also whom the gate would pass over, to prove the gate."""
        self._knowledge, self._first, self._on, self._in_full = knowledge, first, on, in_full
        classes = catalog_of(knowledge).classes_of
        self._sedatives = frozenset(name for name in knowledge.drugs if _CLASS in classes(name))
        self._gate = OrderGate(knowledge)

    def of(self, person: PatientRows, history: History) -> Watched | None:
        """What is seen of a patient; None of one who is not on a benzodiazepine or Z-drug."""
        rows = rows_until(person, history, self._on)
        if not (self._in_full or self._gate.may_name(rows, self._sedatives)):
            return None
        try:
            record = record_of(rows, self._knowledge, self._on)
        except InputRefused:
            return Watched(left_out=REFUSED)
        if not self._is_on(record):
            return None
        if record.deceased:
            return Watched(left_out=DIED)
        found = signals(record, record.course, self._knowledge, self._on)
        return Watched(groups_of(history, self._on), {signal.id: signal.state for signal in found})

    def _is_on(self, record: Record) -> bool:
        """Whether it is on the list and not known to be over, or was handed out in the window."""
        return any(
            order.ingredient in self._sedatives and order.active is not False for order in record.orders
        ) or any(fill.ingredient in self._sedatives and self._first <= fill.on <= self._on
                 for fill in record.course.fills)  # fmt: skip


def rows_until(person: PatientRows, history: History, on: date) -> PatientRows:
    """The rows of a patient without what came onto the record after a day, in an order that no file decides."""
    known = [kept.row for kept in history.kept if kept.since is None or kept.since.day <= on]
    kinds = {kept.row.kind for kept in history.kept}
    others = [row for row in person.rows if row.kind not in kinds]
    others.sort(key=lambda row: (row.kind, row.id, row.full_url, row.resource))
    return PatientRows(person.patient, (*known, *others))


def groups_of(history: History, on: date) -> dict[str, str]:
    """The group of a patient by each kind; `not recorded` where the record does not tell."""
    person = _person(history)
    chart = Chart(history.patient, person)
    day = (on.year, on.month, on.day)
    return {AGE: _age(person, on), **strata_of(chart, Moment(day, day), _OTHERS)}


def _person(history: History) -> Person | None:
    """The Patient as groups read it; None where there is none that can be read."""
    resource = next((kept.row.resource for kept in history.kept if kept.row.kind == "Patient"), b"null")
    try:
        person = _PERSON.decode(resource)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    person.gender = (person.gender or "").lower()
    return person


def _age(person: Person | None, on: date) -> str:
    """The age band on the day; not recorded where the birth date is too coarse to tell it."""
    born = read_date(person.birth_date) if person and person.birth_date else None
    if born is None or born.stands_for_no_date or born.first > on:
        return NOT_RECORDED
    bands = {age_band(float(years)) for years in _years(born, on)}
    return bands.pop() if len(bands) == 1 else NOT_RECORDED


def _years(born: PartialDate, on: date) -> tuple[int, int]:
    """The age at most and at least on the day [a]."""
    days = (born.first, min(born.last, on))
    most, least = (on.year - day.year - ((on.month, on.day) < (day.month, day.day)) for day in days)
    return most, least
