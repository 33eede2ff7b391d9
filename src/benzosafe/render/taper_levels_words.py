"""The words of a taper's levels that every rendering shares."""

from __future__ import annotations

from typing import Any

from benzosafe.render.simulation_words import NOTICE, course_dose, named


def title_levels(data: dict[str, Any]) -> str:
    """The drug and the days of its taper."""
    days = f"{data['days']} day{'' if data['days'] == 1 else 's'}"
    return f"{named(data['drug'])} in blood through the taper: {days} from {data['starts_on']}"


def sentences_levels(data: dict[str, Any]) -> list[str]:
    """All that the picture shows, in sentences: doses, what is taken beside, the levels of the ends, flags, notice."""
    last = data["steps"][-1]
    found = [doses_levels(data)]
    found += [f"Beside it: {course_dates(course)}." for course in data["beside"]]
    for of in last["levels"]:
        at = next(series for series in data["series"] if series["of"] == of["of"])
        level = of["average"]
        found.append(
            f"{named(of['of'])}: average level {at['before']:.3g} ng/mL in the typical person before the first step, "
            f"{level['value']:.3g} ({level['low']:.3g} to {level['high']:.3g}) on {last['ends_on']}."
        )
    found += [f"{flag['what']} {flag['do']}" for flag in data["flags"]]
    if not data["flags"]:
        found.append(
            f"While it is taken, no level falls by more than {_percent(data)} within {data['ceiling']['days']} days."
        )
    return [*found, *data["hints"], NOTICE]


def course_dates(course: dict[str, Any]) -> str:
    """What is taken beside the drug and from when to when, as dates: 'fluconazole 200 mg a day, from 2027-06-19 on'."""
    ends = f"to {course['to']}" if course["to"] else "on"
    if course["to_day"] < 1:
        return f"{course_dose(course)}, last taken on {course['to']}"
    begins = "from before the first step" if course["from_day"] < 1 else f"from {course['from']}"
    return f"{course_dose(course)}, {begins} {ends}"


def doses_levels(data: dict[str, Any]) -> str:
    """From which dose to which, in how many steps."""
    steps = data["steps"]
    count = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    return f"From {data['before_mg_per_day']:g} to {steps[-1]['mg_per_day']:g} mg a day in {count}."


def _percent(data: dict[str, Any]) -> str:
    return f"{data['ceiling']['share'] * 100:g} %"
