"""The questions to teach back, and the record of how it went, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.wrapped import wrapped


def text_quiz(data: Mapping[str, Any]) -> str:
    """Each question with what a right answer says; an asterisk: to be understood before the person goes home."""
    lines = [data["title"], data["intro"]]
    for number, question in enumerate(data["questions"], start=1):
        mark = " *" if question["must"] else ""
        lines += ["", f"{number}. {question['text']}{mark}  [{question['id']}]", f"   {data['listen']}"]
        for item in question["listen_for"]:
            lines += wrapped(f"- {item['text']}", "   ")
    return "\n".join(lines)


def text_teach_back(record: Mapping[str, Any]) -> str:
    """The record: every question with its result, and what is taught again."""
    lines = [f"Teach-back with {record['patient']}, {record['on']}, by {record['by']}", ""]
    lines += [f"{answer['result']:<13} {answer['text']}" for answer in record["answers"]]
    must = {True: "yes", False: "not yet", None: "cannot tell"}[record["understood"]]
    lines += ["", f"All that must be understood is understood: {must}"]
    if record["teach_again"]:
        lines += wrapped(f"Teach again: {', '.join(record['teach_again'])}")
    return "\n".join([*lines, record["note"]])
