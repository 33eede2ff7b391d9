"""What every chart shares: its heading and style, its SVG with words for those who cannot see it, and its PNG."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    Curves = dict[str, list[dict[str, float]]]

_FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_DOTS_PER_INCH = 240.0
_SCALE = 0.75  # the drawing counts 96 pixels an inch, the library 72
_VEGA_LITE = "6.4"
_PARTS_SAID = re.compile(r' (?:role="graphics-[a-z]+"|aria-[a-z]+="[^"]*")')  # the whole is one image


def svg_chart(spec: dict[str, Any], title: str, words: str) -> str:
    """The drawing as SVG: one image with a title and what it shows in words."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[]))
    opening, rest = drawn.split(">", 1)
    rest = _PARTS_SAID.sub("", rest)
    opening = opening.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return f"{opening}><title>{escape(title)}</title><desc>{escape(words)}</desc>{rest}"


def png_chart(svg: str) -> bytes:
    """A chart's SVG as PNG, fine enough for print (240 dots an inch)."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=_SCALE, ppi=_DOTS_PER_INCH))


def spec_of(chart: alt.VConcatChart, curves: Curves, title: str, subtitle: list[str]) -> dict[str, Any]:
    """The whole drawing; the curves are added last, so that they are not checked number by number."""
    import altair as alt

    from benzosafe.render.simulation_panels import INK

    heading = alt.TitleParams(
        title, subtitle=subtitle, anchor="start", fontSize=16, subtitleFontSize=12, subtitlePadding=5, offset=14,
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
    spec: dict[str, Any] = chart.to_dict()
    return {**spec, "datasets": {**spec.get("datasets", {}), **curves}}
