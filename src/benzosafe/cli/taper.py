"""`benzosafe taper`: a plan of lower doses that can be dispensed and followed; and its revision from a diary."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benzosafe.errors import UsageError


class TaperFormat(StrEnum):
    """How the plan is written."""

    text = "text"
    json = "json"
    html = "html"
    pdf = "pdf"
    ics = "ics"
    fhir = "fhir"


class Paper(StrEnum):
    """For whom a page is made."""

    patient = "patient"
    pharmacy = "pharmacy"
    clinician = "clinician"


_BY_SUFFIX = {
    ".txt": TaperFormat.text, ".json": TaperFormat.json, ".html": TaperFormat.html, ".htm": TaperFormat.html,
    ".pdf": TaperFormat.pdf, ".ics": TaperFormat.ics,
}  # fmt: skip


def taper(  # noqa: PLR0913, PLR0917 - every option is one the user may give
    patient: Annotated[str, typer.Argument(help="FHIR Bundle or YAML of a patient; or the word resume, then PLAN.")],
    plan: Annotated[Path | None, typer.Argument(help="After resume: the plan (JSON) that is followed.")] = None,
    log: Annotated[Path | None, typer.Option("--log", help="With resume: the diary (YAML or JSON).")] = None,
    drug: Annotated[str | None, typer.Option("--drug", help="Which one, when several are taken.")] = None,
    pace: Annotated[
        str | None, typer.Option("--pace", help="PERCENT/DAYS of the current dose: 10/14. Suggested when left out.")
    ] = None,
    shape: Annotated[str, typer.Option("--shape", help="proportional, linear or hyperbolic.")] = "proportional",
    to: Annotated[float, typer.Option("--to", help="mg a day to end at; a lower stable dose is a good end.")] = 0.0,
    products: Annotated[
        str | None, typer.Option("--products", help="'tablet:0.5s,1;solution:0.1' (s: scored). Else those marketed.")
    ] = None,
    add: Annotated[str | None, typer.Option("--add", help="Products to use as well: 'compounded:0.1'.")] = None,
    old_products: Annotated[
        str | None, typer.Option("--from-products", help="With --via: products of the drug taken now.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Whose products and law: US, UK, CA, AU, EU.")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="Day of the first lower dose, YYYY-MM-DD.")] = None,
    via: Annotated[str | None, typer.Option("--via", help="Change to this long-acting drug first: diazepam.")] = None,
    equivalence: Annotated[
        str | None, typer.Option("--equivalence", help="With --via: the table to convert by.")
    ] = None,
    override: Annotated[
        str | None, typer.Option("--override", help="'NAME: REASON' of the clinician who sets a limit aside.")
    ] = None,
    as_regular: Annotated[
        float | None, typer.Option("--as-regular", help="mg a day of the as-needed part, added to the regular.")
    ] = None,
    half_occupancy: Annotated[
        float | None, typer.Option("--half-occupancy", help="With hyperbolic: mg a day at half occupancy, a model.")
    ] = None,
    most_pieces: Annotated[int, typer.Option("--max-tablets", help="Most pieces to take at once.")] = 4,
    compare: Annotated[
        str | None, typer.Option("--compare", help="Published schedules beside it: all, or names with commas.")
    ] = None,
    levels: Annotated[bool, typer.Option("--levels/--no-levels", help="Simulate the level in blood.")] = True,
    fill_days: Annotated[int | None, typer.Option("--fill-days", help="Days a fill lasts (28).")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the review, YYYY-MM-DD; today if not given.")] = None,
    assess: Annotated[bool, typer.Option("--assess", help="Only whether to taper, and what to put in place.")] = False,
    paper: Annotated[Paper, typer.Option("--paper", help="With html or pdf: for whom.")] = Paper.patient,
    large_print: Annotated[
        bool, typer.Option("--large-print", help="With the patient's pages: large letters.")
    ] = False,
    name_medicines: Annotated[
        bool, typer.Option("--name-medicines", help="With ics: reminders name medicines and doses.")
    ] = False,
    format: Annotated[TaperFormat | None, typer.Option("--format", "-f", help="How to write it.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Plan a taper that tablets can make to the microgram, with the proof of every step.

    Examples:

      benzosafe taper patient.yaml --country UK --pace 10/14 --format pdf --out calendar.pdf

      benzosafe taper resume plan.json --log diary.yaml
    """
    from dataclasses import replace

    from benzosafe.cli.inputs import prepared_knowledge, read_day, read_patient
    from benzosafe.taper.asked import Asked, refuse_idle

    written_as = _chosen(format, out)
    _refuse_idle_paper(written_as, paper, large_print, name_medicines)
    day = read_day(on)
    if patient != "resume" and (plan is not None or log is not None):
        raise UsageError("PLAN and --log go with resume.", next_step="benzosafe taper resume PLAN --log LOG")
    if not 1 <= most_pieces <= 20 or (fill_days is not None and not 1 <= fill_days <= 366):
        raise UsageError("must be 1 to 20 pieces and 1 to 366 days.", where="--max-tablets, --fill-days")
    asked = Asked(
        drug, pace, shape, to, products, add, old_products, country, start, via, equivalence, override, as_regular,
        half_occupancy, most_pieces, compare, levels, fill_days,
    )  # fmt: skip
    if patient == "resume":
        if replace(asked, levels=True) != Asked() or not levels:
            raise UsageError(
                "a revision keeps what the plan was made with.", where="resume",
                next_step="Give PLAN, --log, --on, --format, --paper, --large-print, --name-medicines and --out only.",
            )  # fmt: skip
        _resume(plan, log, day, (written_as, paper, large_print, name_medicines), out)
        return
    refuse_idle(asked)
    knowledge = prepared_knowledge()
    from benzosafe.taper.job import NotMade, assessment_job, taper_job

    record, asked = read_patient(patient, knowledge, day), _named(asked, knowledge)
    if assess:
        _write(_assessment(assessment_job(knowledge, record, asked, day), written_as), out)
        return
    try:
        job = taper_job(knowledge, record, asked, day)
    except NotMade as error:
        if written_as is TaperFormat.text:
            typer.echo(_assessment(error.assessment, written_as))
        raise
    _write(_rendered(knowledge, job, (written_as, paper, large_print), private=not name_medicines), out)


