"""The look at a patient after the prescription, as a page of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

_WIDTH, _MOST_ROWS = 100, 6
STATES = {
    "overdue": "OVERDUE since", "due": "due today,", "not known": "not known whether it is due;",
    "coming": "coming up on", "later": "not before", "kept": "kept on",
}  # fmt: skip
_EVENTS = "what happened"
_NO_FLAG = {
    False: "no red flag is on record since the last review",
    True: "not known: what happened was not given, so no red flag on record is not that there is none",
}
DIRECTIONS = {"better": "better", "worse": "worse", "same": "no change that matters", "cannot tell": "cannot tell"}


def text_monitor(data: Mapping[str, Any]) -> str:
    """Everything in words, what cannot wait first."""
    lines = [f"Follow-up of {data['patient']} on {data['on']}", ""]
    for title, items in sections(data):
        lines += [title, *(line for item in items for line in _wrapped(item, "- ")), ""]
    return "\n".join([*lines, *_wrapped(data["note"]), f"Knowledge {data['knowledge_version']}."]) + "\n"


def sections(data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Titles with their sentences, those of nothing left out but for what must be seen to be empty."""
    yield "NOW", list(_now(data))
    if data["not_judged"]:
        yield "Happened, and judged by nobody: read it", list(data["not_judged"])
    if data["review_interrupts"]:
        yield (
            "What the review interrupts for",
            [f"{item['title']} ({item['severity']}): {item['advice']}" for item in data["review_interrupts"]],
        )
    yield (
        "Due",
        [line for task in data["tasks"] for line in task_lines(task)]
        or ["nothing: no benzodiazepine or Z-drug is on record"],
    )
    changed = [trend_words(trend) for trend in data["trends"]]
    changed += [f"{reason}: whether it helps was never measured" for reason in data["not_measured"]]
    yield "What changed", changed or ["nothing was measured or told"]
    for one in data["still_right"]:
        first = " After what stands under NOW" if data["now"] else ""
        yield f"Is {one['drug']} still right?{first}", list(judged_lines(one))
    yield from _signals(data["signals"])
    for title, key, words in (("Supply", "adherence", supply_words), ("Urine tests", "urine", urine_words)):
        if data[key]:
            yield title, [line for item in data[key] for line in words(item)]
    if data["lists_not_given"]:
        yield "Not in the record, so nothing follows from its absence", [", ".join(data["lists_not_given"])]
    if data["not_understood"]:
        yield "Not understood", [f"{gap['where']}: {gap['what']}" for gap in data["not_understood"]]


def _now(data: Mapping[str, Any]) -> Iterator[str]:
    """What is for today, then older red flags; what is not known is never 'none'."""
    flags = [flag_words(flag) for flag in data["red_flags"]]
    others = [
        f"{'' if item['certain'] else 'PERHAPS '}{item['label'].upper()}: {item['do']}"
        for item in data["now"]
        if item["kind"] != "red flag"
    ]
    yield from flags or ([] if others else [_NO_FLAG[_EVENTS in data["lists_not_given"]]])
    yield from dict.fromkeys(others)
    if not flags and data["not_judged"]:
        yield f"{len(data['not_judged'])} of what happened could not be judged by its words: read it below"


