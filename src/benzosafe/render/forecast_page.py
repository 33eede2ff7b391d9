"""The page about a forecast: how many alerts, how loud, where, and what could not be judged.

It is self-contained: no network, no scripts.
"""

from __future__ import annotations

from typing import Any

from benzosafe.render.forecast_pictures import (
    group_picture,
    loud_picture,
    medicines_picture,
    rules_picture,
)
from benzosafe.render.forecast_signals import (
    EVERYBODY_HEADS,
    GROUP_HEADS,
    NOT_PUBLISHED,
    everybody_rows,
    signal_rows,
    signal_sentences,
)
from benzosafe.render.forecast_words import (
    DENOMINATORS,
    DIMENSIONS,
    INDICATORS,
    group_name,
    group_rows,
    rate,
    remarks,
    sentences,
    share,
)
from benzosafe.render.pages import page_of

_MOST_GROUPS = 200


def forecast_page(data: dict[str, Any]) -> str:
    """The whole page as text, from the data of a forecast (`population.forecast.report`)."""
    groups = [
        {"name": name, "title": DIMENSIONS[name], "rows": group_rows(part)[:_MOST_GROUPS],
         "more": max(len(group_rows(part)) - _MOST_GROUPS, 0),
         # A drawing invites a comparison: of clinicians there is none.
         "picture": None if name == "clinician" else group_picture(data, name, DIMENSIONS[name])}
        for name, part in data["by"].items()
    ]  # fmt: skip
    filters = {"count": lambda number: f"{number:,}", "rate": rate, "share": share, "group": group_name}
    return page_of(
        "forecast.html", filters, data=data, sentences=sentences(data), remarks=remarks(data), tiles=_tiles(data),
        denominators=DENOMINATORS, indicators=INDICATORS, groups=groups,
        picture_loud=loud_picture(data), picture_rules=rules_picture(data), picture_medicines=medicines_picture(data),
        signals=_signals(data["signals"]),
    )  # fmt: skip


def _signals(signals: dict[str, Any]) -> dict[str, Any]:
    """What the page says of signals; without drawings, for a drawing invites a ranking of groups."""
    judged = [signal for signal in signals["by_signal"] if signal["everybody"]["judged"]]
    return {
        "sentences": signal_sentences(signals), "heads": EVERYBODY_HEADS, "group_heads": GROUP_HEADS,
        "rows": everybody_rows(signals) if signals["people"] else [],
        "groups": [(signal["label"], signal_rows(signal)) for signal in judged],
        "remarks": [*signals["rests_on"], NOT_PUBLISHED],
    }  # fmt: skip


def _tiles(data: dict[str, Any]) -> list[tuple[str, str]]:
    every, sedatives = data["orders"]["all"], data["orders"]["sedatives"]
    unknown = sum(row["count"] for row in data["not_judged"])
    return [
        ("Orders", f"{every['orders']:,}"), ("Alerts", f"{every['cards']:,}"),
        ("Alerts per 1,000 orders", _one(every["per_1000"])), ("Hard stops", f"{every['hard']:,}"),
        ("Orders of sedatives and opioids", f"{sedatives['orders']:,}"),
        ("Alerts per 1,000 of those", _one(sedatives["per_1000"])),
        ("Repeats within 30 days", f"{every['repeated']:,}"), ("Orders not judged", f"{unknown:,}"),
    ]  # fmt: skip


def _one(per_1000: float | None) -> str:
    return "none to tell" if per_1000 is None else f"{per_1000:,.1f}"