def _assessment(data: dict[str, Any], format: TaperFormat) -> str:
    import json

    if format is TaperFormat.json:
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is not TaperFormat.text:
        raise UsageError(f"an assessment is not written as {format}.", where="--format", next_step="Use text or json.")
    from benzosafe.render.taper_text import text_assessment

    return text_assessment(data)


def _named(asked: Any, knowledge: Any) -> Any:
    """Drug names as the knowledge has them."""
    from dataclasses import replace

    from benzosafe.cli.inputs import tell
    from benzosafe.exposure.written import ingredient

    drug = ingredient(asked.drug, knowledge, "--drug", tell) if asked.drug else None
    return replace(asked, drug=drug, via=ingredient(asked.via, knowledge, "--via", tell) if asked.via else None)


def _chosen(asked: TaperFormat | None, out: Path | None) -> TaperFormat:
    named = _BY_SUFFIX.get(out.suffix.lower()) if out is not None else None
    same = asked is None or named in (None, asked) or (asked is TaperFormat.fhir and named is TaperFormat.json)
    if not same:
        raise UsageError(
            f"{asked} does not go into '{out}'.", where="--format", next_step="Change the name, or leave --format out."
        )
    found = asked or named or TaperFormat.text
    if found is TaperFormat.pdf and out is None:
        raise UsageError("a PDF is not for the screen.", where="--format pdf", next_step="Add --out FILE.")
    return found


def _refuse_idle_paper(format: TaperFormat, paper: Paper, large_print: bool, name_medicines: bool) -> None:
    """UsageError where --paper, --large-print or --name-medicines would change nothing."""
    if name_medicines and format is not TaperFormat.ics:
        raise UsageError("is for reminders.", where="--name-medicines", next_step="Add --format ics.")
    page = format in (TaperFormat.html, TaperFormat.pdf)
    if paper is not Paper.patient and not page:
        raise UsageError(
            f"the {paper}'s page is not written as {format}.", where="--paper", next_step="Add --format html or pdf."
        )
    if large_print and not (page and paper is Paper.patient):
        raise UsageError("is for the patient's pages.", where="--large-print", next_step="Add --format html or pdf.")


def _rendered(knowledge: Any, job: Any, written: tuple[TaperFormat, Paper, bool], *, private: bool) -> str | bytes:
    """A job as asked for; `written`: format, paper, large print; `private`: no reminder names a medicine."""
    format, paper, large_print = written
    import json

    if format is TaperFormat.json:
        return json.dumps(job.data, indent=1, ensure_ascii=False, allow_nan=False)
    if format is TaperFormat.fhir:
        from benzosafe.fhir.care_plan import taper_bundle

        bundle = taper_bundle(
            knowledge, job.plan, job.data["patient"], job.country, job.fill_days, job.data["minds"], job.change
        )
        return json.dumps(bundle, indent=1, ensure_ascii=False, allow_nan=False)
    if format is TaperFormat.ics:
        from benzosafe.render.taper_ics import ics_papers

        of = job.country, job.fill_days, private
        return ics_papers(knowledge, job.plan, job.change, of, job.data["minds"]).encode()
    if format is TaperFormat.text:
        from benzosafe.render.taper_text import text_taper

        return text_taper(job.data)
    return _page(job, format, paper, large_print)


def _page(job: Any, format: TaperFormat, paper: Paper, large_print: bool) -> str | bytes:
    data, change = job.data, job.change
    pdf = format is TaperFormat.pdf
    if paper is Paper.patient:
        from benzosafe.render.taper_calendar import html_calendar
        from benzosafe.render.taper_pdf import pdf_calendar

        return pdf_calendar(data, large_print=large_print) if pdf else html_calendar(data, large_print=large_print)
    if paper is Paper.pharmacy:
        from benzosafe.render.taper_pharmacy import html_pharmacy

        html = html_pharmacy(data["supply"], data["minds"], (change, data["change_supply"]) if change else None)
    else:
        from benzosafe.render.taper_page import html_taper

        html = html_taper(data)
    if not pdf:
        return html
    from benzosafe.render.taper_pdf import pdf_page

    return pdf_page(html, data)


def _resume(
    plan: Path | None, log: Path | None, day: Any, written: tuple[str, str, bool, bool], out: Path | None
) -> None:
    """A revised plan from a plan and a diary; `written`: format, paper, large print, whether medicines are named."""
    from benzosafe.cli.taper_resume import Written, resumed

    _write(resumed(plan, log, day, Written(*written)), out)


def _write(content: str | bytes, out: Path | None) -> None:
    import sys

    from benzosafe.files import write_whole

    if out is not None:
        write_whole(out, content)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        typer.echo(content)
