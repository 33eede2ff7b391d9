"""The words that every rendering of a simulation shares; no number is said without its interval."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, log
from typing import Any

NOTICE = (
    "Draft: no value here has had a clinical review. benzosafe supports a clinician; it does not decide. "
    "Do not stop a benzodiazepine abruptly."
)
_SAME_PEAK_H = 48.0
_UNCHANGED = 1.05  # changes below a twentieth are not told as changes


def number(value: float) -> str:
    """Two significant digits below 100, three from there on; what is too small to matter is 'below 0.001'."""
    if value == 0:
        return "0"
    if abs(value) < 0.001:
        return "below 0.001"
    return f"{float(f'{value:.2g}' if abs(value) < 100 else f'{value:.3g}'):.10g}"


def interval(numbers: dict[str, float]) -> str:
    """A value with its interval: '2.5 (2 to 3.1)'; a dash when there is none."""
    if numbers["value"] is None:
        return "-"
    return f"{number(numbers['value'])} ({number(numbers['low'])} to {number(numbers['high'])})"


def clock(hour: float) -> str:
    """Time of day of an hour counted from midnight of day 1."""
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def day_of(hour: float) -> int:
    """Number of the day in which an hour lies; day 1 starts at hour 0."""
    return round(hour * 60) // (24 * 60) + 1


def day_words(data: dict[str, Any], day: int) -> str:
    """'day 24', with its date when the first day has one."""
    if data["starts_on"] is None:
        return f"day {day}"
    return f"day {day} ({date.fromisoformat(data['starts_on']) + timedelta(days=day - 1):%Y-%m-%d})"


def when(data: dict[str, Any], hour: float) -> str:
    """'day 24, 14:30'; the end of a day is its 24:00."""
    if hour > 0 and round(hour * 60) % (24 * 60) == 0:
        return f"{day_words(data, day_of(hour) - 1)}, 24:00"
    return f"{day_words(data, day_of(hour))}, {clock(hour)}"


def named(text: str) -> str:
    """The text with a capital first letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def title(data: dict[str, Any]) -> str:
    """The drug and how long it is shown."""
    days = f"{data['days']:g} day{'' if data['days'] == 1 else 's'}"
    return f"{named(data['drug'])} ({data['route']}) over {days}"


