"""`benzosafe monitor`: what is due, what changed, what to ask and do, for one patient after the prescription."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.cli.output import write_out


class Format(StrEnum):
    """How the follow-up is written."""

    text = "text"
    json = "json"
    html = "html"
    fhir = "fhir"
    ics = "ics"


def monitor(
    patient: Annotated[
        str,
        typer.Argument(help="FHIR R4 Bundle (JSON) or hand-written YAML with a 'history'; '-' reads standard input."),
    ],
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD; today if not given.")] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="fhir: Tasks; ics: calendar entries without medicines.")
    ] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Follow one patient up: red flags, tasks due and promises, change, signals with their innocent explanations.

    A signal is a reason to ask, never a verdict, and there is no score of misuse. Exit code 3: something asks
    for action today.

    Examples:

      benzosafe monitor examples/monitoring/bea.yaml --on 2026-11-24

      benzosafe monitor bundle.json --format html --out follow-up.html
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_patient
    from benzosafe.monitoring.monitor import monitor as look
    from benzosafe.monitoring.monitor_data import monitor_data

    day, knowledge = read_day(on), prepared_knowledge()
    data = monitor_data(look(read_patient(patient, knowledge, day), knowledge, day))
    write_out(_rendered(data, format), out)
    if any(item["certain"] for item in data["now"]):
        raise typer.Exit(3)


def _rendered(data: dict[str, Any], format: Format) -> str:
    if format is Format.text:
        from benzosafe.render.monitor_text import text_monitor

        return text_monitor(data)
    if format is Format.html:
        from benzosafe.render.monitor_page import monitor_page

        return monitor_page(data)
    if format is Format.ics:
        from benzosafe.render.monitor_ics import ics_monitor

        return ics_monitor(data)
    if format is Format.fhir:
        from benzosafe.fhir.write_follow_up import write_follow_up

        data = write_follow_up(data)
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
