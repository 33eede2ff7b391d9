"""Exposure of many orders at once: what everything else taken makes of each at full effect, in closed form.

The sums of `combine.steady_activity` over arrays: one row a case (a victim with what is taken beside it), one column a
draw of the parameters. Pathways run side by side; single ratios are never multiplied. Strengths are solved only for
drugs that are met, once for a knowledge base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from benzosafe.errors import InputRefused
from benzosafe.exposure.combine import GUT_ENZYME
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.perpetrator import Acting, acting
from benzosafe.exposure.victim import NO_TRAITS, Traits, Victim, build_victim, disposition_of
from benzosafe.kinetics.arrays import Floats, Ints
from benzosafe.kinetics.enzyme import Influence
from benzosafe.kinetics.organs import blended
from benzosafe.knowledge.load import Knowledge

DRAWS = Draws(24, 1)
_MOST_AT_ONCE = 2_000  # cases whose arrays are held together: some tens of megabytes
_LIMITS = (0.05, 0.95)
_WORTH_NAMING = 0.05  # a smaller change by one drug is not worth its name
_BEGUN = 0.1  # a tenth of a change gone: it has begun to fade


class Subject(NamedTuple):
    """A victim as it is taken: swallowed, or by a route that bypasses gut and liver; `traits` change its shares."""

    name: str
    oral: bool = True
    traits: Traits = NO_TRAITS


class Beside(NamedTuple):
    """Another drug taken at the same time: least and most a day [mg/d]; None is its reference dose, 0 is not taken."""

    name: str
    least_mg: float | None = None
    most_mg: float | None = None


class Case(NamedTuple):
    """A victim and everything that acts on its enzymes; `beside` names each drug once."""

    subject: Subject
    beside: tuple[Beside, ...]


@dataclass(frozen=True)
class Exposures:
    """AUC ratio at full effect of each case: typical value, and 5th and 95th percentile over the draws.

    Shape (cases, 2): at the highest and at the lowest activity the doses allow; both are the same for sure doses.
    """

    typical: Floats
    limits: Floats


def acts(knowledge: Knowledge, name: str) -> bool:
    """Whether the strength of a drug on some enzyme is known, from studies or from its class."""
    return bool(enzymes_acted_on(knowledge, name))


@lru_cache(maxsize=4096)
def enzymes_acted_on(knowledge: Knowledge, name: str) -> frozenset[str]:
    """Enzymes that a drug inhibits or induces."""
    if name in knowledge.potencies:
        return frozenset(effect.enzyme for effect in knowledge.potencies[name].effects)
    drug = knowledge.drugs.get(name)
    return frozenset(entry.enzyme for entry in drug.perpetrator) if drug else frozenset()


@lru_cache(maxsize=1024)
def enzymes_clearing(knowledge: Knowledge, subject: Subject) -> frozenset[str] | None:
    """Enzymes that carry some of a victim's clearance; None when its exposure cannot be predicted."""
    if victim_of(knowledge, subject) is None:
        return None
    disposition, _ = disposition_of(knowledge, subject.name)
    gut = disposition.gut_availability
    wall = {GUT_ENZYME} if subject.oral and gut is not None and typical(gut) < 1 else set()
    return frozenset({share.enzyme for share in disposition.shares} | wall)


@lru_cache(maxsize=1024)
def victim_of(knowledge: Knowledge, subject: Subject) -> Victim | None:
    """The victim in the shared draws; None when no clearance and uptake are known."""
    try:
        disposition, _ = disposition_of(knowledge, subject.name)
        others = [route for route in disposition.routes if route != "oral"]
        route = "oral" if subject.oral or not others else others[0]
        return build_victim(knowledge, subject.name, route, DRAWS, subject.traits)
    except InputRefused:
        return None


def exposures(knowledge: Knowledge, cases: Sequence[Case]) -> Exposures:
    """The AUC ratio of every case; each subject must be one whose exposure can be predicted."""
    typical_values, limits = np.ones((len(cases), 2)), np.ones((len(cases), 2))
    for start in range(0, len(cases), _MOST_AT_ONCE):
        part = cases[start : start + _MOST_AT_ONCE]
        stop = start + len(part)
        most, least = _ratios(knowledge, part)
        ends = np.stack([least[:, 0], most[:, 0]], axis=1)
        low = np.quantile(least[:, 1:], _LIMITS[0], axis=1)
        high = np.quantile(most[:, 1:], _LIMITS[1], axis=1)
        typical_values[start:stop] = ends
        limits[start:stop] = np.stack([np.minimum(low, ends[:, 0]), np.maximum(high, ends[:, 1])], axis=1)
    return Exposures(typical_values, limits)


