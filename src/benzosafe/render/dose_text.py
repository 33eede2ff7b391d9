"""A dose to begin with, as a page of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

_WIDTH = 100
STATUS = {
    "proposed": "A dose to begin with",
    "no_rule": "No rule exists: no dose is computed, which is not that any dose would be right",
    "contraindicated": "No dose is computed: it is contraindicated here",
    "avoid": "No dose is computed: the source says not to use it here",
    "already_taken": "No dose is computed: this is no beginning",
    "not_known": "No dose is computed: something that decides it is not known",
    "disputed": "No dose is shown: a rule finds the source's first dose too high for this person",
    "cannot_be_made": "No dose is computed: it cannot be made",
}
_FIELD = {
    "mg_per_dose": "a dose", "mg_per_day": "a day", "mg_per_kg_per_dose": "a dose", "mg_per_kg_per_day": "a day",
}  # fmt: skip
_UNIT = {"mg": "mg", "mg/d": "mg", "mg/kg": "mg/kg", "mg/kg/d": "mg/kg"}
_OFTEN = {1: "once a day", 2: "twice a day", 3: "three times a day", 4: "four times a day"}


def text_dose(data: Mapping[str, Any]) -> str:
    """The proposal in words."""
    lines = [f"{data['drug']} for {data['for_words']} ({data['country']}), on {data['on']}", "", STATUS[data["status"]]]
    if data["why"]:
        lines += _wrapped(f"{data['why']}.")
    lines += [line for item in data["first"] for line in _wrapped(f"FIRST: {item}")]
    if data["not_known"]:
        lines += _wrapped(f"Not known, and it would matter: {words(data['not_known'])}.")
    lines += [item for line in open_lines(data) for item in _wrapped(line)]
    lines += ["", *(plan_lines(data) if data["plan"] else [])]
    sections = (
        ("The dose that is asked for", order_lines(data["order"])),
        ("Taken already", taken_lines(data)),
        ("Lower start, slower rise: no source gives a number for it", caution_lines(data)),
        ("What the source says", rule_lines([data["rule"]] if data["rule"] else [])),
        ("What is different here", adjustment_lines(data["adjustments"])),
        ("Other medicines", exposure_lines(data)),
        ("What the review says of it", [f"{item['title']} ({item['severity']})" for item in data["review_says"]]),
        ("Other rules for the same", rule_lines(data["other_rules"])),
        ("Instead of it", [instead(item) for item in data["instead"]]),
    )
    for title, items in sections:
        if items:
            lines += [title, *(line for item in items for line in _wrapped(item, "- ")), ""]
    return "\n".join([*lines, *_wrapped(data["note"]), f"Knowledge {data['knowledge_version']}."]) + "\n"


def plan_lines(data: Mapping[str, Any]) -> list[str]:
    """The doses by day, the ceiling, and when to look again."""
    plan = data["plan"]
    lines = []
    for rung in (plan["start"], *plan["rises"]):
        lines.append(f"  from {rung['from']} (day {rung['from_day']}): {dose_words(rung)}")
    if plan["no_rise"]:
        lines.append(f"  {plan['no_rise']}")
    if plan["rises"]:
        lines.append("  each rise only if it is needed and the last dose was borne well")
    ceiling = " and ".join(
        f"{plan['ceiling'][field]:g} mg {words}"
        for field, words in (("mg_per_dose", "a dose"), ("mg_per_day", "a day"))
        if plan["ceiling"][field] is not None
    )
    lines.append(f"  never more than {ceiling}" if ceiling else "  no ceiling is known: that is not that there is none")
    if plan["target_mg_per_day"]:
        lines.append(f"  target: {ends(plan['target_mg_per_day'])} mg a day")
    if plan["steady_state_days"]:
        lines.append(f"  the level rises for {ends(plan['steady_state_days'])} days after each change")
    if plan["look_again"]:
        lines.append(f"  look at it again between {' and '.join(plan['look_again'])}")
    if plan["decide"]:
        lines.append(f"  decide between {' and '.join(plan['decide'])} whether it goes on")
    if plan["longest_days"]:
        lines.append(f"  longest advised: {plan['longest_days']['high']:g} days ({source(plan['longest_days'])})")
    return [*lines, ""]


def dose_words(rung: Mapping[str, Any]) -> str:
    """'0.25 mg twice a day (0.5 mg a day): 1 × 0.25 mg tablet'."""
    made = f": {' + '.join(rung['made_of'])}" if rung["made_of"] else ""
    if rung["one_dose"]:
        return f"{rung['mg_per_dose']:g} mg as one dose{made}"
    if rung["at_bedtime"]:
        return f"{rung['mg_per_dose']:g} mg at bedtime{made}"
    often = _OFTEN.get(rung["times_per_day"], f"{rung['times_per_day']} times a day")
    whole = f" ({rung['mg_per_day']:g} mg a day)" if rung["times_per_day"] > 1 else ""
    return f"{rung['mg_per_dose']:g} mg {often}{whole}{made}"


def rule_lines(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each rule in a sentence with its source."""
    found = []
    for rule in rules:
        parts = [f"start {amount(rule['start'])}"]
        parts += [f"first at most {amount(rule['start_at_most'])}"] if rule["start_at_most"] else []
        if rule["step"]:
            every = rule["step"]["every_days"]
            parts.append(f"rise by {amount(rule['step']['by'])} not sooner than every {every['high']:g} days")
        parts += [f"target {amount(rule['target'])}"] if rule["target"] else []
        parts += [f"mean in the trials {amount(rule['mean_in_trials'])}, no goal"] if rule["mean_in_trials"] else []
        parts += [f"at most {amount(rule['at_most'])}"] if rule["at_most"] else []
        off = "" if rule["labelled"] else ", OFF-LABEL"
        forms = f" {words(rule['forms'])}" if rule["forms"] else ""
        note = f" ({rule['note']})" if rule["note"] else ""
        where = f"{rule['jurisdiction']}{off}{forms}, {rule['use']}"
        found.append(f"{where}: {'; '.join(parts)}{note}. {citation(rule['source'])}")
    return found


