"""Runs the cases that stand inside rule files."""

from __future__ import annotations

from benzosafe.facts.column import Column, Number, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.knowledge.rule_model import Case
from benzosafe.review.condition import Facts
from benzosafe.review.evaluate import SEVERITY_OF_RANK, CompiledRule, evaluate_rule


def failing_cases(rule: CompiledRule, empty: Frame) -> list[str]:
    """Each case of a rule whose answer is not the expected one, in words."""
    cases = rule.rule.cases
    kinds = {name: type(_kind(rule, empty, name)) for name in rule.names}
    unread = {name for case in cases for name in case.given} - set(rule.names)
    faults = [f"cases give '{name}', which the rule does not read" for name in sorted(unread)]
    columns: dict[str, Column] = {name: _column(kinds[name], cases, name) for name in rule.names}
    outcome = evaluate_rule(rule, Facts(columns.__getitem__, len(cases)), len(cases))
    for row, case in enumerate(cases):
        certain, possible = int(outcome.certain[row]), int(outcome.possible[row])
        got = _answer(certain, possible, excluded=bool(outcome.excluded[row]))
        if got != case.expect:
            faults.append(f"case '{case.name}' expects {case.expect}, got {got}")
        elif case.possible and SEVERITY_OF_RANK.get(possible) != case.possible:
            faults.append(f"case '{case.name}' expects possible {case.possible}, got {SEVERITY_OF_RANK.get(possible)}")
    return faults + _missing_kinds(rule)


def _kind(rule: CompiledRule, empty: Frame, name: str) -> Column:
    return empty.column(name)


def _column(kind: type[Column], cases: tuple[Case, ...], name: str) -> Column:
    values = [case.given.get(name) for case in cases]
    if kind is Truth:
        return Truth.of(values)  # type: ignore[arg-type]
    if kind is Number:
        return Number.of([None if v is None or isinstance(v, str) else v for v in values])
    return Word.of([None if v is None else str(v) for v in values])


def _answer(certain: int, possible: int, *, excluded: bool) -> str:
    if excluded and (certain or possible):
        return "suppressed"
    if certain:
        return SEVERITY_OF_RANK[certain]
    return "unknown" if possible else "quiet"


def _missing_kinds(rule: CompiledRule) -> list[str]:
    expected = {case.expect for case in rule.rule.cases}
    wanted = {*rule.rule.severity, "quiet", "unknown"} | ({"suppressed"} if rule.rule.not_when else set())
    return [f"no case expects '{answer}'" for answer in sorted(wanted - expected)]
