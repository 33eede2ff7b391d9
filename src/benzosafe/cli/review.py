"""`benzosafe review`: the ranked, explained verdict on one patient."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.errors import UsageError
from benzosafe.files import write_whole

_SEVERITY_TIER = {"contraindicated": 0, "high": 1, "moderate": 2, "low": 3, "info": 3}


class Format(StrEnum):
    """How the review is written."""

    text = "text"
    json = "json"
    html = "html"
    fhir = "fhir"


def review(
    patient: Annotated[
        str, typer.Argument(help="FHIR R4 Bundle (JSON) or hand-written YAML; '-' reads standard input.")
    ],
    on: Annotated[str | None, typer.Option("--on", help="Review date, YYYY-MM-DD; today if not given.")] = None,
    draft: Annotated[
        list[str] | None,
        typer.Option("--draft", help="A draft order: a sentence or a FHIR JSON file. May be repeated."),
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the review.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Exit 3 when a finding is at this tier (0-3) or more urgent.")
    ] = None,
) -> None:
    """Review one patient's whole regimen.

    Examples:

      benzosafe review examples/patients/ann.yaml

      benzosafe review bundle.json --draft "oxycodone 5 mg every 6 hours" --fail-on 1
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_drafts, read_patient
    from benzosafe.review.report import report
    from benzosafe.review.review import review as review_patient

    tier = _tier(fail_on)
    day = read_day(on)
    knowledge = prepared_knowledge()
    record = read_patient(patient, knowledge, day)
    data = report(review_patient(record, knowledge, day, read_drafts(draft or [], knowledge, day)))
    _write(data, format, out)
    if tier is not None and any(finding["tier"] <= tier for finding in data["findings"]):
        raise typer.Exit(3)


def _tier(fail_on: str | None) -> int | None:
    if fail_on is None:
        return None
    if fail_on in ("0", "1", "2", "3"):
        return int(fail_on)
    if fail_on in _SEVERITY_TIER:
        return _SEVERITY_TIER[fail_on]
    raise UsageError(
        f"'{fail_on}' is not a tier.", where="--fail-on", next_step="Use 0, 1, 2 or 3, or a severity such as high."
    )


def _write(data: dict[str, Any], format: Format, out: Path | None) -> None:
    if format is Format.text:
        from benzosafe.render.review_text import print_review, text_review

        if out is None:
            print_review(data)
            return
        text = text_review(data)
    else:
        text = _render(data, format)
    if out is None:
        typer.echo(text)
    else:
        write_whole(out, text)


def _render(data: dict[str, Any], format: Format) -> str:
    import json

    if format is Format.json:
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    if format is Format.html:
        from benzosafe.render.review_page import html_review

        return html_review(data)
    from benzosafe.fhir.write import write_bundle

    return json.dumps(write_bundle(data), indent=2, ensure_ascii=False, allow_nan=False)
