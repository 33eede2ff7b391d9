"""A simulation as a picture that prints in grey: bands, doses, and what is taken beside."""

from __future__ import annotations

import textwrap
from typing import Any

from benzosafe.render.chart import png_chart, spec_of, svg_chart
from benzosafe.render.simulation_words import NOTICE, bands_words, course_words, doses_words, named, summary, title

_SUBTITLE_LETTERS = 105


def svg_simulation(data: dict[str, Any]) -> str:
    """The picture as SVG, as wide as the text of an A4 page, with its title and what it shows in words."""
    from benzosafe.render.simulation_panels import picture

    chart, curves = picture(data)
    subtitle = [
        *textwrap.wrap(named(doses_words(data)), _SUBTITLE_LETTERS),
        "Draft: no value has had a clinical review.",
    ]
    return svg_chart(spec_of(chart, curves, title(data), subtitle), title(data), _in_words(data))


def png_simulation(data: dict[str, Any]) -> bytes:
    """The same picture as PNG, fine enough for print (240 dots an inch)."""
    return png_chart(svg_simulation(data))


def _in_words(data: dict[str, Any]) -> str:
    beside = [f"Beside it: {course_words(course)}." for course in data["beside"]]
    return " ".join([f"Taken: {doses_words(data)}.", *beside, *summary(data), bands_words(data), NOTICE])
