"""`benzosafe measure`: an official quality measure counted over all patients, and said what it rests on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.population.measures.measure import Asked, Measure
    from benzosafe.population.measures.measure_report import Form
    from benzosafe.population.measures.measured import Measured

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class Format(StrEnum):
    """How the result is written."""

    text = "text"
    csv = "csv"
    json = "json"
    fhir = "fhir"


_ENDING = {Format.text: "txt", Format.csv: "csv", Format.json: "json", Format.fhir: "fhir.json"}


def measure(  # noqa: PLR0913, PLR0917  the options of the command
    name: Annotated[str, typer.Argument(help="cms506, cms156, cob or polycns.")],
    input: Annotated[
        Path,
        typer.Argument(
            help="FHIR bulk export (NDJSON, plain or .gz), a folder of Bundles, our Parquet, or OMOP tables."
        ),
    ],
    period: Annotated[str, typer.Option("--period", help="The measurement year, such as 2026.")],
    edition: Annotated[str, typer.Option("--edition", help="The logic's edition: 2024 or 2026.")] = "2026",
    value_sets: Annotated[
        Path | None, typer.Option("--value-sets", help="Your licensed value sets: codes.csv or a Bundle of ValueSets.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Count also by age, sex, race or ethnicity; may be repeated.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A folder to write to, not the screen.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, max=512, help="Processes; 0 is one a core.")] = 0,
) -> None:
    """Count a quality measure: every patient, every population, and what could not be counted.

    Memory does not grow with the number of patients; what is in hand lies in the folder for temporary files (TMPDIR).

    Examples:

      benzosafe measure cms506 export/ --period 2026 --value-sets codes.csv --format csv

      benzosafe measure cms156 bundles/ --period 2025 --edition 2024 --value-sets codes.csv
    """
    from benzosafe.cli.population_progress import STOPPED, PopulationProgress
    from benzosafe.population.intake.find import find_source
    from benzosafe.population.measures.measure_report import FORMS
    from benzosafe.population.measures.measured import measured

    asked, form = _asked(name, edition, period, value_sets, by or ()), FORMS[format]
    source, folder = find_source(input), _made(out) if out else None
    try:
        with (
            PopulationProgress("counting") as progress,
            measured(asked, source, form.write, workers or os.cpu_count() or 1, progress) as found,
        ):
            progress.stop()
            if format is not Format.text or folder is not None:
                _tell(asked, found)
            _write(form, found, folder / f"{asked.measure.name}-{asked.year}.{_ENDING[format]}" if folder else None)
    except KeyboardInterrupt:
        typer.echo("benzosafe: stopped; nothing was written.", err=True)
        raise typer.Exit(STOPPED) from None


def _asked(name: str, edition: str, period: str, value_sets: Path | None, by: Iterable[str]) -> Asked:
    """What is asked for, refused before any patient is read where it cannot be answered."""
    from benzosafe.population.measures.measure import Asked, find_edition, find_measure
    from benzosafe.population.measures.stratifiers import find_stratifiers
    from benzosafe.population.measures.value_sets import ValueSets, read_value_sets

    found, logic, year, strata = find_measure(name), find_edition(edition), _year(period), find_stratifiers(by)
    sets = read_value_sets(value_sets) if value_sets else ValueSets()
    return Asked(found, logic, year, sets, _own_lists(found, sets.missing(found.needs)), tuple(strata))


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        raise UsageError(f"'{text}' is not a year.", where="--period", next_step="Write it as 2026.")
    return int(text)


def _own_lists(asked: Measure, missing: Iterable[str]) -> dict[str, str]:
    """Our own lists for the value sets that the user has not given; the knowledge behind them is made ready."""
    own = {name: asked.own_classes[name] for name in missing if name in asked.own_classes}
    if own:
        from benzosafe.cli.inputs import prepared_knowledge

        prepared_knowledge()
    return own


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot be made: {error.strerror}.", where=str(folder), next_step="Choose another --out."
        ) from None
    return folder


def _tell(asked: Asked, found: Measured) -> None:
    from benzosafe.cli.inputs import tell
    from benzosafe.population.measures.measure_report import remarks

    for remark in [*asked.basis(), *remarks(found)]:
        tell(remark)


def _write(form: Form, found: Measured, path: Path | None) -> None:
    """To the screen or into a file, piece by piece."""
    from benzosafe.files import write_pieces

    if path is None:
        for piece in form.report(found):
            typer.echo(piece, nl=False)
        return
    write_pieces(path, (piece.encode(errors="backslashreplace") for piece in form.report(found)), private=True)
    typer.echo(str(path))
