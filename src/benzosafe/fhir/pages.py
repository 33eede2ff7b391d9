"""All pages of a search as one Bundle; pages are followed on the same server only, for the token goes with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Raw, Struct

Get = Callable[[str], Awaitable[bytes]]


class SearchFailed(Exception):
    """An answer that is no search result; the message names no patient and no query."""


class _Link(Struct):
    relation: str | None = None
    url: str | None = None


class _Page(Struct, rename="camel"):
    resource_type: str = ""
    entry: list[Raw] | None = None
    link: list[_Link] | None = None


async def read_pages(base: str, address: str, get: Get, most_pages: int) -> bytes:
    """One resource, or all pages of a search; a search with too many pages keeps its next link, which says so.

    `base` ends with a slash, `address` is relative to it; what `get` raises goes to the caller.
    """
    body = await get(base + address)
    entries: list[Raw] = []
    for number in range(most_pages):
        page = _decoded(body)
        following = next((link.url for link in page.link or () if link.relation == "next" and link.url), "")
        if page.resource_type != "Bundle" or (number == 0 and not following):
            if number:
                raise SearchFailed("a following page is not a Bundle")
            return body
        entries += page.entry or []
        if not following:
            return _joined(entries)
        if number + 1 < most_pages:
            body = await get(_on_same_server(base, following))
    return _joined(entries, more=True)


def _decoded(body: bytes) -> _Page:
    try:
        return msgspec.json.decode(body, type=_Page)
    except (msgspec.MsgspecError, RecursionError):
        raise SearchFailed("the answer is not a FHIR resource in JSON") from None


def _on_same_server(base: str, following: str) -> str:
    try:
        url = urljoin(base, following)
        root, next_page = urlsplit(base), urlsplit(url)
    except ValueError:
        raise SearchFailed("the next page has no address") from None
    inside = next_page.path + "/" == root.path or next_page.path.startswith(root.path)
    if (next_page.scheme, next_page.netloc) != (root.scheme, root.netloc) or not inside:
        raise SearchFailed("the next page is on another server")
    return url


def _joined(entries: list[Raw], *, more: bool = False) -> bytes:
    link = [{"relation": "next", "url": "left out"}] if more else []
    return msgspec.json.encode({"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entries})
