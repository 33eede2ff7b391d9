"""A scale, what was answered and what changed, as one printable page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.pages import page_of
from benzosafe.render.scale_text import about_lines, result_lines, sections


def scale_page(data: Mapping[str, Any]) -> str:
    """The page of one scale."""
    return page_of(
        "scale.html", {}, data=data, result=list(result_lines(data)),
        about=list(about_lines(data["scale"])), sections=[(title, items) for title, items in sections(data) if items],
        urgent=bool(data["result"] and data["result"]["flags"]),
    )  # fmt: skip


def scales_page(data: Mapping[str, Any]) -> str:
    """The page of all scales."""
    return page_of("scales.html", {}, data=data)
