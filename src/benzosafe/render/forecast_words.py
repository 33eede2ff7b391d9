"""What a forecast says in words, for the screen and for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benzosafe.render.pages import percent

DENOMINATORS = {"all": "All orders", "sedatives": "Benzodiazepines, Z-drugs, opioids"}
INDICATORS = {"critical": "Critical: hard stop", "warning": "Warning: interrupts", "info": "Info: could not be checked"}
DIMENSIONS = {"ward": "Ward", "clinician": "Clinician", "age": "Age", "sex": "Sex"}
NOTHING = "no order"
_KINDS = {
    "Observation": "observations (alcohol use, weight, kidney function)", "Condition": "conditions",
    "AllergyIntolerance": "allergies", "MedicationStatement": "medicines people report",
    "MedicationDispense": "what was dispensed", "MedicationRequest": "orders", "Patient": "patients' ages and sexes",
}  # fmt: skip


def rate(row: Mapping[str, Any]) -> str:
    """Cards per 1,000 orders with their interval."""
    if row["per_1000"] is None:
        return NOTHING
    return f"{row['per_1000']:,.1f} ({row['low']:,.1f} to {row['high']:,.1f})"


def share(row: Mapping[str, Any]) -> str:
    """A share of the alerts with its interval."""
    if row["share"] is None:
        return "no alert"
    return (
        f"{row['cards']:,} of {row['of']:,}: {percent(row['share'])} ({percent(row['low'])} to {percent(row['high'])})"
    )


def sentences(data: Mapping[str, Any]) -> list[str]:
    """The whole in a few sentences: how many alerts, how loud, how often again, and what is not known."""
    every, sedatives = data["orders"]["all"], data["orders"]["sedatives"]
    if not every["orders"]:
        return [_no_orders(data), *_not_judged(data)]
    window = data["window"]
    said = [
        f"{every['orders']:,} medication orders were signed from {window['first']} to {window['last']}. "
        f"Of those that could be judged, {every['cards']:,} would have met an alert: {rate(every)} per 1,000 orders.",
        f"Of benzodiazepines, Z-drugs and opioids, {sedatives['orders']:,} orders: {rate(sedatives)} per 1,000."
        if sedatives["orders"] else "None of them was of a benzodiazepine, a Z-drug or an opioid.",
    ]  # fmt: skip
    if every["cards"]:
        said.append(
            f"Hard stops are {share(every['share_hard'])}. Repeats of the same rule for the same patient within 30 "
            f"days are {share(every['share_repeated'])}."
        )
    return [*said, *_not_judged(data), *_never(data)]


def _no_orders(data: Mapping[str, Any]) -> str:
    first, last = data["window"]["first"], data["window"]["last"]
    days = f"from {first} to {last}" if first else f"up to {last}"
    return (
        f"No medication order was signed {days}. That is not that there would be no alerts: there is nothing to replay."
    )


def _not_judged(data: Mapping[str, Any]) -> list[str]:
    total = sum(row["count"] for row in data["not_judged"])
    if not total:
        return []
    every = data["orders"]["all"]
    why = "; ".join(f"{row['why']}: {row['count']:,}" for row in data["not_judged"])
    said = [f"{total:,} orders could not be judged, which is not that they would meet no alert ({why})."]
    if every["not_judged"]:
        said.append(
            f"Had none of those with a date met an alert, the rate of all orders would be "
            f"{every['per_1000_of_all_at_least']:,.1f} per 1,000; had all of them, "
            f"{every['per_1000_of_all_at_most']:,.1f}."
        )
    return said


def _never(data: Mapping[str, Any]) -> list[str]:
    missing = [_KINDS[kind] for kind in data["never_in_input"]]
    if not missing:
        return []
    return [f"The input holds none of these, which the alerts also look at: {', '.join(missing)}. "
            "With them there may be more alerts, and some may fall away."]  # fmt: skip


def remarks(data: Mapping[str, Any]) -> list[str]:
    """What else to know before the figures are used."""
    said = []
    if data["not_orders"]:
        listed = "; ".join(f"{row['why']}: {row['count']:,}" for row in data["not_orders"])
        said.append(f"Not counted as orders: {listed}.")
    if data["rejects"]:
        said.append(f"{data['rejects']:,} lines or resources of the input could not be used.")
    said += [f"In {row['count']:,} replays {row['why']}." for row in data["notes"]]
    return [*said, *data["rests_on"], *([data["about_clinicians"]] if data["about_clinicians"] else [])]


def group_rows(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The groups of one kind, those with too few orders together at the end."""
    pooled: Sequence[Mapping[str, Any]] = [part["pooled"]] if part["pooled"] else []
    return [*part["groups"], *pooled]


def group_name(row: Mapping[str, Any]) -> str:
    """The name of a group; of several together, how many they are."""
    return f"{row['name']} ({row['groups']:,} together)" if "groups" in row else str(row["name"])
