"""A scale, what was answered and what changed as plain data (schema benzosafe.scale/1), numbers with their sources."""

from __future__ import annotations

from typing import Any

from benzosafe import __version__
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence, Quantity
from benzosafe.knowledge.scale_model import Band, Scale
from benzosafe.monitoring.scale_change import Change
from benzosafe.monitoring.scale_words import (
    answer_rules,
    ask_words,
    cutoff_words,
    first_words,
    reached_words,
    total_words,
)
from benzosafe.monitoring.scored import Flagged, Scored
from benzosafe.review.report import cited

SCHEMA, LIST_SCHEMA = "benzosafe.scale/1", "benzosafe.scales/1"
NOTE = (
    "Draft: nothing here has had a clinical review. A total is a reason to ask, never a verdict, and no dose follows "
    "from it alone; a benzodiazepine or Z-drug that was taken for weeks must not be stopped at once."
)
Json = dict[str, Any]


def scale_data(scale: Scale, knowledge: Knowledge, scored: Scored | None = None, change: Change | None = None) -> Json:
    """Everything about a scale, and of a filling-in and of what changed since another where they are given."""
    return {
        **_head(SCHEMA, knowledge),
        "scale": _scale(scale, knowledge),
        "result": _result(scored, knowledge) if scored else None,
        "change": _change(change) if change else None,
    }


def scales_data(knowledge: Knowledge) -> Json:
    """A line on every scale."""
    return {
        **_head(LIST_SCHEMA, knowledge),
        "scales": [
            {
                "name": scale.name, "label": scale.label, "title": scale.title, "measures": scale.measures,
                "purpose": scale.purpose, "lowest": scale.lowest, "highest": scale.highest,
                "text": scale.licence.text, "total_only": scale.total_only,
            }
            for scale in knowledge.scales.values()
        ],
    }  # fmt: skip


def _head(schema: str, knowledge: Knowledge) -> Json:
    version = f"{knowledge.version}+{knowledge.digest[:12]}"
    return {"schema": schema, "engine_version": __version__, "knowledge_version": version, "note": NOTE}


def _scale(scale: Scale, knowledge: Knowledge) -> Json:
    licence = scale.licence
    return {
        "name": scale.name, "label": scale.label, "title": scale.title, "measures": scale.measures,
        "period": scale.period, "purpose": scale.purpose, "items": scale.items, "status": scale.status,
        "lowest": scale.lowest, "highest": scale.highest, "higher_is": scale.higher_is,
        "total_only": scale.total_only, "answers": list(answer_rules(scale)), "missing_answers": _missing(scale),
        "licence": {
            "text": licence.text, "note": licence.note, "where": licence.where,
            "sources": _sources(licence.evidence, knowledge),
        },
        "question": scale.question, "texts": list(scale.texts),
        "answer_words": {str(answer): words for answer, words in scale.answer_words.items()},
        "loinc": scale.loinc, "loinc_items": list(scale.loinc_items),
        "bands": [{**_band(band), "source": _source(band.evidence, knowledge)} for band in scale.bands],
        "cutoffs": [
            {"words": cutoff_words(one), "means": one.means, "sex": one.sex, **_number(one.score, knowledge)}
            for one in scale.cutoffs
        ],
        "flags": [
            {"item": flag.item, "about": flag.about, "from_points": flag.from_points, "urgency": flag.urgency,
             "do": flag.do, "sources": _sources(flag.evidence, knowledge)}
            for flag in scale.flags
        ],
        "smallest_change": _number(scale.smallest_change, knowledge),
        "response_share": _number(scale.response_share, knowledge),
        "remission_at_most": _number(scale.remission_at_most, knowledge),
        "sources": _sources(scale.evidence, knowledge), "about": scale.note,
    }  # fmt: skip


def _missing(scale: Scale) -> str:
    if scale.total_only:
        return ""
    if scale.prorating is None:
        return "One missing answer and there is no total, only the least and most it could be."
    return (
        "One missing answer and there is no total, only the least and most it could be; by the scale's own rule up to "
        f"{scale.prorating.most_missing} are estimated as the mean of the others, shown beside it."
    )


def _result(scored: Scored, knowledge: Knowledge) -> Json:
    return {
        "total": scored.total, "low": scored.low, "high": scored.high, "not_answered_items": list(scored.incomplete),
        "prorated": scored.prorated, "bands": [_band(band) for band in scored.bands],
        "cutoffs": [
            {"words": reached_words(one), "from": one.cutoff.score.lowest, "sex": one.cutoff.sex,
             "reached": one.reached}
            for one in scored.cutoffs
        ],
        "flags": [_flag(flag, knowledge) for flag in scored.flags],
        "asks": [_flag(flag, knowledge) for flag in scored.asks],
        "flags_not_answered": [_flag(flag, knowledge) for flag in scored.not_answered],
        "first_words": list(first_words(scored)), "total_words": list(total_words(scored)),
        "ask_words": list(ask_words(scored)),
    }  # fmt: skip


def _change(change: Change) -> Json:
    return {
        "direction": change.direction, "rose_by_at_least": change.low, "rose_by_at_most": change.high,
        "before": {"low": change.before.low, "high": change.before.high},
        "response": change.response, "remission": change.remission, "words": change.words,
    }  # fmt: skip


def _flag(flag: Flagged, knowledge: Knowledge) -> Json:
    return {
        "item": flag.number, "about": flag.label, "do": flag.do, "urgent": flag.urgent, "points": [flag.low, flag.high],
        "red_flag": flag.red_flag, "sources": _sources(flag.evidence, knowledge),
    }  # fmt: skip


def _band(band: Band) -> Json:
    return {"name": band.name, "group": band.group, "low": band.low, "high": band.high}


def _number(number: Quantity | None, knowledge: Knowledge) -> Json:
    """A number with its population and source; nothing where none is published."""
    if number is None:
        return {}
    return {
        "value": number.lowest, "unit": number.unit, "population": number.population, "about": number.note,
        "source": cited(number.source, number.at, "", number.confidence, knowledge),
    }  # fmt: skip


def _sources(evidence: tuple[Evidence, ...], knowledge: Knowledge) -> list[Json]:
    return [_source(item, knowledge) for item in evidence]


def _source(item: Evidence, knowledge: Knowledge) -> Json:
    return cited(item.source, item.at, item.strength, item.confidence, knowledge)
