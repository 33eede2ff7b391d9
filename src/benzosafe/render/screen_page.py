"""The page about a screen: how many are in danger of what, who, and how much of it could not be known.

It is self-contained: no network, no scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benzosafe.render.pages import page_of, percent
from benzosafe.render.screen_pictures import (
    MOST_RULES,
    TIERS,
    UNDERSTOOD,
    group_name,
    people_picture,
    rules_picture,
    tiers_picture,
    understood_picture,
)
from benzosafe.render.worklist_words import STATUSES

_MOST_NOT_UNDERSTOOD = 30
_MOST_REJECTS = 15


def screen_page(data: dict[str, Any]) -> str:
    """The whole page as text, from the data of a screen (`population.screen.summary`)."""
    quality = data["quality"]
    return page_of(
        "screen.html", {"percent": percent, "count": lambda number: f"{number:,}", "group": group_name},
        data=data, quality=quality, sentences=sentences(data), tiers=TIERS, statuses=STATUSES,
        tiles=_tiles(data), understood=UNDERSTOOD,
        picture_tiers=tiers_picture(data), picture_rules=rules_picture(data), picture_people=people_picture(data),
        picture_understood=understood_picture(data),
        reviewed=_status(data, "reviewed"), rules=data["findings"]["by_rule"][:MOST_RULES],
        more_rules=max(data["findings"]["rules"] - MOST_RULES, 0),
        not_understood=quality["not_understood"]["shown"][:_MOST_NOT_UNDERSTOOD],
        reasons=_first(quality["rejects"]["by_reason"]), files=_first(quality["rejects"]["by_file"]),
    )  # fmt: skip


def sentences(data: Mapping[str, Any]) -> list[str]:
    """The whole in a few sentences: how many, how urgent, what is not known."""
    patients, reviewed = data["patients"]["count"], _status(data, "reviewed")
    of_tier = {row["tier"]: row["patients"] for row in data["worst_tier"]}
    unknown = _status(data, "not_known") + _status(data, "refused")
    said = [
        f"{patients:,} patients were screened on {data['on']}; {reviewed:,} take or have something that a rule speaks "
        "of and were judged by all rules.",
        f"{of_tier[0]:,} of them have a finding that must stop what is done, {of_tier[1]:,} one that interrupts.",
        f"{unknown:,} could not be judged, and for {data['with_undecided']:,} of those who were, some rule could not "
        "be decided: what is not known is not safe.",
    ]
    if data.get("another_day"):
        said.insert(0, data["another_day"])
    if data["rejects"]:
        said.append(f"{data['rejects']:,} lines or resources of the input could not be used.")
    return said


def _tiles(data: Mapping[str, Any]) -> list[tuple[str, int]]:
    of_tier = {row["tier"]: row["patients"] for row in data["worst_tier"]}
    return [
        ("Patients", data["patients"]["count"]), ("Judged by all rules", _status(data, "reviewed")),
        ("Hard stop", of_tier[0]), ("Interrupts", of_tier[1]),
        ("Could not be judged", _status(data, "not_known") + _status(data, "refused")),
        ("On a benzodiazepine or Z-drug", data["on_benzodiazepine_or_z_drug"]),
        ("Of those, reason not to taper", data["do_not_taper"]["patients"]),
        ("Perhaps on one", data["perhaps_on_benzodiazepine_or_z_drug"]),
        ("Some rule not decided", data["with_undecided"]),
    ]  # fmt: skip


def _status(data: Mapping[str, Any], status: str) -> int:
    return int(data["patients"]["by_status"][status])


def _first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return list(counted.items())[:_MOST_REJECTS]
