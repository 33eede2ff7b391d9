"""The levels of a taper as a picture that prints in grey: bands, courses, the stair of doses, flags in words."""

from __future__ import annotations

import textwrap
from typing import Any

from benzosafe.render.chart import png_chart, spec_of, svg_chart
from benzosafe.render.taper_levels_words import doses_levels, sentences_levels, title_levels

_SUBTITLE_LETTERS = 100


def svg_levels(data: dict[str, Any]) -> str:
    """The picture as SVG, as wide as the text of an A4 page, from `taper.levels_data`, with its words for the blind."""
    from benzosafe.render.taper_levels_panels import picture

    chart, curves = picture(data)
    override = data["override"]
    lines = [
        doses_levels(data),
        f"Draft: no value has had a clinical review. Do not stop {data['drug']} abruptly.",
        *([f"OVERRIDE by {override['by']}: {override['reason']}"] if override else []),
    ]
    subtitle = [part for line in lines for part in textwrap.wrap(line, _SUBTITLE_LETTERS)]
    name = title_levels(data)
    return svg_chart(spec_of(chart, curves, name, subtitle), name, " ".join(sentences_levels(data)))


def png_levels(data: dict[str, Any]) -> bytes:
    """The same picture as PNG, fine enough for print (240 dots an inch)."""
    return png_chart(svg_levels(data))
