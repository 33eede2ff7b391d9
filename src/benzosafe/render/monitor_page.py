"""The look at a patient after the prescription, as one printable page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from benzosafe.render.monitor_chart import trend_chart
from benzosafe.render.monitor_text import sections
from benzosafe.render.pages import page_of


def monitor_page(data: Mapping[str, Any]) -> str:
    """The page; the drawing in it is made here and is no input, so it is not escaped."""
    chart = Markup(trend_chart(data["trends"]))
    told = [(title, _nested(items)) for title, items in sections(data)]
    return page_of("monitor.html", {}, data=data, sections=told, chart=chart)


def _nested(items: list[str]) -> list[tuple[str, list[str]]]:
    """Each sentence with those that belong below it."""
    found: list[tuple[str, list[str]]] = []
    for item in items:
        if item.startswith("  ") and found:
            found[-1][1].append(item.strip())
        else:
            found.append((item, []))
    return found
