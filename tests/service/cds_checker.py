"""What CDS Hooks 2.0 demands of a discovery answer and of a response, as a list of faults; none of our code helps."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from urllib.parse import urlsplit

_TOKEN = re.compile(r"context\.[A-Za-z][\w.]*|user(Practitioner|PractitionerRole|Patient|RelatedPerson)Id")
_READ = re.compile(r"[A-Z][A-Za-z]+/(\{\{[^{}]+\}\}|[A-Za-z0-9\-.]{1,64})")
_SEARCH = re.compile(r"[A-Z][A-Za-z]+\?[^\s#]+")
_REVERSE_DOMAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")

_SERVICE = {"hook!": str, "id!": str, "description!": str, "title": str, "prefetch": dict, "usageRequirements": str}
_CARD = {
    "uuid": str, "summary!": str, "detail": str, "indicator!": str, "source!": dict, "suggestions": list,
    "selectionBehavior": str, "overrideReasons": list, "links": list,
}  # fmt: skip
_SOURCE = {"label!": str, "url": str, "icon": str, "topic": dict}
_CODING = {"code!": str, "system!": str, "display": str}
_SUGGESTION = {"label!": str, "uuid": str, "isRecommended": bool, "actions": list}
_ACTION = {"type!": str, "description!": str, "resource": dict, "resourceId": str}
_LINK = {"label!": str, "url!": str, "type!": str, "appContext": str}


def discovery_faults(answer) -> list[str]:
    """Faults of an answer to GET /cds-services."""
    faults = _members(answer, {"services!": list}, "$")
    for place, service in enumerate(_list(answer, "services")):
        where = f"$.services[{place}]"
        faults += _members(service, _SERVICE, where)
        if not re.fullmatch(r"[A-Za-z0-9._~-]+", str(_get(service, "id"))):
            faults.append(f"{where}.id: cannot be a part of an address")
        for name, template in (_get(service, "prefetch") or {}).items():
            faults += _template(template, f"{where}.prefetch.{name}")
    pairs = Counter((_get(item, "id"), _get(item, "hook")) for item in _list(answer, "services"))
    return faults + [f"$.services: {pair} twice" for pair, count in pairs.items() if count > 1]


def _template(template, where) -> list[str]:
    if not isinstance(template, str):
        return [f"{where}: is no text"]
    faults = [f"{where}: token {token}" for token in re.findall(r"\{\{(.*?)\}\}", template)
              if not _TOKEN.fullmatch(token)]  # fmt: skip
    if not (_READ.fullmatch(template) or _SEARCH.fullmatch(template)):
        faults.append(f"{where}: neither a read nor a search of a type")
    return faults


def response_faults(answer) -> list[str]:
    """Faults of an answer to POST /cds-services/{id}."""
    faults = _members(answer, {"cards!": list, "systemActions": list}, "$")
    cards = _list(answer, "cards")
    for place, card in enumerate(cards):
        faults += _card(card, f"$.cards[{place}]")
    for place, action in enumerate(_list(answer, "systemActions")):
        faults += _action(action, f"$.systemActions[{place}]")
    named = [*cards, *(item for card in cards for item in _list(card, "suggestions"))]
    ids = Counter(_get(item, "uuid") for item in named if _get(item, "uuid"))
    return faults + [f"$: uuid {name} {count} times" for name, count in ids.items() if count > 1]


def _card(card, where) -> list[str]:
    faults = _members(card, _CARD, where) + _uuid(card, where)
    if len(str(_get(card, "summary"))) >= 140:
        faults.append(f"{where}.summary: 140 characters or more")
    faults += _one_of(card, "indicator", ("info", "warning", "critical"), where)
    faults += _source(_get(card, "source"), f"{where}.source")
    for place, suggestion in enumerate(_list(card, "suggestions")):
        faults += _suggestion(suggestion, f"{where}.suggestions[{place}]")
    faults += _selection(card, where)
    for place, reason in enumerate(_list(card, "overrideReasons")):
        faults += _members(reason, _CODING | {"display!": str}, f"{where}.overrideReasons[{place}]")
    for place, link in enumerate(_list(card, "links")):
        faults += _link(link, f"{where}.links[{place}]")
    return faults


def _source(source, where) -> list[str]:
    if not isinstance(source, dict):
        return []
    faults = _members(source, _SOURCE, where) + _absolute(source, "url", where) + _absolute(source, "icon", where)
    return faults + (_members(source["topic"], _CODING, f"{where}.topic") if "topic" in source else [])


def _selection(card, where) -> list[str]:
    suggestions, behaviour = _list(card, "suggestions"), _get(card, "selectionBehavior")
    if bool(suggestions) != (behaviour is not None):
        return [f"{where}: selectionBehavior goes with suggestions, and only with them"]
    faults = _one_of(card, "selectionBehavior", ("at-most-one", "any"), where)
    recommended = sum(_get(item, "isRecommended") is True for item in suggestions)
    if behaviour == "at-most-one" and recommended > 1:
        faults.append(f"{where}: {recommended} are recommended, at most one may be chosen")
    return faults


def _suggestion(suggestion, where) -> list[str]:
    faults = _members(suggestion, _SUGGESTION, where) + _uuid(suggestion, where)
    for place, action in enumerate(_list(suggestion, "actions")):
        faults += _action(action, f"{where}.actions[{place}]")
    return faults


def _action(action, where) -> list[str]:
    faults = _members(action, _ACTION, where) + _one_of(action, "type", ("create", "update", "delete"), where)
    kind, resource, reference = (_get(action, name) for name in ("type", "resource", "resourceId"))
    if kind in ("create", "update"):
        if not _get(resource, "resourceType"):
            faults.append(f"{where}: {kind} without a resource")
        if reference is not None:
            faults.append(f"{where}: {kind} with a resourceId")
        if bool(_get(resource, "id")) != (kind == "update"):
            faults.append(f"{where}: an update is of a resource with an id, and what is created has none yet")
    if kind == "delete" and not re.fullmatch(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}", str(reference)):
        faults.append(f"{where}: delete without a relative reference in resourceId")
    return faults


def _link(link, where) -> list[str]:
    faults = _members(link, _LINK, where) + _absolute(link, "url", where)
    faults += _one_of(link, "type", ("absolute", "smart"), where)
    if _get(link, "appContext") is not None and _get(link, "type") != "smart":
        faults.append(f"{where}: appContext is for smart links only")
    return faults


def _members(value, shape, where) -> list[str]:
    """`shape`: the kind of every member by name; with an exclamation mark it must be there, and not empty if text."""
    if not isinstance(value, dict):
        return [f"{where}: is no object"]
    kinds = {name.rstrip("!"): kind for name, kind in shape.items()}
    needed = {name.rstrip("!") for name in shape if name.endswith("!")}
    faults = [f"{where}.{name}: missing" for name in sorted(needed - value.keys())]
    for name, member in value.items():
        if name == "extension":
            if not isinstance(member, dict) or not all(map(_REVERSE_DOMAIN.fullmatch, member)):
                faults.append(f"{where}.extension: is no object of reversed domain names")
        elif name not in kinds:
            faults.append(f"{where}.{name}: unknown")
        elif not isinstance(member, kinds[name]):
            faults.append(f"{where}.{name}: is {type(member).__name__}")
        elif isinstance(member, str) and not member.strip():
            faults.append(f"{where}.{name}: is empty")
    return faults


def _uuid(value, where) -> list[str]:
    try:
        uuid.UUID(str(_get(value, "uuid") or uuid.NAMESPACE_URL))
    except ValueError:
        return [f"{where}.uuid: is none"]
    return []


def _absolute(value, name, where) -> list[str]:
    url = _get(value, name)
    parts = urlsplit(url) if isinstance(url, str) else None
    whole = parts is not None and parts.scheme in ("http", "https") and parts.netloc and " " not in url
    return [] if url is None or whole else [f"{where}.{name}: is no absolute URL"]


def _one_of(value, name, allowed, where) -> list[str]:
    found = _get(value, name)
    return [] if found is None or found in allowed else [f"{where}.{name}: {found!r} is not one of {allowed}"]


def _get(value, name):
    return value.get(name) if isinstance(value, dict) else None


def _list(value, name) -> list:
    found = _get(value, name)
    return found if isinstance(found, list) else []
