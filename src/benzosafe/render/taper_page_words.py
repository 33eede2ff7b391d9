"""The words of the clinician's page of a taper: what has to be known in a minute, what must not be missed, whether."""

from __future__ import annotations

import re
from typing import Any

from benzosafe.render.taper_pharmacy import handed_out
from benzosafe.taper.limits import Ceiling
from benzosafe.taper.plan import TaperPlan
from benzosafe.taper.product import UG_PER_MG, mg_words

_HARMS = ("Harm of continuing", "Harm of stopping")
_ABSENT = ": absent"
_DAYS_A_MONTH, _LONG_DAYS = 30.4, 60
_LEAST_LEVEL, _WHOLE_LEVEL = 0.01, 100  # ng/mL: below every assay; without decimals
_SPACE = "\N{NO-BREAK SPACE}"
_OF_WHAT = {
    "proportional": "of the dose taken then", "linear": "of the first dose",
    "hyperbolic": "of the first occupancy of a model, whose parameter is assumed",
}  # fmt: skip
_IN_WORDS = re.compile(r" \([^)]*\)")


def title(data: dict[str, Any]) -> str:
    """Which drug, by way of which other, for whom."""
    change = data["crossover"]
    drug = f"{change['from']} by way of {change['to']}" if change else data["drug"]
    return f"Taper of {drug} for {data['patient']}"


def short(data: dict[str, Any], plan: TaperPlan, ceiling: Ceiling) -> list[tuple[str, str]]:
    """What has to be known in a minute, as names with their words."""
    first, last, change = data["steps"][0], data["steps"][-1], data["crossover"]
    found = [("From", f"{mg(data['before']['mg_per_day'])} mg of {data['drug']} a day ({_taken(data['before'])})")]
    if change:
        found[0] = ("After the change", found[0][1])
        made = change["made"]
        said = f"{change['from']}, {change['before']['words']}, is changed to {change['to']}"
        found.insert(0, ("First", f"{said} from {made[0]['starts_on']} to {made[-1]['ends_on']}"))
    ends = f"none; the first day without it is {last['starts_on']}"
    found.append(("To", ends if last["stop"] else f"{mg(data['target_mg_per_day'])} mg a day, which goes on"))
    count = len(data["steps"])
    found.append(
        (
            "How long",
            f"{count} step{'' if count == 1 else 's'} in {_length(data['days'])}, {first['starts_on']} to"
            f" {last['starts_on']}",
        )
    )
    pace, shape = data["pace"], data["shape"]
    found.append(("Pace wanted", f"{percent(pace['share'])} every {pace['days']} days, {_OF_WHAT[shape]} ({shape})"))
    return [*found, ("Largest fall", _largest_words(plan, ceiling)), ("Proof", _proof(plan))]


def largest(plan: TaperPlan) -> float:
    """The largest share lost within the ceiling's days while it is taken; the step to none has no limit."""
    return float(max((step.rolling_fall for step in plan.steps if not step.stop), default=0))


def _largest_words(plan: TaperPlan, ceiling: Ceiling) -> str:
    taken = [step for step in plan.steps if not step.stop]
    limit = f"the limit of {percent(float(ceiling.share))} in {ceiling.days} days"
    if not taken:
        return "the only step is to none, which no share can limit"
    most = max(taken, key=lambda step: step.rolling_fall)
    kept = f"within {limit}" if most.rolling_fall <= ceiling.share else f"ABOVE {limit}"
    return f"{percent(float(most.rolling_fall))} within {ceiling.days} days, at step {most.number}: {kept}"


def _proof(plan: TaperPlan) -> str:
    words = "counted again from the tablets: every step makes its dose exactly, and none rises"
    if not plan.steps[-1].stop:
        return words
    before = plan.steps[-2].delivered_ug if len(plan.steps) > 1 else plan.before_ug
    return f"{words}; the last step, from {mg_words(before)} mg to none, is one that no share can limit"