def doses_by_day(data: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """For every day shown, the doses on it: hours from midnight of day 1, and mg."""
    days: list[list[tuple[float, float]]] = [[] for _ in range(ceil(data["days"]))]
    for dose in data["doses"]:
        if dose["at_h"] < data["days"] * 24:
            days[day_of(dose["at_h"]) - 1].append((dose["at_h"], dose["mg"]))
    return days


def doses_words(data: dict[str, Any]) -> str:
    """What is taken: '1 mg at 08:00 and 20:00 every day', or from how much to how much a day."""
    days = doses_by_day(data)
    if not any(days):
        return "no dose in the days shown"
    patterns = {tuple((clock(hour), mg) for hour, mg in day) for day in days}
    if len(patterns) > 1:
        totals = [sum(mg for _, mg in day) for day in days]
        return f"{min(totals):g} to {max(totals):g} mg a day, not the same every day"
    pattern = patterns.pop()
    amounts = {mg for _, mg in pattern}
    every = " every day" if len(days) > 1 else ""
    if len(amounts) == 1:
        return f"{amounts.pop():g} mg at {joined([time for time, _ in pattern])}{every}"
    return joined([f"{mg:g} mg at {time}" for time, mg in pattern]) + every


def joined(words: list[str]) -> str:
    """'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def course_dose(course: dict[str, Any]) -> str:
    """Name and daily dose of what is taken beside the drug."""
    mg = course["mg_per_day"]
    dose = f"{mg:g} {course['dose_unit']}" if mg is not None else "at its usual dose"
    return f"{course['drug']} {dose}"


def course_words(course: dict[str, Any]) -> str:
    """What is taken beside the drug, how much and on which days (first and last day included)."""
    first, last = ceil(course["from_day"]), ceil(course["to_day"])
    name = course_dose(course)
    if last < 1:
        return f"{name}, last taken {1 - last} day{'' if last == 0 else 's'} before day 1"
    if not course["stops_inside"]:
        return f"{name}, " + ("all the time" if first <= 1 else f"from day {first} on")
    if first < 1:
        return f"{name}, from before day 1 to day {last}"
    return f"{name}, " + (f"on day {first}" if first == last else f"from day {first} to day {last}")


def rules_words(data: dict[str, Any]) -> list[str]:
    """What the rules say of the drug with each of the others, graded high or worse: a curve is no permission."""
    return [f"{named(item['severity'])}: {item['title']} ({item['beside']})." for item in data["rules"]]


def summary(data: dict[str, Any]) -> list[str]:
    """The sentences a clinician reads first: levels of every analyte [ng/mL], then what happens to exposure."""
    found = [*rules_words(data), *(_levels(data, analyte) for analyte in data["analytes"])]
    found += [_aimed_at(analyte) for analyte in data["analytes"] if analyte["aimed_at_ng_per_ml"]]
    return [*found, *_exposure(data)]


def _aimed_at(analyte: dict[str, Any]) -> str:
    """The range usually aimed at, and of what: of one analyte or of several together."""
    limits = analyte["aimed_at_ng_per_ml"]
    of = f"the sum of {joined(limits['sum_of'])}" if limits["sum_of"] else analyte["analyte"]
    return (
        f"The range usually aimed at for {of} is {limits['low']:g} to {limits['high']:g} ng/mL"
        f" ({limits['population']}; {limits['confidence']}); many do well outside it."
    )


def limits_of(analyte: dict[str, Any]) -> tuple[float, float] | None:
    """The range to draw behind the curve of an analyte: its own only, not that of a sum."""
    limits = analyte["aimed_at_ng_per_ml"]
    return (limits["low"], limits["high"]) if limits and not limits["sum_of"] else None


def _levels(data: dict[str, Any], analyte: dict[str, Any]) -> str:
    top = analyte["highest"]
    several = data["people"] > 1
    highest = f"{interval(top)} ng/mL in the typical person"
    end = f"{interval(analyte['end'])} ng/mL in the typical person"
    if several:
        highest += f", {people_words(top['people_low'], top['people_high'])}"
        end += f", {people_words(analyte['people_low'][-1], analyte['people_high'][-1])}"
    name = named(analyte["analyte"])
    early = plateau_day(data, analyte)
    already = f" (within 2 % of that already on {day_words(data, early)})" if early else ""
    last = when(data, data["times_h"][-1])
    return f"{name} is highest on {when(data, top['at_h'])}{already}: {highest}. At the end ({last}): {end}."


def plateau_day(data: dict[str, Any], analyte: dict[str, Any]) -> int | None:
    """The first day within 2 % of the highest level: on a plateau the very highest is chance."""
    enough = 0.98 * max(analyte["typical"])
    reached = next(hour for hour, level in zip(data["times_h"], analyte["typical"], strict=True) if level >= enough)
    return day_of(reached) if analyte["highest"]["at_h"] - reached > _SAME_PEAK_H else None


def people_words(low: float, high: float) -> str:
    """The range over people [ng/mL]."""
    return f"{number(low)} to {number(high)} ng/mL in 90 % of people"


def _exposure(data: dict[str, Any]) -> list[str]:
    peak = data["exposure_peak"]
    if peak is None:
        return []
    times = f"{interval(peak['auc_ratio'])} times that of the same doses alone"
    drug = f"{joined(data['exposure_of'])} together (by amount)" if len(data["exposure_of"]) > 1 else data["drug"]
    if not changes(peak["auc_ratio"]):
        names = joined([course["drug"] for course in data["beside"]])
        return [
            f"{named(names)}: exposure to {drug} hardly changes; most on {day_words(data, peak['day'])}, {times}."
        ]  # fmt: skip
    like = _like(peak["like_mg_per_day"], peak["mg_that_day"]) if peak["like_mg_per_day"] else ""
    found = [f"Exposure to {drug} changes most on {day_words(data, peak['day'])}: {times}{like}."]
    other = opposite_peak(data)
    if other is not None:
        ratio = data["exposure_by_day"][other - 1]
        mg = sum(mg for _, mg in doses_by_day(data)[other - 1])
        like = _like({name: mg * times for name, times in ratio.items() if name != "day"}, mg) if mg else ""
        found.append(f"The other way it changes most on {day_words(data, other)}: {interval(ratio)} times{like}.")
    return [*found, *_each(data, peak["day"]), _back(data, peak)]


def _each(data: dict[str, Any], day: int) -> list[str]:
    """What becomes of the drug and of each metabolite on a day, when there are several."""
    if len(data["exposure_of"]) < 2:
        return []
    known = [item for item in data["analytes"] if item["exposure_by_day"]]
    parts = [f"{item['analyte']} {interval(item['exposure_by_day'][day - 1])} times" for item in known]
    return [f"Of that day's change, each on its own: {joined(parts)}."]


def _like(like: dict[str, float], mg: float) -> str:
    low, high = number(like["low"]), number(like["high"])
    return f"; on that day as if {number(like['value'])} mg were taken, between {low} and {high} mg, when {mg:g} mg is"


def _back(data: dict[str, Any], peak: dict[str, Any]) -> str:
    day = peak["back_to_normal_day"]
    if day is not None:
        ratio = interval(data["exposure_by_day"][day - 1])
        return (
            f"It is back to normal (less than a tenth of the change is left) on {day_words(data, day)}: {ratio} times."
        )
    lasting = [course["drug"] for course in data["beside"] if not course["stops_inside"]]
    reason = f"; {joined(lasting)} {'is' if len(lasting) == 1 else 'are'} still taken at the end" if lasting else ""
    last = [ratio for ratio in data["exposure_by_day"] if ratio["value"] is not None][-1]
    if last["day"] < len(data["exposure_by_day"]):
        return f"Next to nothing of the drug is left after {day_words(data, last['day'])}: {interval(last)} times then."
    return f"It is not back to normal within the days shown{reason}: {interval(last)} times on the last day."


def changes(ratio: dict[str, float]) -> bool:
    """Whether an AUC ratio is told as a change: a twentieth or more, up or down."""
    if ratio["value"] is None:
        return False
    return abs(log(ratio["value"])) >= log(_UNCHANGED)


def opposite_peak(data: dict[str, Any]) -> int | None:
    """The day on which exposure changes most in the direction other than that of the peak, when it does so at all."""
    up = data["exposure_peak"]["auc_ratio"]["value"] > 1
    days = data["exposure_by_day"]
    ratios = [1.0 if ratio["value"] is None else ratio["value"] for ratio in days]
    day = ratios.index(min(ratios) if up else max(ratios))
    return day + 1 if changes(days[day]) and (ratios[day] < 1) == up else None


def bands_words(data: dict[str, Any]) -> str:
    """What the two intervals mean."""
    sure = "The interval of the typical person, in brackets, says how well the typical person is known (5 to 95 %)"
    if data["people"] > 1:
        return f"{sure}; the range over people says how {data['people']} simulated people differ (5 to 95 %)."
    return f"{sure}; how people differ is not shown, because only one person was simulated."
