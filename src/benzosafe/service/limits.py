"""Limits of size, depth, time and number. The body is read here, whole and bounded, before any route sees it."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benzosafe.service.depth import is_deeper_than
from benzosafe.service.note import Note, note_of
from benzosafe.service.problems import Problem
from benzosafe.service.settings import Settings

_LARGE_BYTES = 200_000
"""Checked in a thread, so that other calls go on."""


class Limits:
    """Refuses what is too large, too deep, compressed, too slow or too much at once."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._reading = 0
        self._running: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        until = asyncio.get_running_loop().time() + self._settings.max_request_seconds
        try:
            body = await self._read_in_time(scope, receive, until)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        if body is not None:
            await self._answer_in_time(scope, _replay(body, receive), send, until)

    async def _read_in_time(self, scope: Scope, receive: Receive, until: float) -> bytes | None:
        if self._reading + len(self._running) >= self._settings.max_in_flight:
            note_of(scope).refused = "busy"
            raise Problem(503, "The service is busy.", next_step="Try again soon.", headers={"Retry-After": "1"})
        self._reading += 1
        try:
            async with asyncio.timeout_at(until):
                return await self._body(scope, receive)
        except TimeoutError:
            raise self._too_slow(scope) from None
        finally:
            self._reading -= 1

    async def _answer_in_time(self, scope: Scope, receive: Receive, send: Send, until: float) -> None:
        # A computation in a thread cannot be stopped. So the work is left to end by itself and counts as running
        # until then, but its answer goes nowhere.
        sender = _Sender(send)
        task = asyncio.ensure_future(self._app(scope, receive, sender))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            done, _ = await asyncio.wait({task}, timeout=until - asyncio.get_running_loop().time())
        finally:
            sender.closed = True
        if done:
            task.result()
            return
        task.add_done_callback(_forget)
        if not sender.started:
            await self._too_slow(scope).response()(scope, receive, send)

    def _too_slow(self, scope: Scope) -> Problem:
        note_of(scope).refused = "time"
        seconds = f"{self._settings.max_request_seconds:g} s"
        return Problem(503, f"No answer within {seconds}; nothing was judged.", next_step="Send less, or try again.")

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        headers, note = Headers(scope=scope), note_of(scope)
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            note.refused = "compressed"
            raise Problem(415, "Compressed bodies are not accepted.", next_step="Send it without Content-Encoding.")
        most = self._settings.max_fhir_bytes if scope["path"].startswith("/fhir") else self._settings.max_hook_bytes
        announced = headers.get("content-length", "0")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > most:
            note.refused = "size"
            raise _too_large(most)
        body = await _read(receive, most, note)
        if body and await self._is_too_deep(body):
            note.refused = "depth"
            raise Problem(400, f"The JSON is nested deeper than {self._settings.max_json_depth} levels.")
        return body

    async def _is_too_deep(self, body: bytes) -> bool:
        levels = self._settings.max_json_depth
        if len(body) > _LARGE_BYTES:
            return await run_in_threadpool(is_deeper_than, levels, body)
        return is_deeper_than(levels, body)


async def _read(receive: Receive, most: int, note: Note) -> bytes | None:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            note.refused = "client left"
            return None
        part = message.get("body", b"")
        note.bytes_in += len(part)
        if note.bytes_in > most:
            note.refused = "size"
            raise _too_large(most)
        parts.append(part)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


class _Sender:
    """Passes an answer on until it is closed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = self.closed = False

    async def __call__(self, message: Message) -> None:
        if not self.closed:
            self.started = True
            await self._send(message)


def _too_large(most: int) -> Problem:
    return Problem(413, f"The body is larger than {most} bytes.", next_step="Send one patient, or less history.")


def _forget(task: asyncio.Future[None]) -> None:
    if not task.cancelled():
        task.exception()  # the answer has been given; an error after it is nobody's
