"""`benzosafe predict`: what one drug does to the exposure of another, how sure, how soon, how long."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class PredictionFormat(StrEnum):
    """How the prediction is written."""

    text = "text"
    json = "json"


def predict(
    victim: Annotated[str, typer.Argument(help="The benzodiazepine or Z-drug whose exposure changes.")],
    perpetrator: Annotated[str, typer.Argument(help="The drug, herb or juice that changes it.")],
    dose: Annotated[
        str | None, typer.Argument(help="Daily dose of the perpetrator: 200mg. Its usual dose if left out.")
    ] = None,
    route: Annotated[str, typer.Option("--route", help="Route of the victim: oral, intravenous ...")] = "oral",
    format: Annotated[
        PredictionFormat, typer.Option("--format", "-f", help="How to write it.")
    ] = PredictionFormat.text,
) -> None:
    """Predict what one drug does to the exposure of another, beside what the rules and published studies say.

    Examples:

      benzosafe predict clonazepam carbamazepine 800mg

      benzosafe predict midazolam clarithromycin --format json
    """
    from benzosafe.cli.inputs import prepared_knowledge, tell
    from benzosafe.exposure import written as read
    from benzosafe.render.prediction import prediction_data, text_prediction

    knowledge = prepared_knowledge()
    first = read.ingredient(victim, knowledge, "VICTIM", tell)
    other = read.ingredient(perpetrator, knowledge, "PERPETRATOR", tell)
    mg = read.beside_dose(dose, knowledge, other, "DOSE") if dose else None
    data = prediction_data(knowledge, first, other, mg, read.route_of(route))
    if format is PredictionFormat.json:
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo(text_prediction(data))
