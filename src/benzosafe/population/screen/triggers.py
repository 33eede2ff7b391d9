"""Without what no rule can say anything: worked out from the rules themselves, so that the gate follows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import groups_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Coverage, Order, Record
from benzosafe.review.condition import Condition
from benzosafe.review.evaluate import CompiledRule, evaluate

_ANY_DAY = date(2000, 1, 1)  # nothing in a record without dates depends on it
_DISAGREEMENT = "order_text_and_code_disagree"
_FIRST = "bzra"


@dataclass
class Triggers:
    """Whoever has none of these on record has no certain finding: ingredients, conditions, observations.

    A medicine whose text and code disagree is a trigger by itself.
    """

    ingredients: set[str] = field(default_factory=set)
    conditions: set[str] = field(default_factory=set)
    observations: set[str] = field(default_factory=set)
    unsettled: list[str] = field(default_factory=list)
    """Rules for which no trigger was found: with any of these there is no gate."""


@lru_cache(maxsize=4)
def triggers_of(knowledge: Knowledge) -> Triggers:
    """The triggers of a knowledge base.

    A rule may speak where it could hold for somebody who perhaps takes every other medicine and of whom nothing else is
    known. Of each such rule one part that must hold is made a trigger, until no rule is left.
    """
    found = Triggers()
    frame = _everything_unknown(knowledge, found.ingredients)
    found.ingredients |= _members(frame, [_FIRST])
    settled: set[str] = set()
    while speaking := _may_speak(_everything_unknown(knowledge, found.ingredients), settled):
        for rule in speaking:
            if not _make_trigger(rule, frame, found):
                found.unsettled.append(rule.rule.id)
            settled.add(rule.rule.id)
    return found


def _everything_unknown(knowledge: Knowledge, never: set[str]) -> Frame:
    """One person who may take every medicine but some, and of whom nothing else is known."""
    names = sorted({*knowledge.drugs, *_known_names(knowledge)} - never)
    orders = tuple(Order(name, name, name, "request", text_ingredient=name, active=None) for name in names)
    record = Record("anyone", orders=orders, coverage=Coverage(orders=True))
    return Frame([Scenario("as_is", record, orders)], knowledge, _ANY_DAY)


def _known_names(knowledge: Knowledge) -> set[str]:
    return {name for name in Frame([], knowledge, _ANY_DAY).catalog.index if name}


def _may_speak(frame: Frame, settled: set[str]) -> list[CompiledRule]:
    return [
        outcome.rule for outcome in evaluate(frame)
        if outcome.rows(surely=False) and outcome.rule.rule.id not in settled
    ]  # fmt: skip


def _make_trigger(rule: CompiledRule, frame: Frame, found: Triggers) -> bool:
    """Make the part of a rule with the fewest members a trigger; whether there was one."""
    parts = rule.when.must_hold
    if any(part.names == (_DISAGREEMENT,) for part in parts):
        return True
    for part in parts:
        if _of_conditions(part, frame.knowledge):
            found.conditions |= set(part.names) & set(frame.knowledge.conditions)
            found.observations |= set(part.names) & set(frame.knowledge.observations)
            return True
    choices = [members for part in parts if (members := _drugs_of(part, frame))]
    if choices:
        found.ingredients |= min(choices, key=lambda members: (len(members), sorted(members)))
    return bool(choices)


def _of_conditions(part: Condition, knowledge: Knowledge) -> bool:
    """Whether a part is true only by something on the list of conditions or observations."""
    listed = set(knowledge.conditions) | set(knowledge.observations)
    return listed.issuperset(part.names) and _is_positive(part)


def _drugs_of(part: Condition, frame: Frame) -> set[str]:
    """The medicines of a part that is true only while one of them is taken; none for another part."""
    if not (_is_positive(part) and all(name.endswith("_active") for name in part.names)):
        return set()
    return _members(frame, [group for name in part.names for group in groups_of(frame, name)])


def _is_positive(part: Condition) -> bool:
    """Whether a part holds a name, or names joined by 'or', without a negation that absence fulfils."""
    import ast

    allowed = (ast.Name, ast.BoolOp, ast.Or, ast.And, ast.Load, ast.Compare, ast.GtE, ast.Gt, ast.Constant)
    return all(isinstance(node, allowed) for node in ast.walk(part.node))


def _members(frame: Frame, groups: list[str]) -> set[str]:
    catalog = frame.catalog
    names = {number: name for name, number in catalog.index.items()}
    found: set[str] = set()
    for group in groups:
        if group in catalog.members:
            found |= {names[number] for number in range(len(names)) if catalog.members[group][number]}
        else:
            found.add(names[catalog.stems[group]])
    return found
