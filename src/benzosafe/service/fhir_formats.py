"""Which format a FHIR caller sends and wants: JSON in its three names; XML and others are refused in words."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request

from benzosafe.service.problems import Problem

FHIR_JSON = "application/fhir+json"
JSON_TYPES = (FHIR_JSON, "application/json", "application/json+fhir")
_FORMATS = {"json": FHIR_JSON} | {name: name for name in JSON_TYPES}
_ONLY_JSON = "Ask for application/fhir+json."


def wanted_type(request: Request) -> str:
    """The content type of the answer; Problem 406 when JSON is not among what is accepted.

    `_format` overrides the Accept header, as FHIR says.
    """
    asked = request.query_params.get("_format")
    if asked is not None:
        # In an address '+' is a space, so that application/fhir+json arrives without it.
        found = _FORMATS.get(asked.split(";")[0].strip().lower().replace(" ", "+"))
        if found is None:
            raise Problem(406, "That format is not written here.", where="_format", next_step="Use _format=json.")
        return found
    accepted = sorted(_accepted(request.headers.get("accept", "*/*")), key=lambda pair: -pair[1])
    for name, quality in accepted:
        if quality <= 0:
            continue
        if name in JSON_TYPES:
            return name
        if name in ("*/*", "application/*"):
            return FHIR_JSON
    raise Problem(406, "Only JSON is written here.", where="Accept", next_step=_ONLY_JSON)


def _accepted(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        name, *parameters = [piece.strip().lower() for piece in part.split(";")]
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            yield name, float(quality)
        except ValueError:
            yield name, 1.0


def refuse_other_content(request: Request) -> None:
    """Problem 415 when the body says that it is something else than JSON; a body that says nothing is read as JSON."""
    sent = request.headers.get("content-type", FHIR_JSON).split(";")[0].strip().lower()
    if sent and sent not in JSON_TYPES:
        raise Problem(
            415, "The body is not said to be JSON.", where="Content-Type", next_step=f"Send it as {FHIR_JSON}."
        )
