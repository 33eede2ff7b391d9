"""The review as one self-contained page that prints well and needs no network."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benzosafe.render.review_text import nothing_found, shortened
from benzosafe.review.finding import say

_MONTHS_SHOWN = 12
_WIDTH, _LEFT, _ROW = 760, 190, 26
_TIERS = {
    0: ("Hard stop", "Do not go on before this is settled."),
    1: ("Interrupts", "Act on this before going on."),
    2: ("In line", "Weigh this in the visit."),
    3: ("On demand", "Good to know."),
}


def html_review(data: dict[str, Any]) -> str:
    """The whole page as text; every style and picture is inside it."""
    environment = Environment(
        loader=PackageLoader("benzosafe.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        say=say,
        words=lambda name: name.replace("_", " "),
        label=lambda name: data["fact_labels"].get(name, name),
        dose=_dose,
        few=shortened,
    )
    return environment.get_template("review.html").render(
        data=data,
        nothing_found=nothing_found(data),
        tiers=_TIERS,
        chart=timeline(data),
        not_known=_not_known(data),
        folded=_folded(data),
    )


def _dose(order: dict[str, Any]) -> str:
    dose = order["dose_mg_per_day"]
    if dose is None:
        return "not known"
    amount = say(dose[0]) if dose[0] == dose[1] else say(dose)
    return f"{amount} mg" + (" as needed" if order["as_needed"] else "")


def _not_known(data: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Missing facts, each with how many checks it would settle and the worst of them."""
    found: dict[str, tuple[int, str]] = {}
    for check in data["not_checked"]:
        for name in check["missing"]:
            count, worst = found.get(name, (0, check["severity_possible"]))
            found[name] = (count + 1, worst)
    return [
        (name, count, worst) for name, (count, worst) in sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    ]


def _folded(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in data["suppressed"] if item["kind"] != "attention"]


def timeline(data: dict[str, Any]) -> dict[str, Any]:
    """Bars of the last year: when each medicine was taken, for the drawing and its text alternative."""
    today = date.fromisoformat(data["reviewed_on"])
    first = today - timedelta(days=_MONTHS_SHOWN * 365 // 12)
    scale = (_WIDTH - _LEFT) / (today - first).days
    bars: list[dict[str, Any]] = []
    involved = {name for finding in data["findings"] if finding["tier"] <= 2 for name in finding["ingredients"]}
    for order in data["regimen"]:
        start = _day(order["taken_since"] or order["start"])
        end = min(_day(order["end"]) or today, today) if order["active"] is False else today
        if end < first or (start and start > today):
            continue
        left = max(start or first, first)
        bars.append({
            "name": order["ingredient"] or order["text"][:24], "x": _LEFT + (left - first).days * scale,
            "width": max((end - left).days * scale, 3.0), "y": len(bars) * _ROW + 8,
            "open": start is None or start < first, "involved": order["ingredient"] in involved,
            "kind": "active" if order["active"] else "unsure" if order["active"] is None else "past",
            "words": _bar_words(order, start, end, today),
        })  # fmt: skip
    ticks = [
        {"x": _LEFT + (month - first).days * scale, "label": f"{month:%b %Y}"} for month in _quarters(first, today)
    ]
    return {"bars": bars, "ticks": ticks, "width": _WIDTH, "height": len(bars) * _ROW + 34, "left": _LEFT}


def _bar_words(order: dict[str, Any], start: date | None, end: date, today: date) -> str:
    name = order["ingredient"] or order["text"]
    since = f"since {start.isoformat()}" if start else "start not known"
    return f"{name}: {since}" + ("" if end == today else f" until {end.isoformat()}")


def _quarters(first: date, last: date) -> list[date]:
    months = [date(year, month, 1) for year in (first.year, last.year) for month in (1, 4, 7, 10)]
    return sorted({month for month in months if first <= month <= last})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
