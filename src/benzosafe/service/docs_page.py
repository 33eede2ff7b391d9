"""The description of the interface as a page: made here, without scripts and without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1b1b1b;background:#fff}"
    "main{max-width:60rem;margin:0 auto;padding:1rem}"
    "section{border-top:1px solid #767676;padding:.5rem 0}"
    "pre{overflow:auto;background:#f3f3f3;padding:.75rem;max-height:30rem}"
    "table{border-collapse:collapse;margin:.5rem 0}caption{text-align:left;font-weight:600}"
    "td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #d0d0d0}"
    "summary{cursor:pointer}"
)
_METHODS = ("get", "post", "put", "patch", "delete")


def add_docs(app: FastAPI) -> None:
    """GET /docs: every operation with its parameters, body and answers."""
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'"

    @cache
    def page() -> str:
        return docs_page(app.openapi())

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(), headers={"Content-Security-Policy": policy})


def docs_page(description: dict[str, Any]) -> str:
    """The page of an OpenAPI description."""
    environment = Environment(
        loader=PackageLoader("benzosafe.service"), autoescape=select_autoescape(default=True), trim_blocks=True
    )
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                found = methods[method]
                tags.setdefault(found.get("tags", ["other"])[0], []).append(_operation(method, path, found))
    schemas = description.get("components", {}).get("schemas", {})
    return environment.get_template("docs.html").render(
        info=description["info"], openapi=description["openapi"], style=_STYLE, tags=tags,
        schemas=[(name, _text(schema)) for name, schema in schemas.items()],
    )  # fmt: skip


def _operation(method: str, path: str, found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": found.get("summary", ""),
        "paragraphs": [part for part in found.get("description", "").split("\n\n") if part.strip()],
        "parameters": found.get("parameters", []),
        "bodies": [(media, _text(body.get("schema", {}))) for media, body in content.items()],
        "responses": found.get("responses", {}),
    }


def _text(schema: Any) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)
