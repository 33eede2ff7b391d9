"""Which drawings the page of a forecast has, each with a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.forecast_words import DENOMINATORS, INDICATORS, group_name, group_rows, rate
from benzosafe.render.screen_pictures import Picture

MOST_ROWS = 20
_COLOURS = {"critical": "#7d0c1b", "warning": "#c4513f", "info": "#d3dde5"}
_PLAIN = "#33566f"
_AXIS = "alerts per 1,000 orders that could be judged"


def loud_picture(data: Mapping[str, Any]) -> Picture | None:
    """Alerts per 1,000 orders of both denominators by how loud they are; None where nothing was judged."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    every = data["orders"]["all"]
    if not every["judged"]:
        return None
    bars = [
        Bar(title, [row["per_1000"] or 0.0 for row in data["orders"][name]["by_indicator"]],
            rate(data["orders"][name]))
        for name, title in DENOMINATORS.items()
    ]  # fmt: skip
    parts = [Part(title, _COLOURS[name]) for name, title in INDICATORS.items()]
    sentence = (
        f"Of 1,000 orders {every['per_1000']:,.1f} would meet an alert. Beside each bar stands the rate with its 95 % "
        "interval."
    )
    drawing = Bars("Alerts per 1,000 orders, by how loud they are", _AXIS, parts, bars)
    return Picture(svg_bars(drawing, sentence), sentence)


def rules_picture(data: Mapping[str, Any]) -> Picture | None:
    """Alerts by rule, most first; None where there is none."""
    rows = [(row["title"], row["all"]) for row in data["by_rule"][:MOST_ROWS]]
    if not rows:
        return None
    count = len(data["by_rule"])
    said = "There is one kind of alert." if count == 1 else f"{count:,} kinds of alert, {len(rows)} are drawn."
    sentence = f"{said} Most alerts ({rows[0][1]['cards']:,}): {rows[0][0]}."
    return _plain("Alerts per 1,000 orders, by rule", rows, sentence)


def group_picture(data: Mapping[str, Any], dimension: str, title: str) -> Picture | None:
    """Alerts by group, as many groups as can be read; None where nothing was judged."""
    rows = [(group_name(row), row) for row in group_rows(data["by"][dimension]) if row["judged"]]
    if not rows:
        return None
    drawn = rows[:MOST_ROWS]
    beyond = f" {len(rows) - len(drawn):,} more are not drawn." if len(rows) > len(drawn) else ""
    sentence = f"Where intervals overlap, a difference may be chance.{beyond}"
    return _plain(f"Alerts per 1,000 orders, by {title.lower()}", drawn, sentence)


def medicines_picture(data: Mapping[str, Any]) -> Picture | None:
    """Medicines whose orders meet most alerts, by number of alerts; None where there is none."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    rows = data["medicines"]
    if not rows:
        return None
    bars = [
        Bar(row["medicine"], [row["hard"], row["cards"] - row["hard"]], f"{row['cards']:,} of {row['judged']:,} orders")
        for row in rows
    ]
    parts = [Part("Hard stop", _COLOURS["critical"]), Part("Other alert", _COLOURS["warning"])]
    sentence = (
        f"Orders of {rows[0]['medicine']} meet most alerts: {rows[0]['cards']:,} of {rows[0]['judged']:,} orders."
    )
    return Picture(svg_bars(Bars("Medicines whose orders meet most alerts", "alerts", parts, bars), sentence), sentence)


def _plain(title: str, rows: list[tuple[str, Mapping[str, Any]]], sentence: str) -> Picture:
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    bars = [Bar(name, [row["per_1000"] or 0.0], rate(row)) for name, row in rows]
    drawing = Bars(title, _AXIS, [Part("alerts", _PLAIN)], bars, legend=False)
    return Picture(svg_bars(drawing, sentence), sentence)
