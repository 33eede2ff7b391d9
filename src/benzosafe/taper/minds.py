"""What the simulated levels say surely must be minded before a step, for the clinician and in the patient's words."""

from __future__ import annotations

from typing import Any


def minds_of(levels: dict[str, Any] | None, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps at which the level surely falls faster than the limit, though the tablets do not; worst first in time."""
    found = []
    for flag in (levels or {}).get("flags", ()):
        if flag["kind"] != "falls" or not flag["sure"] or not flag["steps"]:
            continue
        number = flag["steps"][0]
        step = next((step for step in steps if step["number"] == number), None)
        if step is None:
            continue
        causes = [cause for cause in flag["causes"] if cause["what"] != "doses"]
        found.append({
            "step": number, "starts_on": step["starts_on"], "drug": causes[0]["drug"] if causes else None,
            "what": flag["what"], "do": flag["do"], "plain": _plain(number, step["starts_on"], causes),
        })  # fmt: skip
    return found


_HAPPENS = {
    "stops": "ends",
    "starts": "begins",
    "taken": "has begun",
    "dose raised": "changes",
    "dose lowered": "changes",
}


def _plain(number: int, starts_on: str, causes: list[dict[str, Any]]) -> str:
    happens = _HAPPENS.get(causes[0]["what"], "changes") if causes else ""
    why = f" Another medicine, {causes[0]['drug']}, {happens} ({causes[0]['on']})." if causes else ""
    return (
        f"Before step {number} ({starts_on}): call your prescriber.{why} Do not start this step until they say so. Do"
        " not stop your medicine."
    )
