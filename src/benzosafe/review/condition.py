"""The condition language of rules: and, or, not, comparison, `in [...]`, names. It must never grow."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benzosafe.facts.column import Column, Number, Truth, Word

Facts = Callable[[str], Column]
Test = Callable[[Facts], Truth]

_MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}


class ConditionError(ValueError):
    """A condition uses something the language does not have."""


@dataclass(frozen=True)
class Condition:
    """A compiled condition: what was written, the facts it names, and its three-valued test."""

    node: ast.expr
    names: tuple[str, ...]
    test: Test
    parts: tuple[Condition, ...] = ()

    @property
    def text(self) -> str:
        """The condition as written."""
        return ast.unparse(self.node)


def compile_condition(text: str, thresholds: Mapping[str, float]) -> Condition:
    """Compile a condition; raises ConditionError naming what is not allowed."""
    try:
        tree = ast.parse(text.strip().replace("\n", " "), mode="eval").body
    except SyntaxError as error:
        raise ConditionError(f"'{text}' is not a condition: {error.msg}") from None
    return _compile(tree, thresholds)


def _compile(node: ast.expr, thresholds: Mapping[str, float]) -> Condition:
    if isinstance(node, ast.BoolOp):
        parts = tuple(_compile(part, thresholds) for part in node.values)
        join = _all if isinstance(node.op, ast.And) else _any
        return _node(node, parts, lambda facts: join(parts, facts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        part = _compile(node.operand, thresholds)
        return _node(node, (part,), lambda facts: ~part.test(facts))
    if isinstance(node, ast.Name):
        return Condition(node, (node.id,), lambda facts: _truth(facts(node.id), node.id))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compare(node, thresholds)
    raise ConditionError(f"'{ast.unparse(node)}' is not allowed in a condition; make it a fact")


def _compare(node: ast.Compare, thresholds: Mapping[str, float]) -> Condition:
    left, right, op = node.left, node.comparators[0], type(node.ops[0])
    if isinstance(left, ast.Name) and left.id in thresholds and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    if not isinstance(left, ast.Name):
        raise ConditionError(f"'{ast.unparse(node)}' must compare a fact with a threshold or words")
    fact = left.id
    if isinstance(right, ast.Name) and right.id in thresholds:
        limit = thresholds[right.id]
        return Condition(node, (fact,), lambda facts: _against(facts(fact), op, limit, fact))
    words = _words(right)
    if words is None or op not in (ast.In, ast.NotIn, ast.Eq, ast.NotEq):
        hint = (
            "name the number in `thresholds`" if isinstance(right, ast.Constant) else "name a threshold or list words"
        )
        raise ConditionError(f"'{ast.unparse(node)}' is not allowed in a condition; {hint}")
    negated = op in (ast.NotIn, ast.NotEq)

    def test(facts: Facts) -> Truth:
        column = facts(fact)
        if not isinstance(column, Word):
            raise ConditionError(f"'{fact}' is not a word, so it cannot be compared with {sorted(words)}")
        found = column.is_in(words)
        return ~found if negated else found

    return Condition(node, (fact,), test)


def _words(node: ast.expr) -> frozenset[str] | None:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    found = [i.id if isinstance(i, ast.Name) else i.value if isinstance(i, ast.Constant) else None for i in items]
    words = [word for word in found if isinstance(word, str)]
    return frozenset(words) if words and len(words) == len(found) else None


def _against(column: Column, op: type, limit: float, fact: str) -> Truth:
    if not isinstance(column, Number):
        raise ConditionError(f"'{fact}' is not a number, so it cannot be compared with a threshold")
    low, high = column.low, column.high
    if op is ast.GtE:
        return Truth(low >= limit, high < limit)
    if op is ast.Gt:
        return Truth(low > limit, high <= limit)
    if op is ast.LtE:
        return Truth(high <= limit, low > limit)
    if op is ast.Lt:
        return Truth(high < limit, low >= limit)
    same = Truth((low == limit) & (high == limit), (low > limit) | (high < limit))
    return same if op is ast.Eq else ~same


def _truth(column: Column, fact: str) -> Truth:
    if not isinstance(column, Truth):
        raise ConditionError(f"'{fact}' is not true or false; compare it with a threshold or words")
    return column


def _node(node: ast.expr, parts: tuple[Condition, ...], test: Test) -> Condition:
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    return Condition(node, names, test, parts)


def _all(parts: tuple[Condition, ...], facts: Facts) -> Truth:
    joined = parts[0].test(facts)
    for part in parts[1:]:
        if joined.no.all():  # nothing that follows can change the answer, so its facts need not be computed
            break
        joined = joined & part.test(facts)
    return joined


def _any(parts: tuple[Condition, ...], facts: Facts) -> Truth:
    joined = parts[0].test(facts)
    for part in parts[1:]:
        if joined.yes.all():
            break
        joined = joined | part.test(facts)
    return joined
