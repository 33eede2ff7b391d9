"""The levels of a taper as a picture that prints in grey: bands, courses, the stair of doses, flags in words."""

from __future__ import annotations

import re
import textwrap
from html import escape
from typing import Any

from benzosafe.cli.render_taper_levels_words import doses_levels, sentences_levels, title_levels

_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_DOTS_PER_INCH = 240.0
_SCALE = 0.75  # the drawing counts 96 pixels an inch, the library 72
_SUBTITLE_LETTERS = 100
_VEGA_LITE = "6.4"
_PARTS_SAID = re.compile(r' (?:role="graphics-[a-z]+"|aria-[a-z]+="[^"]*")')  # the whole is one image


def svg_levels(data: dict[str, Any]) -> str:
    """The picture as SVG, as wide as the text of an A4 page, from `taper.levels_data`, with its words for the blind."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(_spec(data), vl_version=_VEGA_LITE, allowed_base_urls=[]))
    name, words = escape(title_levels(data)), escape(" ".join(sentences_levels(data)))
    opening, rest = drawn.split(">", 1)
    rest = _PARTS_SAID.sub("", rest)
    opening = opening.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)
    return f"{opening}><title>{name}</title><desc>{words}</desc>{rest}"


def png_levels(data: dict[str, Any]) -> bytes:
    """The same picture as PNG, fine enough for print (240 dots an inch)."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg_levels(data), scale=_SCALE, ppi=_DOTS_PER_INCH))


def _spec(data: dict[str, Any]) -> dict[str, Any]:
    """The whole drawing; the curves are added last, so that they are not checked number by number."""
    import altair as alt

    from benzosafe.cli.render_simulation_panels import INK
    from benzosafe.cli.render_taper_levels_panels import picture

    chart, curves = picture(data)
    override = data["override"]
    lines = [
        doses_levels(data),
        f"Draft: no value has had a clinical review. Do not stop {data['drug']} abruptly.",
        *([f"OVERRIDE by {override['by']}: {override['reason']}"] if override else []),
    ]
    subtitle = [part for line in lines for part in textwrap.wrap(line, _SUBTITLE_LETTERS)]
    heading = alt.TitleParams(
        title_levels(data), subtitle=subtitle, anchor="start", fontSize=16, subtitleFontSize=12, subtitlePadding=5,
        offset=14, color=INK, subtitleColor=INK,
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
