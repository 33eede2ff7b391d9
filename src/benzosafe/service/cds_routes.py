"""The CDS Hooks routes: discovery, the services, feedback. Bodies are decoded here, not by the framework, for speed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from benzosafe.cds_hooks.answer import Setting, answer
from benzosafe.cds_hooks.feedback import follow_up_of, read_feedback
from benzosafe.cds_hooks.judged import Judgements
from benzosafe.cds_hooks.prefetch import not_sent
from benzosafe.cds_hooks.request import HookRequest, read_request
from benzosafe.cds_hooks.services import SERVICES, Service, discovery, service_of
from benzosafe.errors import UsageError
from benzosafe.service.cds_models import (
    Discovery,
    FeedbackAnswer,
    FeedbackMessage,
    HookAnswer,
    HookMessage,
    answered,
    requested,
)
from benzosafe.service.fetching import fetched
from benzosafe.service.problems import Problem
from benzosafe.service.reports import HEADERS, Reports
from benzosafe.service.state import ServiceState
from benzosafe.storage.events import Earlier, FollowUp

# Doses stay the numbers they were: 0.10 is not 0.1 to a pharmacist reading a diff.
_JSON = msgspec.json.Encoder(decimal_format="number")
_LEAST_MEMORY = timedelta(days=1)
_MOST_JUDGEMENTS = 128
_MOST_JUDGED_AT_ONCE = 2
# Only told, not checked: who misspells it hears the nearest.
ServiceId = Annotated[str, Path(json_schema_extra={"enum": [service.id for service in SERVICES]})]


class Shared:
    """What the routes share: made once."""

    def __init__(self, state: ServiceState) -> None:
        self.state = state
        self.reports = Reports(state)
        self.judgements = Judgements(_MOST_JUDGEMENTS)
        self.country = _country(state.settings.jurisdiction)
        self._secret = state.store.secret()

    def key_of(self, text: str) -> str:
        """A key that tells nothing of whom it stands for, and cannot be made without the secret."""
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def router(state: ServiceState) -> APIRouter:
    """GET /cds-services, POST /cds-services/{id}, POST /cds-services/{id}/feedback, GET /reports/{name}."""
    routes, shared = APIRouter(tags=["CDS Hooks"]), Shared(state)
    _add_calls(routes, shared)
    _add_afterwards(routes, shared)
    return routes


def _add_calls(routes: APIRouter, shared: Shared) -> None:
    """Discovery and the services."""
    state = shared.state
    # Judging is computing: more of it at once is only slower for everybody.
    judging = CapacityLimiter(_MOST_JUDGED_AT_ONCE)
    offered = _JSON.encode(discovery())

    @routes.get(
        "/cds-services", summary="The services, their hooks and what they need", responses=answered(Discovery),
        response_class=Response,
    )  # fmt: skip
    async def discover() -> Response:
        return Response(offered, media_type="application/json")

    @routes.post(
        "/cds-services/{id}", summary="One call of one service",
        openapi_extra=requested(HookMessage), responses=answered(HookAnswer), response_class=Response,
    )  # fmt: skip
    async def call(id: ServiceId, request: Request) -> Response:
        asked = read_request(await request.body(), _service(id))
        # Half of the time a call may take: the other half is for the review.
        found = await fetched(asked, not_sent(asked), state.outgoing, state.settings.max_request_seconds / 2)
        body = await to_thread.run_sync(_answered, shared, asked, found, limiter=judging)
        return Response(body, media_type="application/json")


def _add_afterwards(routes: APIRouter, shared: Shared) -> None:
    """What comes after a card: feedback, and the report behind it."""
    state = shared.state

    @routes.post(
        "/cds-services/{id}/feedback", summary="What was done with the cards",
        openapi_extra=requested(FeedbackMessage), responses=answered(FeedbackAnswer), response_class=Response,
    )  # fmt: skip
    async def feedback(id: ServiceId, request: Request) -> Response:
        stored = await run_in_threadpool(_stored, state, await request.body(), _service(id).id)
        return Response(_JSON.encode(stored), media_type="application/json")

    @routes.get(
        "/reports/{name}", summary="The full report behind a card, for some minutes", responses=answered(),
        response_class=HTMLResponse,
    )  # fmt: skip
    async def report(name: str) -> Response:
        page = await run_in_threadpool(shared.reports.page, name, state.clock())
        if page is None:
            raise Problem(404, "This report has ended.", next_step="Call the service again; reports live for minutes.")
        return Response(page, media_type="text/html; charset=utf-8", headers=HEADERS)


def _service(name: str) -> Service:
    try:
        return service_of(name)
    except UsageError as error:
        raise Problem(404, error.what, where=error.where, next_step=error.next_step) from None


def _answered(shared: Shared, asked: HookRequest, found: Mapping[str, bytes]) -> bytes:
    """Review, remember, and answer; what was shown is remembered before it is sent."""
    state, now = shared.state, shared.state.clock()
    setting = Setting(
        state.knowledge, now, shared.country, state.settings.quiet_days, shared.key_of,
        lambda key, marks: _earlier(state, key, marks, now), lambda result: shared.reports.keep(result, now),
        shared.judgements,
    )  # fmt: skip
    given = answer(asked, setting, found)
    state.calls.remember(given.call)
    state.metrics.observe_call(given.call)
    return _JSON.encode(given.body)


def _country(jurisdiction: str) -> str:
    """Whose products: the knowledge files write UK for what ISO calls GB."""
    return "UK" if jurisdiction.startswith("GB") else jurisdiction[:2]


def _earlier(state: ServiceState, patient_key: str, marks: Collection[str], now: datetime) -> Sequence[Earlier]:
    """When cards about these findings were shown for a patient within the days that matter."""
    since = now - max(timedelta(days=state.settings.quiet_days), _LEAST_MEMORY)
    return state.calls.earlier(patient_key, since, marks)


def _stored(state: ServiceState, data: bytes, service: str) -> dict[str, int]:
    """Keep the feedback and make the tasks that were promised."""
    entries = read_feedback(data, service, state.clock())
    state.calls.flush()  # feedback may come before its card is written
    count = state.store.add_feedback(entries)
    state.metrics.observe_feedback(entries)
    tasks = 0
    for entry in entries:
        rule, patient = state.store.card_about(entry.card) or ("", "")
        task: FollowUp | None = follow_up_of(entry, rule, patient, state.clock()) if patient else None
        tasks += bool(task and state.store.add_follow_up(task))
    return {
        "stored": count.stored, "known": count.known_before, "unknownCards": count.unknown_cards, "tasks": tasks,
    }  # fmt: skip
