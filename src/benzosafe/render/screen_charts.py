"""Bars of counts and shares for the page of a screen; loading this loads the drawing library, so only when drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from benzosafe.render.chart import spec_of, svg_chart
from benzosafe.render.simulation_panels import INK

WIDTH = 400
_LABEL_LETTERS, _LINE_PX = 44, 13
_ROW_PX = 32
_LINE_BREAK = "\n"


@dataclass(frozen=True)
class Part:
    """One part of a bar: its name and its colour; colours go from dark to light, so that they print in grey."""

    name: str
    colour: str


@dataclass(frozen=True)
class Bar:
    """One bar: its label, the length of each part, and what stands at its end."""

    label: str
    lengths: Sequence[float]
    words: str


@dataclass(frozen=True)
class Bars:
    """A drawing of bars: title, what the axis counts, the parts, and the bars from the top down."""

    title: str
    axis: str
    parts: Sequence[Part]
    bars: Sequence[Bar]
    most: float | None = None
    """Where the axis ends, where that is fixed."""
    legend: bool = True


def svg_bars(drawing: Bars, words: str) -> str:
    """The drawing as SVG, with what it shows in words for those who cannot see it."""
    rows = [
        {"row": row, "part": part.name, "length": length, "place": place}
        for row, bar in enumerate(drawing.bars)
        for place, (part, length) in enumerate(zip(drawing.parts, bar.lengths, strict=True))
    ]
    layers = alt.layer(_parts(drawing, rows), _ends(drawing), *_labels(drawing))
    chart = layers.properties(width=WIDTH, height=alt.Step(_ROW_PX))
    return svg_chart(spec_of(alt.vconcat(chart), {}, drawing.title, []), drawing.title, words)


def _y() -> alt.Y:
    return alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1))


def _labels(drawing: Bars) -> list[Any]:
    """The labels left of the bars, the middle of their lines at the middle of the bar, which an axis cannot do."""
    wrapped = [textwrap.wrap(bar.label, _LABEL_LETTERS) for bar in drawing.bars]
    of_lines: dict[int, list[dict[str, Any]]] = {}
    for row, lines in enumerate(wrapped):
        of_lines.setdefault(len(lines), []).append({"row": row, "label": _LINE_BREAK.join(lines)})
    return [
        alt.Chart(alt.InlineData(values=values))
        .mark_text(
            align="right", dx=-8, dy=-(lines - 1) * _LINE_PX / 2, lineBreak=_LINE_BREAK, lineHeight=_LINE_PX, color=INK
        )
        .encode(y=_y(), x=alt.value(0), text=alt.Text("label:N"))
        for lines, values in sorted(of_lines.items())
    ]


def _x(drawing: Bars, field: str) -> alt.X:
    ends = [sum(bar.lengths) for bar in drawing.bars]
    most = drawing.most or max(*ends, 1.0) * 1.02
    axis = alt.Axis(title=drawing.axis, tickCount=5, tickMinStep=1, format=",d")
    return alt.X(field, stack="zero" if field.startswith("length") else None, axis=axis,
                 scale=alt.Scale(domain=[0, most], nice=False))  # fmt: skip


def _parts(drawing: Bars, rows: list[dict[str, Any]]) -> Any:
    names, colours = [part.name for part in drawing.parts], [part.colour for part in drawing.parts]
    legend = None if not drawing.legend else alt.Legend(
        title=None, orient="top", direction="horizontal", labelFontSize=12, labelColor=INK, symbolType="square",
        symbolStrokeColor=INK, symbolStrokeWidth=0.6,
    )  # fmt: skip
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(stroke=INK, strokeWidth=0.6)
        .encode(
            y=_y(), x=_x(drawing, "length:Q"), order=alt.Order("place:Q"),
            color=alt.Color("part:N", sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend),
        )
    )  # fmt: skip


def _ends(drawing: Bars) -> Any:
    ends = [{"row": row, "end": sum(bar.lengths), "words": bar.words} for row, bar in enumerate(drawing.bars)]
    return (
        alt.Chart(alt.InlineData(values=ends))
        .mark_text(align="left", dx=5, fontSize=12, color=INK)
        .encode(y=_y(), x=_x(drawing, "end:Q"), text=alt.Text("words:N"))
    )
