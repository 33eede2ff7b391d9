"""What happened over time as FHIR tells it: MedicationDispense, Encounter, Task become fills, stays, promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from benzosafe.fhir.coverage import entered_in_error
from benzosafe.fhir.decode import MedicationDispense
from benzosafe.fhir.elements import Reference, present
from benzosafe.fhir.reading import Entry, Reading, number, text_of
from benzosafe.patient.course import Course, Fill, Promise, Stay
from benzosafe.patient.tables import Order

_NOT_HANDED_OUT = frozenset(
    {"entered-in-error", "cancelled", "declined", "stopped", "preparation", "in-progress", "on-hold"}
)
_STAYED_AS = frozenset({"IMP", "ACUTE", "NONAC", "inpatient"})
_NOT_STAYED = frozenset({"planned", "cancelled", "entered-in-error", "unknown"})
_DROPPED = frozenset({"cancelled", "rejected", "entered-in-error", "failed"})


def read_course(reading: Reading, orders: Iterable[Order]) -> Course:
    """Fills, stays and promises of the file; a kind of which nothing is in the file was not given."""
    fills = tuple(_fills(reading, [order for order in orders if order.source == "dispense"]))
    stays = tuple(_stays(reading))
    promises = tuple(_promises(reading))
    given = {name for name, found in (("fills", fills), ("stays", stays), ("promises", promises)) if found}
    return Course(fills=fills, stays=stays, promises=promises, given=frozenset(given))


def _fills(reading: Reading, orders: list[Order]) -> Iterator[Fill]:
    for order in orders:
        entry = reading.find(order.order_id.split("#", maxsplit=1)[0])
        if entry is None or order.ingredient is None or order.start_on is None or order.start_on > reading.on:
            continue
        body: MedicationDispense = entry.body
        if body.status in _NOT_HANDED_OUT:
            continue
        yield Fill(
            fill_id=order.order_id, ingredient=order.ingredient, on=order.start_on, medicine=order.text,
            strength_mg=order.strength_mg, units=number(body.quantity.value) if body.quantity else None,
            days=number(body.days_supply.value) if body.days_supply else None,
            dose_mg_per_day=order.dose_mg_per_day, prescriber=_prescriber(body, reading), pharmacy=_pharmacy(body),
            source=(body.meta.source or "") if body.meta else "",
            note="; ".join(note.text for note in present(body.note) if note.text),
        )  # fmt: skip


def _named(reference: Reference | None) -> str:
    return (reference.display or reference.reference or "").strip() if reference else ""


def _pharmacy(body: MedicationDispense) -> str:
    """Where it was handed out: the place if it is named, else who handed it out."""
    actors = [_named(performer.actor) for performer in present(body.performer)]
    return _named(body.location) or next((name for name in actors if name), "")


def _prescriber(body: MedicationDispense, reading: Reading) -> str:
    """Who signed the prescription that it was handed out on."""
    requests = (reading.find(one.reference) for one in present(body.authorizing_prescription))
    return next((_named(one.body.requester) for one in requests if one and one.kind == "MedicationRequest"), "")


def _stays(reading: Reading) -> Iterator[Stay]:
    for entry in reading.of_kind("Encounter"):
        if entered_in_error(entry) or entry.body.status in _NOT_STAYED or not entry.body.classes & _STAYED_AS:
            continue
        start, end = reading.span(entry, "period", entry.body.period)
        if start and start <= reading.on:
            yield Stay(start, end, "hospital")


def _promises(reading: Reading) -> Iterator[Promise]:
    for entry in reading.of_kind("Task"):
        body = entry.body
        if entered_in_error(entry) or body.status in _DROPPED:
            continue
        due = _due(entry, reading)
        what = body.description or (text_of(body.code) if body.code else "")
        if due is None or not what:
            reading.gap(entry, "", "a task without a day or without words is not followed", "notice")
            continue
        done = reading.date(entry, "lastModified", body.last_modified) if body.status == "completed" else None
        made = reading.date(entry, "authoredOn", body.authored_on)
        yield Promise(
            entry.reference, what, due, _named(body.owner), made.first if made else None,
            (done.first if done else due) if body.status == "completed" else None,
        )  # fmt: skip


def _due(entry: Entry, reading: Reading) -> date | None:
    """The last day within which it is to be done."""
    body = entry.body
    within = body.restriction.period if body.restriction else None
    return (
        reading.span(entry, "restriction.period", within)[1]
        or reading.span(entry, "executionPeriod", body.execution_period)[1]
    )
