"""Exposure of many orders at once: what everything else taken makes of each at full effect, in closed form.

Exposure is that to the drug and its main active metabolites together, by amount.

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
from benzosafe.kinetics.system import CENTRE
from benzosafe.knowledge.load import Knowledge

DRAWS = Draws(24, 1)
_MOST_AT_ONCE = 2_000  # cases whose arrays are held together: some tens of megabytes
LIMITS = (0.05, 0.95)
_WORTH_NAMING = 0.05  # a smaller change by one drug is not worth its name


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
    """Exposure at full effect over that without the others: typical value, 5th and 95th percentile over the draws.

    Of the drug and its main active metabolites together, by amount. Shape (cases, 2): at the highest and at the lowest
    activity the doses allow; both are the same for sure doses.
    """

    typical: Floats
    limits: Floats


@lru_cache(maxsize=4096)
def enzymes_acted_on(knowledge: Knowledge, name: str) -> frozenset[str]:
    """Enzymes that a drug inhibits or induces."""
    if name in knowledge.potencies:
        return frozenset(effect.enzyme for effect in knowledge.potencies[name].effects)
    drug = knowledge.drugs.get(name)
    return frozenset(entry.enzyme for entry in drug.perpetrator) if drug else frozenset()


@lru_cache(maxsize=1024)
def enzymes_clearing(knowledge: Knowledge, subject: Subject) -> frozenset[str] | None:
    """Enzymes that clear a victim or its main metabolites; None when its exposure cannot be predicted."""
    victim = victim_of(knowledge, subject)
    if victim is None:
        return None
    disposition, _ = disposition_of(knowledge, subject.name)
    gut = disposition.gut_availability
    found = {GUT_ENZYME} if subject.oral and gut is not None and typical(gut) < 1 else set()
    for place in victim.main_analytes():
        found |= set(victim.metabolite_shares[place - 1]) if place else set(victim.shares)
    return frozenset(found)


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
        least, most = _ratios(knowledge, part)
        ends = np.stack([least[:, 0], most[:, 0]], axis=1)
        low = np.quantile(least[:, 1:], LIMITS[0], axis=1)
        high = np.quantile(most[:, 1:], LIMITS[1], axis=1)
        typical_values[start:stop] = ends
        limits[start:stop] = np.stack([np.minimum(low, ends[:, 0]), np.maximum(high, ends[:, 1])], axis=1)
    return Exposures(typical_values, limits)


def _ratios(knowledge: Knowledge, cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Least and most exposure of each case and draw that the doses allow."""
    found = np.ones((2, len(cases), DRAWS.size))
    by_subject: dict[Subject, list[int]] = {}
    for number, case in enumerate(cases):
        by_subject.setdefault(case.subject, []).append(number)
    sites = _sites(knowledge, cases)
    for end in (0, 1):
        activities = {key: site.activity(end) for key, site in sites.items()}
        for subject, numbers in by_subject.items():
            victim, places = victim_of(knowledge, subject), np.array(numbers, np.int64)
            assert victim is not None
            ratios = _analytes(victim, subject.oral, {key: values[places] for key, values in activities.items()})
            found[end][places] = _together(victim, ratios)
    return found.min(axis=0), found.max(axis=0)


def analyte_ratios(knowledge: Knowledge, case: Case) -> tuple[Floats, Floats]:
    """Level of each analyte of one case over that without the others, least and most, shape (analytes, draws)."""
    victim, sites = victim_of(knowledge, case.subject), _sites(knowledge, [case])
    assert victim is not None
    ends = []
    for end in (0, 1):
        activities = {key: site.activity(end) for key, site in sites.items()}
        ends.append([ratio * np.ones((1, DRAWS.size)) for ratio in _analytes(victim, case.subject.oral, activities)])
    found = np.array(ends)[:, :, 0]
    return found.min(axis=0), found.max(axis=0)


def _analytes(victim: Victim, oral: bool, activities: dict[tuple[str, str], Floats]) -> list[Floats]:
    """Steady level of the drug and of its metabolites under constant activities, over that at rest."""
    intrinsic = _flow(victim.shares, activities)
    gut = activities.get((GUT_ENZYME, "gut"), np.ones(1)) if oral else np.ones(1)
    at_rest = victim.organs.auc_ratio(np.ones(1), np.ones(1), oral)
    found = [np.asarray(victim.organs.auc_ratio(intrinsic, gut, oral) / at_rest)]
    held_back = victim.organs.clearance_factor(intrinsic) / intrinsic  # by liver blood flow, formation as much as loss
    for number, metabolite in enumerate(victim.body.metabolites):
        first = metabolite.parent == CENTRE
        formed = _flow(victim.formation[number], activities) * (held_back if first else 1.0)
        lost = _flow(victim.metabolite_shares[number], activities)
        found.append(found[0 if first else metabolite.parent - 2] * formed / lost)
    return found


def _flow(shares: dict[str, Floats], activities: dict[tuple[str, str], Floats]) -> Floats:
    """A flow relative to rest; exactly 1 where nothing acts on its enzymes, whatever acts on other cases."""
    total = np.ones(1)
    for enzyme, organ in sorted(activities):  # always in the same order, so that a batch adds up as one patient does
        if organ == "liver" and enzyme in shares:
            total = total + shares[enzyme] * (activities[enzyme, organ] - 1.0)
    return total


def _together(victim: Victim, ratios: list[Floats]) -> Floats:
    """The drug and its main active metabolites as one, each by its share of all active drug at rest."""
    shares, places = victim.active_shares(), victim.main_analytes()
    if len(places) == 1:
        return ratios[0]
    whole = shares[places].sum(axis=0)
    return np.asarray(1.0 + sum(shares[place] / whole * (ratios[place] - 1.0) for place in places))


class _Site:
    """One enzyme in one organ over cases and draws, at both ends of what the doses allow."""

    def __init__(self, cases: int) -> None:
        shape = (2, cases, DRAWS.size)
        self.made, self.lost, self.competing = np.ones(shape), np.ones(shape), np.ones(shape)

    def add(self, places: Ints, least: Floats, most: Floats, influence: Influence) -> None:
        """One perpetrator at its least and most level in some cases."""
        for end, (slowing, speeding) in enumerate(((most, least), (least, most))):
            if influence.fold.any():
                self.made[end, places] += influence.average_induction(speeding)
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
