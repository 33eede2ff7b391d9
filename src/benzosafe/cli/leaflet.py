"""`benzosafe leaflet`: what a patient or a caregiver needs to know, in plain words, from the record and the plan."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.cli.output import write_out
from benzosafe.errors import UsageError


class Format(StrEnum):
    """How the leaflet is written."""

    html = "html"
    pdf = "pdf"
    text = "text"
    audio_text = "audio-text"
    sms = "sms"
    json = "json"


class For(StrEnum):
    """Who reads it."""

    patient = "patient"
    caregiver = "caregiver"
    child_carer = "child-carer"


_BY_SUFFIX = {".html": Format.html, ".htm": Format.html, ".pdf": Format.pdf, ".txt": Format.text, ".json": Format.json}


def leaflet(  # noqa: PLR0913, PLR0917 - every option is one the user may give
    patient: Annotated[
        str, typer.Argument(help="FHIR R4 Bundle (JSON) or hand-written YAML; '-' reads standard input.")
    ],
    reader: Annotated[For, typer.Option("--for", help="Who reads it.")] = For.patient,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="Only this, again for more: start, taper, stop, overdose ...")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="en, es, or ar (a draft, from the right).")] = "en",
    country: Annotated[
        str,
        typer.Option("--country", help="Whose numbers and law: US, GB, IE, CA, AU, CA-QC, or one of the EU."),
    ] = "",
    plan: Annotated[
        Path | None, typer.Option("--plan", help="The taper that is followed, as JSON of benzosafe taper.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="Name of the clinician who has read it: personal parts are shown.")
    ] = None,
    hold_back: Annotated[
        list[str] | None,
        typer.Option("--hold-back", help="With --release, not shown: medicines, mixing, body, plan, visits."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="For the clinician: also what is not released, marked on the page.")
    ] = False,
    large_print: Annotated[bool, typer.Option("--large-print", help="No letter smaller than 18 points.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD; today if not given.")] = None,
    format: Annotated[Format | None, typer.Option("--format", "-f", help="How to write it.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Write a leaflet for one person: each sentence from a bank with its source, doses and days those of the plan.

    Without --release only what is general is shown: no dose, no plan, no other medicine and no condition is named.

    Examples:

      benzosafe leaflet patient.yaml --country US --release 'Dr A. Lee' --out leaflet.pdf

      benzosafe leaflet patient.yaml --for caregiver --topic overdose --country GB --format html --out card.html
    """
    from benzosafe.cli.inputs import prepared_knowledge, read_day, tell
    from benzosafe.education.leaflet import Asked
    from benzosafe.education.leaflet import leaflet as make
    from benzosafe.education.leaflet_data import leaflet_data
    from benzosafe.education.release import release_of

    chosen, day = _chosen(format, out), read_day(on)
    if large_print and chosen not in (Format.html, Format.pdf):
        raise UsageError("is for pages.", where="--large-print", next_step="Add --format html or pdf.")
    released = release_of(release, hold_back or (), day)
    if preview and released.by:
        raise UsageError("what is released needs no preview.", where="--preview", next_step="Leave one of them out.")
    knowledge = prepared_knowledge()
    situation = situation_of(knowledge, patient, plan, country, day)
    asked = Asked(reader.value.replace("-", "_"), tuple(topic or ()), language, released, preview)  # type: ignore[arg-type]
    made = make(situation, asked)
    data = leaflet_data(made, situation)
    if not situation.contacts.code:
        tell("no country on record was given (--country), so no telephone number and no law is shown.")
    for item in made.left_out:
        tell(f"left out, {item.topic}: {item.what}: {item.why}")
    write_out(_rendered(data, chosen, large_print), out)


def situation_of(knowledge: Any, patient: str, plan: Path | None, country: str, on: Any) -> Any:
    """The person, the day, the country and the plan that was given."""
    from benzosafe.cli.inputs import read_patient
    from benzosafe.education.given_plan import given_plan
    from benzosafe.education.situation import Situation

    record = read_patient(patient, knowledge, on)
    given = given_plan(plan, record, knowledge) if plan else None
    return Situation(record, knowledge, on, {"UK": "GB"}.get(country.strip().upper(), country), given)


def _chosen(asked: Format | None, out: Path | None) -> Format:
    named = _BY_SUFFIX.get(out.suffix.lower()) if out is not None else None
    plain = (Format.text, Format.audio_text, Format.sms)
    if asked and named and asked is not named and not (named is Format.text and asked in plain):
        raise UsageError(
            f"{asked} does not go into '{out}'.", where="--format", next_step="Change the name, or leave --format out."
        )
    found = asked or named or Format.text
    if found is Format.pdf and out is None:
        raise UsageError("a PDF is not for the screen.", where="--format pdf", next_step="Add --out FILE.")
    return found


def _rendered(data: dict[str, Any], format: Format, large_print: bool) -> str | bytes:
    if format is Format.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format in (Format.text, Format.audio_text):
        from benzosafe.render.leaflet_text import aloud_leaflet, text_leaflet

        return text_leaflet(data) if format is Format.text else aloud_leaflet(data)
    if format is Format.sms:
        return "\n".join(f"{item['on']}\t{item['text']}" for item in data["reminders"])
    from benzosafe.render.leaflet_page import leaflet_page, leaflet_pdf

    if format is Format.pdf:
        return leaflet_pdf(data, large_print=large_print)
    return leaflet_page(data, large_print=large_print)
