"""Urine tests as read, as a page of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

_WIDTH = 100
VERDICTS = {
    "expected": "expected", "unexpected": "UNEXPECTED: a reason to ask and to confirm, never to act at once",
    "cannot tell": "cannot tell",
}  # fmt: skip
METHODS = {"immunoassay": "screen (immunoassay)", "mass_spectrometry": "mass spectrometry"}


def text_urine(data: Mapping[str, Any]) -> str:
    """Each sample in words, the verdicts first."""
    lines = [f"Urine tests of {data['patient']}, read on {data['on']}", ""]
    if not data["medicines_known"]:
        lines += [*_wrapped("The list of medicines is not known to be complete."), ""]
    for sample in data["samples"]:
        lines += [f"Sample {title(sample)}", *(line for item in first_lines(sample) for line in _wrapped(item)), ""]
        for result in sample["results"]:
            lines.append(f"{heading(result)}")
            lines += [line for name, items in parts(result) for line in _part(name, items)]
            lines.append("")
        for name, items in rest(sample):
            lines += [name, *(line for item in items for line in _wrapped(item, "- ")), ""]
    lines += ["Always", *(line for rule in data["samples"][0]["rules"] for line in _wrapped(rule, "- ")), ""]
    if data["gaps"]:
        lines += ["Not read", *(line for gap in data["gaps"] for line in _wrapped(gap_words(gap), "- ")), ""]
    return "\n".join([*lines, *_wrapped(data["note"], ""), f"Knowledge {data['knowledge_version']}."]) + "\n"


def title(sample: Mapping[str, Any]) -> str:
    """'2026-11-20', or that the day is not known, and its name where it has one of its own."""
    day = sample["collected_on"] or "of a day that is not known"
    return day if sample["id"] in (sample["collected_on"], "undated") else f"{day} ({sample['id']})"


def first_lines(sample: Mapping[str, Any]) -> list[str]:
    """What is to be known before any result."""
    found = [f"NOTHING OF IT CAN BE JUDGED: {why}" for why in sample["cannot_judge"]]
    found += [f"Ask: {question}" for question in sample["ask"]]
    found += [f"Note: {remark}" for remark in sample["remarks"]]
    if not sample["results"]:
        found.append("No result concerns a benzodiazepine or Z-drug that is on the list, or is for the class.")
    return found


def heading(result: Mapping[str, Any]) -> str:
    """'clonazepam by screen (immunoassay): cannot tell'."""
    return f"{result['about']} by {METHODS[result['method']]}: {VERDICTS[result['verdict']]}"


def parts(result: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Titles with their sentences, those of nothing left out."""
    yield "shows", [result["shows"]]
    yield "does not show", [result["does_not_show"]]
    for name, key in (("because", "reasons"), ("may be explained by", "innocent"), ("ask", "ask")):
        if result[key]:
            yield name, result[key]
    if result["confirm"]:
        yield "to confirm", [confirm_words(result["confirm"])]
    if result["sources"]:
        yield "from", [source_words(source) for source in result["sources"]]


def confirm_words(confirm: Mapping[str, Any]) -> str:
    """'mass spectrometry with hydrolysis: 7-aminoclonazepam (cut-off 40 ng/mL or lower)'."""
    limits = (
        f"{one['name']} (cut-off {one['cutoff_ng_per_ml_at_most']:g} ng/mL or lower)"
        if one["cutoff_ng_per_ml_at_most"] is not None
        else f"{one['name']} (which cut-off is not known: ask the laboratory)"
        for one in confirm["substances"]
    )
    wanted = ", ".join(limits) or "which substance is not known: ask the laboratory"
    return f"{confirm['by']}{' with hydrolysis' if confirm['hydrolysis'] else ''}: {wanted}"


def source_words(source: Mapping[str, Any]) -> str:
    """Citation, place and confidence."""
    at = f", {source['at']}" if source["at"] else ""
    return f"{source['citation']}{at} [{source['confidence']}]"


def rest(sample: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What is passed on without a verdict."""
    for name, key in (
        ("Looked for, not found, and nothing on the list yields it", "not_found"),
        ("Not judged here: other drugs", "not_judged"), ("Not understood", "not_understood"),
    ):  # fmt: skip
        if sample[key]:
            yield name, sample[key]


def gap_words(gap: Mapping[str, Any]) -> str:
    """Where, and what could not be read."""
    return f"{gap['where']}: {gap['what']}"


def _part(name: str, items: list[str]) -> Iterator[str]:
    if len(items) == 1:
        yield from _wrapped(f"{name}: {items[0]}")
        return
    yield f"  {name}:"
    for item in items:
        yield from textwrap.wrap(" ".join(item.split()), _WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _wrapped(text: str, bullet: str = "  ") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=bullet, subsequent_indent="  " if bullet else ""
    )
