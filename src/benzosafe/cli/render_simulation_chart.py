"""A simulation as a picture that prints in grey: bands, doses, and what is taken beside."""

from __future__ import annotations

import re
import textwrap
from html import escape
from typing import Any

from benzosafe.cli.render_simulation_words import NOTICE, bands_words, course_words, doses_words, named, summary, title

_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_DOTS_PER_INCH = 240.0
_SCALE = 0.75  # the drawing counts 96 pixels an inch, the library 72
_SUBTITLE_LETTERS = 105
_VEGA_LITE = "6.4"
_PARTS_SAID = re.compile(r' (?:role="graphics-[a-z]+"|aria-[a-z]+="[^"]*")')  # the whole is one image


def svg_simulation(data: dict[str, Any]) -> str:
    """The picture as SVG, as wide as the text of an A4 page, with its title and what it shows in words."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(_spec(data), vl_version=_VEGA_LITE, allowed_base_urls=[]))
    name, words = escape(title(data)), escape(_in_words(data))
    opening, rest = drawn.split(">", 1)
    rest = _PARTS_SAID.sub("", rest)
    opening = opening.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)
    return f"{opening}><title>{name}</title><desc>{words}</desc>{rest}"


def png_simulation(data: dict[str, Any]) -> bytes:
    """The same picture as PNG, fine enough for print (240 dots an inch)."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg_simulation(data), scale=_SCALE, ppi=_DOTS_PER_INCH))


def _in_words(data: dict[str, Any]) -> str:
    beside = [f"Beside it: {course_words(course)}." for course in data["beside"]]
    return " ".join([f"Taken: {doses_words(data)}.", *beside, *summary(data), bands_words(data), NOTICE])


def _spec(data: dict[str, Any]) -> dict[str, Any]:
    """The whole drawing; the curves are added last, so that they are not checked number by number."""
    import altair as alt

    from benzosafe.cli.render_simulation_panels import INK, picture

    chart, curves = picture(data)
    subtitle = [
        *textwrap.wrap(named(doses_words(data)), _SUBTITLE_LETTERS),
        "Draft: no value has had a clinical review.",
    ]
    heading = alt.TitleParams(
        title(data), subtitle=subtitle, anchor="start", fontSize=16, subtitleFontSize=12, subtitlePadding=5, offset=14,
        color=INK, subtitleColor=INK,
    )  # fmt: skip
    axis = alt.AxisConfig(
        labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=INK, titleColor=INK,
        gridColor="#e3e7ea", domainColor="#5b6b78", tickColor="#5b6b78",
    )  # fmt: skip
    config = alt.Config(
        aria=False, font=_FONT, axis=axis, background="white", padding=8, view=alt.ViewConfig(stroke=None),
        text=alt.MarkConfig(fontSize=12, color=INK, font=_FONT),
    )  # fmt: skip
    chart = chart.properties(title=heading)
    chart.config = config
    spec = chart.to_dict()
    return {**spec, "datasets": {**spec.get("datasets", {}), **curves}}
