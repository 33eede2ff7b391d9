"""`benzosafe simulate`: concentration over time, with what other medicines do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benzosafe.cli.simulate_options import listing_of, plan_of
from benzosafe.cli.simulate_output import SimulationFormat, chosen_format, write_simulation

if TYPE_CHECKING:
    from benzosafe.exposure.plan import Plan
    from benzosafe.knowledge.load import Knowledge

_SLOW_FROM = 1_000


def simulate(  # noqa: PLR0913, PLR0917 - every option is one the user may give
    patient: Annotated[
        str | None, typer.Argument(help="FHIR Bundle or YAML of a patient; or use --drug and --dose.")
    ] = None,
    drug: Annotated[str | None, typer.Option("--drug", help="Benzodiazepine or Z-drug.")] = None,
    dose: Annotated[str | None, typer.Option("--dose", help="mg at each time, or one for each: 0.5,1")] = None,
    times: Annotated[str | None, typer.Option("--times", help="Times of day: 08,20 (08 when left out).")] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", help="What else is taken: fluconazole:200mg:day10-day24. May be repeated."),
    ] = None,
    schedule: Annotated[
        Path | None, typer.Option("--schedule", help="CSV of doses: day,time,mg (tapers, missed doses).")
    ] = None,
    steady: Annotated[bool, typer.Option("--steady", help="The doses have been taken for long before day 1.")] = False,
    route: Annotated[
        str | None, typer.Option("--route", help="oral (when left out), intravenous, intramuscular, rectal, nasal ...")
    ] = None,
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
        SimulationFormat | None,
        typer.Option("--format", "-f", help="How to write it; when left out, as the name of --out says, else text."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Simulate a benzodiazepine or Z-drug over time, with inhibitors and inducers on their own dates.

    Examples:

      benzosafe simulate --drug clonazepam --dose 1 --steady --days 60 --with carbamazepine:800mg:day10-day38

      benzosafe simulate patient.yaml --out curve.html
    """
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.exposure.report import report_simulation
    from benzosafe.exposure.simulation import simulate_plan
    from benzosafe.exposure.written_plan import Written, check_numbers, refuse_unused
    from benzosafe.exposure.written_schedule import Listing

    written_as = chosen_format(format, out)
    check_numbers(days, people, seed)
    unread = Listing(str(schedule), "") if schedule else None
    asked = Written(drug, dose, times, tuple(beside or ()), unread, steady, route, tuple(trait or ()), days)
    refuse_unused(asked, patient=patient is not None, on=on)
    knowledge = prepared_knowledge()
    plan = plan_of(patient, on, replace(asked, schedule=listing_of(schedule)), knowledge)
    if people >= _SLOW_FROM:
        typer.echo("benzosafe: many people: preparing the compiled kernel (some seconds the first time) ...", err=True)
    data = report_simulation(simulate_plan(knowledge, plan, people=people, seed=seed))
    write_simulation({**data, "rules": _rules(knowledge, plan)}, written_as, out)


def _rules(knowledge: Knowledge, plan: Plan) -> list[dict[str, Any]]:
    """Findings of high severity or worse about the drug with each of the others, so that no curve reads as consent."""
    from benzosafe.render.prediction import rule_data
    from benzosafe.review.pair import findings_beside

    found = findings_beside(knowledge, plan, datetime.now(UTC).date())
    return [{"beside": name, **rule_data(item)} for name, item in found]
