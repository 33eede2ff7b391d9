"""What the OpenAPI says of CDS Hooks messages. The routes read and write the bodies themselves, and more tolerantly."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel


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
    """Whom the hook is about and who calls."""

    patientId: str = Field(pattern=r"^(Patient/)?[A-Za-z0-9\-.]{1,64}$")
    userId: str | None = None
    encounterId: str | None = None


class OrderContext(Context):
    """The orders proposed, and references of those just chosen."""

    draftOrders: dict[str, Any]
    selections: list[str] | None = None


class RefillContext(Context):
    """The repeats asked for."""

    medications: dict[str, Any]


class _Message(_Open):
    hookInstance: UUID
    fhirServer: str | None = None
    fhirAuthorization: Authorization | None = None
    prefetch: dict[str, dict[str, Any] | None] | None = Field(None, max_length=100)


class ViewMessage(_Message):
    """A record is opened."""

    hook: Literal["patient-view"]
    context: Context


class OrderMessage(_Message):
    """Orders are chosen or signed."""

    hook: Literal["order-select", "order-sign"]
    context: OrderContext


class RefillMessage(_Message):
    """A repeat is asked for."""

    hook: Literal["medication-refill"]
    context: RefillContext


class HookMessage(RootModel[ViewMessage | OrderMessage | RefillMessage]):
    """A CDS Hooks request."""


class AcceptedSuggestion(_Open):
    """A suggestion that was accepted."""

    id: str


class Reason(_Open):
    """Why a card was overridden."""

    reason: dict[str, Any] | None = None
    userComment: str | None = None


class FeedbackEntry(_Open):
    """What was done with one card."""

    card: str = Field(pattern=r"[!-~]", description="the uuid of the card")
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: datetime
    acceptedSuggestions: list[AcceptedSuggestion] | None = None
    overrideReason: Reason | None = None


class FeedbackMessage(_Open):
    """Feedback on cards."""

    feedback: list[FeedbackEntry] = Field(min_length=1, max_length=1000)


class OfferedService(BaseModel):
    """A service as discovery describes it."""

    hook: str
    id: str
    title: str
    description: str
    prefetch: dict[str, str]
    usageRequirements: str


class Discovery(BaseModel):
    """The answer to GET /cds-services."""

    services: list[OfferedService]


class Coding(BaseModel):
    """A code of a system."""

    system: str
    code: str
    display: str


class Source(BaseModel):
    """Where the knowledge of a card comes from; the topic is the rule."""

    label: str
    url: str | None = None
    topic: Coding | None = None


class Action(BaseModel):
    """One change of an order, to be made by the client."""

    type: Literal["create", "update", "delete"]
    description: str
    resource: dict[str, Any] | None = None
    resourceId: str | None = None


class Suggestion(BaseModel):
    """What may be done with one click."""

    label: str
    uuid: UUID
    isRecommended: bool | None = None
    actions: list[Action]


class Link(BaseModel):
    """The full report."""

    label: str
    url: str
    type: Literal["absolute"]


class Card(BaseModel):
    """A card of CDS Hooks 2.0."""

    uuid: UUID
    summary: str = Field(max_length=139)
    detail: str
    indicator: Literal["info", "warning", "critical"]
    source: Source
    suggestions: list[Suggestion] | None = None
    selectionBehavior: Literal["any"] | None = None
    overrideReasons: list[Coding] | None = None
    links: list[Link] | None = None


class HookAnswer(BaseModel):
    """One card or none; the extension says what was not checked and what stayed quiet."""

    cards: list[Card] = Field(max_length=1)
    extension: dict[str, Any]


class FeedbackAnswer(BaseModel):
    """What became of the feedback, in numbers."""

    stored: int
    known: int
    unknownCards: int
    tasks: int


_REFUSALS = {
    400: "Cannot be read; the OperationOutcome says what, where and the next step.",
    401: "No trusted token.", 403: "Called by another name than this machine's, where callers are not authenticated.",
    404: "No such service or report.", 413: "Too large.", 415: "Compressed.", 429: "Too many calls.",
    503: "Busy, too slow or no database; nothing was judged.",
}  # fmt: skip


def requested(model: type[BaseModel]) -> dict[str, Any]:
    """The body of a request for OpenAPI."""
    return {"requestBody": {"required": True, "content": _json(model)}}


def answered(model: type[BaseModel] | None = None) -> dict[int | str, dict[str, Any]]:
    """The answers of a route for OpenAPI: a JSON body where a model tells it, and the refusals every route may give."""
    outcome = {"application/fhir+json": {"schema": {"type": "object"}}}
    told: dict[int | str, dict[str, Any]] = {}
    if model is not None:
        told[200] = {"description": model.__doc__ or "", "content": _json(model)}
    return told | {status: {"description": words, "content": outcome} for status, words in _REFUSALS.items()}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": _inlined(model.model_json_schema())}}


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
