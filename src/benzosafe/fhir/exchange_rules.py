"""One rule as a PlanDefinition: when it speaks, how severe, what to do, and the sources of every statement."""

from __future__ import annotations

from benzosafe.fhir.canonical import DRAFT, address, id_of, published
from benzosafe.fhir.exchange_cql import cql_of
from benzosafe.fhir.write_parts import Json, clean, without_empty
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence, Source
from benzosafe.knowledge.rule_model import Rule, Threshold

LIBRARY_ID = "benzosafe-rules"
_HOOKS = ("patient-view", "order-select", "order-sign", "medication-refill")
_TYPE = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_TOPIC = "https://benzosafe.org/topic"


def rule_id(rule: Rule) -> str:
    """The id of a rule's PlanDefinition."""
    return id_of(rule.id)


def rule_definition(knowledge: Knowledge, rule: Rule) -> Json:
    """An event-condition-action rule: triggers by hook, the condition as text, an action per severity."""
    topic = knowledge.topics.get(rule.id, "")
    return without_empty({
        **published("PlanDefinition", rule_id(rule), str(rule.version), rule.title),
        "type": {"coding": [{"system": _TYPE, "code": "eca-rule", "display": "ECA Rule"}]},
        "date": rule.checked.on.isoformat(),
        "description": clean(f"{rule.reason} {DRAFT}"),
        "purpose": _purpose(rule),
        "usage": _usage(rule),
        "topic": [{"coding": [{"system": _TOPIC, "code": topic}], "text": topic}] if topic else [],
        "relatedArtifact": [citation(knowledge.sources[item.source], item) for item in _evidence(rule)],
        "library": [address("Library", LIBRARY_ID)],
        "action": [_action(rule)],
    })  # fmt: skip


def _usage(rule: Rule) -> str:
    """When the rule is wrong, and what sets it aside: only what is known to hold, and the finding stays to be seen."""
    aside = f" Set aside, and still shown so, when known: {', '.join(rule.not_when)}." if rule.not_when else ""
    return clean(f"Wrong when: {rule.wrong_when}{aside}")


def _purpose(rule: Rule) -> str:
    """The numbers the condition names, each with its unit, population and source."""
    return "; ".join(threshold_words(name, limit) for name, limit in rule.thresholds.items())


def threshold_words(name: str, limit: Threshold) -> str:
    """'four_weeks = 28 d (adults; asam_2025, key points; verified)'."""
    value = f"{limit.lowest:g}" if limit.lowest == limit.highest else f"{limit.lowest:g} to {limit.highest:g}"
    at = f", {limit.at}" if limit.at else ""
    return clean(f"{name} = {value} {limit.unit} ({limit.population}; {limit.source}{at}; {limit.confidence})")


def _evidence(rule: Rule) -> list[Evidence]:
    """What the rule rests on, and the sources of its numbers, each place once."""
    numbers = [
        Evidence(source=limit.source, at=limit.at, confidence=limit.confidence) for limit in rule.thresholds.values()
    ]
    return list(dict.fromkeys((*rule.evidence, *numbers)))


def citation(source: Source, evidence: Evidence) -> Json:
    """A source with the place in it, its strength there and how surely it was read."""
    link = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
    parts = [evidence.at, evidence.strength, f"read: {evidence.confidence}"]
    return without_empty({
        "type": "citation", "label": evidence.source, "display": clean("; ".join(part for part in parts if part)),
        "citation": clean(source.citation + (f" ({source.year})" if source.year else "")),
        "url": link if link and " " not in link else "",
    })  # fmt: skip


def _action(rule: Rule) -> Json:
    """The condition first; within it one action per severity, of which the first that holds counts."""
    return without_empty({
        "title": rule.title, "description": clean(rule.reason), "textEquivalent": clean(rule.advice),
        "trigger": [{"type": "named-event", "name": hook} for hook in _HOOKS],
        "condition": [_condition(rule, rule.when)],
        "selectionBehavior": "at-most-one",
        "action": [
            {"title": severity, "textEquivalent": clean(rule.advice), "condition": [_condition(rule, when)]}
            for severity, when in rule.severity.items()
        ],
    })  # fmt: skip


def _condition(rule: Rule, text: str) -> Json:
    """As CQL, whose nulls behave as our unknown; the words of our own language stand beside it."""
    return {
        "kind": "applicability",
        "expression": {
            "description": clean(text), "language": "text/cql", "expression": cql_of(text, rule.thresholds),
        },
    }  # fmt: skip
