"""`benzosafe forecast`: how many alerts one's own orders would have met, before any alert is switched on."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.population.forecast.forecast import Window


class Format(StrEnum):
    """How the forecast is written."""

    text = "text"
    csv = "csv"
    json = "json"
    html = "html"


class By(StrEnum):
    """By what orders are also counted."""

    ward = "ward"
    clinician = "clinician"
    age = "age"
    sex = "sex"


def forecast(  # noqa: PLR0913, PLR0917  the options of the command
    input: Annotated[
        Path,
        typer.Argument(
            help="FHIR bulk export (NDJSON, plain or .gz), a folder of Bundles, our Parquet, or OMOP tables."
        ),
    ],
    on: Annotated[
        str | None, typer.Option("--on", help="Replay the twelve months of orders up to this day; today if not given.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="The first day of orders, with --to.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day of orders, with --from.")] = None,
    by: Annotated[
        list[By] | None, typer.Option("--by", help="Count also by this; may be repeated. All if not given.")
    ] = None,
    no_clinicians: Annotated[bool, typer.Option("--no-clinicians", help="Leave out who signed.")] = False,
    least_orders: Annotated[
        int, typer.Option("--least-orders", min=1, help="Wards and clinicians with fewer are counted together.")
    ] = 10,
    workers: Annotated[int, typer.Option("--workers", min=0, max=512, help="Processes; 0 is one a core.")] = 0,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the forecast.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Forecast the alert burden: every order is replayed as it was signed, and decided as the CDS service would.

    Counts alerts per 1,000 orders by rule, loudness, ward, clinician, age and sex, and how many repeat within 30 days.
    Beside it, the signals of people on a benzodiazepine or Z-drug by age, sex, race and ethnicity, with intervals.
    Orders that could not be judged are counted apart, never as without an alert. Figures by clinician are about the
    burden of alerts, never about anyone's quality.

    Examples:

      benzosafe forecast export/ --on 2026-11-26

      benzosafe forecast export/ --from 2026-01-01 --to 2026-06-30 --no-clinicians --format html --out burden.html
    """
    from benzosafe.cli.forecast_decision import decide_signing
    from benzosafe.cli.inputs import prepared_knowledge, tell
    from benzosafe.cli.population_progress import STOPPED, PopulationProgress
    from benzosafe.files import write_whole
    from benzosafe.population.forecast.forecast import Asked
    from benzosafe.population.forecast.forecast import forecast as forecast_of
    from benzosafe.population.forecast.report import forecast_data
    from benzosafe.population.intake.find import find_source

    asked = Asked(_window(on, first, last), _dimensions(by, no_clinicians=no_clinicians), decide_signing)
    source = find_source(input)
    if out is not None and not out.parent.is_dir():  # said now, not after an hour
        raise UsageError("cannot be written: no such folder.", where=str(out), next_step="Choose another --out.")
    prepared_knowledge()
    try:
        with PopulationProgress("replaying") as progress:
            found = forecast_of(asked, source, workers or os.cpu_count() or 1, progress)
    except KeyboardInterrupt:
        typer.echo("benzosafe: stopped; nothing was written.", err=True)
        raise typer.Exit(STOPPED) from None
    text = _WRITERS[format](forecast_data(found, least_orders))
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)
        tell(f"{found.tally.cell('all').orders:,} orders replayed: see {out}")


def _window(on: str | None, first: str | None, last: str | None) -> Window:
    from benzosafe.cli.inputs import read_day
    from benzosafe.population.forecast.forecast import Window

    if first is None and last is None:
        return Window(read_day(on))
    if on is not None:
        raise UsageError("goes with neither --from nor --to.", where="--on", next_step="Give one or the other.")
    if first is None or last is None:
        raise UsageError(
            "needs the other end.", where="--from" if last is None else "--to",
            next_step="Give both --from and --to, or --on.",
        )  # fmt: skip
    days = _day(first, "--from"), _day(last, "--to")
    if days[0] > days[1]:
        raise UsageError(f"{first} is after --to {last}.", where="--from", next_step="Give the earlier day first.")
    return Window(days[1], days[0])


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date.", where=option, next_step="Write it as 2026-11-24.") from None


def _dimensions(by: list[By] | None, *, no_clinicians: bool) -> frozenset[str]:
    if no_clinicians and by and By.clinician in by:
        raise UsageError("contradicts --by clinician.", where="--no-clinicians", next_step="Leave one of them out.")
    return frozenset(str(item) for item in by or By if not (no_clinicians and item is By.clinician))


def _text(data: dict[str, Any]) -> str:
    from benzosafe.render.forecast_text import text_forecast

    return text_forecast(data)


def _csv(data: dict[str, Any]) -> str:
    from benzosafe.render.forecast_csv import csv_forecast

    return csv_forecast(data)


def _json(data: dict[str, Any]) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _html(data: dict[str, Any]) -> str:
    from benzosafe.render.forecast_page import forecast_page

    return forecast_page(data)


_WRITERS: dict[Format, Callable[[dict[str, Any]], str]] = {
    Format.text: _text, Format.csv: _csv, Format.json: _json, Format.html: _html,
}  # fmt: skip
