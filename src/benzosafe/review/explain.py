"""Why a rule spoke or kept silent: every part of its conditions with the value it had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from benzosafe.facts.frame import Frame
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import build_scenarios
from benzosafe.patient.tables import Order, Record
from benzosafe.review.condition import Condition
from benzosafe.review.evaluate import OTHERWISE, SEVERITY_OF_RANK, CompiledRule, Outcome, compiled_rules, evaluate
from benzosafe.review.finding import Place, plain


def explain_rule(
    rule_id: str, record: Record, knowledge: Knowledge, on: date, drafts: Sequence[Order] = ()
) -> dict[str, Any]:
    """Each condition of a rule, its three-valued answer and the facts below it, for the last scenario."""
    frame = Frame(build_scenarios(record, drafts, on), knowledge, on)
    compiled = next(rule for rule in compiled_rules(knowledge) if rule.rule.id == rule_id)
    outcome = next(item for item in evaluate(frame) if item.rule is compiled)
    row = frame.size - 1
    places = [Place(frame, row)]
    if compiled.rule.per == "order":
        places = [Place(frame, row, i) for i in range(len(frame.orders)) if frame.order_row[i] == row]
    rule = compiled.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "scenario": frame.scenarios[row].name,
        "thresholds": {n: f"{t.lowest:g} {t.unit} ({t.source})" for n, t in rule.thresholds.items()},
        "results": [_result(compiled, outcome, place) for place in places],
    }


def _result(rule: CompiledRule, outcome: Outcome, place: Place) -> dict[str, Any]:
    at = place.at
    levels = [
        {"severity": s, "condition": _tree(c, place) if c else {"text": OTHERWISE, "answer": True}}
        for s, c in rule.levels
    ]
    return {
        "order": None if place.order is None else place.frame.orders[place.order].text,
        "severity": SEVERITY_OF_RANK.get(int(outcome.certain[at])),
        "severity_possible": SEVERITY_OF_RANK.get(int(outcome.possible[at])),
        "when": _tree(rule.when, place),
        "levels": levels,
        "not_when": {name: plain(place.facts(name), at) for name in rule.rule.not_when},
    }


def _tree(condition: Condition, place: Place) -> dict[str, Any]:
    """A condition, its answer (true, false, None for unknown), and its parts or its fact's value."""
    node: dict[str, Any] = {"text": condition.text, "answer": condition.test(place.facts).value(place.at)}
    if condition.parts:
        node["parts"] = [_tree(part, place) for part in condition.parts]
    else:
        node["facts"] = {name: plain(place.facts(name), place.at) for name in condition.names}
    return node
