"""`benzosafe taper resume`: what a diary leads to, in words, as JSON, or as papers of the plan that follows."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from benzosafe.cli.inputs import prepared_knowledge
from benzosafe.errors import UsageError
from benzosafe.knowledge.load import Knowledge
from benzosafe.taper.changeover import Changeover
from benzosafe.taper.changeover_follow_words import stage_paper_lines
from benzosafe.taper.changeover_record import changeover_data
from benzosafe.taper.follow import Revision, follow
from benzosafe.taper.follow_papers import papers_of, with_pause
from benzosafe.taper.follow_record import read_plan
from benzosafe.taper.follow_words import revision_data, revision_words
from benzosafe.taper.log import read_log
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.record import plan_data

_COUNTRY = "US"  # whose law counts where no product of the plan names a country


@dataclass(frozen=True)
class Written:
    """How the revision is written: format, for whom a page is made, in large letters, and whether reminders name it."""

    format: str = "text"
    paper: str = "patient"
    large_print: bool = False
    name_medicines: bool = False


def resumed(plan: Path | None, log: Path | None, on: date, written: Written) -> str | bytes:
    """The revision of a plan by a diary, as asked for.

    UsageError when plan or diary is missing or a paper needs the patient's record; InputRefused for either file, and
    for papers when no plan may be followed.
    """
    if plan is None or log is None:
        raise UsageError("resume needs a plan and a diary.", next_step="benzosafe taper resume PLAN --log LOG")
    if written.paper == "clinician":
        raise UsageError(
            "the clinician's page needs the patient's record, which a plan does not hold.", where="--paper",
            next_step="Use --format text, or make the page with: benzosafe taper PATIENT",
        )  # fmt: skip
    knowledge = prepared_knowledge()
    old, chain = read_plan(plan, knowledge)
    revision = follow(knowledge, old, read_log(log), on, was=chain)
    if written.format == "json":
        return _json(revision_data(revision))
    if written.format == "text":
        return _text(revision)
    return _paper(knowledge, papers_of(revision, str(log)), revision, written)


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)


def _text(revision: Revision) -> str:
    """The revision in words with the steps of the new plan; an override stands first and last."""
    from benzosafe.render.taper_text import _override, _steps

    shown = revision.new or revision.old
    override = [line for line in _override(plan_data(shown)) if line]
    steps = []
    if revision.stage and revision.course:
        steps += stage_paper_lines(revision.stage, revision.course)
    if revision.new:
        steps += _steps(plan_data(revision.new if revision.changing else with_pause(revision.new, revision.on)))
    lines = [*override, *([""] if override else []), revision_words(revision), *steps]
    return "\n".join([*lines, *([""] if override else []), *override])


def _paper(
    knowledge: Knowledge, papers: tuple[TaperPlan, Changeover | None], revision: Revision, written: Written
) -> str | bytes:  # fmt: skip
    plan, change = papers
    country = next((product.country for product in plan.products if product.country), _COUNTRY)
    if written.format == "fhir":
        from benzosafe.fhir.care_plan import taper_bundle

        return _json(taper_bundle(knowledge, plan, revision.was.patient or "unknown", country, change=change))
    if written.format == "ics":
        from benzosafe.render.taper_ics import ics_papers

        return ics_papers(knowledge, plan, change, (country, None, not written.name_medicines)).encode()
    noted = _noted(plan, revision)
    data = plan_data(noted) | {"crossover": changeover_data(change) if change else None}
    if written.paper == "patient":
        return _calendar(data, written)
    return _pharmacy(knowledge, (plan, change), data, country, written)


def _noted(plan: TaperPlan, revision: Revision) -> TaperPlan:
    """The plan with a note that papers made before no longer count; not where the old plan goes on."""
    if revision.new is None:
        return plan
    return replace(plan, notes=(*plan.notes, f"from {revision.on} on this replaces every paper made before"))


def _calendar(data: dict[str, Any], written: Written) -> str | bytes:
    from benzosafe.render.taper_calendar import html_calendar
    from benzosafe.render.taper_pdf import pdf_calendar

    if written.format == "pdf":
        return pdf_calendar(data, large_print=written.large_print)
    return html_calendar(data, large_print=written.large_print)


def _pharmacy(
    knowledge: Knowledge, papers: tuple[TaperPlan, Changeover | None], data: dict[str, Any], country: str,
    written: Written,
) -> str | bytes:  # fmt: skip
    from benzosafe.render.taper_pharmacy import html_pharmacy

    plan, change = papers
    if change is None:
        from benzosafe.taper.supply_data import fills_data

        html = html_pharmacy(fills_data(knowledge, plan, country))
    else:
        from benzosafe.taper.changeover_supply import change_supply_data

        old, new = change_supply_data(knowledge, change, plan, (country, None, None))
        html = html_pharmacy(new, (), (change, old))
    if written.format != "pdf":
        return html
    from benzosafe.render.taper_pdf import pdf_page

    return pdf_page(html, data)
