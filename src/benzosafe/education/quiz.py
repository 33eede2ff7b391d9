"""Questions to teach back: what to ask, what a right answer says, and the record of how it went.

The answers are judged by the person who asks; what is recorded says what was understood, what is taught again, and that
nobody was tested. A question that was not asked is recorded as not asked, never as understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from benzosafe import __version__
from benzosafe.education.leaflet import Leaflet
from benzosafe.education.lines import capital
from benzosafe.education.situation import Situation
from benzosafe.errors import UsageError, nearest

SCHEMA = "benzosafe.teach_back/1"
Result = Literal["understood", "partly", "taught again", "not asked"]
RESULTS: tuple[Result, ...] = get_args(Result)
_WRITTEN: dict[str, Result] = {
    "yes": "understood", "partly": "partly", "again": "taught again", "no": "taught again", "skip": "not asked"
}  # fmt: skip


@dataclass(frozen=True)
class AskedQuestion:
    """A question, whether it must be understood before the person goes, and the sentences of a right answer."""

    name: str
    text: str
    must: bool
    listen_for: tuple[tuple[str, str], ...]


def questions_of(leaflet: Leaflet, situation: Situation) -> tuple[AskedQuestion, ...]:
    """The questions that fit this leaflet: only what is on it is asked, and the answers are its own sentences."""
    said = {line.name: line.text for line in leaflet.lines if line.released or leaflet.asked.preview}
    doses = [
        ("dose", f"{drug.drug}: {line.text}")
        for section in leaflet.sections
        if section.topic == "start"
        for period in section.periods
        for drug in period.drugs
        for line in drug.lines
    ]
    found = []
    for name, question in situation.knowledge.questions.items():
        holds = situation.tells(question.when)
        left_out = holds is False or (holds is None and question.if_unknown == "leave_out")
        if leaflet.asked.audience not in question.for_ or left_out:
            continue
        listen = [(item, said[item]) for item in question.listen_for if item in said]
        listen += doses if question.listen_for_doses else []
        if listen:
            found.append(AskedQuestion(name, leaflet.language.say(name), question.must, tuple(listen)))
    return tuple(found)


def quiz_data(leaflet: Leaflet, questions: tuple[AskedQuestion, ...]) -> dict[str, Any]:
    """The questions as JSON, with the words of the page."""
    language = leaflet.language
    return {
        "schema": "benzosafe.quiz/1",
        "status": "draft",
        "engine_version": __version__,
        "patient": leaflet.patient_id,
        "on": leaflet.on.isoformat(),
        "audience": leaflet.asked.audience,
        "language": {"code": language.code, "direction": language.entry.direction, "unchecked": language.unchecked},
        "title": capital(language.say("quiz_title", drug=language.all_of(leaflet.drugs))),
        "intro": language.say("quiz_intro"),
        "listen": language.say("quiz_listen"),
        "questions": [
            {
                "id": item.name,
                "text": item.text,
                "must": item.must,
                "listen_for": [{"statement": name, "text": text} for name, text in item.listen_for],
            }
            for item in questions
        ],
    }


def results_of(written: str, questions: tuple[AskedQuestion, ...]) -> dict[str, Result]:
    """'ask_stop=yes,ask_mix=again' as results; UsageError names a question or a result there is not."""
    names = [item.name for item in questions]
    found: dict[str, Result] = dict.fromkeys(names, "not asked")
    for pair in filter(None, (part.strip() for part in written.split(","))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if name not in names:
            raise UsageError(
                f"no question '{name}' was asked.{nearest(name, names)}", where="--results",
                next_step=f"The questions are: {', '.join(names)}.",
            )  # fmt: skip
        if not equals or value not in _WRITTEN:
            raise UsageError(
                f"'{value}' is no result of '{name}'.{nearest(value, _WRITTEN)}", where="--results",
                next_step="Write yes, partly, again or skip.",
            )  # fmt: skip
        if found[name] != "not asked" and found[name] != _WRITTEN[value]:
            raise UsageError(f"'{name}' has two results.", where="--results", next_step="Give each question once.")
        found[name] = _WRITTEN[value]
    return found


def teach_back_record(
    quiz: Mapping[str, Any], results: Mapping[str, Result], by: str, on: date, knowledge_version: str
) -> dict[str, Any]:
    """The record: every question with its result, what is taught again, and whether all that must be is understood.

    UsageError when nobody is named who asked.
    """
    if not by.strip():
        raise UsageError("a record needs the person who asked.", where="--by", next_step="Add --by 'Nurse Kim'.")
    asked = [item | {"result": results[item["id"]]} for item in quiz["questions"]]
    must = [item for item in asked if item["must"]]
    return {
        "schema": SCHEMA,
        "status": "draft",
        "engine_version": __version__,
        "knowledge_version": knowledge_version,
        "patient": quiz["patient"],
        "on": on.isoformat(),
        "by": " ".join(by.split()),
        "audience": quiz["audience"],
        "language": quiz["language"]["code"],
        "answers": [{name: item[name] for name in ("id", "text", "must", "result")} for item in asked],
        "teach_again": [item["id"] for item in asked if item["result"] in ("partly", "taught again")],
        "not_asked": [item["id"] for item in asked if item["result"] == "not asked"],
        "understood": all(item["result"] == "understood" for item in must) if must else None,
        "note": "Draft. It records an explanation, and is no test of the person.",
    }
