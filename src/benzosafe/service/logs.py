"""One JSON line per request, a request id, and the headers every answer carries. Nothing of paths, queries, bodies."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benzosafe.service.metrics import Metrics
from benzosafe.service.note import Note, attach, note_of
from benzosafe.service.problems import Problem

ACCESS = logging.getLogger("benzosafe.access")
REQUEST_ID = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cache-Control": "no-store",
}
NOT_ROUTED = "(not routed)"


class JsonLines(logging.Formatter):
    """Log records as JSON; of an exception only its kind and place, because its message may hold what was sent."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = getattr(record, "fields", None)
        line.update(fields if isinstance(fields, dict) else {"message": record.getMessage()})
        if record.exc_info and record.exc_info[1]:
            line["failed"] = kind_and_place(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """Send every log of the service to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("benzosafe", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO)
    # These write addresses with their queries.
    for name in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def kind_and_place(error: BaseException) -> str:
    """The type of an exception and the last line of code it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class Envelope:
    """The outermost layer: request id, headers, log line, metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        note = Note(given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex)
        attach(scope, note)
        begun, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = note.request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._write(scope, note, status, time.perf_counter() - begun)

    def _write(self, scope: Scope, note: Note, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", NOT_ROUTED)
        self._metrics.observe_request(method, route, status, seconds)
        fields = {
            "request_id": note.request_id, "method": method, "route": route, "status": status,
            "ms": round(seconds * 1000, 1), "issuer": note.issuer, "bytes_in": note.bytes_in,
        }  # fmt: skip
        fields.update({key: value for key in ("refused", "failed") if (value := getattr(note, key))})
        ACCESS.log(logging.ERROR if note.failed else logging.INFO, "request", extra={"fields": fields})


class Failures:
    """An exception nobody caught becomes a 500 with an OperationOutcome, inside CORS so that browsers can read it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            note = note_of(scope)
            note.failed = kind_and_place(error)
            if started:
                raise
            step = f"Report it with the request id {note.request_id}."
            await Problem(500, "The service failed; nothing was judged.", next_step=step).response()(
                scope, receive, send
            )
