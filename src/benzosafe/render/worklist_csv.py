"""The worklist as CSV: one row a patient, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from benzosafe.render.csv_cells import safe_cell

COLUMNS = (
    "list", "rank", "patient", "age_years", "age_band", "sex", "stratum", "tier", "severity", "rule", "finding",
    "reason", "medicines", "helps_most", "action", "medicine", "change_to", "how", "cost", "before_it", "takes_away",
    "brings", "also", "do_not_taper", "not_offered", "can_be_done", "other_findings", "undecided_checks",
    "preventable_harm", "preventable_harm_at_most", "why_not_judged",
)  # fmt: skip
LISTED, BEYOND, NOT_JUDGED, IN_PART = "within capacity", "not within capacity", "not judged", "judged in part"


def csv_worklist(data: Mapping[str, Any]) -> str:
    """Patients within capacity, those behind them, and those who could not be judged."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(data):
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
    return text.getvalue()


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in data["listed"]:
        yield {"list": LISTED, **_about(entry), **_found(entry), **_change(entry), **_more(entry)}
    for entry in data["beyond_capacity"]:
        yield {"list": BEYOND, **_about(entry), **_found(entry), **_harm(entry)}
    for entry in data["not_judged"]:
        judged = IN_PART if entry["status"] == "partly_judged" else NOT_JUDGED
        yield {"list": judged, **_about(entry), "why_not_judged": entry["why"]}


def _about(entry: Mapping[str, Any]) -> dict[str, Any]:
    age = entry["age_years"]
    return {
        "rank": entry.get("rank", ""), "patient": entry["patient"], "age_years": "" if age is None else int(age),
        "age_band": entry["age_band"], "sex": entry["sex"], "do_not_taper": entry.get("do_not_taper", ""),
    }  # fmt: skip


def _found(entry: Mapping[str, Any]) -> dict[str, Any]:
    finding = entry["finding"] or {}
    return {
        "tier": finding.get("tier", ""), "severity": finding.get("severity"), "rule": finding.get("rule"),
        "finding": finding.get("title"), "reason": finding.get("reason"), "medicines": finding.get("ingredients"),
    }  # fmt: skip


def _change(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The change that is offered first, and the others in words."""
    if not entry["changes"]:
        return {}
    first, *others = entry["changes"]
    return {
        "helps_most": first["words"], "action": first["action"], "medicine": first["ingredient"],
        "change_to": first["to"], "how": first["how"], "cost": first["cost"], "before_it": first["before"],
        "takes_away": first["removes_or_lowers"], "brings": first["brings"],
        "also": [other["words"] for other in others],
    }  # fmt: skip


def _more(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stratum": entry["stratum"], "can_be_done": entry["can_be_done"], **_harm(entry),
        "not_offered": [f"{item['ingredient']}: {', '.join(item['why'])}" for item in entry["not_offered"]],
        "other_findings": entry["other_findings"], "undecided_checks": entry["undecided_checks"],
    }  # fmt: skip


def _harm(entry: Mapping[str, Any]) -> dict[str, Any]:
    harm = entry["preventable_harm"]
    return {
        "preventable_harm": "" if harm is None else harm,
        "preventable_harm_at_most": entry["preventable_harm_at_most"],
    }
