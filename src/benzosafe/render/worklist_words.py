"""What every form of a worklist says in the same words: who is on it, who is not, and why nobody is tapered for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.review_text import shortened

Entry = Mapping[str, Any]

STRATA = {
    "change": "A change is offered",
    "do_not_taper": "Reason on record not to taper",
    "no_change_found": "No single change is offered",
}
TIERS = {0: "hard stop", 1: "interrupts"}
STATUSES = {
    "reviewed": "judged by all rules",
    "nothing_at_stake": "no rule can say anything certain of what is on record",
    "not_known": "a medicine on record could not be told",
    "no_medicines": "no medicine is on record, which is not that none is taken",
    "refused": "the record could not be judged",
    "deceased": "the record says that the person has died",
}
NO_CHANGE = "No single change of a medicine is offered: look at it with the person."


def headline(data: Mapping[str, Any]) -> str:
    """How many are on the list, out of how many in danger, out of how many screened."""
    counts = data["counts"]
    return (
        f"{counts['listed']:,} of {_people(counts['candidates'])} with a finding that interrupts or stops, of "
        f"{counts['patients']:,} screened on {data['screened_on']}."
    )


def beside(data: Mapping[str, Any]) -> list[str]:
    """Who is not on the list: beyond capacity, with less urgent findings, not judged."""
    counts = data["counts"]
    said = []
    if counts["beyond_capacity"]:
        said.append(
            f"{_people(counts['beyond_capacity'])} with such a finding {_are(counts['beyond_capacity'])} beyond the "
            f"capacity of {data['capacity']:,}: not seen is not safe."
        )
    said.append(f"{_people(counts['in_line_only'])} {_have(counts['in_line_only'])} findings in line only.")
    if counts["not_judged"]:
        said.append(f"{_people(counts['not_judged'])} could not be judged: what is not known is not safe.")
    if counts["partly_judged"]:
        said.append(
            f"{_people(counts['partly_judged'])} {_have(counts['partly_judged'])} nothing urgent as far as could be "
            "judged, and a medicine that could not be told."
        )
    return said


def other_knowledge(data: Mapping[str, Any]) -> str:
    """A warning where the list was made with other knowledge than the screen; else empty."""
    screened, now = data["screened_with"]["knowledge_version"], data["knowledge_version"]
    if screened == now:
        return ""
    return (
        f"The screen was made with knowledge {screened}, changes were tried with {now}: the order may not be exact. "
        "Screen again to have both the same."
    )


def who(entry: Entry) -> str:
    """A patient in a few words."""
    age = "age not known" if entry["age_years"] is None else f"{int(entry['age_years'])} years"
    sex = "sex not known" if entry["sex"] == "not known" else entry["sex"]
    return f"{entry['patient']}, {age}, {sex}"


def helps_most(entry: Entry) -> str:
    """The change that is offered first, or that none is."""
    return str(entry["changes"][0]["words"]) if entry["changes"] else NO_CHANGE


def cost(change: Mapping[str, Any]) -> str:
    """What a change costs, and what is to be settled before it."""
    before = f" First: {', '.join(change['before'])}." if change["before"] else ""
    return f"{_capital(change['cost'])}.{before}"


def takes_away(change: Mapping[str, Any]) -> str:
    """What a change removes or lowers, and what it brings."""
    brings = f" But brings: {shortened(change['brings'])}." if change["brings"] else ""
    return f"{shortened(change['removes_or_lowers'])}.{brings}"


def not_offered(item: Mapping[str, Any]) -> str:
    """A medicine that is not offered to be lowered, why, and what to do instead."""
    return f"{_capital(item['ingredient'])} is left as it is: {'; '.join(item['why'])}. {item['instead']}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _people(count: int) -> str:
    return f"{count:,} patient" if count == 1 else f"{count:,} patients"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
