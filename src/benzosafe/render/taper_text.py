"""A taper in words for the terminal: whether, the steps with their proof, levels, supply, comparison."""

from __future__ import annotations

from typing import Any

from benzosafe.render.wrapped import listed, wrapped

_NOTICE = (
    "Draft: no value here has had a clinical review. benzosafe supports a clinician; it does not decide. Never stop a"
    " benzodiazepine abruptly; hold or go slower whenever it is too much."
)


def text_taper(data: dict[str, Any]) -> str:
    """The whole taper as plain text of at most a hundred columns; an override stands first and last."""
    lines = [*_override(data), *_title(data)]
    lines += listed("MIND before the first step", [f"{item['what']} {item['do']}" for item in data["minds"]])
    for part in data["assessment"]["words"]:
        lines += listed(part["heading"], part["lines"])
    lines += _crossover(data["crossover"]) + _steps(data) + _levels(data["levels"]) + _supply(data["supply"])
    lines += _comparison(data["comparison"]) + listed("Notes", data["notes"])
    return "\n".join([*lines, "", *_override(data), *wrapped(_NOTICE)])


def text_assessment(assessment: dict[str, Any]) -> str:
    """Whether to taper, without how."""
    lines = [line for part in assessment["words"] for line in listed(part["heading"], part["lines"])]
    return "\n".join([*lines[1:], "", *wrapped(_NOTICE)])


def _override(data: dict[str, Any]) -> list[str]:
    if not data["override"]:
        return []
    own = data["override"]
    return [*wrapped(f"OVERRIDE by {own['by']}: {own['reason']}"), ""]


def _title(data: dict[str, Any]) -> list[str]:
    first, last, pace = data["steps"][0], data["steps"][-1], data["pace"]
    ends = "to none" if last["stop"] else f"to {_mg(data['target_mg_per_day'])} mg a day, which goes on"
    what = f"Taper of {data['drug']} for {data['patient']}: from {_mg(data['before']['mg_per_day'])} mg a day {ends}"
    wanted = f"wanted: {100 * pace['share']:.3g} % every {pace['days']} days, {data['shape']}"
    when = (
        f"{len(data['steps'])} steps, {_length(data['days'])}, {first['starts_on']} to {last['starts_on']}; {wanted}."
    )
    return [*wrapped(what), *wrapped(when, "  "), *wrapped(_proof(data), "  ")]


def _proof(data: dict[str, Any]) -> str:
    """What was counted again, step by step."""
    taken = [step for step in data["steps"] if not step["stop"]]
    fall = max((-step["rolling_change"] for step in taken), default=0.0)
    change = ", and the change to another drug" if data.get("crossover") else ""
    kept = "within the limit" if data["within_limit"] else "ABOVE THE LIMIT"
    return (
        f"Counted again from the tablets: every step makes its dose exactly, no day's dose rises, largest fall in"
        f" 14 days {100 * fall:.3g} % ({kept}; not counted: leaving the last dose off{change})."
    )


def _length(days: int) -> str:
    return f"{days} days (about {days / 30.4:.0f} months)" if days > 60 else f"{days} days"


def _steps(data: dict[str, Any]) -> list[str]:
    head = f"{'step':>4}  {'from':10}  {'days':>4}  {'wanted':>8}  {'makes':>8}  {'change':>7}  {'14 days':>7}  take"
    lines = ["", "Steps (mg a day; change against the step before and over any 14 days)", head]
    for step in data["steps"]:
        figures = (
            f"{step['number']:>4}  {step['starts_on']:10}  {step['days']:>4}  {_mg(step['wanted_mg_per_day']):>8}"
            f"  {_mg(step['delivered_mg_per_day']):>8}  {_percent(step['change_from_step_before']):>7}"
            f"  {_percent(step['rolling_change']):>7}  "
        )
        if step["stop"]:
            lines.append(f"{figures}none: this is the end; call if anything comes back")
            continue
        taken = [
            f"{_clock(dose['at_h'])} {' + '.join(part['words'] for part in dose['take'])}" for dose in step["doses"]
        ]
        lines.append(figures + taken[0])
        lines += [" " * len(figures) + line for line in taken[1:]]
    return lines


def _crossover(change: dict[str, Any] | None) -> list[str]:
    if change is None:
        return []
    equal = change["equivalence"]
    lines = [
        f"1 mg of {change['from']} is said to equal {equal['low']:g} to {equal['high']:g} mg of {change['to']}"
        f" ({', '.join(value['table'] for value in equal['values'])}); used: {equal['used']['ratio']:g}."
        f" {equal['used']['why']}",
        *(f"AGAINST IT: {item['what']}: {item['why']} [{item['source']}]" for item in change["against"]),
        *change["warnings"],
    ]
    for stage in change["made"]:
        old, new = (_taken(stage[which]) or "none" for which in ("old", "new"))
        lines.append(f"{stage['starts_on']} to {stage['ends_on']}: {change['from']} {old}; {change['to']} {new}")
    return listed(f"First a change from {change['from']} to {change['to']}", [*lines, *change["notes"]])


def _taken(doses: list[dict[str, Any]]) -> str:
    return ", ".join(f"{_clock(dose['at_h'])} {' + '.join(dose['words'])}" for dose in doses)


def _levels(levels: dict[str, Any] | None) -> list[str]:
    if levels is None:
        return []
    if "not_simulated" in levels:
        return listed("Level in blood", [f"Not simulated: {levels['not_simulated']}"])
    from benzosafe.render.taper_levels_words import sentences_levels

    return listed("Level in blood (simulated)", [*sentences_levels(levels), *levels["notes"]])


def _supply(supply: dict[str, Any]) -> list[str]:
    lines = []
    for fill in supply["fills"]:
        counts = ", ".join(f"{count['handed_out']:g} {_unit(count)} of {count['product']}" for count in fill["counts"])
        lines.append(f"fill {fill['number']}, {fill['starts_on']} to {fill['ends_on']}: {counts or 'nothing'}"
                     f" (not before {fill['earliest_on']})")  # fmt: skip
    shown = lines if len(lines) <= 6 else [*lines[:5], f"and {len(lines) - 5} more fills (--paper pharmacy shows all)"]
    return listed("Supply", shown)


def _unit(count: dict[str, Any]) -> str:
    return "mL" if count["unit"] == "mL" else "pieces"


def _comparison(comparison: list[dict[str, Any]]) -> list[str]:
    if not comparison:
        return []
    from benzosafe.taper.named import FOR_COMPARISON

    lines = [FOR_COMPARISON]
    for item in comparison:
        readings = " ".join(reading["words"] for reading in item["readings"]) or item["why_not"]
        lines.append(f"{item['title']} [{item['source']}, {item['confidence']}]: {item['verdict']} {readings}")
    return listed("Published schedules beside it", lines)


def _clock(hour: float) -> str:
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"


def _mg(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if abs(share) < 1 else f"{100 * share:.0f} %"
