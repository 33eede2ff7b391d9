"""What the parts of one request tell the log: who called, how much came in, why it was refused."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from benzosafe.service.problems import Problem

_KEY = "benzosafe.note"


@dataclass
class Note:
    """One request, without anything of its content."""

    request_id: str
    issuer: str = ""
    bytes_in: int = 0
    refused: str = ""
    """In fixed words, never of the request."""
    failed: str = ""
    """The kind of an internal error and where in the code it was."""


def attach(scope: Scope, note: Note) -> None:
    """Begin the note of a request."""
    scope[_KEY] = note


def note_of(scope: Scope) -> Note:
    """The note of a request."""
    note: Note = scope[_KEY]
    return note


async def refuse(problem: Problem, why: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with a problem and note why."""
    note_of(scope).refused = why
    await problem.response()(scope, receive, send)
