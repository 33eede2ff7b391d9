"""A forecast for the screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benzosafe.render.forecast_signals import (
    EVERYBODY_HEADS,
    GROUP_HEADS,
    NOT_PUBLISHED,
    everybody_rows,
    is_met,
    signal_rows,
    signal_sentences,
)
from benzosafe.render.forecast_words import (
    DENOMINATORS,
    DIMENSIONS,
    INDICATORS,
    group_name,
    group_rows,
    rate,
    remarks,
    sentences,
)

_WIDTH = 100
_MOST_ROWS = 20
_MOST_GROUPS = 100
_LONGEST_NAME = 60


def text_forecast(data: Mapping[str, Any]) -> str:
    """The forecast in sentences and short tables."""
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield f"Alert burden of {data['input']}, before any alert is switched on"
    yield ""
    for sentence in sentences(data):
        yield from textwrap.wrap(sentence, _WIDTH)
    if data["orders"]["all"]["judged"]:
        yield from _table("Per 1,000 orders, by how loud", ("", *DENOMINATORS.values()), _by_indicator(data))
        rules = [(row["title"], f"{row['all']['cards']:,}", rate(row["all"])) for row in data["by_rule"]]
        yield from _table("By rule", ("Rule", "Alerts", "Per 1,000 orders"), rules)
        for name, part in data["by"].items():
            rows = [_group(row) for row in group_rows(part)]
            heads = (DIMENSIONS[name], "Orders", "Not judged", "Alerts", "Per 1,000 orders")
            yield from _table(f"By {DIMENSIONS[name].lower()}", heads, rows)
        medicines = [
            (row["medicine"], f"{row['orders']:,}", f"{row['cards']:,}", rate(row)) for row in data["medicines"]
        ]
        yield from _table("Medicines whose orders meet most alerts",
                          ("Medicine", "Orders", "Alerts", "Per 1,000 orders"), medicines)  # fmt: skip
    yield from _signals(data["signals"])
    yield ""
    for remark in remarks(data):
        yield from textwrap.wrap(remark, _WIDTH, initial_indent="- ", subsequent_indent="  ")
    yield f"benzosafe {data['engine_version']}, knowledge {data['knowledge_version']}, {data['knowledge_status']}"


def _signals(signals: Mapping[str, Any]) -> Iterator[str]:
    """Signals of everybody; by group those that were met, for the others stand in the other forms."""
    yield ""
    for sentence in signal_sentences(signals):
        yield from textwrap.wrap(sentence, _WIDTH)
    if not signals["people"]:
        return
    yield from _table("Signals, of everybody", EVERYBODY_HEADS, everybody_rows(signals), most=_MOST_GROUPS)
    for signal in signals["by_signal"]:
        if is_met(signal):
            yield from _table(f"Signal by group: {signal['label']}", GROUP_HEADS, signal_rows(signal), _MOST_GROUPS)
    yield ""
    for remark in (*signals["rests_on"], NOT_PUBLISHED):
        yield from textwrap.wrap(remark, _WIDTH, initial_indent="- ", subsequent_indent="  ")


def _by_indicator(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    parts = [data["orders"][name] for name in DENOMINATORS]
    rows = [("Any alert", *(rate(part) for part in parts))]
    for place, title in enumerate(INDICATORS.values()):
        rows.append((title, *(rate(part["by_indicator"][place]) for part in parts)))
    return rows


def _group(row: Mapping[str, Any]) -> tuple[str, ...]:
    return group_name(row), f"{row['orders']:,}", f"{row['not_judged']:,}", f"{row['cards']:,}", rate(row)


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], most: int = _MOST_ROWS
) -> Iterator[str]:  # fmt: skip
    """A table, its first column on the left and the others on the right; nothing where there are no rows."""
    if not rows:
        return
    shown = [[textwrap.shorten(row[0], _LONGEST_NAME, placeholder=" …") or "…", *row[1:]] for row in rows[:most]]
    widths = [max(len(row[place]) for row in (heads, *shown)) for place in range(len(heads))]
    yield ""
    yield title
    for row in (heads, *shown):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield f"  {'  '.join(cells)}".rstrip()
    if len(rows) > most:
        yield f"  and {len(rows) - most:,} more: --format csv"
