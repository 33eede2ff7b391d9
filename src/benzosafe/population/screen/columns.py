"""A judgement as a batch of results: one nested row a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from benzosafe.facts.column import Number
from benzosafe.facts.frame import Frame
from benzosafe.patient.tables import DataGap, Order, Record
from benzosafe.population.screen.results import RANGES, RESULTS
from benzosafe.population.screen.stop_signs import stop_signs
from benzosafe.population.screen.undecided import Undecided, undecided
from benzosafe.review.evaluate import SEVERITY_OF_RANK
from benzosafe.review.finding import Finding, plain
from benzosafe.review.rank import Verdict
from benzosafe.review.review import burden

if TYPE_CHECKING:
    from benzosafe.population.screen.judge import Judged, Judgement


def results_batch(judgement: Judgement) -> pa.RecordBatch:
    """Every patient of a judgement, in order."""
    frame = judgement.frame
    not_decided = undecided(frame, judgement.outcomes)
    signs = stop_signs(frame)
    rows = []
    for item in judgement.judged:
        if item.row is None or item.record is None:
            rows.append(_unreviewed(item))
            continue
        verdict, open_rules = judgement.verdicts[item.row], not_decided[item.row]
        rows.append({
            "patient": item.patient,
            "facts": _facts(item, item.record, frame, verdict) | {
                "do_not_taper": signs[item.row], "undecided": len(open_rules),
            },
            "findings": [_finding(found) for found in verdict.findings] + _hidden(verdict),
            "gaps": [_gap(gap) for gap in item.record.gaps] + [_not_checked(rule) for rule in open_rules],
            "not_understood": _not_understood(item),
        })  # fmt: skip
    return pa.RecordBatch.from_pylist(rows, RESULTS)


def _unreviewed(item: Judged) -> dict[str, Any]:
    gaps = [item.refused] if item.refused else list(map(_not_told, item.looked.not_understood))
    return {
        "patient": item.patient,
        "facts": {"status": item.status, **_counted(item)},
        "findings": [],
        "gaps": [_gap(gap) for gap in gaps if gap],
        "not_understood": _not_understood(item),
    }


def _not_told(words: tuple[str, str, str, str]) -> DataGap | None:
    """A medicine that could not be told is why a patient was not judged."""
    what, system, code, text = words
    name = text or f"{system}|{code}"
    return (
        DataGap("", f"'{name}' is not a medicine known here", "unresolved_drug", name) if what == "medicine" else None
    )


def _counted(item: Judged) -> dict[str, int]:
    looked = item.looked
    return {
        "medicines": looked.medicines, "medicines_understood": looked.medicines_understood,
        "conditions": looked.conditions, "conditions_understood": looked.conditions_understood,
    }  # fmt: skip


def _facts(item: Judged, record: Record, frame: Frame, verdict: Verdict) -> dict[str, Any]:
    row = item.row or 0
    taken = [order for order in record.orders if order.active is not False and order.ingredient]
    worst = max((found.rank for found in verdict.findings), default=0)
    ages = plain(frame.column("age_years"), row)
    begun = [order.start_on for order in record.orders if order.start_on]
    return {
        "status": item.status, **_counted(item),
        "first_order_on": min(begun, default=None), "last_order_on": max(begun, default=None),
        "age_years": ages if isinstance(ages, float | int) else None,
        "sex": record.sex,
        "bzra": _bzra(frame, row),
        **_ranges(frame, row),
        "dose_band": _words(frame, "benzodiazepine_dose_band", row),
        "physical_dependence": _words(frame, "physical_dependence", row),
        "worst_severity": SEVERITY_OF_RANK.get(worst),
        "worst_tier": min((found.tier for found in verdict.findings), default=None),
        "burden": float(burden(verdict)),
        "doses": len(taken), "doses_understood": sum(order.dose_mg_per_day is not None for order in taken),
        "supplies": len(taken), "supplies_understood": sum(_supply_known(order) for order in taken),
    }  # fmt: skip


def _bzra(frame: Frame, row: int) -> list[str]:
    numbers = frame.orders_of_row(row)
    taken = frame.member("bzra") & frame.certainly_active
    return sorted({frame.orders[number].ingredient or "" for number in numbers if taken[number]})


def _ranges(frame: Frame, row: int) -> dict[str, float | None]:
    """Lowest and highest; None is without limit, so both None is not known at all."""
    found: dict[str, float | None] = {}
    for name in RANGES:
        column = frame.column(name)
        assert isinstance(column, Number)
        value = plain(Number(column.low, column.high), row)
        found[f"{name}_low"], found[f"{name}_high"] = value if isinstance(value, list) else (value, value)
    return found


def _words(frame: Frame, name: str, row: int) -> list[str] | None:
    value = plain(frame.column(name), row)
    return [value] if isinstance(value, str) else value


def _supply_known(order: Order) -> bool:
    return any(value is not None for value in (order.days_supply, order.supply_ends_on, order.end_on))


def _finding(found: Finding, state: str = "shown", why: str = "") -> dict[str, Any]:
    rule = found.rule.rule
    return {
        "rule": rule.id, "version": rule.version, "topic": found.rule.topic, "state": state, "why": why,
        "tier": found.tier if state == "shown" else None, "severity": found.severity,
        "severity_possible": SEVERITY_OF_RANK[found.rank_possible], "ingredients": found.ingredients,
        "orders": found.orders, "missing": found.missing, "reason": found.reason,
    }  # fmt: skip


def _hidden(verdict: Verdict) -> list[dict[str, Any]]:
    """What another finding says, and what a documented exclusion silences."""
    return [_finding(item.finding, item.kind, item.why) for item in verdict.suppressed if item.kind != "attention"]


def _gap(gap: DataGap) -> dict[str, Any]:
    return {"kind": gap.kind, "where": gap.where, "what": gap.what, "text": gap.text}


def _not_checked(item: Undecided) -> dict[str, Any]:
    return {
        "kind": "not_checked",
        "rule": item.rule,
        "severity_possible": item.severity_possible,
        "missing": item.missing,
    }


def _not_understood(item: Judged) -> list[dict[str, str]]:
    found = [
        {"what": what, "system": system, "code": code, "text": text}
        for what, system, code, text in item.looked.not_understood
    ]
    orders = item.record.orders if item.record else ()
    unread = [order.sig for order in orders if order.sig and order.dose_mg_per_day is None and order.ingredient]
    return found + [{"what": "dose", "system": "", "code": "", "text": sig} for sig in unread]
