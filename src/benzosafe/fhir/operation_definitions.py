"""The OperationDefinitions, made from the parameters that requests are read by."""

from __future__ import annotations

from benzosafe.fhir.canonical import DRAFT, month_of, published
from benzosafe.fhir.operation_parameters import OPERATIONS, Operation, Parameter
from benzosafe.fhir.write_parts import Json, without_empty
from benzosafe.knowledge.load import Knowledge


def operation_definitions(knowledge: Knowledge) -> list[Json]:
    """One for each operation."""
    return [_definition(operation, knowledge) for operation in OPERATIONS.values()]


def _definition(operation: Operation, knowledge: Knowledge) -> Json:
    return without_empty({
        **published("OperationDefinition", operation.id, knowledge.version, operation.title),
        "date": month_of(knowledge),
        "kind": "operation",
        "description": f"{operation.says} {DRAFT}",
        "affectsState": False,
        "code": operation.code,
        "system": True, "type": False, "instance": False,
        "parameter": [
            *(_parameter(item) for item in operation.parameters),
            {
                "name": "return", "use": "out", "min": 1, "max": "1", "type": "Resource",
                "documentation": operation.answers,
            },
        ],
    })  # fmt: skip


def _parameter(item: Parameter) -> Json:
    return {
        "name": item.name, "use": "in", "min": item.least, "max": item.most, "documentation": item.says,
        "type": item.type,
    }  # fmt: skip
