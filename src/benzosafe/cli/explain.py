"""`benzosafe explain`: every condition of one rule with its value for one patient, also when it did not fire."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from benzosafe.cli.review import Format
from benzosafe.errors import UsageError, nearest


def explain(
    rule: Annotated[str, typer.Argument(help="Rule id, as printed beside a finding.")],
    patient: Annotated[str, typer.Argument(help="FHIR Bundle (JSON) or hand-written YAML; '-' reads standard input.")],
    on: Annotated[str | None, typer.Option("--on", help="Review date, YYYY-MM-DD; today if not given.")] = None,
    draft: Annotated[list[str] | None, typer.Option("--draft", help="A draft order; may be repeated.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="text or json.")] = Format.text,
) -> None:
    """Show why a rule spoke, or why it kept silent."""
    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_drafts, read_patient
    from benzosafe.render.explanation import print_explanation
    from benzosafe.review.explain import explain_rule

    knowledge = prepared_knowledge()
    if rule not in knowledge.rules:
        step = nearest(rule, knowledge.rules) or " Run: benzosafe knowledge list rules"
        raise UsageError(f"no rule '{rule}'.", where="RULE", next_step=step.strip())
    if format not in (Format.text, Format.json):
        raise UsageError(f"explain has no {format.value} form.", where="--format", next_step="Use text or json.")
    day = read_day(on)
    record = read_patient(patient, knowledge, day)
    answer = explain_rule(rule, record, knowledge, day, read_drafts(draft or [], knowledge, day))
    if format is Format.json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        print_explanation(answer)
