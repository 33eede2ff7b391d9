"""The condition language of rules: and, or, not, comparison, `in [...]`, names. It must never grow."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from benzosafe.facts.column import Bits, Column, Number, Truth, Word, all_set

LookUp = Callable[[str], Column]

_MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}


_NEVER = -1  # no truth is true or false of endlessly many rows


class ConditionError(ValueError):
    """A condition uses something the language does not have."""


class Facts:
    """Columns by name; every comparison is made once, however many rules make it."""

    __slots__ = ("answers", "column", "every")

    def __init__(self, column: LookUp, size: int | None = None) -> None:
        self.column = column
        self.every = _NEVER if size is None else all_set(size)  # what decides all rows
        self.answers: dict[str, Bits] = {}

    def __call__(self, name: str) -> Column:
        """The column of a fact."""
        return self.column(name)


Test = Callable[[Facts], Bits]


@dataclass(frozen=True)
class Condition:
    """A compiled condition: what was written, the facts it names, and its three-valued test."""

    node: ast.expr
    names: tuple[str, ...]
    answer: Test
    parts: tuple[Condition, ...] = ()

    def test(self, facts: Facts | LookUp) -> Bits:
        """True, false or unknown for every row."""
        return self.answer(facts if isinstance(facts, Facts) else Facts(facts))

    def try_every_part(self, facts: Facts) -> None:
        """Test also the parts an answer would not need, so that a fact that does not exist or does not fit is found."""
        for part in self.parts:
            part.try_every_part(facts)
        if not self.parts:
            self.test(facts)

    @cached_property
    def must_hold(self) -> tuple[Condition, ...]:
        """The parts without which it cannot be true."""
        is_and = isinstance(self.node, ast.BoolOp) and isinstance(self.node.op, ast.And)
        return self.parts if is_and else (self,)

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
        return _node(node, (part,), lambda facts: Bits(*reversed(part.answer(facts))))
    if isinstance(node, ast.Name):
        return _leaf(node, node.id, lambda column: _truth(column, node.id))
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
        return _leaf(node, fact, lambda column: _against(column, op, limit, fact), f"{op.__name__} {limit!r}")
    words = _words(right)
    if words is None or op not in (ast.In, ast.NotIn, ast.Eq, ast.NotEq):
        hint = (
            "name the number in `thresholds`" if isinstance(right, ast.Constant) else "name a threshold or list words"
        )
        raise ConditionError(f"'{ast.unparse(node)}' is not allowed in a condition; {hint}")
    negated = op in (ast.NotIn, ast.NotEq)

    def test(column: Column) -> Truth:
        if not isinstance(column, Word):
            raise ConditionError(f"'{fact}' is not a word, so it cannot be compared with {sorted(words)}")
        found = column.is_in(words)
        return ~found if negated else found

    return _leaf(node, fact, test, f"{'not in' if negated else 'in'} {sorted(words)}")


def _leaf(node: ast.expr, fact: str, test: Callable[[Column], Truth], against: str = "") -> Condition:
    """A test of one fact; `against` and the fact's name say what is tested, so that equal tests share their answer."""
    key = f"{fact} {against}"

    def answer(facts: Facts) -> Bits:
        found = facts.answers.get(key)
        if found is None:
            found = facts.answers[key] = test(facts.column(fact)).bits
        return found

    return Condition(node, (fact,), answer)


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


def _node(node: ast.expr, parts: tuple[Condition, ...], answer: Test) -> Condition:
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    return Condition(node, names, answer, parts)


def _all(parts: tuple[Condition, ...], facts: Facts) -> Bits:
    yes, no = parts[0].answer(facts)
    for part in parts[1:]:
        if no == facts.every:  # nothing that follows can change the answer, so its facts need not be computed
            break
        more = part.answer(facts)
        yes, no = yes & more.yes, no | more.no
    return Bits(yes, no)


def _any(parts: tuple[Condition, ...], facts: Facts) -> Bits:
    yes, no = parts[0].answer(facts)
    for part in parts[1:]:
        if yes == facts.every:
            break
        more = part.answer(facts)
        yes, no = yes | more.yes, no & more.no
    return Bits(yes, no)
