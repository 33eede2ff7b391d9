"""Searching the definitions: by id, address, name, title and status; what is not understood is said, not ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from benzosafe.errors import UsageError
from benzosafe.fhir.write_outcome import outcome, remark
from benzosafe.fhir.write_parts import Json, without_empty

DEFAULT_COUNT, MOST_COUNT = 50, 500
_ABOUT_THE_ANSWER = ("_format", "_pretty", "_summary", "_count", "_offset")
Pairs = Sequence[tuple[str, str]]


def _starts(field: str) -> Callable[[Json, str], bool]:
    return lambda item, value: str(item.get(field, "")).lower().startswith(value.lower())


def _is(field: str) -> Callable[[Json, str], bool]:
    return lambda item, value: str(item.get(field, "")) == value


_TESTS = {
    "_id": _is("id"), "url": _is("url"), "name": _starts("name"), "title": _starts("title"), "status": _is("status"),
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Which part of the matches is given."""

    offset: int
    count: int


def searched(items: Mapping[str, Json], asked: Pairs, address: str) -> Json:
    """A searchset: every named test must hold, one of its comma-separated values is enough.

    UsageError for a _count or _offset that is no number.
    """
    page = Page(_number(asked, "_offset", 0), min(_number(asked, "_count", DEFAULT_COUNT), MOST_COUNT))
    used = [(name, value) for name, value in asked if name in _TESTS]
    unknown = sorted({name for name, _ in asked if name not in _TESTS and name not in _ABOUT_THE_ANSWER})
    found = [item for item in items.values() if all(_holds(item, name, value) for name, value in used)]
    base = address.rsplit("/", 1)[0]
    entries: list[Json] = [
        {
            "fullUrl": f"{base}/{item['resourceType']}/{item['id']}", "resource": item, "search": {"mode": "match"},
        }
        for item in found[page.offset : page.offset + page.count]
    ]  # fmt: skip
    if unknown:
        entries.append({"resource": _not_understood(unknown), "search": {"mode": "outcome"}})
    return without_empty({
        "resourceType": "Bundle", "type": "searchset", "total": len(found),
        "link": _links(used, page, len(found), address), "entry": entries,
    })  # fmt: skip


def _holds(item: Json, name: str, value: str) -> bool:
    return any(_TESTS[name](item, one.strip()) for one in value.split(","))


def _number(asked: Pairs, name: str, default: int) -> int:
    text = next((value for key, value in asked if key == name), None)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise UsageError("is not a whole number from 0.", where=name, next_step=f"Leave it out for {default}.")
    return int(text)


def _links(used: Pairs, page: Page, total: int, address: str) -> list[Json]:
    def at(offset: int) -> str:
        more = [("_count", str(page.count)), ("_offset", str(offset))]
        return f"{address}?{urlencode([*used, *more])}"

    links = [{"relation": "self", "url": at(page.offset)}]
    if page.count and page.offset + page.count < total:
        links.append({"relation": "next", "url": at(page.offset + page.count)})
    return links


def _not_understood(names: Sequence[str]) -> Json:
    shown = ", ".join(name[:40] for name in names[:10])
    return outcome([
        remark("warning", "not-supported", f"not searched by: {shown}", next_step=f"Search by {', '.join(_TESTS)}.")
    ])  # fmt: skip
