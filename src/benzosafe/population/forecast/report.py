"""A forecast as data: rates with their intervals, what could not be judged, and what the figures rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from benzosafe import __version__
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.forecast.decision import NO_DATE
from benzosafe.population.forecast.fairness_report import fairness_data
from benzosafe.population.forecast.forecast import Forecast
from benzosafe.population.forecast.history import ASKED_KINDS
from benzosafe.population.forecast.tally import (
    ALERTS,
    ALL,
    ANY,
    CLINICIAN,
    DIMENSIONS,
    HARD,
    INDICATOR,
    MEDICINE,
    REPEATED,
    RULE,
    SEDATIVES,
    WARD,
    Cell,
)
from benzosafe.population.screen.strata import AGE_BANDS, SEXES
from benzosafe.population.screen.summary import STATUS_OF_KNOWLEDGE
from benzosafe.population.worklist.worklist import version_of

Json = dict[str, Any]
SCHEMA = "benzosafe.forecast/1"
MOST_MEDICINES = 10
LEAST_ORDERS = 10
"""Wards and clinicians with fewer orders are counted together."""

_INDICATORS = ("critical", "warning", "info")
_COULD_NOT = "Could not be checked: something the check needs was not there"
ABOUT_CLINICIANS = (
    "How many alerts a clinician would meet follows from whom they treat and what the rules say. It says nothing of "
    "the quality of anyone's prescribing, and must not be used to judge or rank anyone."
)
RESTS_ON = (
    "Every order is replayed as the draft of an order-sign call, with the record as it stood before it.",
    "Nothing is taken as shown or answered before: at the bedside an alert shown while the order is being chosen is "
    "not shown again at signing, and an answered one stays quiet while nothing changes. The burden will be lower.",
    "Of orders with the same moment, the one with the lower id is taken as signed first.",
    "How a status was then is not on record: a medicine or problem that has ended without a date is taken as one of "
    "which that is not known.",
    "Rates are of the orders that could be judged. Intervals are 95 % intervals by Wilson, widened where the orders "
    "of a patient resemble one another.",
)  # fmt: skip


def forecast_data(found: Forecast, least_orders: int = LEAST_ORDERS) -> Json:
    """Everything a forecast says."""
    tally, knowledge = found.tally, found.knowledge
    by = [name for name in DIMENSIONS if name in found.asked.by]
    return {
        "schema_version": SCHEMA, "engine_version": __version__,
        "knowledge_version": version_of(knowledge), "knowledge_status": STATUS_OF_KNOWLEDGE,
        "input": found.source,
        "window": {"first": found.first and found.first.isoformat(), "last": found.last.isoformat()},
        "patients": tally.patients, "rejects": found.rejects,
        "orders": {name: _whole(found, name) for name in (ALL, SEDATIVES)},
        "not_judged": _counted(tally.not_judged), "not_orders": _counted(tally.not_signed),
        "by_rule": _by_rule(found), "least_orders": least_orders,
        "by": {name: _groups(found, name, least_orders) for name in by},
        "about_clinicians": ABOUT_CLINICIANS if CLINICIAN in by else None,
        "medicines": _medicines(found), "rests_on": list(RESTS_ON), "notes": _counted(tally.notes),
        "signals": fairness_data(tally.signals, knowledge, found.supplied_from, found.last),
        "never_in_input": sorted(kind for kind in ASKED_KINDS if not tally.kinds[kind]),
    }  # fmt: skip


def _whole(found: Forecast, denominator: str) -> Json:
    """One denominator: its cards, how loud, how many are hard stops or repeats."""
    cell, alerts = (found.tally.cell(denominator, *key) for key in ((), (ALERTS,)))
    cards = cell.count().cards
    not_judged = cell.orders - cell.judged
    return {
        **_row(cell),
        # Whatever the orders that could not be judged would have come to.
        "per_1000_of_all_at_least": _per_1000(cards / cell.orders if cell.orders else None),
        "per_1000_of_all_at_most": _per_1000((cards + not_judged) / cell.orders if cell.orders else None),
        "by_indicator": [
            {"indicator": name, **_rate(cell, f"{INDICATOR}{name}")} for name in _INDICATORS
        ],
        "share_hard": _share(alerts, HARD), "share_repeated": _share(alerts, REPEATED),
    }  # fmt: skip


def _row(cell: Cell) -> Json:
    return {
        "orders": cell.orders, "judged": cell.judged, "not_judged": cell.orders - cell.judged,
        "patients": cell.patients, **_rate(cell, ANY), "hard": cell.count(HARD).cards,
        "repeated": cell.count(REPEATED).cards,
    }  # fmt: skip


def _rate(cell: Cell, what: str) -> Json:
    """Cards of a kind per 1,000 judged orders; no rate where none was judged."""
    count = cell.count(what)
    low, high = cell.interval(what) if cell.judged else (None, None)
    return {
        "cards": count.cards, "patients_with_card": count.patients,
        "per_1000": _per_1000(count.cards / cell.judged if cell.judged else None),
        "low": _per_1000(low), "high": _per_1000(high),
    }  # fmt: skip


def _share(alerts: Cell, what: str) -> Json:
    """What share of the cards are of a kind; none where there is no card."""
    low, high = alerts.interval(what) if alerts.judged else (None, None)
    share = alerts.count(what).cards / alerts.judged if alerts.judged else None
    rounded = [None if value is None else round(value, 4) for value in (share, low, high)]
    return {"cards": alerts.count(what).cards, "of": alerts.judged,
            **dict(zip(("share", "low", "high"), rounded, strict=True))}  # fmt: skip


def _per_1000(share: float | None) -> float | None:
    return None if share is None else round(1000 * share, 2)


def _counted(counts: Counter[str]) -> list[Json]:
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"why": why, "count": count} for why, count in found]


def _by_rule(found: Forecast) -> list[Json]:
    cells = {name: found.tally.cell(name) for name in (ALL, SEDATIVES)}
    rules = [what.removeprefix(RULE) for what in cells[ALL].counts if what.startswith(RULE)]
    rows = [
        {"rule": rule, "title": _title(rule, found.knowledge),
         **{name: _rate(cell, f"{RULE}{rule}") for name, cell in cells.items()}}
        for rule in rules
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[ALL]["cards"], row["rule"]))


def _title(rule: str, knowledge: Knowledge) -> str:
    return knowledge.rules[rule].title if rule in knowledge.rules else _COULD_NOT


def _groups(found: Forecast, dimension: str, least_orders: int) -> Json:
    """The groups of one kind; of wards and clinicians, those with too few orders together."""
    cells = found.tally.groups(ALL, dimension)
    sedatives = found.tally.groups(SEDATIVES, dimension)
    small = {group for group, cell in cells.items() if cell.orders < least_orders} if _is_pooled(dimension) else set()
    rows = [
        {"group": group, "name": found.tally.names.get((dimension, group), group), **_row(cell),
         "sedative_orders": sedatives.get(group, Cell()).orders}
        for group, cell in cells.items() if group not in small
    ]  # fmt: skip
    pooled = Cell()
    for group in small:
        pooled.add(cells[group])
    together = {"groups": len(small), "name": f"fewer than {least_orders} orders", **_row(pooled),
                "sedative_orders": sum(sedatives.get(group, Cell()).orders for group in small)}  # fmt: skip
    return {"groups": sorted(rows, key=_place(dimension)), "pooled": together if small else None}


def _is_pooled(dimension: str) -> bool:
    return dimension in (WARD, CLINICIAN)


def _place(dimension: str) -> Any:
    """Ages and sexes in their own order; wards by cards; clinicians by name, for a rank of them would mislead."""
    fixed: tuple[str, ...] = {"age": AGE_BANDS, "sex": SEXES}.get(dimension, ())

    def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
        if fixed:
            return (fixed.index(row["group"]),)
        return (row["name"].casefold(), row["group"]) if dimension == CLINICIAN else (-row["cards"], row["group"])

    return place


def _medicines(found: Forecast) -> list[Json]:
    """The medicines whose orders get most cards."""
    rows = [{"medicine": name, **_row(cell)} for name, cell in found.tally.groups(ALL, MEDICINE).items()]
    most = sorted((row for row in rows if row["cards"]), key=lambda row: (-row["cards"], row["medicine"]))
    return most[:MOST_MEDICINES]


def not_dated(data: Mapping[str, Any]) -> int:
    """Orders in no window, because they have no date."""
    return next((row["count"] for row in data["not_judged"] if row["why"] == NO_DATE), 0)