def _ratios(knowledge: Knowledge, cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Ratio of each case and draw at the lowest activity (most exposure) and at the highest (least exposure)."""
    activities = {key: (site.activity(0), site.activity(1)) for key, site in _sites(knowledge, cases).items()}
    by_subject: dict[Subject, list[int]] = {}
    for number, case in enumerate(cases):
        by_subject.setdefault(case.subject, []).append(number)
    found = np.ones((len(cases), DRAWS.size)), np.ones((len(cases), DRAWS.size))
    for subject, numbers in by_subject.items():
        victim = victim_of(knowledge, subject)
        assert victim is not None
        places = np.array(numbers, np.int64)
        used = {key: ends for key, ends in activities.items() if _counts(victim, subject, key)}
        for end in (0, 1):
            found[end][places] = _auc_ratio(
                victim, subject.oral, {key: ends[end][places] for key, ends in used.items()}
            )
    return found


def _counts(victim: Victim, subject: Subject, key: tuple[str, str]) -> bool:
    enzyme, organ = key
    return enzyme in victim.shares if organ == "liver" else subject.oral


def _auc_ratio(victim: Victim, oral: bool, activities: dict[tuple[str, str], Floats]) -> Floats:
    """AUC ratio under constant activities; exactly 1 where nothing acts, whatever acts on other cases."""
    total = np.ones(1)
    for enzyme, organ in sorted(activities):  # always in the same order, so that a batch adds up as one patient does
        if organ == "liver":
            total = total + victim.shares[enzyme] * (activities[enzyme, organ] - 1.0)
    gut = activities.get((GUT_ENZYME, "gut"), np.ones(1))
    at_rest = victim.organs.auc_ratio(np.ones(1), np.ones(1), oral)
    return np.asarray(victim.organs.auc_ratio(total, gut, oral) / at_rest)


class _Site:
    """One enzyme in one organ over cases and draws, at both ends of what the doses allow."""

    def __init__(self, cases: int) -> None:
        shape = (2, cases, DRAWS.size)
        self.made, self.lost, self.competing = np.ones(shape), np.ones(shape), np.ones(shape)

    def add(self, places: Ints, least: Floats, most: Floats, influence: Influence) -> None:
        """One perpetrator at its least and most level in some cases."""
        for end, (slowing, speeding) in enumerate(((most, least), (least, most))):
            if influence.fold.any():
                self.made[end, places] += influence.induction_shape(speeding)[:, None] * influence.fold
            if influence.loss.any():
                self.lost[end, places] += slowing[:, None] * influence.loss
            if influence.index.any():
                self.competing[end, places] += slowing[:, None] * influence.index

    def activity(self, end: int) -> Floats:
        """Activity relative to rest: lowest (0) or highest (1) the doses allow."""
        return np.asarray(self.made[end] / (self.lost[end] * self.competing[end]))


def _sites(knowledge: Knowledge, cases: Sequence[Case]) -> dict[tuple[str, str], _Site]:
    taken: dict[str, list[tuple[int, Beside]]] = {}
    for number, case in enumerate(cases):
        for item in case.beside:
            taken.setdefault(item.name, []).append((number, item))
    sites: dict[tuple[str, str], _Site] = {}
    for name in sorted(taken):  # in the same order for one patient and for many
        who = acting(knowledge, name, DRAWS)
        places = np.array([number for number, _ in taken[name]], np.int64)
        least = np.array([level(who, item.least_mg) for _, item in taken[name]])
        most = np.array([level(who, item.most_mg) for _, item in taken[name]])
        for action in who.actions:
            key = (action.enzyme, action.organ)
            if key not in sites:
                sites[key] = _Site(len(cases))
            sites[key].add(places, least, most, action.influence)
    return sites


def level(who: Acting, mg_per_day: float | None) -> float:
    """Level relative to that at the reference dose; 1 where the dose or the reference is not known."""
    if mg_per_day is None:
        return 1.0
    return who.dose_share(mg_per_day, mg_per_day) if mg_per_day > 0 else 0.0


@lru_cache(maxsize=4096)
def counting(knowledge: Knowledge, case: Case) -> tuple[str, ...]:
    """The drugs of a case that by themselves change the exposure enough to be named; all when none does."""
    alone = exposures(knowledge, [Case(case.subject, (item,)) for item in case.beside])
    change = np.abs(np.log(alone.typical)).max(axis=1)
    named = [item.name for item, size in zip(case.beside, change, strict=True) if size >= np.log1p(_WORTH_NAMING)]
    return tuple(named or [item.name for item in case.beside])


@dataclass(frozen=True)
class Foundation:
    """What a predicted ratio rests on, in words, whether any of it was carried over from elsewhere, and the ratios of
    the active metabolites made from the victim itself: analyte, typical value, 5th and 95th percentile.
    """

    rests_on: tuple[str, ...]
    transferred: bool
    assumed: tuple[str, ...]
    metabolites: tuple[tuple[str, float, float, float], ...]


@lru_cache(maxsize=1024)
def foundation(knowledge: Knowledge, case: Case) -> Foundation:
    """The basis of the ratio of one case."""
    from benzosafe.exposure.predict import basis_of

    victim = victim_of(knowledge, case.subject)
    assert victim is not None
    acting_ones = [acting(knowledge, item.name, DRAWS) for item in case.beside]
    rests_on, transferred = basis_of(knowledge, victim, acting_ones)
    assumed = [who.assumed[0] for who in acting_ones if who.assumed]
    unknown = [item.name for item in case.beside if item.most_mg is None and item.name in knowledge.potencies]
    assumed += [f"the dose of {name} is not known: its usual dose is assumed" for name in unknown]
    return Foundation(rests_on, transferred, tuple(assumed), _metabolites(knowledge, case, victim))


def _metabolites(knowledge: Knowledge, case: Case, victim: Victim) -> tuple[tuple[str, float, float, float], ...]:
    """Steady level of each metabolite over that without the others: formed faster or slower, and lost likewise."""
    sites = {key: site for key, site in _sites(knowledge, [case]).items() if key[1] == "liver"}
    parents = _ratios(knowledge, [case])
    made = {link.analyte for link in knowledge.dispositions[victim.analyte].metabolites}
    found = []
    for number, analyte in enumerate(victim.analytes[1:]):
        if analyte not in made:
            continue
        ends = []
        for end, parent in enumerate(parents):
            now = {enzyme: site.activity(end)[0] for (enzyme, _), site in sites.items()}
            formed, lost = _followed(victim.formation[number], now), _followed(victim.metabolite_shares[number], now)
            ends.append(parent[0] * formed / lost)
        low = min(float(np.quantile(ratio[1:], _LIMITS[0])) for ratio in ends)
        high = max(float(np.quantile(ratio[1:], _LIMITS[1])) for ratio in ends)
        value = float(ends[0][0])
        found.append((analyte, value, min(low, value), max(high, value)))
    return tuple(found)


def _followed(shares: dict[str, Floats], activity: dict[str, Floats]) -> Floats:
    """A flow relative to rest, when some of the enzymes that carry it changed."""
    own = [enzyme for enzyme in shares if enzyme in activity]
    return blended([shares[enzyme] for enzyme in own], [activity[enzyme] for enzyme in own]) * np.ones(DRAWS.size)


@dataclass(frozen=True)
class Course:
    """When a change comes and goes [d], each as 5th and 95th percentile; counted from the first or the last dose."""

    building: tuple[float, float]
    fading_from: tuple[float, float]
    returning: tuple[float, float]


_TOO_SMALL = Course((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


@lru_cache(maxsize=1024)
def course_of_change(knowledge: Knowledge, subject: Subject, perpetrator: str, mg_per_day: float | None) -> Course:
    """Days to nine tenths of a change, and after the last dose until a tenth and until nine tenths of it are gone.

    All 0 when exposure changes by less than a tenth: too little to be timed.
    """
    from benzosafe.exposure.combine import turnover_rates
    from benzosafe.exposure.interval import interval
    from benzosafe.exposure.predict import _course_days, daily, daily_ratios, timing

    victim, who = victim_of(knowledge, subject), acting(knowledge, perpetrator, DRAWS)
    assert victim is not None
    mg, days, turnover = mg_per_day or who.reference_mg_per_day, _course_days(who), turnover_rates(knowledge, DRAWS)
    building, returning = timing(victim, who, mg, turnover, days)
    if building is None or returning is None:
        return _TOO_SMALL
    change = np.log(daily_ratios(victim, (daily(who, mg, days),), turnover, 2 * days + 28))
    full = np.where(np.abs(change[days - 1]) > 0, change[days - 1], np.inf)
    begins = interval(np.argmax(change[days:] / full <= 1.0 - _BEGUN, axis=0) + 1.0)
    return Course((building.low, building.high), (begins.low, begins.high), (returning.low, returning.high))
