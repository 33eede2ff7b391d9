"""The FHIR routes: the operations, the capability statement, and the definitions by id and search."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.capability import DEFINITIONS, capability_statement
from benzosafe.fhir.definition_search import searched
from benzosafe.fhir.exchange import exchange
from benzosafe.fhir.operation_parameters import OPERATIONS, Operation
from benzosafe.fhir.operations import operate
from benzosafe.service.fhir_formats import FHIR_JSON, JSON_TYPES, refuse_other_content, wanted_type
from benzosafe.service.problems import Problem
from benzosafe.service.state import ServiceState

_JSON = msgspec.json.Encoder()
_REFUSALS = {
    400: "Cannot be read; the OperationOutcome says what, where and the next step.", 401: "No trusted token.",
    406: "Only JSON is written.", 413: "Too large.", 415: "Not JSON, or compressed.", 429: "Too many calls.",
    503: "Busy or too slow; nothing was judged.",
}  # fmt: skip
_REFUSED = {422: "Read, but refused: two patients, no taper to be made, a value out of range; it says why."}
_NOT_FOUND = {404: "No such definition."}


def router(state: ServiceState) -> APIRouter:
    """POST /fhir/$review, /fhir/$taper, /fhir/$simulate; GET /fhir/metadata, /fhir/{kind}, /fhir/{kind}/{id}."""
    routes = APIRouter(prefix="/fhir", tags=["FHIR"])
    base = f"{state.settings.base_url}/fhir"

    for operation in OPERATIONS.values():
        _add_operation(routes, operation, state)

    @routes.get("/metadata", summary="CapabilityStatement", responses=_documented({}), response_class=Response)
    async def metadata(request: Request) -> Response:
        return _written(capability_statement(state.knowledge, base), request)

    @routes.get("/{kind}", summary="Search definitions", responses=_documented(_NOT_FOUND), response_class=Response)
    async def search(kind: str, request: Request) -> Response:
        wanted_type(request)
        found = await run_in_threadpool(_of_kind, state, kind)
        try:
            page = searched(found, request.query_params.multi_items(), f"{base}/{kind}")
        except UsageError as error:
            raise Problem(400, error.what, where=error.where, next_step=error.next_step) from None
        return _written(page, request)

    @routes.get(
        "/{kind}/{name}", summary="Read one definition", responses=_documented(_NOT_FOUND), response_class=Response
    )
    async def read(kind: str, name: str, request: Request) -> Response:
        wanted_type(request)
        found = await run_in_threadpool(_of_kind, state, kind)
        if name not in found:
            raise Problem(404, f"No {kind} has that id.{nearest(name, found)}", next_step=f"Search {base}/{kind}.")
        return _written(found[name], request)

    return routes


def _add_operation(routes: APIRouter, operation: Operation, state: ServiceState) -> None:
    @routes.post(
        f"/${operation.code}", name=operation.id, summary=operation.title, description=operation.says,
        openapi_extra=_request_of(operation), responses=_documented(_REFUSED), response_class=Response,
    )  # fmt: skip
    async def call(request: Request) -> Response:
        wanted_type(request)
        refuse_other_content(request)
        data = await request.body()
        answered = await run_in_threadpool(operate, operation.code, data, state.knowledge, state.clock())
        return _written(answered.resource, request, answered.status)


def _of_kind(state: ServiceState, kind: str) -> dict[str, dict[str, Any]]:
    if kind not in DEFINITIONS:
        raise Problem(
            404, f"No resources of that kind are kept here.{nearest(kind, DEFINITIONS)}",
            next_step=f"There are {', '.join(DEFINITIONS)}.",
        )  # fmt: skip
    return exchange(state.knowledge)[kind]


def _written(resource: dict[str, Any], request: Request, status: int = 200) -> Response:
    return Response(_JSON.encode(resource), status, media_type=wanted_type(request))


def _documented(more: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    content = {FHIR_JSON: {"schema": {"type": "object"}}}
    words = {200: "A FHIR R4 resource."} | _REFUSALS | more
    return {status: {"description": text, "content": content} for status, text in sorted(words.items())}


def _request_of(operation: Operation) -> dict[str, Any]:
    """The request for OpenAPI: a Bundle, or Parameters with the names that are read."""
    resource = {"type": "object", "properties": {"resourceType": {"type": "string"}}, "required": ["resourceType"]}
    part = {
        "type": "object", "required": ["name"],
        "properties": {
            "name": {"type": "string", "enum": [item.name for item in operation.parameters]},
            "resource": resource, "valueString": {"type": "string"}, "valueDecimal": {"type": "number"},
            "valueBoolean": {"type": "boolean"}, "valueDate": {"type": "string", "format": "date"},
        },
    }  # fmt: skip
    bundle = {
        **resource,
        "properties": {
            "resourceType": {"const": "Bundle"}, "type": {"type": "string"},
            "entry": {"type": "array", "items": {"type": "object", "properties": {"resource": resource}}},
        },
    }  # fmt: skip
    parameters = {
        **resource,
        "properties": {"resourceType": {"const": "Parameters"}, "parameter": {"type": "array", "items": part}},
    }
    schema = {"oneOf": [bundle, parameters]}
    return {"requestBody": {"required": True, "content": {name: {"schema": schema} for name in JSON_TYPES}}}
