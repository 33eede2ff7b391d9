"""When something came onto a record: days, and instants where they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from benzosafe.fhir.dates import read_date

Json = dict[str, Any]

_KNOWN_BY: dict[str, tuple[str, ...]] = {
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("dateAsserted", "effectiveDateTime", "effectivePeriod.start"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "Condition": ("recordedDate", "onsetDateTime", "onsetPeriod.start"),
    "AllergyIntolerance": ("recordedDate", "onsetDateTime", "onsetPeriod.start"),
}
_RESULT_OF = ("effectiveDateTime", "effectiveInstant", "effectivePeriod.start")
_ISSUED = "issued"


class Moment(NamedTuple):
    """A day as written, and the second where it is written."""

    day: date
    second: float | None = None

    @property
    def sorted_by(self) -> tuple[date, float]:
        """An order with a day alone stands before those of the same day with a time."""
        return self.day, 0.0 if self.second is None else self.second


def read_moment(text: Any) -> Moment | None:
    """The moment written; None for what is no date or stands for none."""
    found = read_date(text) if isinstance(text, str) else None
    if found is None or found.stands_for_no_date:
        return None
    return Moment(found.first, _second(text) if found.precision == "day" else None)


def _second(text: str) -> float | None:
    plain = text.strip()
    if len(plain) <= len("2026-01-01"):
        return None
    try:
        exact = datetime.fromisoformat(plain)
        return (exact if exact.tzinfo else exact.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def known_from(kind: str, body: Json) -> Moment | None:
    """When a resource came onto the record: the first of its dates that says so; None where none does."""
    if kind == "Observation":
        dates = [_first(body, _RESULT_OF), read_moment(body.get(_ISSUED))]
        return max((item for item in dates if item), key=lambda item: item.sorted_by, default=None)
    return _first(body, _KNOWN_BY.get(kind, ()))


def _first(body: Json, paths: tuple[str, ...]) -> Moment | None:
    return next((found for path in paths if (found := read_moment(at_path(body, path)))), None)


def at_path(body: Any, path: str) -> Any:
    """The value at a path of names; None where a part is missing or of another shape."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def is_before(one: Moment, order: Moment, *, at_once: bool) -> bool:
    """Whether something was on record when an order was signed; `at_once`: what has the same moment counts.

    Of what only the day is known, and it is the day of the order, the same is said.
    """
    if one.day != order.day:
        return one.day < order.day
    if one.second is None or order.second is None or one.second == order.second:
        return at_once
    return one.second < order.second
