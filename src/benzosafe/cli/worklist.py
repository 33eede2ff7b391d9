"""`benzosafe worklist`: who of a screened population is to be seen first, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.files import write_whole


class Format(StrEnum):
    """How the list is written."""

    text = "text"
    csv = "csv"
    json = "json"
    html = "html"
    fhir = "fhir"


def worklist(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that benzosafe screen has written.")],
    capacity: Annotated[int, typer.Option("--capacity", min=1, help="How many patients can be seen.")] = 40,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the list.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Rank the patients of a screen by the harm that one change would take away, as many as can be seen.

    Only patients with a finding that stops or interrupts are ranked; all others are counted. Nobody with a reason on
    record not to taper is offered a taper, and nobody is tapered to meet a measure.

    Examples:

      benzosafe worklist screened --capacity 40

      benzosafe worklist screened --format csv --out monday.csv
    """
    from benzosafe.cli.inputs import prepared_knowledge, tell
    from benzosafe.population.worklist.worklist import worklist_data
    from benzosafe.render.worklist_words import other_knowledge

    data = worklist_data(folder, prepared_knowledge(), capacity)
    if warning := other_knowledge(data):
        tell(warning)
    text = _WRITERS[format](data)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text, private=True)  # it names patients
        tell(f"{data['counts']['listed']:,} patients listed in {out}")


def _text(data: dict[str, Any]) -> str:
    from benzosafe.render.worklist_text import text_worklist

    return text_worklist(data)


def _csv(data: dict[str, Any]) -> str:
    from benzosafe.render.worklist_csv import csv_worklist

    return csv_worklist(data)


def _json(data: dict[str, Any]) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _html(data: dict[str, Any]) -> str:
    from benzosafe.render.worklist_page import worklist_page

    return worklist_page(data)


def _fhir(data: dict[str, Any]) -> str:
    from benzosafe.fhir.write_worklist import write_worklist

    return _json(write_worklist(data))


_WRITERS: dict[Format, Callable[[dict[str, Any]], str]] = {
    Format.text: _text, Format.csv: _csv, Format.json: _json, Format.html: _html, Format.fhir: _fhir,
}  # fmt: skip
