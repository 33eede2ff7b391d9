"""Whether the service lives, whether it can do its work, and its numbers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST

from benzosafe import __version__
from benzosafe.service.state import ServiceState

NOT_AUTHENTICATED = "not authenticated: anyone who reaches this port may call; add [[issuers]] to check who calls"


def router(state: ServiceState) -> APIRouter:
    """GET /health, /ready and /metrics."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/health", summary="The process is alive")
    async def health() -> dict[str, str]:
        """Answers as long as the process runs; looks at nothing else."""
        return {"status": "alive", "version": __version__}

    @routes.get("/ready", summary="Calls can be answered", responses={503: {"description": "Not ready; it says why"}})
    async def ready(response: Response) -> dict[str, Any]:
        """Whether knowledge is loaded, the database reachable and current; and whether callers are checked."""
        database = await run_in_threadpool(state.store.ready)
        if database:
            response.status_code = 503
        return {
            "status": "not ready" if database else "ready",
            "version": __version__,
            "knowledge": {"rules": len(state.knowledge.rules), "digest": state.knowledge.digest, "review": "draft"},
            "database": database or "reachable, schema current",
            "callers": "authenticated" if state.trust.authenticates else NOT_AUTHENTICATED,
            "prescriptions": "set up" if state.desk is not None else "not set up: run benzosafe init",
        }

    @routes.get("/metrics", summary="Numbers for Prometheus", response_class=Response)
    async def metrics() -> Response:
        """Requests, times, cards, silences, feedback, memory; nothing of patients."""
        return Response(state.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return routes
