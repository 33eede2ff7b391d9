"""A forecast as CSV: one row a group, whatever it is counted by."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from benzosafe.render.csv_cells import safe_cell

COLUMNS = (
    "of", "by", "group", "name", "orders", "judged", "not_judged", "patients", "cards", "patients_with_card",
    "per_1000", "low", "high", "hard", "repeated", "sedative_orders", "groups",
    "signal", "seen", "explained", "not_seen", "cannot_tell", "share", "share_low", "share_high", "difference",
    "difference_low", "difference_high",
)  # fmt: skip
POOLED = "pooled"


def csv_forecast(data: Mapping[str, Any]) -> str:
    """Totals, indicators, rules, groups, medicines, what was not judged by reason; last the signals of people."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in _rows(data):
        writer.writerow({name: "" if row[name] is None else safe_cell(row[name]) for name in COLUMNS if name in row})
    return text.getvalue()


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for of, whole in data["orders"].items():
        yield {"of": of, "by": "total", **whole}
        for row in whole["by_indicator"]:
            yield {"of": of, "by": "indicator", "group": row["indicator"], **_counts(row, whole)}
        for rule in data["by_rule"]:
            yield {"of": of, "by": "rule", "group": rule["rule"], "name": rule["title"], **_counts(rule[of], whole)}
    for by, part in data["by"].items():
        for row in part["groups"]:
            yield {"of": "all", "by": by, **row}
        if part["pooled"]:
            yield {"of": "all", "by": by, "group": POOLED, **part["pooled"]}
    for row in data["medicines"]:
        yield {"of": "all", "by": "medicine", "group": row["medicine"], **row}
    for row in data["not_judged"]:
        yield {"of": "all", "by": "not judged", "group": row["why"], "orders": row["count"]}
    yield from _signals(data["signals"])


def _signals(signals: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Signals of everybody and of each group; of people, not of orders."""
    for signal in signals["by_signal"]:
        named = {"of": "signals", "signal": signal["signal"], "name": signal["label"]}
        yield {**named, "by": "everybody", **_people(signal["everybody"])}
        for by, rows in signal["by"].items():
            for row in rows:
                yield {**named, "by": by, **_people(row)}


def _people(row: Mapping[str, Any]) -> dict[str, Any]:
    """Shares go by names of their own, for `low` and `high` are per 1,000 orders."""
    own = {**row, "patients": row["people"], "not_judged": row["cannot_tell"]}
    shares = {"share": own.pop("rate"), "share_low": own.pop("low"), "share_high": own.pop("high")}
    return {**own, **shares}


def _counts(row: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Cards of a kind among all orders of a denominator."""
    return {**{name: whole[name] for name in ("orders", "judged", "not_judged", "patients")}, **row}
