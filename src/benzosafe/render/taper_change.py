"""A change to another drug on the papers: both medicines of every stage by the hour, and the published range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from benzosafe.render.taper_pictures import picture
from benzosafe.taper.changeover import Changeover, ChangeStage, amount_of
from benzosafe.taper.changeover_words import both, cited, range_words, value_words
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import Dose, Portion, mg_words


@dataclass(frozen=True)
class Shown:
    """How a page writes an hour and cuts days into weeks."""

    clock: Callable[[float], str]
    weeks: Callable[[Any], list[list[date]]]


def change_context(change: Changeover | None, plan: TaperPlan, shown: Shown) -> dict[str, Any]:
    """What the pages of the change are made of; all empty when there is none."""
    if change is None:
        return {"change": None, "stages": (), "about": None, "picture_of": None, "before_change": ""}
    stages = [_stage(change, stage, shown, ask=place > 0) for place, stage in enumerate(change.shown)]
    before = "; ".join(f"{shown.clock(hour)}: {mg_words(amount)} mg" for hour, amount in change.before)
    return {
        "change": change, "stages": stages, "about": about(change), "picture_of": _pictures(change, plan),
        "before_change": before,
    }  # fmt: skip


def about(change: Changeover) -> dict[str, Any]:
    """The range with every source, and what the stages come to by it, for prescriber and pharmacist."""
    spans = [("before", None, change.before_pair), *((str(s.number), s, s.pair_ug) for s in change.shown)]
    return {
        "range": range_words(change), "why": change.why.rstrip("."), "lines": [*change.warnings, *change.notes],
        "values": [
            {"title": value.title, "mg": value_words(value), "cited": cited(value), "used": value.table == change.used}
            for value in change.values
        ],
        "rows": [
            {
                "name": name, "starts_on": stage.starts_on.isoformat() if stage else "",
                "ends_on": stage.ends_on.isoformat() if stage else "", "old": mg_words(pair[0]),
                "new": mg_words(pair[1]), "total": mg_words(float(change.total_ug(pair))),
                "span": _span([mg_words(float(change.total_ug(pair, ratio))) for ratio in change.range]),
            }
            for name, stage, pair in spans
        ],
    }  # fmt: skip


def _span(ends: Sequence[str]) -> str:
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _stage(change: Changeover, stage: ChangeStage, shown: Shown, *, ask: bool) -> dict[str, Any]:
    taken = {(drug, dose.at_h): dose for drug, doses in both(change, stage) for dose in doses}
    hours = sorted({hour for _, hour in taken})
    return {
        "stage": stage, "of": max(one.number for one in change.stages), "ask": ask,
        "medicines": [{"drug": drug, "amount_ug": amount_of(doses)} for drug, doses in both(change, stage) if doses],
        "hours": [_hour(change, hour, taken) for hour in hours],
        "boxes": len(hours), "order": ", ".join(shown.clock(hour) for hour in hours), "weeks": shown.weeks(stage),
    }  # fmt: skip


def _hour(change: Changeover, hour: float, taken: dict[tuple[str, float], Dose]) -> dict[str, Any]:
    """What is taken at an hour, the old drug first; `gone`: the old drug was taken then before the change."""
    return {
        "at_h": hour,
        "medicines": [
            {"drug": drug, "dose": taken[drug, hour]} for drug in (change.old, change.new) if (drug, hour) in taken
        ],
        "gone": (change.old, hour) not in taken and hour in dict(change.before),
    }


def _pictures(change: Changeover, plan: TaperPlan) -> Callable[[str, Portion], Markup]:
    """Pictures whose tints tell the strengths of one medicine apart, as in the rest of the calendar."""
    old = {p.product.strength_ug for s in change.stages for d in s.old for p in d.portions if not p.product.liquid}
    new = {product.strength_ug for product in plan.products if not product.liquid}
    return lambda drug, portion: picture(portion, sorted(old if drug == change.old else new))
