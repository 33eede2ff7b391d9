"""Urine tests as read, as one printable page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.pages import page_of
from benzosafe.render.urine_text import first_lines, gap_words, heading, parts, rest, title


def urine_page(data: Mapping[str, Any]) -> str:
    """The page."""
    filters = {
        "title_of": title, "first_lines": first_lines, "heading": heading, "parts": parts, "rest": rest,
        "gap_words": gap_words,
    }  # fmt: skip
    return page_of("urine.html", filters, data=data)
