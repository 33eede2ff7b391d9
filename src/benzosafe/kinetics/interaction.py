"""What other drugs do to this drug's clearance and availability over time, for N people at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import Bools, Floats
from benzosafe.kinetics.enzyme import Influence, activity, fastest_change
from benzosafe.kinetics.level import relative_level
from benzosafe.kinetics.organs import Organs
from benzosafe.kinetics.system import CENTRE, Body
from benzosafe.kinetics.timeline import Fast, Timeline

AT_REST = 1e-9
_GONE_AFTER_TIME_CONSTANTS = 20.0
_SLOW_TURNOVER_PER_H = 0.1  # below, ordinary segments follow an enzyme well enough
_GROWTH = 1.25  # of the mesh after a first dose


@dataclass(frozen=True)
class Perpetrator:
    """When another drug is taken: dose times [h], doses over its reference daily dose, half-life [h], uptake [1/h]."""

    doses_h: Floats
    dose_shares: Floats
    half_life_h: float
    ka_per_h: float

    def level(self, timeline: Timeline) -> Floats:
        """Relative level at the nodes of a timeline."""
        return relative_level(timeline, self.doses_h, self.dose_shares, self.half_life_h, self.ka_per_h)


@dataclass(frozen=True)
class Site:
    """One enzyme in one organ: its turnover [1/h] for each person, and which perpetrators act on it how."""

    turnover_per_h: Floats
    perpetrators: tuple[int, ...]
    influences: tuple[Influence, ...]


@dataclass(frozen=True)
class Interaction:
    """Perpetrators, the enzymes they act on, and how much of each course runs through each enzyme.

    `weights[course, site]` is the share (one a person) of a course that follows a site's activity; the rest stays as
    it is. `gut` is the site in the gut wall, or -1. `availability` replaces the model of gut and liver for routes that
    bypass them (share reaching the blood).
    """

    perpetrators: tuple[Perpetrator, ...]
    sites: tuple[Site, ...]
    weights: Floats
    organs: Organs
    gut: int = -1
    availability: Floats | None = None

    def select(self, part: slice) -> Interaction:
        """The same for some of the people."""
        sites = tuple(
            Site(site.turnover_per_h[part], site.perpetrators, tuple(item.select(part) for item in site.influences))
            for site in self.sites
        )
        own = None if self.availability is None else self.availability[part]
        weights = self.weights[:, :, part]
        return Interaction(self.perpetrators, sites, weights, self.organs.select(part), self.gut, own)

    @property
    def breaks_h(self) -> Floats:
        """When perpetrators are taken, and a graded mesh after doses that start from little [h]."""
        found = [item.doses_h for item in self.perpetrators]
        found += [self._rises(number) for number in range(len(self.perpetrators))]
        return np.concatenate([np.zeros(0), *found])

    def _decline(self, who: Perpetrator) -> Fast:
        """Elimination of a perpetrator: a strong one bends the activity until hardly any of it is left."""
        k = np.log(2.0) / who.half_life_h
        return Fast(0.5 * k, who.doses_h[:1], float(who.doses_h.max()) + _GONE_AFTER_TIME_CONSTANTS / k)

    def _rises(self, number: int) -> Floats:
        """Times after a dose at which a strong perpetrator, rising from a low level, bends the activity.

        There 1/(1 + index x) has its pole (1 + index x) / (index dx/dt) before the dose; the mesh grows away from it.
        """
        who = self.perpetrators[number]
        steepness = max((self._steepness(site, number) for site in self.sites), default=0.0)
        k = np.log(2.0) / who.half_life_h
        found, level, last = [np.zeros(0)], 0.0, -np.inf
        for time, share in zip(who.doses_h, who.dose_shares, strict=True):
            level = level * float(np.exp(-k * (time - last))) if np.isfinite(last) else 0.0
            rise = steepness * 24.0 * k * who.ka_per_h * share / (1.0 + steepness * level)
            if rise > who.ka_per_h:
                steps = np.arange(1, int(np.ceil(np.log(1.0 + rise / who.ka_per_h) / np.log(_GROWTH))) + 1)
                found.append(time + (_GROWTH**steps - 1.0) / rise)
            level, last = level + 24.0 * k * share, time
        return np.concatenate(found)

    def _steepness(self, site: Site, number: int) -> float:
        """The largest index of a perpetrator at a site, or the inverse of its half level."""
        own = [item for who, item in zip(site.perpetrators, site.influences, strict=True) if who == number]
        found = [max(float(item.index.max()), 1.0 / item.half_level if item.fold.any() else 0.0) for item in own]
        return max(found, default=0.0)

    @property
    def fast(self) -> tuple[Fast, ...]:
        """What changes quickly, for cutting time: uptake of each perpetrator, and enzyme it destroys fast."""
        found = [Fast(item.ka_per_h, item.doses_h) for item in self.perpetrators]
        found += [self._decline(item) for item in self.perpetrators if len(item.doses_h)]
        for site in self.sites:
            rate = fastest_change(list(site.influences), site.turnover_per_h, 2.0)
            starts = np.concatenate([np.zeros(0), *(self.perpetrators[p].doses_h for p in site.perpetrators)])
            if rate > _SLOW_TURNOVER_PER_H and len(starts):
                gone = max(decline.until_h or 0.0 for decline in map(self._decline, self.perpetrators))
                found += [Fast(rate, np.sort(starts)), Fast(0.4 * rate, np.sort(starts), gone)]
        return tuple(found)

    def levels(self, timeline: Timeline) -> list[Floats]:
        """Relative level of each perpetrator at the nodes."""
        return [item.level(timeline) for item in self.perpetrators]

    def activities(self, timeline: Timeline, levels: list[Floats]) -> list[Floats]:
        """Activity of each site at the nodes, shape (segments, nodes, people)."""
        found = []
        for site in self.sites:
            own = [levels[number] for number in site.perpetrators]
            rest = np.ones_like(site.turnover_per_h)
            found.append(activity(timeline, own, list(site.influences), site.turnover_per_h, rest)[0])
        return found

    def courses(self, body: Body, activities: list[Floats], shape: tuple[int, ...]) -> Floats:
        """Every course of a body, shape (courses, *shape, people)."""
        found = np.ones((body.courses, *shape, body.people))
        for course in range(body.courses):
            for number, site in enumerate(activities):
                if self.weights[course, number].any():
                    found[course] += self.weights[course, number] * (site - 1.0)
        intrinsic = found[0].copy()
        found[0] = self.organs.clearance_factor(intrinsic)
        for number, metabolite in enumerate(body.metabolites):
            if metabolite.parent == CENTRE:  # what liver flow holds back from clearance is held back from formation
                found[body.formation_course(number)] *= found[0] / intrinsic
        if self.availability is not None:
            found[1] = self.availability
        else:
            gut = activities[self.gut] if self.gut >= 0 else np.ones(1)
            found[1] = self.organs.oral_availability(intrinsic, gut)
        return found

    def at_rest(self, activities: list[Floats], within: float = AT_REST) -> Bools:
        """Which segments have every enzyme as if no perpetrator had ever been taken."""
        if not activities:
            return np.ones(0, bool)
        quiet = [np.abs(item - 1.0).max(axis=(1, 2)) < within for item in activities]
        return np.asarray(np.logical_and.reduce(quiet))
