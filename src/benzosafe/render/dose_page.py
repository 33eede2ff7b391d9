"""A dose to begin with as one printable page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.dose_text import (
    STATUS,
    adjustment_lines,
    caution_lines,
    dose_words,
    ends,
    exposure_lines,
    instead,
    open_lines,
    order_lines,
    rule_lines,
    source,
    taken_lines,
    words,
)
from benzosafe.render.pages import page_of


def dose_page(data: Mapping[str, Any]) -> str:
    """The page."""
    return page_of(
        "dose.html", {"ends": ends, "words": words, "dose_words": dose_words, "source": source},
        data=data, plan=data["plan"], status=STATUS[data["status"]],
        rule=rule_lines([data["rule"]] if data["rule"] else []),
        others=rule_lines(data["other_rules"]), adjustments=adjustment_lines(data["adjustments"]),
        exposure=exposure_lines(data), instead=[instead(item) for item in data["instead"]],
        order=order_lines(data["order"]), cautions=caution_lines(data), taken=taken_lines(data), open=open_lines(data),
    )  # fmt: skip
