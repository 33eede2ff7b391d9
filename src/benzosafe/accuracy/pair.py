"""The published studies of one pair, to stand beside its prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benzosafe.accuracy.rows import PUBLISHED, read_deck
from benzosafe.knowledge.load import Knowledge

_FAR_APART = 2.0
_ROUTES = {"po": "oral", "iv": "intravenous"}


@dataclass(frozen=True)
class PublishedStudy:
    """One study of a pair at full effect: AUC of the analyte with over without, as the paper gives it."""

    study: str
    analyte: str
    auc_ratio: float
    route: str
    mg_per_day: float | None
    people: int | None
    confidence: str
    words_only: bool


def studies_of_pair(knowledge: Knowledge, victim: str, perpetrator: str) -> tuple[PublishedStudy, ...]:
    """The studies among the published ones that gave this perpetrator to this victim until its effect was full."""
    rows = read_deck(PUBLISHED / "interactions.yaml").rows
    return tuple(
        _study(row)
        for row in rows
        if row["benchmark"] == "static" and row["victim"] == victim
        if _seen(row) is not None and perpetrator in _named(knowledge, row)
    )


def _seen(row: Mapping[str, Any]) -> float | None:
    """The ratio of a row; 1 where the paper says that nothing changed and gives no number."""
    found = row.get("auc_ratio", row.get("auc_ratio_assumed"))
    return None if found is None else float(found)


def _named(knowledge: Knowledge, row: Mapping[str, Any]) -> Sequence[str]:
    name = str(row["perpetrator"])
    return [name, *knowledge.names.knows(name)]


def _study(row: Mapping[str, Any]) -> PublishedStudy:
    amount, _, hours = row["regimen"][0]
    return PublishedStudy(
        row["source"]["study"], row.get("analyte", row["victim"]), _seen(row) or 1.0,
        _ROUTES.get(row["victim_route"], row["victim_route"]),
        None if amount is None else float(amount) * 24.0 / hours, row.get("n"), row["confidence"],
        "auc_ratio" not in row,
    )  # fmt: skip


def departs(predicted_auc_ratio: float, victim: str, route: str, studies: Sequence[PublishedStudy]) -> bool:
    """Whether the studies of this drug by this route lie, on average, more than twofold from the prediction."""
    logs = [
        np.log(item.auc_ratio)
        for item in studies
        if item.analyte == victim and item.route == route and not item.words_only
    ]
    return bool(logs) and abs(float(np.mean(logs)) - float(np.log(predicted_auc_ratio))) > float(np.log(_FAR_APART))
