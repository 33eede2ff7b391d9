"""The CapabilityStatement: what this server answers and in which formats; made from the definitions."""

from __future__ import annotations

from benzosafe import __version__
from benzosafe.fhir.canonical import DRAFT, address, month_of, published
from benzosafe.fhir.operation_parameters import OPERATIONS
from benzosafe.fhir.write_parts import Json, without_empty
from benzosafe.knowledge.load import Knowledge

DEFINITIONS = ("Library", "OperationDefinition", "PlanDefinition", "ValueSet")
SEARCHES = (
    ("_id", "token", "The id."), ("url", "uri", "The canonical address."), ("name", "string", "Start of the name."),
    ("title", "string", "Start of the title."), ("status", "token", "Always draft."),
)  # fmt: skip
FORMATS = ("application/fhir+json", "json")


def capability_statement(knowledge: Knowledge, base: str) -> Json:
    """What the server at `base` (its FHIR address) can do."""
    return without_empty({
        **published("CapabilityStatement", "benzosafe", __version__, "benzosafe service"),
        "date": month_of(knowledge),
        "kind": "instance",
        "description": f"Reviews benzodiazepine therapy, plans tapers, simulates levels. Stores no resource. {DRAFT}",
        "software": {"name": "benzosafe", "version": __version__},
        "implementation": {"description": f"benzosafe with knowledge {knowledge.version}", "url": base},
        "fhirVersion": "4.0.1",
        "format": list(FORMATS),
        "rest": [{
            "mode": "server",
            "documentation": "Operations read R4, R4B and R5 Bundles of one patient and answer in R4.",
            "security": {
                "cors": True,
                "description": "Signed tokens (JWT) of configured issuers; without one, callers on this machine only.",
            },
            "resource": [_resource(kind) for kind in DEFINITIONS],
            "operation": [
                {"name": operation.code, "definition": address("OperationDefinition", operation.id)}
                for operation in OPERATIONS.values()
            ],
        }],
    })  # fmt: skip


def _resource(kind: str) -> Json:
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": name, "type": type_, "documentation": says} for name, type_, says in SEARCHES],
    }
