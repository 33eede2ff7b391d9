"""Predicted against observed on logarithmic axes, with unity, twofold and Guest limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benzosafe.accuracy.scored import Scored

_SHAPES = {"static": "circle", "dynamic": "triangle-up", "partial": "square", "single": "circle"}


def svg_agreement(rows: Sequence[Scored], title: str, what: str) -> str:
    """One SVG; `what` names the quantity on both axes."""
    import altair as alt
    import vl_convert as vlc

    counted = [row for row in rows if row.counted]
    points = [
        {
            "observed": row.observed,
            "predicted": row.predicted,
            "kind": row.kind,
            "hit": "yes" if row.within_2_fold else "no",
        }
        for row in counted
    ]
    values = [float(value or 1.0) for row in counted for value in (row.observed, row.predicted)]
    low, high = 0.8 * min(values), 1.25 * max(values)
    domain = alt.Scale(type="log", domain=[low, high])
    shapes = {kind: shape for kind, shape in _SHAPES.items() if any(row.kind == kind for row in counted)}
    layers = [
        alt.Chart({"values": _lines(low, high, what)}).mark_line(color="#555").encode(
            x=alt.X("x:Q", scale=domain), y=alt.Y("y:Q", scale=domain), detail=["line:N", "side:N"],
            strokeDash=alt.StrokeDash("line:N", title="limits", scale=alt.Scale(
                domain=["unity", "twofold", "Guest 2011"], range=[[1, 0], [6, 4], [2, 2]])),
        ),
        alt.Chart({"values": points}).mark_point(size=46, filled=True, stroke="#111", strokeWidth=0.6).encode(
            x=alt.X("observed:Q", scale=domain, title=f"observed {what}"),
            y=alt.Y("predicted:Q", scale=domain, title=f"predicted {what}"),
            shape=alt.Shape("kind:N", title="row", scale=alt.Scale(domain=list(shapes), range=list(shapes.values()))),
            color=alt.Color("hit:N", title="within twofold", scale=alt.Scale(
                domain=["yes", "no"], range=["#9db8d2", "#8a1c1c"])),
        ),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(width=430, height=430, title=title)
    svg: str = vlc.vegalite_to_svg(chart.configure(font="sans-serif").to_dict())
    says = f"{title}: {len(counted)} rows, {sum(row.within_2_fold for row in counted)} within twofold."
    return svg.replace("<svg ", f'<svg role="img" aria-label="{says}" ', 1)


def _lines(low: float, high: float, what: str) -> list[dict[str, Any]]:
    grid = np.geomspace(low, high, 80)
    found: list[dict[str, Any]] = [{"line": "unity", "side": 0, "x": x, "y": x} for x in (low, high)]
    for factor in (0.5, 2.0):
        found += [{"line": "twofold", "side": factor, "x": float(x), "y": float(x * factor)} for x in grid]
    ratio = np.maximum(grid, 1.0 / grid)
    limit = (1.0 + 2.0 * (ratio - 1.0)) / ratio
    if "ratio" in what:
        for way in (1, -1):
            found += [
                {"line": "Guest 2011", "side": way, "x": float(x), "y": float(x * k**way)}
                for x, k in zip(grid, limit, strict=True)
            ]
    return [point for point in found if low <= point["y"] <= high]
