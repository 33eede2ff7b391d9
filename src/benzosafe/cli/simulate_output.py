"""How a simulation is written: the format, from the option or the name of the file, and the writing itself."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from benzosafe.errors import UsageError


class SimulationFormat(StrEnum):
    """How the simulation is written."""

    text = "text"
    json = "json"
    csv = "csv"
    svg = "svg"
    png = "png"
    html = "html"


_BY_SUFFIX = {
    ".txt": SimulationFormat.text, ".json": SimulationFormat.json, ".csv": SimulationFormat.csv,
    ".svg": SimulationFormat.svg, ".png": SimulationFormat.png, ".html": SimulationFormat.html,
    ".htm": SimulationFormat.html,
}  # fmt: skip


def chosen_format(asked: SimulationFormat | None, out: Path | None) -> SimulationFormat:
    """The format asked for, else that of the file's name, else text; a name that says another is refused."""
    named = _BY_SUFFIX.get(out.suffix.lower()) if out is not None else None
    if asked is not None and named is not None and asked is not named:
        raise UsageError(
            f"{asked.value} does not go into '{out}', whose name says {named.value}.", where="--format",
            next_step="Change the name, or leave --format out.",
        )  # fmt: skip
    format = asked or named or SimulationFormat.text
    if out is None and format is SimulationFormat.png and sys.stdout.isatty():
        raise UsageError("a picture is not for the screen.", where="--format png", next_step="Add --out FILE.")
    return format


def write_simulation(data: dict[str, Any], format: SimulationFormat, out: Path | None) -> None:
    """The simulation to a file or the screen."""
    from benzosafe.files import write_whole

    content: str | bytes
    if format is SimulationFormat.png:
        from benzosafe.render.simulation_chart import png_simulation

        content = png_simulation(data)
    else:
        content = _render(data, format)
    if out is not None:
        write_whole(out, content)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        typer.echo(content)


def _render(data: dict[str, Any], format: SimulationFormat) -> str:
    if format is SimulationFormat.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is SimulationFormat.csv:
        from benzosafe.render.simulation_csv import csv_simulation

        return csv_simulation(data)
    if format is SimulationFormat.svg:
        from benzosafe.render.simulation_chart import svg_simulation

        return svg_simulation(data)
    if format is SimulationFormat.html:
        from benzosafe.render.simulation_html import html_simulation

        return html_simulation(data)
    from benzosafe.render.simulation_text import text_simulation

    return text_simulation(data)
