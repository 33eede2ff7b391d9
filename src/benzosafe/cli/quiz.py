"""`benzosafe quiz`: questions to teach back with the answers to listen for, and the record of how it went."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.cli.leaflet import For, situation_of
from benzosafe.cli.output import write_out
from benzosafe.errors import UsageError


class Format(StrEnum):
    """How the questions, or the record, are written."""

    text = "text"
    html = "html"
    json = "json"
    fhir = "fhir"


def quiz(  # noqa: PLR0913, PLR0917 - every option is one the user may give
    patient: Annotated[
        str, typer.Argument(help="FHIR R4 Bundle (JSON) or hand-written YAML; '-' reads standard input.")
    ],
    reader: Annotated[For, typer.Option("--for", help="Who is asked.")] = For.patient,
    language: Annotated[str, typer.Option("--language", help="en, es, or ar (a draft).")] = "en",
    country: Annotated[
        str, typer.Option("--country", help="Whose numbers: US, GB, IE, CA, AU, or one of the EU.")
    ] = "",
    plan: Annotated[Path | None, typer.Option("--plan", help="The taper that is followed, as JSON.")] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="Name of the clinician who has read the leaflet.")
    ] = None,
    results: Annotated[
        str | None,
        typer.Option("--results", help="How it went: ask_stop=yes,ask_mix=again; or partly, skip."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="With --results: who asked.")] = "",
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD; today if not given.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="fhir: with --results.")] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Ask the person to say it back: the questions that fit their leaflet, each with what a right answer says.

    With --results it writes the record. Exit code 3: something that must be understood is not yet.

    Examples:

      benzosafe quiz patient.yaml --country US --release 'Dr A. Lee'

      benzosafe quiz patient.yaml --results ask_stop=yes,ask_mix=again --by 'Nurse Kim' --format fhir
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day
    from benzosafe.education.leaflet import Asked, leaflet
    from benzosafe.education.quiz import questions_of, quiz_data, results_of, teach_back_record
    from benzosafe.education.release import release_of

    if results is None and (by or format is Format.fhir):
        raise UsageError("is for a record.", where="--by, --format fhir", next_step="Add --results.")
    day, knowledge = read_day(on), prepared_knowledge()
    situation = situation_of(knowledge, patient, plan, country, day)
    asked = Asked(reader.value.replace("-", "_"), (), language, release_of(release, (), day))  # type: ignore[arg-type]
    made = leaflet(situation, asked)
    questions = questions_of(made, situation)
    data = quiz_data(made, questions)
    if results is None:
        write_out(_questions(data, format), out)
        return
    version = f"{knowledge.version}+{knowledge.digest[:12]}"
    record = teach_back_record(data, results_of(results, questions), by, day, version)
    write_out(_record(record, format), out)
    if record["understood"] is False:
        raise typer.Exit(3)


def _questions(data: dict[str, Any], format: Format) -> str:
    if format is Format.html:
        from benzosafe.render.quiz_page import quiz_page

        return quiz_page(data)
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False)
    from benzosafe.render.quiz_text import text_quiz

    return text_quiz(data)


def _record(record: dict[str, Any], format: Format) -> str:
    if format is Format.html:
        raise UsageError("a record is not written as html.", where="--format", next_step="Use text, json or fhir.")
    if format is Format.text:
        from benzosafe.render.quiz_text import text_teach_back

        return text_teach_back(record)
    if format is Format.fhir:
        from benzosafe.fhir.write_teach_back import write_teach_back

        record = write_teach_back(record)
    return json.dumps(record, indent=1, ensure_ascii=False)
