"""Evaluates every rule over a batch of rows: one three-valued pass, no rule knows who called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np

from benzosafe.errors import KnowledgeIssue
from benzosafe.facts.column import Bools, Ints, Truth, is_set, pack, unpack
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import UnknownFact
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import SEVERITIES
from benzosafe.knowledge.rule_model import Rule
from benzosafe.review.condition import Condition, ConditionError, Facts, LookUp, compile_condition

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


Ranks = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class Outcome:
    """One rule over all rows (or orders): where it reaches which rank, surely and possibly, one flag a row.

    Nearly every rule is quiet on a small batch, so arrays are made only of what is asked for.
    """

    rule: CompiledRule
    size: int
    certain_bits: Ranks = ()
    possible_bits: Ranks = ()
    excluded_bits: int = 0

    def rows(self, *, surely: bool) -> int:
        """Rows on which the rule surely says, or could say, something."""
        return _rows(self.certain_bits if surely else self.possible_bits)

    @property
    def certain(self) -> Ints:
        """Rank of the certain severity of each row, 0 quiet."""
        return _array(self.certain_bits, self.size)

    @property
    def possible(self) -> Ints:
        """Rank of the possible severity of each row, 0 quiet."""
        return _array(self.possible_bits, self.size)

    @property
    def excluded(self) -> Bools:
        """Rows on which a documented exclusion holds."""
        return unpack(self.excluded_bits, self.size)


def rank_at(ranks: Ranks, row: int) -> int:
    """The highest rank one row reaches; 0 quiet."""
    return max((rank for rank, bits in ranks if is_set(bits, row)), default=0)


def _rows(ranks: Iterable[tuple[int, int]]) -> int:
    found = 0
    for _, bits in ranks:
        found |= bits
    return found


def _array(ranks: Ranks, size: int) -> Ints:
    found = np.zeros(size, np.int64)
    for rank, bits in ranks:
        found = np.maximum(found, rank * unpack(bits, size))
    return found


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


def evaluate(frame: Frame, *, surely: bool = False) -> list[Outcome]:
    """Every rule over the batch; `per: order` rules give one element an order.

    surely: leave out rules that are not certain of anything, many of them before their costly facts are worked out.
    """
    seen = {
        "patient": (row_facts(frame), frame.size, None),
        "order": (order_facts(frame), len(frame.orders), (pack(frame.certainly_active), pack(frame.possibly_active))),
    }
    rules = compiled_rules(frame.knowledge)
    chosen = [rule for rule in rules if not surely or _may_be_certain(rule, seen[rule.rule.per][0])]
    return [evaluate_rule(rule, *seen[rule.rule.per]) for rule in chosen]


def _may_be_certain(rule: CompiledRule, facts: Facts) -> bool:
    """Whether some row is certain of every part that must hold; without it nothing certain can come of the rule."""
    yes = facts.every
    for part in rule.when.must_hold:
        yes &= part.answer(facts).yes
        if not yes:
            return False
    return True


def row_facts(frame: Frame) -> Facts:
    """Facts seen from each row."""
    return _kept_facts(frame, "row_facts", frame.column, frame.size)


def order_facts(frame: Frame) -> Facts:
    """Facts seen from each order: its own, and those of its row."""
    return _kept_facts(frame, "order_facts", frame.column_of_orders, len(frame.orders))


def _kept_facts(frame: Frame, key: str, look_up: LookUp, size: int) -> Facts:
    found = frame.kept.get(key)
    if found is None:
        found = frame.kept[key] = Facts(look_up, size)
    assert isinstance(found, Facts)
    return found


def evaluate_rule(rule: CompiledRule, facts: Facts, size: int, eligible: tuple[int, int] | None = None) -> Outcome:
    """Certain severity counts unknown as no, possible severity counts it as yes."""
    when = rule.when.answer(facts)
    surely, perhaps = when.yes, facts.every & ~when.no
    if size and not perhaps:
        return Outcome(rule, size)
    if eligible is not None:
        surely, perhaps = surely & eligible[0], perhaps & eligible[1]
    certain, possible = [], []
    for severity, condition in rule.levels:
        yes, no = condition.answer(facts) if condition else (facts.every, 0)
        if surely & yes:
            certain.append((RANK[severity], surely & yes))
        if perhaps & ~no:
            possible.append((RANK[severity], perhaps & ~no))
    excluded = 0
    for name in rule.rule.not_when:
        column = facts(name)
        if not isinstance(column, Truth):
            raise ConditionError(f"exclusion '{name}' is not true or false")
        excluded |= column.bits.yes
    return Outcome(rule, size, tuple(certain), tuple(possible), excluded & _rows(possible))


def check_rules(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Faults in rules that need the facts to be known: conditions, fact names, levels, and cases that fail."""
    from benzosafe.review.cases import failing_cases

    issues: list[KnowledgeIssue] = []
    empty = Frame([], knowledge, _ANY_DAY)
    for rule in knowledge.rules.values():
        file = f"rules/{knowledge.topics[rule.id]}/{rule.id}.yaml"
        try:
            compiled = compile_rule(rule, knowledge.topics[rule.id])
            facts = row_facts(empty) if rule.per == "patient" else order_facts(empty)
            evaluate_rule(compiled, facts, 0)
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
