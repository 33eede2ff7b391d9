"""A second opinion: the condition language over plain Python values, written without the columnar code."""

from __future__ import annotations

import ast
import math

RANKS = {"contraindicated": 5, "high": 4, "moderate": 3, "low": 2, "info": 1}


def truth(text, values, thresholds):
    """True, False or None of a condition; numbers are (low, high), unknown is None."""
    return _node(ast.parse(text.strip().replace("\n", " "), mode="eval").body, values, thresholds)


def _node(node, values, limits):
    if isinstance(node, ast.BoolOp):
        answers = [_node(part, values, limits) for part in node.values]
        wins = isinstance(node.op, ast.Or)
        return wins if wins in answers else (None if None in answers else not wins)
    if isinstance(node, ast.UnaryOp):
        answer = _node(node.operand, values, limits)
        return None if answer is None else not answer
    if isinstance(node, ast.Name):
        return values[node.id]
    return _comparison(node, values, limits)


def _comparison(node, values, limits):
    left, right, operator = node.left, node.comparators[0], type(node.ops[0]).__name__
    if isinstance(left, ast.Name) and left.id in limits:
        left, right = right, left
        operator = {"Lt": "Gt", "Gt": "Lt", "LtE": "GtE", "GtE": "LtE"}.get(operator, operator)
    value = values[left.id]
    if isinstance(right, ast.Name) and right.id in limits:
        low, high = (-math.inf, math.inf) if value is None else value
        ends = [_holds(operator, end, limits[right.id]) for end in (low, high)]
        if operator in ("Eq", "NotEq"):
            inside = low <= limits[right.id] <= high
            equal = True if low == high == limits[right.id] else (None if inside else False)
            return equal if operator == "Eq" or equal is None else not equal
        return ends[0] if ends[0] == ends[1] else None
    items = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
    words = [item.id if isinstance(item, ast.Name) else item.value for item in items]
    if value is None:
        return None
    found = {word in words for word in (value if isinstance(value, list) else [value])}
    return None if len(found) == 2 else found.pop() == (operator in ("In", "Eq"))


def _holds(operator, number, limit):
    return {"GtE": number >= limit, "Gt": number > limit, "LtE": number <= limit, "Lt": number < limit}.get(operator)


def severity(rule, values):
    """(certain, possible) severity ranks of a rule, 0 for quiet."""
    limits = {name: threshold.lowest for name, threshold in rule.thresholds.items()}
    when = truth(rule.when, values, limits)
    certain = possible = 0
    for level, text in rule.severity.items():
        answer = True if text.strip() == "otherwise" else truth(text, values, limits)
        if when is True and answer is True:
            certain = max(certain, RANKS[level])
        if when is not False and answer is not False:
            possible = max(possible, RANKS[level])
    return certain, possible
