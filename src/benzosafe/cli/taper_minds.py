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
        causes = [cause["drug"] for cause in flag["causes"]]
        found.append({
            "step": number, "starts_on": step["starts_on"], "drug": causes[0] if causes else None,
            "what": flag["what"], "do": flag["do"], "plain": _plain(number, step["starts_on"], causes),
        })  # fmt: skip
    return found


def _plain(number: int, starts_on: str, causes: list[str]) -> str:
    why = f" Another medicine, {causes[0]}, ends or changes around then." if causes else ""
    return (
        f"Before step {number} ({starts_on}): call your prescriber.{why} Do not start this step until they say so. Do"
        " not stop your medicine."
    )
