"""Scales and counted events over time as one drawing: a panel each, points with what they can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.chart import svg_chart

_INK, _LINE = "#22303a", "#0b5c8a"
_WIDTH, _HEIGHT = 520, 90


def trend_chart(trends: list[Mapping[str, Any]]) -> str:
    """The drawing as SVG; empty where nothing has two points."""
    shown = [trend for trend in trends if len(trend["points"]) > 1]
    if not shown:
        return ""
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {"view": {"stroke": None}, "font": "Helvetica, Arial, sans-serif", "background": "white"},
        "vconcat": [_panel(trend) for trend in shown],
    }
    words = "; ".join(f"{trend['label']}: {trend['words']}" for trend in shown)
    return svg_chart(spec, "What changed over time", words)


def _panel(trend: Mapping[str, Any]) -> dict[str, Any]:
    values = [{"on": on, "low": low, "high": high} for on, low, high in trend["points"]]
    day = {
        "field": "on", "type": "temporal", "title": None,
        "axis": {"format": "%Y-%m-%d", "labelColor": _INK, "grid": False, "tickCount": 5},
    }  # fmt: skip
    amount = {
        "type": "quantitative", "title": trend["unit"], "scale": {"zero": True, "nice": True},
        "axis": {"tickMinStep": 1, "labelColor": _INK, "titleColor": _INK, "gridColor": "#e3e7ea"},
    }  # fmt: skip
    return {
        "title": {"text": trend["label"], "anchor": "start", "fontSize": 13, "color": _INK},
        "width": _WIDTH, "height": _HEIGHT, "data": {"values": values},
        "layer": [
            {"mark": {"type": "line", "color": _LINE},
             "encoding": {"x": day, "y": {**amount, "field": "high"}}},
            {"mark": {"type": "rule", "color": _LINE, "strokeWidth": 3},
             "encoding": {"x": day, "y": {**amount, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "color": _LINE},
             "encoding": {"x": day, "y": {**amount, "field": "high"}}},
        ],
    }  # fmt: skip
