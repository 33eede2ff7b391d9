"""The questions to teach back as a page to print: the question, what to listen for, and a box to tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.pages import page_of


def quiz_page(data: Mapping[str, Any]) -> str:
    """The page, from its data (schema benzosafe.quiz/1)."""
    return page_of("quiz.html", {}, data=data)
