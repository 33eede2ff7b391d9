"""Resources as they stood on an earlier day: what was learnt later is taken out of them again."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Raw

from benzosafe.patient.timeline import ENDED
from benzosafe.population.forecast.moments import Json, at_path, read_moment

_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_UNKNOWN, _ACTIVE, _DRAFT = Raw(b'"unknown"'), Raw(b'{"coding":[{"code":"active"}]}'), Raw(b'"draft"')
_ABATEMENTS = ("abatementDateTime", "abatementPeriod", "abatementBoolean", "abatementAge", "abatementRange",
               "abatementString")  # fmt: skip
_OVER = frozenset({"inactive", "remission", "resolved"})


def as_it_stood(kind: str, body: Json, resource: bytes, on: date) -> tuple[bytes, bool]:
    """A resource as it stood, and whether its end is on record without a day, so that it may have come later."""
    if kind in ("MedicationRequest", "MedicationStatement"):
        undated = body.get("status") in ENDED and not _has_end(body)
        return (_with(resource, {"status": _UNKNOWN}) if undated else resource), undated
    if kind == "Condition":
        return _condition(body, resource, on)
    if kind == "Patient" and body.get("deceasedBoolean") is True:
        return _with(resource, {"deceasedBoolean": None}), False  # an order was signed, so the patient lived
    return resource, False


def as_draft(resource: bytes) -> bytes:
    """An order as it lay before it was signed."""
    return _with(resource, {"status": _DRAFT})


def _has_end(body: Json) -> bool:
    """Whether a medicine's end is written with a day, or a length from which it follows."""
    ends = [at_path(body, "effectivePeriod.end"), at_path(body, "dispenseRequest.validityPeriod.end")]
    written = body.get("dosageInstruction")
    for item in written if isinstance(written, list) else ():
        ends.append(at_path(item, "timing.repeat.boundsPeriod.end"))
    return any(read_moment(end) for end in ends)


def _condition(body: Json, resource: bytes, on: date) -> tuple[bytes, bool]:
    end = read_moment(body.get("abatementDateTime")) or read_moment(at_path(body, "abatementPeriod.end"))
    nothing: dict[str, Raw | None] = dict.fromkeys(_ABATEMENTS)
    if end is not None:
        return (resource if end.day <= on else _with(resource, {**nothing, "clinicalStatus": _ACTIVE})), False
    if not _OVER.isdisjoint(_words(body.get("clinicalStatus"))) or body.get("abatementBoolean") is True:
        return _with(resource, {**nothing, "clinicalStatus": None}), True
    return resource, False


def _words(concept: Any) -> set[str]:
    coding = concept.get("coding") if isinstance(concept, dict) else None
    found = [item.get("code") for item in coding if isinstance(item, dict)] if isinstance(coding, list) else []
    return {word for word in (*found, at_path(concept, "text")) if isinstance(word, str)}


def _with(resource: bytes, changed: dict[str, Raw | None]) -> bytes:
    """The resource with some fields changed, or gone where None; every other as it was written."""
    fields = {name: raw for name, raw in _FIELDS.decode(resource).items() if name not in changed}
    return msgspec.json.encode(fields | {name: raw for name, raw in changed.items() if raw is not None})
