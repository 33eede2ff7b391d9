"""The days of a simulation that matter, with the levels on them and why each is listed."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any

from benzosafe.render.simulation_words import (
    changes,
    clock,
    day_of,
    doses_by_day,
    interval,
    number,
    opposite_peak,
    plateau_day,
)

_FEW_DAYS = 10
_MOST_ROWS = 14
_USUAL_FIRST_H = 8.0  # the hour looked at when no dose is ever taken


@dataclass(frozen=True)
class DayRow:
    """One day: level before its first dose and highest level [ng/mL], AUC ratio, dose [mg], what happens on it."""

    day: int
    before: str
    highest: str
    ratio: str
    mg: str
    happens: str


def level_words(data: dict[str, Any]) -> str:
    """What the levels in the rows are, and what stands in brackets behind them."""
    return f"typical person ({'90 % of people' if data['people'] > 1 else 'how well it is known'})"


def day_rows(data: dict[str, Any], analyte: dict[str, Any], *, every: bool = False) -> list[DayRow]:
    """The days that matter, or every day, for one analyte."""
    events = _events(data, analyte)
    doses = doses_by_day(data)
    shown = range(1, len(doses) + 1) if every else _chosen(data, events)
    firsts = [day[0][0] % 24 for day in doses if day]
    usual = median(firsts) if firsts else _USUAL_FIRST_H
    rows = []
    for day in shown:
        given = doses[day - 1]
        at = given[0][0] if given else (day - 1) * 24 + usual
        ratio = interval(analyte["exposure_by_day"][day - 1]) if analyte["exposure_by_day"] else ""
        rows.append(
            DayRow(
                day, _level(data, analyte, _place(data, at)),
                _level(data, analyte, _highest(data, analyte, day)), ratio,
                f"{sum(mg for _, mg in given):g}", "; ".join(events.get(day, [])),
            )
        )  # fmt: skip
    return rows


def _place(data: dict[str, Any], hour: float) -> int:
    """Index of the last time not after an hour: what is read there owes nothing to a later dose."""
    return max(bisect_right(data["times_h"], hour + 1e-6) - 1, 0)


def _highest(data: dict[str, Any], analyte: dict[str, Any], day: int) -> int:
    first = bisect_right(data["times_h"], (day - 1) * 24 - 1e-6)
    last = max(bisect_right(data["times_h"], day * 24 - 1e-6), first + 1)
    return max(range(first, min(last, len(data["times_h"]))), key=lambda place: analyte["typical"][place])


def _level(data: dict[str, Any], analyte: dict[str, Any], place: int) -> str:
    kind = "people" if data["people"] > 1 else "typical"
    low, high = analyte[f"{kind}_low"][place], analyte[f"{kind}_high"][place]
    return f"{number(analyte['typical'][place])} ({number(low)} to {number(high)})"


def _events(data: dict[str, Any], analyte: dict[str, Any]) -> dict[int, list[str]]:
    """What happens on which day, in words."""
    found: dict[int, list[str]] = {}
    days = ceil(data["days"])

    def note(day: int, words: str) -> None:
        if 1 <= day <= days:
            found.setdefault(day, []).append(words)

    for course in data["beside"]:
        first, last = ceil(course["from_day"]), ceil(course["to_day"])
        if first == last:
            note(first, f"{course['drug']} on this day only")
            continue
        note(first, f"{course['drug']} starts")
        if course["stops_inside"]:
            note(last, f"last day of {course['drug']}")
    peak = data["exposure_peak"]
    if peak and changes(peak["auc_ratio"]) and analyte["analyte"] == data["drug"]:
        note(peak["day"], "exposure changes most")
        note(opposite_peak(data) or 0, "changes most the other way")
        note(peak["back_to_normal_day"] or 0, "back to normal")
    early = plateau_day(data, analyte)
    highest_on = min(early or day_of(analyte["highest"]["at_h"]), days)
    note(highest_on, "highest level" if early is None else "within 2 % of the highest level")
    for day, words in _dose_changes(data).items():
        note(day, words)
    return found


def _dose_changes(data: dict[str, Any]) -> dict[int, str]:
    """Days on which other doses are taken than on the day before."""
    doses = [[(clock(hour), mg) for hour, mg in day] for day in doses_by_day(data)]
    found = {}
    for place, (before, now) in enumerate(pairwise(doses), start=2):
        if now != before:
            mg = sum(mg for _, mg in now)
            same = mg == sum(mg for _, mg in before)
            found[place] = "other times of day" if same else f"dose now {mg:g} mg" if now else "no dose"
    return found


def _chosen(data: dict[str, Any], events: dict[int, list[str]]) -> list[int]:
    """All of a few days; of many, the first, the last, those with an event, and evenly spread ones between."""
    days = ceil(data["days"])
    if days <= _FEW_DAYS:
        return list(range(1, days + 1))
    doses_only = _dose_changes(data)
    weighty = [day for day, words in events.items() if words != [doses_only.get(day)]]
    chosen = {1, days, *weighty}
    for day in [*doses_only, *(round(1 + place * (days - 1) / 7) for place in range(1, 7))]:
        near = min(abs(day - other) for other in chosen)
        if len(chosen) < _MOST_ROWS and (day in doses_only or near > days / 20) and day not in chosen:
            chosen.add(day)
    return sorted(chosen)
