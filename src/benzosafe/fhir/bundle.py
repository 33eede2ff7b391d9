"""From a JSON text to the resources in it: Bundles of every kind, responses within responses, bare lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from benzosafe.errors import InputRefused
from benzosafe.fhir.outcome import ALL_LISTS, Outcome, lists_asked_for, said_by, speaks_of_gap
from benzosafe.fhir.refusals import MOST_ENTRIES, ONE_BUNDLE, decode_json, refuse_many, text_bytes
from benzosafe.patient.tables import DataGap

T = TypeVar("T")

_DEEPEST_NESTING = 8
_WRAP = 'Wrap the patient\'s resources: {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": ...}]}.'


class _Part(Struct, rename="camel"):
    """Any object of a Bundle, of which only these fields matter here; each is decoded by itself."""

    resource_type: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET
    type: Raw | UnsetType = UNSET
    entry: Raw | UnsetType = UNSET
    link: Raw | UnsetType = UNSET
    issues: Raw | UnsetType = UNSET
    full_url: Raw | UnsetType = UNSET
    resource: Raw | UnsetType = UNSET
    request: Raw | UnsetType = UNSET
    response: Raw | UnsetType = UNSET
    hook: Raw | UnsetType = UNSET


class _Link(Struct):
    relation: str | None = None
    url: str | None = None


class _Response(Struct):
    status: str | None = None
    location: str | None = None
    outcome: Raw | UnsetType = UNSET


class _Request(Struct):
    method: str | None = None


@dataclass(frozen=True)
class Found:
    """One resource and where it stood; its own fields are not read yet."""

    where: str
    kind: str
    id: str | None
    full_url: str
    raw: Raw


@dataclass(frozen=True)
class _At:
    """Where a resource stands, its address, and the lists its Bundle was asked for."""

    where: str
    url: str = ""
    asked: frozenset[str] = ALL_LISTS


@dataclass
class Contents:
    """All resources of a file, what could not be read, and which lists a failed search leaves unknown."""

    found: list[Found] = field(default_factory=list)
    gaps: list[DataGap] = field(default_factory=list)
    not_covered: set[str] = field(default_factory=set)
    name: str = ""


def open_bundle(data: bytes, name: str) -> Contents:
    """The resources of a Bundle or of a bare list of resources; anything else raises InputRefused."""
    raw = decode_json(text_bytes(data, name), name)
    contents = Contents(name=name)
    if bytes(memoryview(raw)[:1]) == b"[":
        _walk_list(raw, name, contents)
    else:
        _walk_bundle(_checked_head(raw, name), _At(""), contents)
    if not contents.found:
        raise InputRefused(
            "a Bundle of nothing: it holds no resources." + _first_gap(contents),
            where=name,
            next_step=ONE_BUNDLE,
        )
    return contents


def open_resource(data: bytes, name: str) -> Contents:
    """The resources of a draft: one resource, a bare list, or a Bundle."""
    raw = decode_json(text_bytes(data, name), name)
    head = _read(raw, _Part)
    if head is None or _read(head.resource_type, str) in (None, "Bundle"):
        return open_bundle(data, name)
    contents = Contents(name=name)
    _add_resource(raw, _At("draft"), contents)
    return contents


def _first_gap(contents: Contents) -> str:
    return "".join(f" {gap.where}: {gap.what}." for gap in contents.gaps[:1])


def _checked_head(raw: Raw, name: str) -> _Part:
    head: _Part | None = _read(raw, _Part)
    if head is None:
        raise InputRefused("the JSON is a single value, not an object.", where=name, next_step=ONE_BUNDLE)
    kind = _read(head.resource_type, str)
    if kind == "Bundle":
        if _read(head.type, str) == "history":
            raise InputRefused(
                "a history Bundle lists past versions, so what holds now cannot be told.",
                where=name, next_step="Export the current resources (searchset or collection).",
            )  # fmt: skip
        return head
    if kind is None and head.hook is not UNSET:
        what, step = (
            "this is a CDS Hooks request, not a Bundle.",
            "Give the patient's resources (its prefetch) as one Bundle.",
        )
    elif kind is None:
        what, step = "there is no resourceType at the top, so this is not FHIR.", ONE_BUNDLE
    else:
        what, step = f"the file holds a single {kind[:64]}, not a Bundle.", _WRAP
    raise InputRefused(what, where=name, next_step=step)


def _walk_list(raw: Raw, name: str, contents: Contents) -> None:
    items = _read(raw, list[Raw]) or []
    if len(items) > MOST_ENTRIES:
        refuse_many("entries", name)
    for place, item in enumerate(items):
        _add_resource(item, _At(f"[{place}]"), contents)
    if items and not contents.found:
        raise InputRefused("the list holds no FHIR resources.", where=name, next_step=ONE_BUNDLE)


def _walk_bundle(head: _Part, at: _At, contents: Contents) -> None:
    """Add every entry; a Bundle that does not say what it was asked for answers what the Bundle around it was."""
    where = at.where
    prefix = f"{where}." if where else ""
    links = [link for link in _read(head.link, list[_Link]) or [] if link]
    own = next((link.url for link in links if link.relation == "self" and link.url), None)
    asked = lists_asked_for(own) if own else at.asked
    entries = _read(head.entry, list[Raw])
    if entries is None and _is_there(head.entry):
        entries = [_raw(head.entry)] if bytes(memoryview(_raw(head.entry))[:1]) == b"{" else []
        _gap(contents, f"{prefix}entry", "is not a list")
    if len(entries or ()) > MOST_ENTRIES:
        refuse_many("entries", contents.name)
    for place, entry in enumerate(entries or ()):
        _add_entry(entry, f"{prefix}entry[{place}]", asked, contents)
    if _is_there(head.issues):  # R5: what the server has to say about its whole answer
        for outcome in said_by(_raw(head.issues)):
            _add_outcome(outcome, f"{prefix}issues", asked, contents)
    if any(link.relation == "next" for link in links):
        contents.not_covered |= asked
        what = "is one page of several: what stands on the next pages is not known"
        contents.gaps.append(DataGap(where or "Bundle", what, "missing"))


def _add_entry(raw: Raw, where: str, asked: frozenset[str], contents: Contents) -> None:
    entry = _read(raw, _Part)
    if entry is None:
        _gap(contents, where, "is not an object")
        return
    response = _read(entry.response, _Response)
    request = _read(entry.request, _Request)
    url = _read(entry.full_url, str) or ""
    if response and (response.status or "").startswith(("4", "5")):
        failed = Outcome("error", response.status or "", _text_of_outcome(response.outcome))
        _add_outcome(failed, where, lists_asked_for(response.location or url), contents)
    elif request and request.method == "DELETE":
        return
    if _is_there(entry.resource):
        _add_resource(_raw(entry.resource), _At(where, url, asked), contents)
    elif response is None:
        _gap(contents, where, "has no resource")


def _add_resource(raw: Raw, at: _At, contents: Contents) -> None:
    head = _read(raw, _Part)
    kind = _read(head.resource_type, str) if head else None
    if head is None or not kind:
        _gap(contents, at.where, "is not a FHIR resource: it has no resourceType")
    elif kind == "Bundle":
        if at.where.count("entry[") >= _DEEPEST_NESTING:
            _gap(contents, at.where, "is a Bundle within a Bundle, nested too deeply")
        else:
            _walk_bundle(head, at, contents)
    elif kind == "OperationOutcome":
        for outcome in said_by(raw):
            _add_outcome(outcome, at.where, at.asked, contents)
    else:
        contents.found.append(Found(at.where, kind[:64], _read(head.id, str) or None, at.url, raw))


def _add_outcome(outcome: Outcome, where: str, lists: frozenset[str], contents: Contents) -> None:
    """A failed or shortened search leaves its list unknown; other remarks are passed on."""
    failed = speaks_of_gap(outcome)
    if failed:
        contents.not_covered |= lists
    if failed or outcome.severity == "warning":
        detail = f"the server reported {outcome.severity} {outcome.code}".rstrip()
        lost = f": not known are {', '.join(sorted(lists))}" if failed and lists else ""
        contents.gaps.append(DataGap(where, detail + lost, "missing" if failed else "notice", outcome.text))


def _text_of_outcome(raw: Raw | UnsetType) -> str:
    return "; ".join(outcome.text for outcome in said_by(_raw(raw)) if outcome.text) if _is_there(raw) else ""


def _gap(contents: Contents, where: str, what: str) -> None:
    contents.gaps.append(DataGap(where, what, "unreadable"))


def _is_there(raw: Raw | UnsetType) -> bool:
    return raw is not UNSET and bytes(memoryview(_raw(raw))[:4]) != b"null"


def _raw(raw: Raw | UnsetType) -> Raw:
    return raw if isinstance(raw, Raw) else Raw(b"null")


def _read(raw: Raw | UnsetType, kind: Any) -> Any:
    """The value if it has this shape, else None."""
    if raw is UNSET:
        return None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        return None


def reference_tail(reference: str) -> str:
    """The id at the end of a reference: 'Patient/1/_history/2', 'https://x/Patient/1' and 'urn:uuid:1' give 1."""
    plain = reference.split("/_history/", maxsplit=1)[0].rstrip("/")
    return plain.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def without_place(where: str) -> str:
    """A place without its position in the file, so that the order of entries does not matter."""
    return where.split("] ", 1)[-1]


def sorted_gaps(gaps: Sequence[DataGap]) -> tuple[DataGap, ...]:
    """Gaps in an order that does not depend on the order of the entries, each said once."""
    unique = dict.fromkeys(gaps)
    return tuple(sorted(unique, key=lambda gap: (gap.kind, without_place(gap.where), gap.what, gap.text)))
