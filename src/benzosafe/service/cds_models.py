"""What the OpenAPI says of CDS Hooks messages. The routes read the bodies themselves, and more tolerantly."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Authorization(_Open):
    """The token with which the client's FHIR server may be read."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    subject: str
    patient: str | None = None


class Context(_Open):
    """What the hook is about; `draftOrders` for orders, `medications` for refills."""

    patientId: str = Field(pattern=r"^(Patient/)?[A-Za-z0-9\-.]{1,64}$")
    userId: str | None = None
    encounterId: str | None = None
    draftOrders: dict[str, Any] | None = None
    selections: list[str] | None = None
    medications: dict[str, Any] | None = None


class HookMessage(_Open):
    """A CDS Hooks request."""

    hook: Literal["patient-view", "order-select", "order-sign", "medication-refill"]
    hookInstance: UUID
    context: Context
    fhirServer: str | None = None
    fhirAuthorization: Authorization | None = None
    prefetch: dict[str, dict[str, Any] | None] | None = None


class Suggestion(_Open):
    """A suggestion that was accepted."""

    id: str


class Reason(_Open):
    """Why a card was overridden."""

    reason: dict[str, Any] | None = None
    userComment: str | None = None


class FeedbackEntry(_Open):
    """What was done with one card."""

    card: str
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: datetime
    acceptedSuggestions: list[Suggestion] | None = None
    overrideReason: Reason | None = None


class FeedbackMessage(_Open):
    """Feedback on cards."""

    feedback: list[FeedbackEntry] = Field(min_length=1)


_REFUSALS = {
    400: "Cannot be read; the OperationOutcome says what, where and the next step.",
    401: "No trusted token.", 404: "No such service.", 413: "Too large.", 415: "Compressed.", 429: "Too many calls.",
    503: "Busy, too slow or no database; nothing was judged.",
}  # fmt: skip


def documented(model: type[BaseModel] | None = None) -> dict[Any, Any]:
    """OpenAPI for a route: the body of a model, or without one the refusals every route may give."""
    if model is None:
        outcome = {"application/fhir+json": {"schema": {"type": "object"}}}
        return {status: {"description": words, "content": outcome} for status, words in _REFUSALS.items()}
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _inlined(schema)}}}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references: OpenAPI would look for them elsewhere."""
    definitions = schema.pop("$defs", {})

    def replaced(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return replaced(definitions[node["$ref"].rsplit("/", 1)[-1]])
            return {key: replaced(value) for key, value in node.items()}
        return [replaced(item) for item in node] if isinstance(node, list) else node

    found = replaced(schema)
    assert isinstance(found, dict)
    return found
