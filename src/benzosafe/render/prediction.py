"""A prediction as plain data and as text: what the rules say of the pair, how much, when, what to do, and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from benzosafe.accuracy.pair import departs, studies_of_pair
from benzosafe.exposure.advice import advise
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.perpetrator import dose_unit
from benzosafe.exposure.predict import predict
from benzosafe.exposure.timing import Timing
from benzosafe.knowledge.kinetics_model import Route
from benzosafe.knowledge.load import Knowledge
from benzosafe.render.wrapped import listed, wrapped
from benzosafe.review.finding import Finding
from benzosafe.review.pair import pair_findings

_NOTICE = (
    "Draft: no value here has had a clinical review. Intervals hold the middle 90 % for the average",
    "of a group, the scatter between studies included; single patients differ more.",
)
_FORBIDS = "contraindicated"


def prediction_data(
    knowledge: Knowledge, victim: str, perpetrator: str, mg_per_day: float | None, route: Route
) -> dict[str, Any]:
    """Everything `predict` answers, as plain data; a time beyond what is followed is null."""
    found = predict(knowledge, victim, perpetrator, mg_per_day, route)
    rules = pair_findings(knowledge, victim, perpetrator, found.mg_per_day, route, datetime.now(UTC).date())
    forbidden = any(item.severity == _FORBIDS for item in rules)
    studies = studies_of_pair(knowledge, victim, perpetrator)
    return {
        "schema_version": "2", "status": "draft", "victim": victim,
        "analyte": found.victim, "perpetrator": perpetrator,
        "perpetrator_mg_per_day": found.mg_per_day, "dose_unit": dose_unit(knowledge, perpetrator),
        "route": found.route, "rules": [rule_data(item) for item in rules],
        "auc_ratio": found.auc_ratio.as_dict(), "cmax_ratio": found.cmax_ratio.as_dict(),
        "metabolites": [
            {"analyte": item.analyte, "level_ratio": item.ratio.as_dict(), "share_of_active": round(item.share, 2)}
            for item in found.metabolites
        ],
        "active_ratio": found.active_ratio.as_dict() if found.active_ratio else None,
        "timings": [_timing(item) for item in found.timings],
        "published": [asdict(item) for item in studies],
        "departs_from_published": departs(found.auc_ratio.value, found.victim, found.route, studies),
        "transferred": found.transferred, "basis": list(found.basis),
        "what_to_do": list(advise(knowledge, found, forbidden=forbidden)),
    }  # fmt: skip


def rule_data(item: Finding) -> dict[str, Any]:
    """What is shown of a finding about two drugs."""
    return {
        "rule": item.rule.rule.id,
        "title": item.rule.rule.title,
        "severity": item.severity,
        "status": item.rule.rule.status,
    }


def _timing(item: Timing) -> dict[str, Any]:
    return {
        "analyte": item.analyte, "full_effect_after_days": _days(item.building),
        "fades_from_day": _days(item.fading_from), "gone_after_days": _days(item.returning),
    }  # fmt: skip


def _days(days: Interval) -> dict[str, float | None]:
    return {name: number if isfinite(number) else None for name, number in days.as_dict().items()}


def text_prediction(data: dict[str, Any]) -> str:
    """The same for the terminal."""
    dose = f" {data['perpetrator_mg_per_day']:g} {data['dose_unit']}" if data["perpetrator_mg_per_day"] else ""
    acts_as = "" if data["analyte"] == data["victim"] else f", which acts as {data['analyte']},"
    lines = [
        f"{data['victim']} ({data['route']}){acts_as} with {data['perpetrator']}{dose}",
        "",
        *_rules(data),
        "",
        *_ratios(data),
    ]
    lines += ["", *_timings(data), *_published(data)]
    if data["transferred"]:
        lines += ["", *wrapped(_carried_over(data))]
    lines += listed("What to do", data["what_to_do"]) + listed("Rests on", data["basis"])
    return "\n".join([*lines, "", *_NOTICE])


def _rules(data: dict[str, Any]) -> list[str]:
    """The verdict on the pair first: the numbers below are of metabolism alone."""
    if not data["rules"]:
        return [
            "The rules say nothing of these two alone. That is no clearance: the numbers below are of metabolism only,",
            "and a review of the whole regimen (benzosafe review) looks at everything else.",
        ]
    lines = [
        f"  {item['severity'].upper()}: {item['title']} [{item['rule']}, {item['status']}]" for item in data["rules"]
    ]
    return ["What the rules say of these two", *lines, "The numbers below are of metabolism only."]


def _ratios(data: dict[str, Any]) -> list[str]:
    rows = [("AUC ratio", data["auc_ratio"], ""), ("peak ratio of one dose", data["cmax_ratio"], "")]
    for item in data["metabolites"]:
        share = f"   {100 * item['share_of_active']:.0f} % of all active drug"
        rows.append((f"level of {item['analyte']}", item["level_ratio"], share))
    if data["active_ratio"]:
        rows.append(("drug and metabolites", data["active_ratio"], "   steady level, by amount"))
    return [f"  {name:<27} {Interval(**numbers)}{more}" for name, numbers, more in rows]


def _timings(data: dict[str, Any]) -> list[str]:
    if not data["timings"]:
        return ["  not timed: no level changes by a tenth"]
    lines = []
    for item in data["timings"]:
        lines += [
            f"  {item['analyte']}: full effect after {_span(item['full_effect_after_days'])}; after the last dose of"
            f" {data['perpetrator']} it begins to fade",
            f"    within {_span(item['fades_from_day'])} and is gone after {_span(item['gone_after_days'])}",
        ]
    return lines


def _span(days: dict[str, float | None]) -> str:
    value, low, high = days["value"], days["low"], days["high"]
    if value is None:
        return "longer than could be followed"
    reach = f"{high:.0f}" if high is not None else "longer than followed"
    unit = "day" if value == 1 else "days"
    return f"{value:.0f} {unit}" if low == value == high else f"{value:.0f} {unit} ({low:.0f} to {reach})"


def _published(data: dict[str, Any]) -> list[str]:
    if not data["published"]:
        return ["", "No published study of this pair is known here."]
    lines = ["", "Published studies of this pair (AUC ratio seen)"]
    for item in data["published"]:
        mg = f", {item['mg_per_day']:g} {data['dose_unit']}" if item["mg_per_day"] else ""
        people = f", n={item['people']}" if item["people"] else ""
        seen = "no change, no number given" if item["words_only"] else f"{item['auc_ratio']:.3g}"
        lines.append(f"  {seen}  {item['analyte']} {item['route']}{mg}{people}: {item['study']} ({item['confidence']})")
    if data["departs_from_published"]:
        lines.append("  THE PREDICTION IS MORE THAN TWOFOLD FROM THESE: trust the studies.")
    return lines


def _carried_over(data: dict[str, Any]) -> str:
    measured = "the pair itself was studied, see above" if data["published"] else "the pair itself was never studied"
    return (
        f"CARRIED OVER: a part of this comes from related drugs or test tubes ({measured}); read the interval, not the"
        " middle."
    )
