"""`benzosafe screen`: every patient of a population reviewed by the rules of the bedside."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.errors import UsageError

if TYPE_CHECKING:
    from benzosafe.population.screen.run import Engine


class EngineName(StrEnum):
    """What does the work."""

    local = "local"
    spark = "spark"


def screen(  # noqa: PLR0913, PLR0917  the options of the command
    input: Annotated[
        Path,
        typer.Argument(
            help="FHIR bulk export (NDJSON, plain or .gz), a folder of Bundles, our Parquet, or OMOP tables."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the results; new, empty, or of a screen.")],
    on: Annotated[str | None, typer.Option("--on", help="Review date, YYYY-MM-DD; today if not given.")] = None,
    engine: Annotated[EngineName, typer.Option("--engine", help="This machine, or Apache Spark.")] = EngineName.local,
    master: Annotated[
        str | None, typer.Option("--master", help="The Spark master; all cores of this machine if not given.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=0, max=512, help="Processes; 0 is one a core.")] = 0,
    bucket_mb: Annotated[
        float, typer.Option("--bucket-mb", min=0.001, max=2000, help="Rows a process holds at a time [MB].")
    ] = 24,
    resume: Annotated[bool, typer.Option("--resume", help="Finish a screen that was stopped or killed.")] = False,
) -> None:
    """Review every patient: findings, facts and data gaps as Parquet, a page about the whole, what was not understood.

    Memory does not grow with the number of patients. Stopped or killed, at most the bucket in hand is lost: the same
    command with --resume finishes to the identical result. Go on with: benzosafe worklist DIR.

    Examples:

      benzosafe screen export/ --out screened --on 2026-11-26

      benzosafe screen omop/ --out screened --engine spark --master spark://host:7077
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day
    from benzosafe.cli.population_progress import STOPPED, PopulationProgress
    from benzosafe.population.intake.find import find_source
    from benzosafe.population.screen.job import Job
    from benzosafe.population.screen.run import run_screen
    from benzosafe.render.screen_page import screen_page

    if master is not None and engine is not EngineName.spark:
        raise UsageError("is for --engine spark.", where="--master", next_step="Add --engine spark, or leave it out.")
    job = Job(find_source(input), out, read_day(on), prepared_knowledge(), int(bucket_mb * (1 << 20)))
    try:
        with PopulationProgress("judging") as progress:
            manifest = run_screen(job, _engine(engine, master, workers), progress, screen_page, resume=resume)
    except KeyboardInterrupt:
        typer.echo("benzosafe: stopped; what is done is kept. Finish it: the same command with --resume", err=True)
        raise typer.Exit(STOPPED) from None
    _tell(manifest, out)


def _engine(name: EngineName, master: str | None, workers: int) -> Engine:
    from benzosafe.population.screen.run import local_engine

    if name is EngineName.local:
        return local_engine(workers or os.cpu_count() or 1)
    from benzosafe.population.screen.spark import spark_engine

    return spark_engine(master or f"local[{workers or '*'}]")


def _tell(manifest: dict[str, Any], out: Path) -> None:
    patients = manifest["patients"]
    counts = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in patients["by_status"].items())
    typer.echo(f"{patients['count']:,} patients: {counts}.")
    if manifest.get("another_day"):
        typer.echo(f"benzosafe: warning: {manifest['another_day']}", err=True)
    if manifest["rejects"]:
        typer.echo(f"{manifest['rejects']:,} lines or resources could not be used: see {out / 'rejects.csv'}")
    typer.echo(f"Open {out / 'summary.html'}, or go on with: benzosafe worklist {out}")
