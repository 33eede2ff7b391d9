"""A simulation in words for the terminal; no number without its interval."""

from __future__ import annotations

import textwrap
from typing import Any

from benzosafe.render.simulation_days import day_rows, level_words
from benzosafe.render.simulation_words import (
    NOTICE,
    bands_words,
    course_words,
    doses_words,
    named,
    summary,
    title,
)
from benzosafe.render.wrapped import WIDTH, listed, wrapped


def text_simulation(data: dict[str, Any]) -> str:
    """What a clinician wants to know of a simulation, as plain text of at most 100 columns."""
    lines = [*wrapped(title(data)), *wrapped(f"Taken: {doses_words(data)}.", "  ")]
    if not data["beside"]:
        lines.append("  Beside it: nothing.")
    lines += [line for course in data["beside"] for line in wrapped(f"Beside it: {course_words(course)}.", "  ")]
    if data["starts_on"] is not None:
        lines += wrapped(f"Day 1 is {data['starts_on']}.", "  ")
    lines.append("")
    for sentence in summary(data):
        lines += wrapped(sentence)
    for analyte in data["analytes"]:
        lines += ["", *_table(data, analyte)]
    lines += ["", *wrapped(bands_words(data))]
    lines += listed("Rests on", data["rests_on"]) + listed("Assumed", data["assumed"])
    lines += [
        "",
        *wrapped(f"{data['people']} {'person' if data['people'] == 1 else 'people'}, seed {data['seed']}."),
        *wrapped(NOTICE),
    ]
    return "\n".join(lines)


def _table(data: dict[str, Any], analyte: dict[str, Any]) -> list[str]:
    """The days that matter; the last column is wrapped so that no line is wider than the terminal."""
    own = bool(analyte["exposure_by_day"])
    heads = ["day", "before first dose", "highest of the day", *(["AUC ratio"] if own else []), ""]
    rows = [
        [str(row.day), row.before, row.highest, *([row.ratio] if own else []), row.happens]
        for row in day_rows(data, analyte)
    ]
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads) - 1)]
    room = WIDTH - sum(widths) - 2 * len(widths)
    lines = wrapped(f"{named(analyte['analyte'])} in ng/mL, {level_words(data)}")
    for row in [heads, *rows]:
        cells = [
            row[0].rjust(widths[0]),
            *(cell.ljust(width) for cell, width in zip(row[1:], widths[1:], strict=False)),
        ]
        parts = textwrap.wrap(row[-1], room) or [""]
        lines.append("  ".join([*cells, parts[0]]).rstrip())
        lines += [" " * (WIDTH - room) + part for part in parts[1:]]
    return lines