def _signals(signals: list[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Seen ones in full, explained ones with what explains them, the rest by name."""
    told = [line for one in signals if one["state"] == "seen" for line in signal_lines(one)]
    perhaps = [line for one in signals if one["state"] == "cannot tell" and one["data"] for line in signal_lines(one)]
    explained = [line for one in signals if one["state"] == "explained" for line in signal_lines(one)]
    yield "Signals: reasons to ask, never verdicts", told or ["none is seen"]
    if perhaps:
        yield "Perhaps, and it cannot be told", perhaps
    if explained:
        yield "Seen and explained on record", explained
    for title, state in (
        ("Looked for in what is on record, and not seen there", "not seen"),
        ("Cannot be told", "cannot tell"),
    ):
        names = [one["label"] for one in signals if one["state"] == state and (state == "not seen" or not one["data"])]
        if names:
            yield title, ["; ".join(names)]


def flag_words(flag: Mapping[str, Any]) -> str:
    """'thoughts of suicide (2026-11-20): call ...'."""
    said = f" ('{flag['said']}')" if flag["said"] else ""
    if flag["urgent"]:
        return f"{flag['label'].upper()}, {flag['on']}{said}: {flag['do']}"
    return f"{flag['label']}, {flag['on']}{said}: was it acted upon? {flag['do']}"


def task_lines(task: Mapping[str, Any]) -> Iterator[str]:
    """Title, day and owner; below it why, what to ask, and what could bring it sooner."""
    day = task["done_on"] if task["state"] == "kept" else task["due_on"]
    words = f"{task['title']}: {STATES[task['state']]} {day}"
    words += f", by {task['owner']}" if task["owner"] else ""
    if task["kind"] != "promise":
        words += f" (last on record: {task['last_on']})" if task["last_on"] else " (no earlier one is on record)"
    yield words
    if task["escalated"]:
        yield "  late: goes to somebody else as well"
    yield from (f"  why: {reason['why']}" for reason in task["reasons"])
    if task["ask"]:
        yield f"  ask: {'; '.join(task['ask'])}"
    if task["state"] in ("overdue", "due"):
        return
    word = "perhaps" if task["state"] == "not known" else "perhaps sooner"
    for reason, missing in task["maybe"]:
        yield f"  {word} ({reason['title'].lower()}), not known: {', '.join(missing)}"


def trend_words(trend: Mapping[str, Any]) -> str:
    """'GAD-7: ...; since the first time better, since the last time no change that matters'."""
    words = trend["words"].removeprefix(f"{trend['label']} ").rstrip(".")
    if len(trend["points"]) < 2:
        return f"{trend['label']}: {words} (once only, so no change can be told)"
    return (
        f"{trend['label']}: {words}; since the first time {DIRECTIONS[trend['since_first']]}, "
        f"since the last time {DIRECTIONS[trend['since_last']]}"
    )


def judged_lines(one: Mapping[str, Any]) -> Iterator[str]:
    """Benefit, dose, length, and both harms."""
    yield f"{one['candidate'].upper()}: {'; '.join(one['because']) or 'nothing on record decides it'}"
    yield f"benefit: {DIRECTIONS[one['benefit']]} ({one['benefit_words']})"
    yield f"dose: {one['dose_words']}"
    yield from (f"length: {title}" for title in one["length"])
    for name, title in (("harm_of_continuing", "going on"), ("harm_of_stopping", "stopping")):
        for state, words in (("present", ""), ("not known", ", not known")):
            points = [point["title"] for point in one[name] if point["state"] == state]
            if points:
                yield f"harm of {title}{words}: {'; '.join(points)}"


def signal_lines(one: Mapping[str, Any]) -> Iterator[str]:
    """What is seen, by which rule, what explains it, what else may, what to ask, what not to conclude."""
    yield f"{one['label'].upper() if one['state'] == 'seen' else one['label']}: {one['rule']} ({one['definition']})"
    if one["urgent"]:
        yield f"  today: {one['urgent']}"
    for row in one["data"][:_MOST_ROWS]:
        yield f"  {row['on']}{' to ' + row['until'] if row['until'] else ''}: {row['what']}" + (
            " (explained)" if row["explained"] else "" if row["certain"] else " (perhaps)"
        )
    if len(one["data"]) > _MOST_ROWS:
        yield f"  and {len(one['data']) - _MOST_ROWS} more"
    yield from (f"  why it cannot be told: {why}" for why in one["missing"])
    for item in one["explanations"]:
        yield f"  on record: {item['label']}{', ' + item['on'] if item['on'] else ''}: {item['how']}"
    if one["state"] in ("seen", "cannot tell"):
        yield f"  it may well be: {'; '.join(one['innocent'])}"
        yield f"  ask: {'; '.join(one['ask'])}"
        yield f"  do not conclude: {'; '.join(one['not_conclude'])}"


def supply_words(one: Mapping[str, Any]) -> Iterator[str]:
    """Share of days covered with its limits, gaps, and how much of it is estimated."""
    words = f"{one['ingredient']}: {one['words'].rstrip('.')}"
    if one["pdc"]:
        words += f"; share of days covered {_share(one['pdc'])}"
    if one["estimated"]:
        words += f"; the length of {one['estimated']} of {len(one['supplies'])} supplies is estimated"
    yield words
    for gap in one["gaps"]:
        sure = "without supply" if gap["certain"] else "perhaps without supply"
        yield f"  {gap['first']} to {gap['last']}: {sure}, {_span(gap['least_days'], gap['most_days'])} days"
    for supply in one["supplies"]:
        if supply["method"] != "stated":
            yield f"  the supply of {supply['supply']['on']}: {supply['words']}"


def _share(estimate: Mapping[str, Any]) -> str:
    low, high = round(100 * estimate["low"]), round(100 * estimate["high"])
    return f"{low} %" if low == high else f"{low} to {high} %"


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def urine_words(sample: Mapping[str, Any]) -> Iterator[str]:
    """Each result of a sample with its verdict; the whole of it is told by `benzosafe urine`."""
    day = sample["collected_on"] or "a day not known"
    yield from (f"sample of {day}: cannot be judged: {why}" for why in sample["cannot_judge"])
    for result in sample["results"]:
        words = [f"shows {result['shows']}" if result["shows"] else "", f"does not show {result['does_not_show']}"]
        told = "; ".join(word for word in words if not word.endswith(" "))
        yield f"sample of {day}, {result['about']}: {result['verdict'].upper()}; {told}"
    yield from (f"sample of {day}: {words}" for words in sample["not_understood"])


def _wrapped(text: str, first: str = "") -> list[str]:
    indent = "    " if text.startswith("  ") else ""
    return textwrap.wrap(text.strip(), _WIDTH, initial_indent=indent or first, subsequent_indent=f"{indent}  ") or [""]
