"""Checks the conditions inside dosing files: that they compile, that their facts exist, that every number is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from benzosafe.errors import KnowledgeIssue
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import UnknownFact
from benzosafe.knowledge.dosing_model import Adjustment
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.reader import file_stem
from benzosafe.review.condition import ConditionError, Facts, compile_condition
from benzosafe.review.evaluate import row_facts

_ANY_DAY = date(2000, 1, 1)  # the facts of no patient do not depend on it


def check_dosing(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Faults in adjustments that need the facts to be known: conditions, fact names, kinds of fact, unused numbers."""
    facts = row_facts(Frame([], knowledge, _ANY_DAY))
    issues = []
    for dosing in knowledge.dosing.values():
        file = f"dosing/{file_stem(dosing.drug)}.yaml"
        for regimen in dosing.regimens:
            for adjustment in regimen.adjustments:
                at = f"{regimen.id}.{adjustment.id}.when"
                issues += [KnowledgeIssue(file, 1, at, fault) for fault in _faults(adjustment, facts)]
    for name, caution in knowledge.dose_cautions.items():
        limits = {name: threshold.lowest for name, threshold in caution.thresholds.items()}
        faults = _condition_faults(caution.when, limits, facts)
        issues += [KnowledgeIssue("dose_cautions.yaml", 1, f"{name}.when", fault) for fault in faults]
    return issues


def _condition_faults(when: str, limits: Mapping[str, float], facts: Facts) -> Iterator[str]:
    try:
        compile_condition(when, limits).try_every_part(facts)
    except (ConditionError, UnknownFact) as error:
        yield str(error).strip("'\"")


def _faults(adjustment: Adjustment, facts: Facts) -> Iterator[str]:
    limits = {name: threshold.lowest for name, threshold in adjustment.thresholds.items()}
    yield from _condition_faults(adjustment.when, limits, facts)
    words = set(adjustment.when.replace("(", " ").replace(")", " ").split())
    yield from (f"threshold '{name}' is not used in '{adjustment.when}'" for name in sorted(set(limits) - words))
