"""Reads what a client left out from its own FHIR server, with the token it gave, when that server is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from benzosafe.cds_hooks.request import HookRequest
from benzosafe.fhir.pages import SearchFailed, read_pages
from benzosafe.service.outgoing import Outgoing, OutgoingFailed, OutgoingRefused

_MOST_PAGES = 10
"""A call is answered while somebody waits."""


async def fetched(
    request: HookRequest, queries: Mapping[str, str], outgoing: Outgoing, most_seconds: float = 10.0
) -> dict[str, bytes]:
    """Answers by name; whatever was refused, failed or took too long is left out.

    `most_seconds`: for a search with all its pages, so that a slow server leaves time for the review.
    """
    base = request.fhir_server.rstrip("/") + "/"
    # Behind a question mark every search would become another one, whose empty answer is not about this person.
    if "?" in base or not (queries and request.access_token and outgoing.permits(base + "metadata")):
        return {}

    async def read(query: str) -> bytes | None:
        try:
            async with asyncio.timeout(most_seconds):
                return await _read(base, query, request.access_token, outgoing)
        except (TimeoutError, OutgoingFailed, OutgoingRefused, SearchFailed):
            return None

    answers = await asyncio.gather(*map(read, queries.values()))
    return {name: answer for name, answer in zip(queries, answers, strict=True) if answer is not None}


async def _read(base: str, query: str, token: str, outgoing: Outgoing) -> bytes:
    async def get(url: str) -> bytes:
        answer = await outgoing.get(url, token=token)
        if answer.status != 200:
            raise OutgoingFailed(f"status {answer.status}")
        return answer.body

    return await read_pages(base, query, get, _MOST_PAGES)
