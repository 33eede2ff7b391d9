"""The rules for others to see and reuse: a PlanDefinition per rule, a ValueSet per class, one Library of all."""

from __future__ import annotations

from functools import lru_cache

from benzosafe.fhir.exchange_library import rules_library
from benzosafe.fhir.exchange_rules import rule_definition
from benzosafe.fhir.exchange_values import class_values
from benzosafe.fhir.operation_definitions import operation_definitions
from benzosafe.fhir.write_parts import Json
from benzosafe.knowledge.load import Knowledge


@lru_cache(maxsize=2)
def exchange(knowledge: Knowledge) -> dict[str, dict[str, Json]]:
    """Every definition by kind and id; the same knowledge gives the same bytes."""
    made = [
        rules_library(knowledge),
        *(rule_definition(knowledge, rule) for rule in knowledge.rules.values()),
        *(class_values(knowledge, name) for name in knowledge.classes),
        *operation_definitions(knowledge),
    ]
    found: dict[str, dict[str, Json]] = {}
    for item in made:
        found.setdefault(item["resourceType"], {})[item["id"]] = item
    return found