def adjustment_lines(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """What lowers the dose here, or could."""
    found = []
    for item in items:
        state = "holds" if item["holds"] else f"not known whether it holds ({words(item['not_known'])})"
        used = "" if item["counted"] else "; not counted in the dose above"
        changes = [f"{name} {amount(item[field])}" for field, name in (
            ("start", "start"), ("target", "target"), ("at_most", "at most")) if item[field]]  # fmt: skip
        changes += ["not to be used"] if item["avoid"] else []
        found.append(
            f"{item['id'].replace('_', ' ')}: {state}{used}. {item['why']}: {', '.join(changes)}. "
            f"{citation(item['source'])}"
        )
    return found


def exposure_lines(data: Mapping[str, Any]) -> list[str]:
    """What other medicines make of the exposure."""
    found = data["exposure"]
    if data["status"] not in ("proposed", "cannot_be_made"):
        return []
    if not found["complete"]:
        return [*_known_exposure(found), "What all other medicines make of its exposure is not known: it may be more."]
    return _known_exposure(found)


def _known_exposure(found: Mapping[str, Any]) -> list[str]:
    if found["ratio"] is None or not found["by"]:
        return []
    ratio = f"{words(found['by'])}: exposure {ends(found['ratio'])} times the usual one"
    if found["dose_factor"] < 1:
        return [f"{ratio}; every dose above is therefore {found['dose_factor']:g} of the source's."]
    return [f"{ratio}; the dose is not raised for it: it may do less, and do more again when the other is stopped."]


def amount(item: Mapping[str, Any] | None) -> str:
    """'0.25 to 0.5 mg a day'."""
    return " / ".join(
        f"{ends([quantity['low'], quantity['high']])} {_UNIT[quantity['unit']]} {_FIELD[name]}"
        for name, quantity in (item or {}).items()
    )


def open_lines(data: Mapping[str, Any]) -> list[str]:
    """What could still forbid it, as far as nothing is known of it."""
    by_rules = (name for item in data["could_be_contraindicated"] for name in item["not_known"] or [item["title"]])
    by_label = (item["what"] for item in data["contraindications"] if not item["holds"])
    names = list(dict.fromkeys((*by_label, *by_rules)))
    return [f"Not known, and it could forbid it: {words(names)}."] if names else []


def caution_lines(data: Mapping[str, Any]) -> list[str]:
    """What calls for less without any number, and what of it is not known."""
    items = data["cautions_without_number"]
    found = [f"{item['what']}. {citation(item['source'])}" for item in items if item["holds"]]
    maybe = [item["what"] for item in items if not item["holds"]]
    if found:
        found.append(
            "The first dose is the least the source gives; how it rises for such a person no source here says."
        )
    if maybe:
        found.append(f"not known, and a rise would have to wait for it: whether {'; '.join(maybe)}")
    return found


def taken_lines(data: Mapping[str, Any]) -> list[str]:
    """What of the class is taken, and what tables say it is like: never a dose to give."""
    found = []
    for item in data["taken_already"]:
        dose = f" {ends(item['mg_per_day'])} mg a day" if item["mg_per_day"] else ", dose not known"
        found.append(f"{item['drug']}{dose}{'' if item['surely'] else ' (whether it is still taken is not known)'}")
        found += [
            f"like {ends(like['mg_per_day'])} mg {data['drug']} a day by: {like['table']} ({like['confidence']})"
            for like in item["like"]
        ]
    if any(item["like"] for item in data["taken_already"]):
        found.append("Tables disagree and give no dose: a change is planned step by step, with 'benzosafe taper'.")
    return found


def order_lines(order: Mapping[str, Any] | None) -> list[str]:
    """The order that is asked for, against each limit."""
    if order is None:
        return []
    found = [order["text"]]
    if order["not_judged"]:
        found.append(f"NOT JUDGED, which is not that it is right: {order['not_judged']}")
    found += [margin_words(margin) for margin in order["margins"]]
    found += [f"{item['title']} ({item['severity']}). {item['reason']}" for item in order["review_says"]]
    return found + [
        f"could not be decided: {item['title']} (not known: {', '.join(item['not_known'])})"
        for item in order["could_be"]
    ]


def margin_words(margin: Mapping[str, Any]) -> str:
    """'1 mg is 2 times the first day (0.5 mg): 0.5 mg beyond it'."""
    words_of = ("below it", "above it") if margin["least"] else ("beyond it", "within it")
    state = words_of[0] if margin["beyond"] else words_of[1]
    return (
        f"{margin['asked_mg']:g} mg is {margin['ratio']:g} times the {margin['against']} ({margin['limit_mg']:g} mg): "
        f"{abs(margin['left_mg']):g} mg {state}"
    )


def instead(item: Mapping[str, Any]) -> str:
    """What may be tried instead."""
    kind = "a medicine" if item["drug"] else "without a medicine"
    return f"{item['what']} ({kind}). {citation(item['source'])}"


def citation(item: Mapping[str, Any]) -> str:
    """Source and confidence."""
    return f"[{item.get('citation') or item.get('source')}; {item['confidence']}]"


def source(quantity: Mapping[str, Any]) -> str:
    """The source of a number."""
    return citation(quantity["source"]).strip("[]")


def ends(pair: list[float]) -> str:
    """'0.25' or '0.25 to 0.5'."""
    return f"{pair[0]:g}" if pair[0] == pair[1] else f"{pair[0]:g} to {pair[1]:g}"


def words(names: Iterable[str]) -> str:
    """Names in a row, in plain words."""
    return ", ".join(name.replace("_", " ") for name in names)


def _wrapped(text: str, bullet: str = "  ") -> list[str]:
    return textwrap.wrap(" ".join(text.split()), _WIDTH, initial_indent=bullet, subsequent_indent="  ")