def warnings(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What must not be missed before the first step: its name, what it is, what to do."""
    levels, change, suggested = data["levels"] or {}, data["crossover"], data["assessment"]["suggested_pace"]
    marked = marks_of(levels.get("flags", []))
    found = [(f"Level in blood, flag {mark}", flag["what"], flag["do"]) for mark, flag in marked if flag["sure"]]
    if change:
        name = f"Change to {change['to']}"
        found += [(name, _sentence(text), "") for text in change["warnings"]]
        if change["discouraged"]:
            why = "; ".join(item["what"] for item in change["against"])
            found.append((name, f"It is discouraged: {why}.", "Weigh it against a taper without the change."))
    pace = data["pace"]
    if suggested and pace["share"] / pace["days"] > suggested["share"] / suggested["days"]:
        asked, own = (f"{percent(one['share'])} every {one['days']} days" for one in (pace, suggested))
        what = f"{asked} is asked for; the assessment suggests {own}. {suggested['why']}"
        found.append(("Faster than suggested", what, "Keep to it only if both agree; slow down when it is too much."))
    if not data["supply"]["counts_add_up"]:
        found.append(("Supply", "Its counts do not add up.", "Count again before anything is handed out."))
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def whether(words: list[dict[str, Any]], titles: set[str]) -> list[dict[str, Any]]:
    """The headings in their order; the two harms become one part, side by side; what is absent stands in one line."""
    found: list[dict[str, Any]] = []
    for part in words:
        own = {"heading": part["heading"], "lines": [_line(line, titles) for line in _gathered(part["lines"])]}
        if part["heading"] not in _HARMS:
            found.append({"heading": part["heading"], "columns": [own]})
        elif found and found[-1]["columns"][0]["heading"] in _HARMS:
            found[-1]["columns"].append(own)
            found[-1]["heading"] = "Harm of continuing beside harm of stopping"
        else:
            found.append({"heading": part["heading"], "columns": [own]})
    return found


def _gathered(lines: list[str]) -> list[str]:
    absent = [line.removesuffix(_ABSENT) for line in lines if line.endswith(_ABSENT)]
    present = [line for line in lines if not line.endswith(_ABSENT)]
    return [*present, f"Absent: {'; '.join(absent)}."] if absent else present


def _line(line: str, titles: set[str]) -> dict[str, str]:
    """A line as its title, its words and its sources."""
    words, sources = line, ""
    if line.endswith("]") and " [" in line:
        words, _, sources = line.rpartition(" [")
    title, colon, rest = words.partition(": ")
    known = title.removeprefix("BLOCKS A PLAN. ") in titles or title == "Absent"
    if not colon or not known:
        title, rest = "", words
    return {"title": title, "words": rest, "sources": f"[{sources}" if sources else ""}


def marks_of(flags: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Flags with the letters the picture gives them."""
    if not flags:
        return []
    from benzosafe.render.taper_levels_panels import mark_of

    return [(mark_of(place), flag) for place, flag in enumerate(flags)]


def hand_out(count: dict[str, Any]) -> str:
    """What is handed out of one product, in figures only: '210 tablets' or '48 mL, 1 bottle of 100 mL'."""
    return _IN_WORDS.sub("", handed_out(count))


def _taken(dosed: dict[str, Any]) -> str:
    """'08:00 1 × 0.5 mg tablet; 20:00 ½ × 0.5 mg tablet' for the doses of a step."""
    said = (
        f"{clock(dose['at_h'])} {' + '.join(part['words'] for part in dose['take']) or 'none'}"
        for dose in dosed["doses"]
    )
    return "; ".join(said) or "none"


def _length(days: int) -> str:
    """Days, with about how many months when they are many: '491 days (about 16 months)'."""
    if days <= _LONG_DAYS:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{days} days (about {days / _DAYS_A_MONTH:.0f} months)"


def clock(hour: float) -> str:
    """An hour of the day on the 24-hour clock: 8.5 is '08:30'."""
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def mg(number: float) -> str:
    """Milligrams without trailing zeros: '0.125'."""
    return mg_words(number * UG_PER_MG)


def level(number: float) -> str:
    """A level in ng/mL to three figures; what is next to nothing is said so."""
    if 0 < number < _LEAST_LEVEL:
        return f"<{_SPACE}{_LEAST_LEVEL:g}"
    return f"{number:.0f}" if number >= _WHOLE_LEVEL else f"{number:.3g}"


def percent(share: float) -> str:
    """A share of 1 in percent with at most one decimal: '12.5 %'."""
    return f"{round(100 * share, 1) + 0.0:.1f}".removesuffix(".0") + f"{_SPACE}%"


def cited(item: dict[str, Any]) -> str:
    """A source with how it was read: 'nice_cks (recalled)'; what was read in the source needs no word."""
    return item["source"] if item["confidence"] == "verified" else f"{item['source']} ({item['confidence']})"
