"""Which drawings the page of a screen has, each with a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benzosafe.render.pages import percent

TIERS = {0: "Hard stop", 1: "Interrupts", 2: "In line", 3: "On demand", None: "No finding"}
UNDERSTOOD = {
    "medicines": "Medicines told apart", "doses": "Daily doses worked out", "supplies": "Days of supply known",
    "conditions": "Conditions told apart",
}  # fmt: skip
MOST_RULES = 20
_COLOURS = {0: "#7d0c1b", 1: "#c4513f", 2: "#e3ae68", 3: "#d3dde5", None: "#ffffff"}
_READ, _UNREAD = "#33566f", "#ffffff"
_SEX_COLOURS = {"female": "#33566f", "male": "#7899b2", "not known": "#dde8ef"}


@dataclass(frozen=True)
class Picture:
    """A drawing and its sentence."""

    svg: str
    sentence: str


def tiers_picture(data: Mapping[str, Any]) -> Picture:
    """Reviewed patients by their most urgent finding."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    rows = data["worst_tier"]
    reviewed = sum(row["patients"] for row in rows)
    parts = [Part(TIERS[row["tier"]], _COLOURS[row["tier"]]) for row in rows]
    bars = [
        Bar(TIERS[row["tier"]], [row["patients"] if one is row else 0 for one in rows], f"{row['patients']:,}")
        for row in rows
    ]
    urgent = sum(row["patients"] for row in rows if row["tier"] in (0, 1))
    share = percent(urgent / reviewed if reviewed else None)
    sentence = (
        f"Of {reviewed:,} patients judged by all rules, {urgent:,} ({share}) have a finding that stops or interrupts."
    )
    drawing = Bars("Patients by their most urgent finding", "patients", parts, bars, legend=False)
    return Picture(svg_bars(drawing, sentence), sentence)


def rules_picture(data: Mapping[str, Any]) -> Picture | None:
    """Patients by rule and tier, those rules first that interrupt for most; None where nothing was found."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    rules = data["findings"]["by_rule"][:MOST_RULES]
    if not rules:
        return None
    parts = [Part(TIERS[tier], _COLOURS[tier]) for tier in (0, 1, 2, 3)]
    bars = [
        Bar(rule["title"], [rule["by_tier"][str(tier)] for tier in (0, 1, 2, 3)], f"{rule['patients']:,}")
        for rule in rules
    ]
    first, every = rules[0], data["findings"]["rules"]
    said = first["by_tier"]["0"] + first["by_tier"]["1"]
    sentence = (
        f"{every:,} rules found something, {len(rules)} are drawn. The one that stops or interrupts for most patients "
        f"({said:,}): {first['title']}."
    )
    return Picture(svg_bars(Bars("Findings by rule", "patients", parts, bars), sentence), sentence)


def people_picture(data: Mapping[str, Any]) -> Picture | None:
    """The share of reviewed patients with an urgent finding, by age band and sex; None where nobody was reviewed."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    groups = [group for group in data["groups"] if group["reviewed"]]
    if not groups:
        return None
    sexes = [sex for sex in _SEX_COLOURS if any(group["sex"] == sex for group in groups)]
    bars = []
    for group in groups:
        share = 100 * group["interrupting"] / group["reviewed"]
        words = f"{group['interrupting']:,} of {group['reviewed']:,}"
        lengths = [share if sex == group["sex"] else 0 for sex in sexes]
        bars.append(Bar(group_name(group), lengths, words))
    most = max(groups, key=lambda group: group["interrupting"])
    sentence = (
        f"Most patients with a finding that stops or interrupts are in the group {group_name(most)}: "
        f"{most['interrupting']:,} of {most['reviewed']:,} reviewed."
        if most["interrupting"]
        else "Nobody has a finding that stops or interrupts."
    )
    parts = [Part(sex, _SEX_COLOURS[sex]) for sex in sexes]
    axis = "percent of the reviewed of each group with a finding that stops or interrupts"
    longest = max(sum(bar.lengths) for bar in bars)
    drawing = Bars("Who has a finding that stops or interrupts", axis, parts, bars, max(longest * 1.02, 1.0))
    return Picture(svg_bars(drawing, sentence), sentence)


def understood_picture(data: Mapping[str, Any]) -> Picture:
    """What share of the records could be understood."""
    from benzosafe.render.screen_charts import Bar, Bars, Part, svg_bars

    understood = data["quality"]["understood"]
    bars = []
    for name, title in UNDERSTOOD.items():
        share = understood[name]["share"]
        lengths = [0.0, 0.0] if share is None else [100 * share, 100 * (1 - share)]
        bars.append(Bar(title, lengths, percent(share)))
    known = {name: found for name, found in understood.items() if found["share"] is not None}
    least = min(known, key=lambda name: known[name]["share"], default=None)
    sentence = (
        "There was nothing on record to understand."
        if least is None
        else f"Least was understood of: {UNDERSTOOD[least].lower()}, {percent(known[least]['share'])} of "
        f"{known[least]['of']:,}."
    )
    parts = [Part("understood", _READ), Part("not understood", _UNREAD)]
    drawing = Bars("What could be understood", "percent of what is on record", parts, bars, 100.0)
    return Picture(svg_bars(drawing, sentence), sentence)


def group_name(group: Mapping[str, Any]) -> str:
    """A group in words."""
    age = "age not known" if group["age_band"] == "not known" else group["age_band"]
    sex = "sex not known" if group["sex"] == "not known" else group["sex"]
    return f"{age}, {sex}"
