"""`benzosafe measure`: an official quality measure over many patients."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.population.measures.measure import Measure, Measured
    from benzosafe.population.measures.value_sets import ValueSets

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
        typer.Argument(help="A folder of FHIR Bundles, one Bundle, or bulk NDJSON (plain or .gz); held in memory."),
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
) -> None:
    """Count a quality measure: every patient, every population, and what could not be counted.

    The data is held in memory in this version: some 6 kB a patient for records of four resources, more for longer ones.

    Examples:

      benzosafe measure cms506 export/ --period 2026 --value-sets codes.csv --format csv

      benzosafe measure cms156 bundles/ --period 2025 --edition 2024 --value-sets codes.csv
    """
    from benzosafe.cli.inputs import tell
    from benzosafe.population.measures.measure import compute, find_edition, find_measure
    from benzosafe.population.measures.measure_input import read_cohort
    from benzosafe.population.measures.measure_report import basis, remarks
    from benzosafe.population.measures.stratifiers import find_stratifiers

    asked, logic, year, strata = find_measure(name), find_edition(edition), _year(period), find_stratifiers(by or ())
    sets = _sets(asked, value_sets)
    measured = compute(asked, logic, year, sets, read_cohort(input), strata)
    if format is not Format.text or out is not None:
        for remark in [*basis(measured), *remarks(measured)]:
            tell(remark)
    _write(_rendered(measured, format), out, f"{asked.name}-{year}.{_ENDING[format]}")


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        raise UsageError(f"'{text}' is not a year.", where="--period", next_step="Write it as 2026.")
    return int(text)


def _sets(asked: Measure, path: Path | None) -> ValueSets:
    """The user's value sets; our own lists beside them for the medicines that they lack."""
    from dataclasses import replace

    from benzosafe.population.measures.own_lists import own_list
    from benzosafe.population.measures.value_sets import ValueSets, read_value_sets

    sets = read_value_sets(path) if path else ValueSets()
    lacking = [name for name in sets.missing(asked.needs) if name in asked.own_classes]
    if not lacking:
        return sets
    from benzosafe.cli.inputs import prepared_knowledge

    knowledge = prepared_knowledge()
    return replace(sets, own={name: own_list(knowledge, asked.own_classes[name]) for name in lacking})


def _rendered(measured: Measured, format: Format) -> str:
    from benzosafe.population.measures.measure_report import as_fhir, as_json, as_text, write_csv

    if format is Format.text:
        return as_text(measured)
    if format is Format.csv:
        return write_csv(measured)
    data = as_json(measured) if format is Format.json else as_fhir(measured)
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)


def _write(text: str, out: Path | None, name: str) -> None:
    from benzosafe.files import write_whole

    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot be made: {error.strerror}.", where=str(out), next_step="Choose another --out."
        ) from None
    write_whole(out / name, text)
    typer.echo(str(out / name))
