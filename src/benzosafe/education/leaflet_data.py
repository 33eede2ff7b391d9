"""A leaflet as plain data (schema benzosafe.leaflet/1): what every page, text and reader of it is made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from benzosafe import __version__
from benzosafe.education.doses import DosePeriod, DrugDoses
from benzosafe.education.given_plan import GivenPlan
from benzosafe.education.language import Language
from benzosafe.education.leaflet import STEPS_SHOWN, Leaflet
from benzosafe.education.lines import Group, Line, Section
from benzosafe.education.reminders import reminders_data
from benzosafe.education.short_text import short_text
from benzosafe.education.situation import Situation
from benzosafe.knowledge.model import Evidence

SCHEMA = "benzosafe.leaflet/1"
_WORDS = (
    "today_title", "steps_title", "do_not_title", "sources_title", "returns_title", "qr_label", "picture", "audio_end",
    "unit_mg", "unit_mg_aloud", "unit_ml", "unit_ml_aloud",
)  # fmt: skip


def leaflet_data(leaflet: Leaflet, situation: Situation) -> dict[str, Any]:
    """The leaflet as JSON: dates as YYYY-MM-DD, doses in mg, and every sentence with its sources."""
    language, release, knowledge = leaflet.language, leaflet.asked.release, situation.knowledge
    sections = [_section(section, leaflet, situation) for section in leaflet.sections]
    return {
        "schema": SCHEMA,
        "engine_version": __version__,
        "knowledge_version": f"{knowledge.version}+{knowledge.digest[:12]}",
        "status": "draft",
        "patient": leaflet.patient_id,
        "on": leaflet.on.isoformat(),
        "audience": leaflet.asked.audience,
        "topics": [section.topic for section in leaflet.sections],
        "language": {
            "code": language.code,
            "name": language.entry.name,
            "direction": language.entry.direction,
            "unchecked": language.unchecked,
        },
        "country": leaflet.country,
        "title": leaflet.title,
        "drugs": list(leaflet.drugs),
        "released": {"by": release.by, "on": _iso(release.on), "parts": sorted(release.parts)} if release.by else None,
        "preview": leaflet.asked.preview,
        "notes": list(leaflet.notes),
        "sections": sections,
        "short_text": short_text(leaflet),
        "reminders": reminders_data(leaflet, situation),
        "words": _words(leaflet, sections),
        "sources": _citations(sections, situation),
        "left_out": [{"what": item.what, "topic": item.topic, "why": item.why} for item in leaflet.left_out],
    }


def _words(leaflet: Leaflet, sections: list[dict[str, Any]]) -> dict[str, str]:
    """The words of the page that are no statements, in its language."""
    language = leaflet.language
    country = language.country_name(leaflet.country, leaflet.country)
    parts = {
        f"audio_part_{number}": language.say("audio_part", number=number, count=len(sections), title=section["title"])
        for number, section in enumerate(sections, start=1)
    }
    return {name: language.say(name) for name in _WORDS} | parts | {
        "law_title": language.say("law_title", country=country),
        "for_patient": language.say("for_patient", patient=leaflet.patient_id),
        "made_on": language.say("made_on", date=language.day(leaflet.on)),
    }  # fmt: skip


def _section(section: Section, leaflet: Leaflet, situation: Situation) -> dict[str, Any]:
    language = leaflet.language
    after = _after(situation.plan, situation.on, language) if section.topic == "taper" and section.periods else []
    return {
        "topic": section.topic,
        "title": section.title,
        "lines": [_line(line) for line in section.lines],
        "periods": [_period(period, language) for period in section.periods],
        "after": after,
        "groups": [_group(group) for group in section.groups],
        "choice": section.choice,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.name,
        "kind": line.kind,
        "text": line.text,
        "urgent": line.urgent,
        "picture": line.picture,
        "part": line.part,
        "released": line.released,
        "where": line.where,
        "sources": _cited(line.evidence),
    }


def _cited(evidence: Iterable[Evidence]) -> list[dict[str, str]]:
    return [{"source": item.source, "at": item.at, "confidence": item.confidence} for item in evidence]


def _period(period: DosePeriod, language: Language) -> dict[str, Any]:
    return {
        "starts_on": _iso(period.starts_on),
        "ends_on": _iso(period.ends_on),
        "words": period_words(period, language),
        "from_plan": period.from_plan,
        "drugs": [_drug(drug, language) for drug in period.drugs],
    }


def period_words(period: DosePeriod, language: Language) -> str:
    """'Monday, 2 March 2026 to Sunday, 15 March 2026', or only from or until a day; empty: now."""
    if period.starts_on and period.ends_on:
        return language.say("from_to", **{"from": language.day(period.starts_on), "to": language.day(period.ends_on)})
    if period.starts_on:
        return language.say("from_on", **{"from": language.day(period.starts_on)})
    return language.say("until", to=language.day(period.ends_on)) if period.ends_on else ""


def _drug(drug: DrugDoses, language: Language) -> dict[str, Any]:
    nothing = drug.total_ug == 0
    ask = language.say("dose_ask") if not drug.lines and not nothing else ""
    if drug.lines and not drug.in_units:
        ask = language.say("dose_ml_ask" if drug.liquid else "dose_mg_ask")
    total = "" if drug.total_ug is None else language.say("dose_total", mg=language.milligrams(drug.total_ug))
    return {
        "drug": drug.drug,
        "lines": [
            {
                "text": line.text,
                "original": line.original,
                "at_h": line.at_h,
                "mg": None if line.amount_ug is None else line.amount_ug / 1_000,
            }
            for line in drug.lines
        ],
        "mg_per_day": None if drug.total_ug is None else drug.total_ug / 1_000,
        "total": language.say("dose_none") if nothing else total,
        "ask": ask,
        "why": drug.why,
    }


def _after(plan: GivenPlan | None, on: date, language: Language) -> list[str]:
    """How many steps come after those that are shown, and when the plan ends."""
    if plan is None:
        return []
    coming = [period for period in plan.periods if period.starts_on and period.starts_on > on]
    more = len(coming) - STEPS_SHOWN
    last = plan.periods[-1].starts_on
    said = [language.say("plan_more", count=more)] if more > 0 else []
    if on < plan.begins_on:
        said.insert(0, language.say("plan_begins", date=language.day(plan.begins_on)))
    return [*said, language.say("plan_ends", date=language.day(last))] if last and plan.plan.steps[-1].stop else said


def _group(group: Group) -> dict[str, Any]:
    return {
        "topic": group.topic,
        "title": group.title,
        "entries": [
            {
                "name": entry.name,
                "name_is_number": entry.named_by_number,
                "reach": list(entry.reach),
                "about": list(entry.about),
                "numbers": dict(entry.numbers),
                "sources": _cited(entry.evidence),
            }
            for entry in group.entries
        ],
    }


def _citations(sections: list[dict[str, Any]], situation: Situation) -> dict[str, str]:
    """The sources that stand behind this paper, by id."""
    used = {
        cited["source"]
        for section in sections
        for item in [*section["lines"], *_entries(section), *_figures(section)]
        for cited in item["sources"]
    }
    return {name: situation.knowledge.sources[name].citation for name in sorted(used)}


def _entries(section: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for group in section["groups"] for entry in group["entries"]]


def _figures(section: dict[str, Any]) -> list[dict[str, Any]]:
    choice = section["choice"]
    return [*(figure for group in choice["groups"] for figure in group["figures"]), *choice["gaps"]] if choice else []


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
