"""A rule's condition as a CQL expression: the same names and the same logic, for both languages are three-valued."""

from __future__ import annotations

import ast
from collections.abc import Container

_COMPARED = {ast.Lt: "<", ast.Gt: ">", ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!="}
_OTHERWISE = "otherwise"


def cql_of(condition: str, thresholds: Container[str]) -> str:
    """The condition in CQL; its quoted names stand for facts and thresholds, plain quotes hold words.

    ValueError for what the condition language does not have.
    """
    text = " ".join(condition.split())
    return "true" if text == _OTHERWISE else _written(ast.parse(text, mode="eval").body, thresholds)


def _written(node: ast.expr, thresholds: Container[str]) -> str:
    if isinstance(node, ast.Name):
        return f'"{node.id}"'
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        return word.join(_part(value, thresholds) for value in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"not {_part(node.operand, thresholds)}"
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node, thresholds)
    raise ValueError(f"no CQL is known for '{ast.unparse(node)}'")


def _part(node: ast.expr, thresholds: Container[str]) -> str:
    text = _written(node, thresholds)
    return text if isinstance(node, ast.Name) else f"({text})"


def _compared(node: ast.Compare, thresholds: Container[str]) -> str:
    left, right, kind = _written(node.left, thresholds), node.comparators[0], type(node.ops[0])
    if kind in (ast.In, ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
        inside = f"{left} in {{ {', '.join(_word(item) for item in right.elts)} }}"
        return f"not ({inside})" if kind is ast.NotIn else inside
    if kind not in _COMPARED:
        raise ValueError(f"no CQL is known for '{ast.unparse(node)}'")
    number = isinstance(right, ast.Name) and (right.id in thresholds or _is_threshold(node.left, thresholds))
    return f"{left} {_COMPARED[kind]} {_written(right, thresholds) if number else _word(right)}"


def _is_threshold(node: ast.expr, thresholds: Container[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in thresholds


def _word(node: ast.expr) -> str:
    word = node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else None
    if not isinstance(word, str):
        raise ValueError(f"'{ast.unparse(node)}' is no word")
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
