"""When a change of exposure comes and goes: the average level of a drug and its metabolites, followed day by day.

An enzyme may be back within days while the drug it clears takes weeks; what a patient feels follows the level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benzosafe.exposure.combine import Taken, combine
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.perpetrator import Acting
from benzosafe.exposure.study import repeated
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import TO_INTEGRAL, Bools, Floats
from benzosafe.kinetics.relaxation import relaxed
from benzosafe.kinetics.system import CENTRE
from benzosafe.kinetics.timeline import Timeline, build_timeline

_REACHED, _GONE = 0.9, 0.1
_WORTH_TIMING = 0.10  # a change below a tenth has no onset worth naming
_HALF_LIVES_TO_FULL = 5.0
_SHORTEST_COURSE_DAYS, _LONGEST_COURSE_DAYS = 28, 360
_LONGEST_WASHOUT_DAYS = 400
# A drug that leaves faster follows its clearance within the day anyway, and this keeps segments few.
_FASTEST_PER_H = 0.1
_LIMITS = (0.05, 0.95)

Turnover = dict[tuple[str, str], Floats]


@dataclass(frozen=True)
class Timing:
    """One analyte: days of perpetrator until nine tenths of the change; after its last day, until it begins to fade
    (a tenth gone) and until a tenth is left. Infinite where it lasts beyond what was followed.
    """

    analyte: str
    building: Interval
    fading_from: Interval
    returning: Interval


def daily(who: Acting, mg_per_day: float | None, days: float, start_h: float = 0.0) -> Taken:
    """A perpetrator taken every day at its usual number of doses."""
    per_day = who.doses_per_day
    count = int(np.ceil(days * per_day))
    amount = 1.0 if mg_per_day is None else mg_per_day
    return Taken(
        who, start_h + np.arange(count) * 24.0 / per_day, np.full(count, amount / per_day), np.full(count, amount)
    )  # fmt: skip


def course_days(who: Acting, victim: Victim | None = None) -> int:
    """Days of a perpetrator until its effect, and the levels of the victim's analytes if given, are steady."""
    slowest = max(who.half_life_h, *(float(np.log(2.0) / rate[0]) for rate in _rates(victim))) if victim else 0.0
    full = _HALF_LIVES_TO_FULL * max(slowest, 1.2 * who.half_life_h) / 24.0
    return int(min(max(full, _SHORTEST_COURSE_DAYS), _LONGEST_COURSE_DAYS))


def timings(victim: Victim, who: Acting, mg_per_day: float | None, turnover: Turnover) -> tuple[Timing, ...]:
    """The timing of the drug and of each main metabolite whose level changes by a tenth or more.

    The intervals hold what is not known of the victim and of the enzymes, and the range of the perpetrator's half-life.
    """
    course = course_days(who, victim)
    washout = min(2 * course + 28, _LONGEST_WASHOUT_DAYS)
    levels = daily_levels(victim, (daily(who, mg_per_day, course),), turnover, course + washout)
    spans = [_days(level, course) for level in levels]
    for half_life in who.half_life_range_h:
        other = replace(who, half_life_h=half_life)
        taken = (daily(_typical(other), mg_per_day, course),)
        rest = {key: rate[:1] for key, rate in turnover.items()}
        extra = daily_levels(repeated(victim, 1), taken, rest, course + washout)
        spans = [np.concatenate([span, _days(level, course)], axis=1) for span, level in zip(spans, extra, strict=True)]
    found = []
    for place in victim.main_analytes():
        if abs(np.log(levels[place, course - 1, 0])) >= np.log1p(_WORTH_TIMING):
            parts = (_widest(part, victim.body.people) for part in spans[place])
            found.append(Timing(victim.analytes[place], *parts))
    return tuple(found)


def _typical(who: Acting) -> Acting:
    """The typical draw alone."""
    first = slice(0, 1)
    return replace(who, actions=tuple(replace(a, influence=a.influence.select(first)) for a in who.actions))


def _widest(days: Floats, draws: int) -> Interval:
    """Typical value and middle 90 % of the draws, reaching out to the values found for other half-lives."""
    known = days[1:draws] if draws > 1 else days[:1]
    low, high = (float(np.quantile(known, limit, method="nearest")) for limit in _LIMITS)
    other = [float(value) for value in days[draws:]]
    return Interval(float(days[0]), min([low, days[0], *other]), max([high, days[0], *other]))


def _days(level: Floats, course: int) -> Floats:
    """Days to nine tenths, until a tenth is gone and until a tenth is left, shape (3, draws)."""
    change = np.log(level)
    full = change[course - 1]
    share = change / np.where(np.abs(full) > 1e-9, full, np.inf)
    return np.stack([
        _first(share[:course] >= _REACHED), _first(share[course:] <= 1.0 - _GONE), _first(share[course:] <= _GONE),
    ])  # fmt: skip


def _first(holds: Bools) -> Floats:
    """The first day, counted from 1, on which something holds; infinite when it never does."""
    return np.where(holds.any(axis=0), np.argmax(holds, axis=0) + 1.0, np.inf)


def daily_levels(victim: Victim, taken: Sequence[Taken], turnover: Turnover, days: int) -> Floats:
    """Average level of each analyte on each day over that without the others, shape (analytes, days, draws).

    The victim is taken every day at the same dose, long before the first day and ever after.
    """
    interaction = combine(victim, taken, turnover)
    count = 1 + len(victim.body.metabolites)
    if not interaction.sites:
        return np.ones((count, days, victim.body.people))
    edges: Floats = np.arange(2 * days + 1, dtype=np.float64) * 12.0
    timeline = build_timeline(edges, np.append(interaction.breaks_h, 0.0), interaction.fast, coarseness=6.0)
    activities = interaction.activities(timeline, interaction.levels(timeline))
    courses = interaction.courses(victim.body, activities, timeline.nodes_h.shape)
    rest = interaction.courses(victim.body, [np.ones(1)] * len(activities), (1, 1))
    levels = _levels(victim, timeline, courses / rest)
    return np.stack([_by_day(level, timeline, days) for level in levels])


def _levels(victim: Victim, timeline: Timeline, courses: Floats) -> list[Floats]:
    """Relative level of each analyte at the nodes: made in proportion to its parent, lost by its own clearance."""
    body, rates = victim.body, _rates(victim)
    one = np.ones(body.people)
    found = [relaxed(timeline, courses[1], courses[0], np.minimum(rates[0], _FASTEST_PER_H), one)[0]]
    for number, metabolite in enumerate(body.metabolites):
        parent = found[0 if metabolite.parent == CENTRE else metabolite.parent - 2]
        made, lost = courses[body.formation_course(number)] * parent, courses[body.loss_course(number)]
        found.append(relaxed(timeline, made, lost, np.minimum(rates[number + 1], _FASTEST_PER_H), one)[0])
    return found


def _rates(victim: Victim) -> list[Floats]:
    """Rate at which each analyte leaves at rest [1/h]; for the drug itself the terminal one."""
    return [np.log(2.0) / victim.half_life_h(), *(m.clearance / m.volume for m in victim.body.metabolites)]


def _by_day(values: Floats, timeline: Timeline, days: int) -> Floats:
    """Average over each day of values at the nodes."""
    areas = np.einsum("j,sjp->sp", TO_INTEGRAL[-1], values) * timeline.lengths[:, None]
    day = np.minimum(np.floor(timeline.starts / 24.0 + 1e-9).astype(np.int64), days - 1)
    found = np.zeros((days, values.shape[-1]))
    np.add.at(found, day[day >= 0], areas[day >= 0])
    return found / 24.0
