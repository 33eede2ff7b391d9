"""Refusals and failures as FHIR OperationOutcomes: what, where, next step; never what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from benzosafe.audit.ledger import Tampered
from benzosafe.audit.vault import Sealed
from benzosafe.errors import BenzosafeError, InputRefused, UsageError
from benzosafe.identity.accounts import NotAllowed
from benzosafe.prescriptions.access import Stranger
from benzosafe.prescriptions.lifecycle import MoveRefused
from benzosafe.prescriptions.safety import Unchecked
from benzosafe.prescriptions.sender import NotSent
from benzosafe.prescriptions.signing import SignatureWrong
from benzosafe.prescriptions.supply import SupplyRefused
from benzosafe.storage.database import DatabaseFailed

MEDIA_TYPE = "application/fhir+json"
_CODES = {
    400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 409: "conflict",
    412: "required", 413: "too-long", 415: "not-supported", 422: "invalid", 429: "throttled", 502: "transient",
    503: "transient",
}  # fmt: skip
"""FHIR issue types by status; anything else is an exception."""
_REFUSALS: tuple[tuple[type[BenzosafeError], int], ...] = (
    (Stranger, 404), (NotAllowed, 403), (Tampered, 409), (Sealed, 503), (MoveRefused, 409), (Unchecked, 409),
    (SupplyRefused, 409), (SignatureWrong, 409), (NotSent, 502), (UsageError, 400),
)  # fmt: skip
"""What prescriptions refuse, by status."""


class Problem(Exception):
    """An answer that is a refusal: raise it anywhere below a route."""

    def __init__(
        self, status: int, what: str, *, where: str = "", next_step: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.what, self.where, self.next_step = status, what, where, next_step
        self.headers = dict(headers or {})
        super().__init__(what)

    def response(self) -> Response:
        """The OperationOutcome as an HTTP answer."""
        body = outcome(self.status, self.what, self.where, self.next_step)
        return Response(msgspec.json.encode(body), self.status, self.headers, MEDIA_TYPE)


def outcome(status: int, what: str, where: str = "", next_step: str = "") -> dict[str, Any]:
    """An OperationOutcome with one error."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": _CODES.get(status, "exception"),
        "diagnostics": " ".join(part for part in (what, next_step) if part),
    }
    if where:
        issue["expression"] = [where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def add_handlers(app: FastAPI) -> None:
    """Give every kind of error its answer."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(BenzosafeError, _benzosafe)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _benzosafe(_request: Request, error: Exception) -> Response:
    assert isinstance(error, BenzosafeError)
    if isinstance(error, InputRefused):
        return Problem(400, error.what, where=error.where, next_step=error.next_step).response()
    if isinstance(error, DatabaseFailed):
        return Problem(503, "The service cannot reach its database.", next_step="Try again soon.").response()
    for kind, status in _REFUSALS:
        if isinstance(error, kind):
            return Problem(status, _capital(error.what), where=error.where, next_step=error.next_step).response()
    raise error


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {
        404: ("There is nothing at this address.", "See /docs, or GET /cds-services."),
        405: ("This address does not take that method.", "See the Allow header."),
    }
    what, step = words.get(error.status_code, ("The request was refused.", "See /docs."))
    return Problem(error.status_code, what, next_step=step, headers=error.headers).response()


async def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Only the place and the rule: the value that broke it may be of a patient, and so may a key it was found under.
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][:2])
    return Problem(422, f"A value is missing or of the wrong kind ({first['type']}).", where=where).response()
