"""The service, put together: layers from the outside in, routes, and what happens at the start and at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from benzosafe import __version__
from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.prescriptions.everyone import expire_due
from benzosafe.service import cds_routes, fhir_routes, health
from benzosafe.service.docs_page import add_docs
from benzosafe.service.gate import Gate
from benzosafe.service.limits import Limits
from benzosafe.service.logs import REQUEST_ID, Envelope, Failures
from benzosafe.service.metrics import Metrics
from benzosafe.service.outgoing import Outgoing
from benzosafe.service.problems import add_handlers
from benzosafe.service.rx import (
    office_routes,
    openid_routes,
    patient_routes,
    prescription_routes,
    session_routes,
    task_routes,
)
from benzosafe.service.rx.bodies import REFUSALS
from benzosafe.service.rx.room import Room, open_desk, site_of
from benzosafe.service.settings import LOOPBACK_ORIGIN, Settings, is_open_here
from benzosafe.service.state import Clock, ServiceState, utc_now
from benzosafe.service.trust import Trust
from benzosafe.storage.gathered import GatheredCalls
from benzosafe.storage.store import Store

LOG = logging.getLogger("benzosafe.service")
PURGE_EVERY = timedelta(hours=24)
ABOUT = (
    "Safety review of benzodiazepine and Z-drug therapy for record systems: CDS Hooks and FHIR operations. "
    "It supports clinicians and never replaces one; all knowledge is draft until a named clinician has reviewed it."
)


def create_app(settings: Settings, *, clock: Clock = utc_now, knowledge: Knowledge | None = None) -> FastAPI:
    """The application; its database is brought up to date here, so that a fault stops the start in words."""
    store = Store(settings.database_url)
    store.migrate()
    outgoing = Outgoing(settings)
    loaded = knowledge if knowledge is not None else load_knowledge()
    state = ServiceState(
        settings=settings,
        knowledge=loaded,
        store=store,
        calls=GatheredCalls(store),
        clock=clock,
        metrics=Metrics(),
        outgoing=outgoing,
        trust=Trust(settings, outgoing, store, clock),
        desk=open_desk(settings, loaded),
    )
    app = FastAPI(
        title="benzosafe", version=__version__, description=ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None, lifespan=_lifespan(state),
        redirect_slashes=False,
    )  # fmt: skip
    app.state.service = state
    for part in (cds_routes, fhir_routes, health):
        app.include_router(part.router(state))
    if state.desk is not None:
        _add_prescriptions(app, Room(state.desk, site_of(settings), clock, state))
    if settings.docs:
        add_docs(app)
    add_handlers(app)
    _add_layers(app, state)
    return app


def _add_prescriptions(app: FastAPI, room: Room) -> None:
    for part in (session_routes, prescription_routes, patient_routes, task_routes, office_routes):
        app.include_router(part.router(room), responses=REFUSALS)
    if room.state.settings.openid is not None:
        app.include_router(openid_routes.router(room, room.state.settings.openid), responses=REFUSALS)


def _add_layers(app: FastAPI, state: ServiceState) -> None:
    # The last one added is the outermost: envelope, CORS, failures, gate, limits, routes.
    app.add_middleware(Limits, settings=state.settings)
    app.add_middleware(Gate, settings=state.settings, trust=state.trust)
    app.add_middleware(Failures)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=state.settings.cors_origins,
        # On this machine alone, and without callers to tell apart, pages of this machine may try the service.
        allow_origin_regex=LOOPBACK_ORIGIN if is_open_here(state.settings) else None,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", REQUEST_ID],
        expose_headers=[REQUEST_ID],
    )
    app.add_middleware(Envelope, metrics=state.metrics)


def _lifespan(state: ServiceState) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        purging = asyncio.create_task(_purge_daily(state))
        try:
            yield
        finally:
            purging.cancel()
            await state.outgoing.close()
            await run_in_threadpool(state.calls.close)
            state.store.close()
            if state.desk is not None:
                state.desk.engine.dispose()

    return lifespan


async def _purge_daily(state: ServiceState) -> None:
    while True:
        before = state.clock() - timedelta(days=state.settings.keep_days)
        try:
            forgotten = await run_in_threadpool(state.store.purge, before)
            LOG.info("purged", extra={"fields": {"message": "purged", "calls_forgotten": forgotten}})
        except BenzosafeError as error:
            LOG.error("purge failed: %s", error.what)
        await run_in_threadpool(_end_what_is_over, state)
        await asyncio.sleep(PURGE_EVERY.total_seconds())


def _end_what_is_over(state: ServiceState) -> None:
    """Prescriptions whose time has passed; at the counter they are refused by the day anyway."""
    if state.desk is None:
        return
    try:
        ended = expire_due(state.desk, state.clock())
    except BenzosafeError as error:
        LOG.error("prescriptions could not be ended: %s", error.what)
        return
    LOG.info("expired", extra={"fields": {"message": "expired", "prescriptions": ended}})
