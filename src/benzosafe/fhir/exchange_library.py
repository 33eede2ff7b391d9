"""The Library of all rules: what it is composed of, and the rules with their thresholds and sources as content."""

from __future__ import annotations

import base64
import json

from benzosafe.fhir.canonical import DRAFT, address, month_of, published
from benzosafe.fhir.exchange_rules import LIBRARY_ID, rule_id
from benzosafe.fhir.exchange_values import values_id
from benzosafe.fhir.write_parts import Json
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.rule_model import Rule

_TYPE = "http://terminology.hl7.org/CodeSystem/library-type"


def rules_library(knowledge: Knowledge) -> Json:
    """A skeleton: nobody else can run the conditions, but everybody can see them, their numbers and versions."""
    content = {
        "knowledge_version": knowledge.version, "digest": knowledge.digest, "status": "draft",
        "rules": [_rule(knowledge, rule) for rule in knowledge.rules.values()],
    }  # fmt: skip
    data = base64.b64encode(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).decode()
    return {
        **published("Library", LIBRARY_ID, knowledge.version, "Rules of benzosafe"),
        "type": {"coding": [{"system": _TYPE, "code": "logic-library", "display": "Logic Library"}]},
        "date": month_of(knowledge),
        "description": f"{len(knowledge.rules)} rules with their thresholds and sources, as JSON. {DRAFT}",
        "relatedArtifact": [
            *(
                {"type": "composed-of", "display": rule.title,
                 "resource": f"{address('PlanDefinition', rule_id(rule))}|{rule.version}"}
                for rule in knowledge.rules.values()
            ),
            *(
                {"type": "depends-on", "display": item.label,
                 "resource": f"{address('ValueSet', values_id(name))}|{knowledge.version}"}
                for name, item in knowledge.classes.items()
            ),
        ],
        "content": [{"contentType": "application/json", "title": "rules.json", "data": data}],
    }  # fmt: skip


def _rule(knowledge: Knowledge, rule: Rule) -> Json:
    found = rule.model_dump(mode="json", exclude={"cases", "checked"}, exclude_none=True)
    cited = {item.source for item in rule.evidence} | {item.source for item in rule.thresholds.values()}
    sources = {name: knowledge.sources[name].model_dump(mode="json", exclude_defaults=True) for name in sorted(cited)}
    return {**found, "topic": knowledge.topics.get(rule.id, ""), "sources": sources}
