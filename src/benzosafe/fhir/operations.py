"""The operations without HTTP: a request's bytes become a status and a resource; every refusal is explained."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benzosafe.errors import BenzosafeError, UsageError
from benzosafe.fhir.operation_parameters import OPERATIONS
from benzosafe.fhir.operation_review import answer_review
from benzosafe.fhir.operation_simulate import answer_simulate
from benzosafe.fhir.operation_taper import answer_taper
from benzosafe.fhir.parameters import Given, NotARequest, WrongParameter, read_request
from benzosafe.fhir.places import for_callers, place_of_option
from benzosafe.fhir.write_outcome import outcome, remark
from benzosafe.fhir.write_parts import Json
from benzosafe.knowledge.load import Knowledge

ANSWERS: dict[str, Callable[[Given, Knowledge, datetime], Json]] = {
    "review": answer_review,
    "taper": answer_taper,
    "simulate": answer_simulate,
}
# The first that fits: HTTP status and issue code.
_SAID_OF: dict[type[BenzosafeError], tuple[int, str]] = {
    NotARequest: (400, "structure"),
    WrongParameter: (400, "invalid"),
    UsageError: (422, "value"),
    BenzosafeError: (422, "business-rule"),
}


@dataclass(frozen=True)
class Answered:
    """An HTTP status and the resource that goes with it."""

    status: int
    resource: Json


def operate(code: str, data: bytes, knowledge: Knowledge, now: datetime) -> Answered:
    """Answer one operation: 200 with its result; 400 for a request that cannot be read; 422 for what is refused.

    `code`: review, taper or simulate. `now` has a time zone; its day is the day of the review when none is given.
    """
    operation = OPERATIONS[code]
    at = "Bundle"
    try:
        given = read_request(data, operation)
        at = given.bundle.at if given.bundle else at
        made = ANSWERS[code](given, knowledge, now)
        return Answered(200, as_binary(made["json"]) if given.wants_json() else made["fhir"])
    except BenzosafeError as error:
        return refused(error, at)


def refused(error: BenzosafeError, bundle: str) -> Answered:
    """The refusal as an OperationOutcome: what, where as a FHIRPath expression, and the next step."""
    status, code = next(pair for kind, pair in _SAID_OF.items() if isinstance(error, kind))
    where = place_of_option(error.where, bundle)
    issues = [remark("error", code, for_callers(error.what), where, for_callers(error.next_step))]
    issues += _assessed(getattr(error, "assessment", None))
    return Answered(status, outcome(issues))


def _assessed(assessment: Any) -> list[Json]:
    """What was found out about a patient for whom no plan could be made: it matters all the more."""
    words: Sequence[Any] = assessment["words"] if assessment else ()
    return [
        remark("information", "informational", f"{part['heading']}: {line}") for part in words for line in part["lines"]
    ]


def as_binary(data: Any) -> Json:
    """benzosafe's own JSON within a Binary, so that every answer is a FHIR resource."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return {
        "resourceType": "Binary", "contentType": "application/json", "data": base64.b64encode(text.encode()).decode(),
    }  # fmt: skip
