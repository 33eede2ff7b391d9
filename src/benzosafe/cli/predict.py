"""`benzosafe predict`: what one drug does to the exposure of another, how sure, how soon, how long."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

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
    """Predict the AUC and peak ratio of a victim with a perpetrator.

    Examples:

      benzosafe predict clonazepam carbamazepine 800mg

      benzosafe predict midazolam clarithromycin --format json
    """
    from benzosafe.cli import kinetics_options as read
    from benzosafe.cli.inputs import prepared_knowledge
    from benzosafe.cli.kinetics_options import route_of
    from benzosafe.exposure.advice import advise
    from benzosafe.exposure.predict import predict as predict_pair

    knowledge = prepared_knowledge()
    first = read.ingredient(victim, knowledge, "VICTIM")
    other = read.ingredient(perpetrator, knowledge, "PERPETRATOR")
    mg = read.dose_mg(dose, "DOSE") if dose else None
    found = predict_pair(knowledge, first, other, mg, route_of(route))
    data = {
        "schema_version": "1", "status": "draft", "victim": found.victim, "perpetrator": other,
        "perpetrator_mg_per_day": found.mg_per_day, "dose_unit": _dose_unit(knowledge, other),
        "route": found.route,
        "auc_ratio": found.auc_ratio.as_dict(), "cmax_ratio": found.cmax_ratio.as_dict(),
        "onset_days": _days(found.onset_days), "offset_days": _days(found.offset_days),
        "transferred": found.transferred, "basis": list(found.basis),
        "what_to_do": list(advise(knowledge, first, found)),
    }  # fmt: skip
    typer.echo(
        json.dumps(data, indent=2, ensure_ascii=False) if format is PredictionFormat.json else _text(data, found)
    )


_NOTICE = (
    "Draft: no value here has had a clinical review. Intervals hold the middle 90 % for the average",
    "of a group; single patients differ more.",
)


def _dose_unit(knowledge: Any, perpetrator: str) -> str:
    """The unit of a perpetrator's dose: mg a day, but mL for juice and cigarettes for smoke."""
    potency = knowledge.potencies.get(perpetrator)
    return str(knowledge.units[potency.reference_mg_per_day.unit]) if potency else "mg a day"


def _days(interval: Any) -> dict[str, float] | None:
    return interval.as_dict() if interval is not None else None


def _text(data: dict[str, Any], found: Any) -> str:
    dose = f" {data['perpetrator_mg_per_day']:g} {data['dose_unit']}" if data["perpetrator_mg_per_day"] else ""
    lines = [
        f"{data['victim']} ({data['route']}) with {data['perpetrator']}{dose}",
        f"  AUC ratio    {found.auc_ratio}",
        f"  peak ratio   {found.cmax_ratio}",
        f"  full effect  {_when(found.onset_days, 'after')}",
        f"  gone         {_when(found.offset_days, 'after the last dose:')}",
    ]
    if data["transferred"]:
        lines.append("  CARRIED OVER: part of this was never measured with this drug; read the band, not the middle.")
    lines += ["", "What to do", *(f"  - {line}" for line in data["what_to_do"])]
    lines += ["", "Rests on", *(f"  - {line}" for line in data["basis"])]
    lines += ["", *_NOTICE]
    return "\n".join(lines)


def _when(interval: Any, word: str) -> str:
    if interval is None:
        return "not timed, the change is below a tenth"
    return f"{word} {interval.value:.0f} days ({interval.low:.0f} to {interval.high:.0f})"
