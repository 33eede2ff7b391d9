"""The worklist for a terminal: a few lines a patient, at most a hundred columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benzosafe.render.worklist_words import (
    STRATA,
    TIERS,
    beside,
    cost,
    headline,
    helps_most,
    not_offered,
    other_knowledge,
    takes_away,
    who,
)
from benzosafe.render.wrapped import wrapped

_INDENT = "      "


def text_worklist(data: Mapping[str, Any]) -> str:
    """The whole list as text."""
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(headline(data))
    for sentence in filter(None, (*beside(data), other_knowledge(data))):
        yield from wrapped(sentence)
    strata = [f"{STRATA[name].lower()}: {count:,}" for name, count in data["strata"].items() if count]
    if strata:
        yield from wrapped(f"On the list: {'; '.join(strata)}.")
    for entry in data["listed"]:
        yield ""
        yield from _entry(entry)
    if data["not_judged"]:
        yield from _not_judged(data)
    yield ""
    yield from wrapped(data["note"])
    yield from wrapped(f"Knowledge {data['knowledge_version']}, {data['knowledge_status']}.")


def _entry(entry: Mapping[str, Any]) -> Iterator[str]:
    finding = entry["finding"]
    yield from wrapped(f"{entry['rank']:>4}. {who(entry)}", "")
    if finding:
        yield from wrapped(f"{TIERS[finding['tier']].upper()}, {finding['severity']}: {finding['title']}", _INDENT)
        yield from wrapped(finding["reason"], _INDENT)
    if entry["do_not_taper"]:
        yield from wrapped(f"Not to be tapered: {'; '.join(entry['do_not_taper'])}", _INDENT)
    yield from wrapped(f"Helps most: {helps_most(entry)}", _INDENT)
    if entry["changes"]:
        yield from wrapped(f"Takes away: {takes_away(entry['changes'][0])}", _INDENT)
        yield from wrapped(f"Mind: {cost(entry['changes'][0])}", _INDENT)
    for item in entry["not_offered"]:
        yield from wrapped(not_offered(item), _INDENT)
    for advice in entry["can_be_done"]:
        yield from wrapped(f"Also: {advice}", _INDENT)


def _not_judged(data: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    whole = data["counts"]["not_judged"] + data["counts"]["partly_judged"]
    yield f"Could not be judged, or only in part ({len(data['not_judged'])} of {whole:,})"
    for entry in data["not_judged"]:
        yield from wrapped(f"- {who(entry)}: {entry['why']}", "  ")
