"""What every written resource needs: stable ids, clean text, the patient, three-valued facts in words."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Review = Mapping[str, Any]

RULE_SYSTEM = "https://benzosafe.org/rule"
"""Our rules as codes: the rule's id, with its version beside it."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://benzosafe.org/review")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# The byte order mark is a space to readers written in JavaScript, and a text of spaces only is no text.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]+")


def stable_id(review: Review, *parts: object) -> str:
    """An id that is the same whenever the same review is written again."""
    patient = (review.get("patient") or {}).get("id") or ""
    named = [patient, review.get("reviewed_on"), review.get("knowledge_version"), *parts]
    return str(uuid.uuid5(_NAMESPACE, json.dumps(named, default=str)))


def url_of(name: str) -> str:
    """The address of a resource within the Bundle."""
    return f"urn:uuid:{name}"


def clean(text: object) -> str:
    """Text as FHIR allows it: no control characters, single spaces, no empty ends."""
    return " ".join(_FORBIDDEN.sub(" ", "" if text is None else str(text)).split())


def patient_of(review: Review) -> Json:
    """A reference to the reviewed patient, by id where that is a FHIR id."""
    name = clean((review.get("patient") or {}).get("id"))
    if _FHIR_ID.fullmatch(name):
        return {"reference": f"Patient/{name}"}
    return {"display": name or "the patient of this review"}


def instant(moment: datetime) -> str:
    """A moment as FHIR writes it, to the second, with its time zone; a moment without one is a mistake of ours."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.isoformat(timespec="seconds")


def said(value: object) -> str:
    """A fact's value in words: a number, a range with open ends, yes, no or not known."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = value
        if low == high:
            return said(low)
        if low is None or high is None:
            return f"at least {said(low)}" if high is None else f"at most {said(high)}"
        return f"{said(low)} to {said(high)}"
    return clean(f"{value:g}" if isinstance(value, float) else value)


def without_empty(resource: Json) -> Json:
    """The resource without fields that hold nothing, which FHIR does not allow."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}
