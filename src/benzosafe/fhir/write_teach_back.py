"""The record of a teach-back as a FHIR R4 QuestionnaireResponse: what was asked, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.fhir.canonical import BASE

_QUESTIONNAIRE = f"{BASE}/Questionnaire/teach-back"


def write_teach_back(record: Mapping[str, Any]) -> dict[str, Any]:
    """A QuestionnaireResponse; it is completed when every question was asked, else in progress."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": _QUESTIONNAIRE,
        "status": "in-progress" if record["not_asked"] else "completed",
        "subject": {"reference": f"Patient/{record['patient']}"},
        "authored": record["on"],
        "author": {"display": record["by"]},
        "item": [
            {"linkId": answer["id"], "text": answer["text"], "answer": [{"valueString": answer["result"]}]}
            for answer in record["answers"]
            if answer["result"] != "not asked"
        ],
    }
