"""Evaluates every rule over a batch of rows: one three-valued pass, no rule knows who called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np

from benzosafe.errors import KnowledgeIssue
from benzosafe.facts.column import Bools, Column, Ints, Truth
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import UnknownFact, is_per_order
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import SEVERITIES
from benzosafe.knowledge.rule_model import Rule
from benzosafe.review.condition import Condition, ConditionError, Facts, compile_condition

_ANY_DAY = date(2000, 1, 1)  # the facts of no rows do not depend on it
OTHERWISE = "otherwise"
INGREDIENTS = "ingredients"
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
QUIET = 0
RANK: dict[str, int] = {severity: len(SEVERITIES) - place for place, severity in enumerate(SEVERITIES)}
SEVERITY_OF_RANK = {rank: severity for severity, rank in RANK.items()}


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its conditions ready to run."""

    rule: Rule
    topic: str
    when: Condition
    levels: tuple[tuple[str, Condition | None], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every fact the rule reads, exclusions included."""
        conditions = [self.when, *(condition for _, condition in self.levels if condition)]
        return tuple(dict.fromkeys([n for c in conditions for n in c.names] + list(self.rule.not_when)))

    @cached_property
    def told(self) -> tuple[str, ...]:
        """Facts the reason writes out, beside those the conditions read."""
        return tuple(name for name in PLACEHOLDER.findall(self.rule.reason) if name != INGREDIENTS)


@dataclass(frozen=True)
class Outcome:
    """One rule over all rows (or orders): rank of the certain and the possible severity, 0 quiet; and exclusions."""

    rule: CompiledRule
    certain: Ints
    possible: Ints
    excluded: Bools


def compile_rule(rule: Rule, topic: str) -> CompiledRule:
    """Compile a rule's conditions; raises ConditionError on anything outside the language."""
    limits = {name: threshold.lowest for name, threshold in rule.thresholds.items()}
    levels = [
        (s, None if text.strip() == OTHERWISE else compile_condition(text, limits)) for s, text in rule.severity.items()
    ]
    return CompiledRule(rule, topic, compile_condition(rule.when, limits), tuple(levels))


@lru_cache(maxsize=4)
def compiled_rules(knowledge: Knowledge) -> tuple[CompiledRule, ...]:
    """All rules in force, compiled once for a knowledge base."""
    in_force = (rule for rule in knowledge.rules.values() if rule.status != "retired")
    return tuple(compile_rule(rule, knowledge.topics[rule.id]) for rule in in_force)


def evaluate(frame: Frame) -> list[Outcome]:
    """Every rule over the batch; `per: order` rules give one element an order."""
    return [evaluate_rule(rule, *_facts_for(frame, rule)) for rule in compiled_rules(frame.knowledge)]


def _facts_for(frame: Frame, rule: CompiledRule) -> tuple[Facts, int, tuple[Bools, Bools] | None]:
    if rule.rule.per == "patient":
        return frame.column, frame.size, None
    return order_facts(frame), len(frame.orders), (frame.certainly_active, frame.possibly_active)


def order_facts(frame: Frame) -> Facts:
    """Facts seen from each order: its own, and those of its row."""

    def look_up(name: str) -> Column:
        if is_per_order(name):
            return frame.column(name)
        key = f"{name}@order"
        if key not in frame._columns:
            frame._columns[key] = frame.column(name).take(frame.order_row)
        return frame._columns[key]

    return look_up


def evaluate_rule(rule: CompiledRule, facts: Facts, size: int, eligible: tuple[Bools, Bools] | None = None) -> Outcome:
    """Certain severity counts unknown as no, possible severity counts it as yes."""
    when = rule.when.test(facts)
    certain, possible = np.zeros(size, np.int64), np.zeros(size, np.int64)
    excluded = np.zeros(size, bool)
    if size and when.no.all():
        return Outcome(rule, certain, possible, excluded)
    for severity, condition in rule.levels:
        rank = RANK[severity]
        level = condition.test(facts) if condition else None
        certain = np.maximum(certain, rank * (when.yes if level is None else when.yes & level.yes))
        possible = np.maximum(possible, rank * (~when.no if level is None else ~when.no & ~level.no))
    for name in rule.rule.not_when:
        column = facts(name)
        if not isinstance(column, Truth):
            raise ConditionError(f"exclusion '{name}' is not true or false")
        excluded |= column.yes
    if eligible is not None:
        certain, possible = certain * eligible[0], possible * eligible[1]
    return Outcome(rule, certain, possible, excluded & (possible > 0))


def check_rules(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Faults in rules that need the facts to be known: conditions, fact names, levels, and cases that fail."""
    from benzosafe.review.cases import failing_cases

    issues: list[KnowledgeIssue] = []
    empty = Frame([], knowledge, _ANY_DAY)
    for rule in knowledge.rules.values():
        file = f"rules/{knowledge.topics[rule.id]}/{rule.id}.yaml"
        try:
            compiled = compile_rule(rule, knowledge.topics[rule.id])
            facts, size, _ = _facts_for(empty, compiled)
            evaluate_rule(compiled, facts, size)
            for name in compiled.told:
                facts(name)
        except (ConditionError, UnknownFact, KeyError) as error:
            issues.append(KnowledgeIssue(file, 1, "when/severity/not_when", str(error).strip("'\"")))
            continue
        issues += [KnowledgeIssue(file, 1, "severity", fault) for fault in _ladder_faults(rule)]
        issues += [KnowledgeIssue(file, 1, "cases", fault) for fault in failing_cases(compiled, empty)]
    return issues


def _ladder_faults(rule: Rule) -> list[str]:
    ranks = [RANK[severity] for severity in rule.severity]
    faults = [] if ranks == sorted(ranks, reverse=True) else ["levels must stand from the most to the least severe"]
    if OTHERWISE in list(rule.severity.values())[:-1]:
        faults.append("'otherwise' must be the last level")
    return faults
