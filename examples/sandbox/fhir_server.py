"""A read-only FHIR R4 server over one Bundle, on this machine only: enough for the public CDS Hooks sandbox."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Resource = dict[str, Any]


class Records:
    """The resources of a Bundle by type and id."""

    def __init__(self, bundle: Path) -> None:
        self.by_type: dict[str, dict[str, Resource]] = {}
        for entry in json.loads(bundle.read_text(encoding="utf-8"))["entry"]:
            resource = entry["resource"]
            self.by_type.setdefault(resource["resourceType"], {})[resource["id"]] = resource

    def of_patient(self, kind: str, patient: str) -> list[Resource]:
        """Resources of a type that are about a patient."""
        found = self.by_type.get(kind, {}).values()
        return [item for item in found if not patient or _about(item) in ("", patient.rsplit("/", maxsplit=1)[-1])]


def _about(resource: Resource) -> str:
    pointer = resource.get("subject") or resource.get("patient") or {}
    return str(pointer.get("reference", "")).split("/")[-1]


def application(records: Records) -> Starlette:
    """Read, search by patient (GET and POST) and metadata."""

    async def metadata(_: Request) -> Response:
        kinds = [{"type": kind, "interaction": [{"code": "read"}]} for kind in sorted(records.by_type)]
        return _fhir({
            "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-26", "kind": "instance",
            "fhirVersion": "4.0.1", "format": ["json"], "rest": [{"mode": "server", "resource": kinds}],
        })  # fmt: skip

    async def read(request: Request) -> Response:
        found = records.by_type.get(request.path_params["kind"], {}).get(request.path_params["id"])
        missing = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}
        return _fhir(found) if found else _fhir(missing, 404)

    async def search(request: Request) -> Response:
        asked = dict(request.query_params)
        if request.method == "POST":
            asked |= dict(parse_qsl((await request.body()).decode()))
        items = records.of_patient(request.path_params["kind"], asked.get("patient") or asked.get("subject") or "")
        entries = [{"resource": item, "search": {"mode": "match"}} for item in items]
        return _fhir({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})

    routes = [
        Route("/fhir/metadata", metadata),
        Route("/fhir/{kind}/_search", search, methods=["POST"]),
        Route("/fhir/{kind}/{id}", read),
        Route("/fhir/{kind}", search),
    ]
    anybody = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"], allow_headers=["*"])
    return Starlette(routes=routes, middleware=[anybody])


def _fhir(body: Resource, status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, media_type="application/fhir+json")


def start(app: Any, port: int) -> uvicorn.Server:
    """Serve an application on loopback in the background; returns when it listens."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    deadline = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > deadline:
            raise SystemExit(f"port {port} cannot be used; choose others with --ports")
        time.sleep(0.05)
    return server
