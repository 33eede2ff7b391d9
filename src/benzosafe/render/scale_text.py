"""A scale, what was answered and what changed, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from benzosafe.render.wrapped import listed, wrapped

_TEXT = {"free": "text free", "not_included": "text not here"}
Json = Mapping[str, Any]


def text_scale(data: Json) -> str:
    """What must not wait first, then the result and the change, then the scale itself."""
    scale = data["scale"]
    lines = [f"{scale['label']}: {scale['title']}", ""]
    lines += [line for words in result_lines(data) for line in wrapped(words)]
    if data["result"] is None:
        lines += [line for words in about_lines(scale) for line in wrapped(words)]
    lines += [line for title, items in sections(data) for line in listed(title, items)]
    return "\n".join([*lines, "", *wrapped(data["note"]), f"Knowledge {data['knowledge_version']}."]) + "\n"


def text_scales(data: Json) -> str:
    """A line on every scale."""
    lines = ["Scales", ""]
    for scale in data["scales"]:
        ends = f"{scale['lowest']} to {scale['highest']}"
        only = "; total only" if scale["total_only"] else ""
        lines += wrapped(
            f"{scale['name']:<10} {scale['title']}, {ends}: {scale['measures']} ({_TEXT[scale['text']]}{only})"
        )
    lines += ["", "One of them: benzosafe scale NAME, and with --answers or --total what a filling-in means.", ""]
    return "\n".join([*lines, *wrapped(data["note"]), f"Knowledge {data['knowledge_version']}."]) + "\n"


def result_lines(data: Json) -> Iterator[str]:
    """What a filling-in says and what changed, a sentence or few each, what must not wait first."""
    result, change = data["result"], data["change"]
    if result is not None:
        yield from result["first_words"]
        yield from result["total_words"]
        if change is not None:
            yield change["words"]
        yield from result["ask_words"]


def about_lines(scale: Json) -> Iterator[str]:
    """What the scale is and how it is answered."""
    yield (
        f"Tells {scale['measures']}; asks about: {scale['period']}. Total {scale['lowest']} to {scale['highest']}, "
        + ("higher is worse.")
    )
    if scale["total_only"]:
        yield "Only the total is taken here."
    else:
        yield " ".join((*scale["answers"], scale["missing_answers"]))
    if scale["licence"]["text"] != "free":
        yield f"Its text is not included: {scale['licence']['note']}. Where to get it: {scale['licence']['where']}."


def sections(data: Json) -> Iterator[tuple[str, list[str]]]:
    """Headings with their lists, empty ones among them; where a filling-in is shown only what helps to read it."""
    scale, alone = data["scale"], data["result"] is None
    if alone:
        if scale["texts"]:
            yield scale["question"], [f"{number}. {text}" for number, text in enumerate(scale["texts"], start=1)]
        yield "Answers", [f"{answer}: {words}" for answer, words in scale["answer_words"].items()]
    yield "Bands", band_lines(scale["bands"])
    if alone:
        yield (
            "Cut-offs",
            [f"{one['words']}; {one['population']} {source_words(one['source'])}" for one in scale["cutoffs"]],
        )
        yield "Answers that speak for themselves", [flag_words(flag) for flag in scale["flags"]]
    yield "What change matters", change_lines(scale)
    if alone:
        licence = scale["licence"]
        yield "Licence", [f"{licence['note']} {source_words(source)}" for source in licence["sources"][:1]]
    yield "Source", [source_words(source).strip("[]") for source in scale["sources"]]
    yield "To know", [scale["about"]] if scale["about"] else []


def band_lines(bands: Iterable[Json]) -> list[str]:
    """The bands of each group and source in one line."""
    rows: dict[tuple[str, str], list[str]] = {}
    for band in bands:
        named = (
            f"{band['low']} to {band['high']} {band['name']}"
            if band["low"] < band["high"]
            else (f"{band['low']} {band['name']}")
        )
        rows.setdefault((band["group"], source_words(band["source"])), []).append(named)
    return [f"{group + ': ' if group else ''}{'; '.join(names)} {source}" for (group, source), names in rows.items()]


def flag_words(flag: Json) -> str:
    """'item 9 (about what) from 1 point, the same day: what to do'."""
    soon = "the same day" if flag["urgency"] == "now" else "at the visit"
    return f"item {flag['item']} ({flag['about']}) from {flag['from_points']}, {soon}: {flag['do']}"


def change_lines(scale: Json) -> list[str]:
    """The smallest difference that matters, response and remission, each with whom it was found in."""
    parts = (
        ("smallest difference that matters", scale["smallest_change"], 1, "points"),
        ("response: a fall by", scale["response_share"], 100, "%"),
        ("remission: at most", scale["remission_at_most"], 1, "points"),
    )
    found = [
        f"{title} {one['value'] * times:g} {unit}, {one['population']}{'; ' + one['about'] if one['about'] else ''} "
        f"{source_words(one['source'])}"
        for title, one, times, unit in parts
        if one
    ]
    return found or ["No smallest difference that matters is known: a change is shown and not graded."]


def source_words(source: Json) -> str:
    """Citation, place and how surely it was read."""
    at = f", {source['at']}" if source["at"] else ""
    return f"[{source['citation']}{at}; {source['confidence']}]"
