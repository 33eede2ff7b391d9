"""Which requests are orders somebody signed, and of each: where, by whom, for a patient of which age and sex."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from benzosafe.fhir.bundle import reference_tail
from benzosafe.fhir.dates import read_date
from benzosafe.population.forecast.history import History, Kept
from benzosafe.population.forecast.moments import Json, Moment, at_path, is_before, read_moment
from benzosafe.population.screen.strata import NOT_KNOWN, age_band, sex_group

_NOT_ORDERS = frozenset({"proposal", "plan", "option"})
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Known:
    """Somebody or some place by a lasting key, and the name people know."""

    key: str
    name: str


NOBODY = Known(NOT_KNOWN, NOT_KNOWN)


@dataclass(frozen=True)
class Setting:
    """Where an order was signed, by whom, and for whom."""

    ward: Known
    clinician: Known
    age: str
    sex: str


def not_signed(body: Json) -> str:
    """Why a request is no order that somebody signed; empty where it is one."""
    if body.get("status") == "entered-in-error":
        return "entered in error"
    if body.get("status") == "draft":
        return "a draft"
    if _text(body.get("intent")) in _NOT_ORDERS:
        return "proposed or planned, not ordered"
    if body.get("reportedBoolean") is True or body.get("reported") is True or body.get("reportedReference"):
        return "reported by the patient or others, not ordered"
    return ""


def setting_of(order: Kept, history: History) -> Setting:
    """The setting of an order."""
    return Setting(
        _ward(order, history), _known(order.body.get("requester")), _age(order, history.person),
        sex_group(_text(history.person.get("gender")).lower()),
    )  # fmt: skip


def _age(order: Kept, person: Json) -> str:
    born = read_date(_text(person.get("birthDate")))
    if born is None or born.stands_for_no_date or order.since is None or order.since.day < born.first:
        return NOT_KNOWN
    return age_band(float(_whole_years(born.first, order.since.day)))


def _whole_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _ward(order: Kept, history: History) -> Known:
    """The location of the order's encounter at that moment, else who provides it, else its class."""
    reference = _text(at_path(order.body, "encounter.reference"))
    encounter = _encounter(reference, history) if reference else None
    if encounter is None:
        return NOBODY
    provider = _known(encounter.get("serviceProvider"))
    places = (_location(encounter, order.since), provider, _class(encounter.get("class")))
    return next((place for place in places if place is not NOBODY), NOBODY)


def _encounter(reference: str, history: History) -> Json | None:
    tail = reference_tail(reference)
    encounters = (kept for kept in history.kept if kept.row.kind == "Encounter")
    return next((kept.body for kept in encounters if kept.row.id == tail or kept.row.full_url == reference), None)


def _location(encounter: Json, at: Moment | None) -> Known:
    """Of several locations the one begun last before the order; without days the first that has a name."""
    written = encounter.get("location")
    stays = [item for item in written if isinstance(item, dict)] if isinstance(written, list) else []
    found = [(read_moment(at_path(stay, "period.start")), _known(stay.get("location"))) for stay in stays]
    named = [(start, place) for start, place in found if place is not NOBODY]
    begun = [item for item in named if item[0] and at and is_before(item[0], at, at_once=True)]
    if begun:
        return max(begun, key=lambda item: item[0].sorted_by if item[0] else (date.min, 0.0))[1]
    return named[0][1] if named else NOBODY


def _class(written: Any) -> Known:
    """R4 has one Coding, R5 a list of concepts."""
    first = written[0] if isinstance(written, list) and written else written
    codings = first.get("coding") if isinstance(first, dict) else None
    coding = codings[0] if isinstance(codings, list) and codings else first
    code, display = (_text(at_path(coding, name)) for name in ("code", "display"))
    return Known(f"class {code or display}", _short(f"class: {display or code}")) if code or display else NOBODY


def _known(pointer: Any) -> Known:
    """Whom a reference means: by its address where it has one, and by its display."""
    tail = reference_tail(_text(at_path(pointer, "reference"))).lstrip("#")
    display = " ".join(_text(at_path(pointer, "display")).split())
    return Known(tail or display, _short(display or tail)) if tail or display else NOBODY


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def last_day(requests: Iterable[Kept], on: date) -> date | None:
    """The last day up to a date on which one of these was signed."""
    days = [kept.since.day for kept in requests if kept.since and kept.since.day <= on and not not_signed(kept.body)]
    return max(days, default=None)
