"""`benzosafe simulate`: concentration over time, with what other medicines do to it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

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


def simulate(  # noqa: PLR0913, PLR0917 - every option is one the user may give
    patient: Annotated[
        str | None, typer.Argument(help="FHIR Bundle or YAML of a patient; or use --drug and --dose.")
    ] = None,
    drug: Annotated[str | None, typer.Option("--drug", help="Benzodiazepine or Z-drug.")] = None,
    dose: Annotated[str | None, typer.Option("--dose", help="mg at each time, or one for each: 0.5,1")] = None,
    times: Annotated[str, typer.Option("--times", help="Times of day: 08,20")] = "08",
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", help="What else is taken: fluconazole:200mg:day10-day24. May be repeated."),
    ] = None,
    schedule: Annotated[
        Path | None, typer.Option("--schedule", help="CSV of doses: day,time,mg (tapers, missed doses).")
    ] = None,
    steady: Annotated[bool, typer.Option("--steady", help="The doses have been taken for long before day 1.")] = False,
    route: Annotated[
        str, typer.Option("--route", help="oral, intravenous, intramuscular, rectal, nasal, buccal ...")
    ] = "oral",
    trait: Annotated[
        list[str] | None, typer.Option("--trait", help="age_over_65, cirrhosis, cyp2c19_poor, smoker, pregnancy ...")
    ] = None,
    days: Annotated[
        float | None, typer.Option("--days", help="How many days to show (14; for a patient, days ahead).")
    ] = None,
    people: Annotated[int, typer.Option("--people", help="How many different people make the outer band.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random number.")] = 1,
    on: Annotated[str | None, typer.Option("--on", help="Review date of a patient, YYYY-MM-DD.")] = None,
    format: Annotated[
        SimulationFormat, typer.Option("--format", "-f", help="How to write it.")
    ] = SimulationFormat.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Simulate a benzodiazepine or Z-drug over time, with inhibitors and inducers on their own dates.

    Examples:

      benzosafe simulate --drug clonazepam --dose 1 --steady --days 60 --with carbamazepine:800mg:day10-day38

      benzosafe simulate patient.yaml --format html --out curve.html
    """
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.cli.kinetics_options import traits_of
    from benzosafe.exposure.report import report_simulation
    from benzosafe.exposure.simulation import simulate_plan

    if out is None and format is SimulationFormat.png and sys.stdout.isatty():
        raise UsageError("a picture is not for the screen.", where="--format png", next_step="Add --out FILE.")
    if people < 1 or (days is not None and not days > 0):
        raise UsageError("people and days must be above 0.", next_step="Leave them out for the usual values.")
    knowledge = prepared_knowledge()
    if patient is not None:
        plan = _patient_plan(patient, knowledge, on, days, drug)
    else:
        plan = _option_plan(knowledge, drug, dose, times, beside or [], schedule, steady, route, days)
        plan = replace(plan, traits=traits_of(trait or []))
    if people >= _SLOW_FROM:
        typer.echo("benzosafe: many people: preparing the compiled kernel (some seconds the first time) ...", err=True)
    _write(report_simulation(simulate_plan(knowledge, plan, people=people, seed=seed)), format, out)


_SLOW_FROM = 1_000
_USUAL_DAYS = 14.0


def _patient_plan(patient: str, knowledge: Any, on: str | None, days: float | None, drug: str | None) -> Any:
    from benzosafe.cli.inputs import read_day, read_patient
    from benzosafe.cli.kinetics_options import ingredient
    from benzosafe.exposure.patient_plan import patient_plan

    day = read_day(on)
    wanted = ingredient(drug, knowledge, "--drug") if drug else None
    return patient_plan(knowledge, read_patient(patient, knowledge, day), day, days or _USUAL_DAYS, wanted)


def _option_plan(  # noqa: PLR0913, PLR0917 - as above
    knowledge: Any, drug: str | None, dose: str | None, times: str, beside: list[str], schedule: Path | None,
    steady: bool, route: str, days: float | None,
) -> Any:  # fmt: skip
    from benzosafe.cli import kinetics_options as read
    from benzosafe.exposure.draws import Draws
    from benzosafe.exposure.patient_plan import largest_label_dose_mg, repeated_doses, with_history
    from benzosafe.exposure.simulation import Plan
    from benzosafe.exposure.victim import build_victim

    if drug is None or (dose is None) == (schedule is None):
        raise UsageError(
            "give a patient, or --drug with --dose or --schedule.", next_step="See: benzosafe simulate --help"
        )  # fmt: skip
    name = read.ingredient(drug, knowledge, "--drug")
    victim = build_victim(knowledge, name, read.route_of(route), Draws(0))
    hours = read.clock_hours(times, "--times")
    if schedule is not None:
        at, amounts, last = read.read_schedule(schedule)
        length = days or last
        return Plan(name, at, amounts, length, victim.route, tuple(read.course(t, knowledge, length) for t in beside))
    length = days or _USUAL_DAYS
    given = read.doses_mg(dose or "", len(hours), "--dose")
    read.check_dose(sum(given), largest_label_dose_mg(knowledge, name), name, "--dose")
    at, amounts = repeated_doses(hours, given, 0, length)
    plan = Plan(name, at, amounts, length, victim.route, tuple(read.course(t, knowledge, length) for t in beside))
    longest = float(victim.half_life_h()[0])
    for metabolite in victim.body.metabolites:
        longest = max(longest, float(0.693 * metabolite.volume[0] / metabolite.clearance[0]))
    return with_history(plan, hours, given, longest) if steady else plan


def _write(data: dict[str, Any], format: SimulationFormat, out: Path | None) -> None:
    if format is SimulationFormat.png:
        from benzosafe.cli.render_simulation_chart import png_simulation

        _write_bytes(png_simulation(data), out)
        return
    text = _render(data, format)
    if out is None:
        typer.echo(text)
    else:
        from benzosafe.files import write_whole

        write_whole(out, text)


def _render(data: dict[str, Any], format: SimulationFormat) -> str:
    if format is SimulationFormat.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is SimulationFormat.csv:
        from benzosafe.cli.render_simulation_csv import csv_simulation

        return csv_simulation(data)
    if format is SimulationFormat.svg:
        from benzosafe.cli.render_simulation_chart import svg_simulation

        return svg_simulation(data)
    if format is SimulationFormat.html:
        from benzosafe.cli.render_simulation_html import html_simulation

        return html_simulation(data)
    from benzosafe.cli.render_simulation_text import text_simulation

    return text_simulation(data)


def _write_bytes(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        return
    from benzosafe.files import write_whole

    write_whole(out, content)
