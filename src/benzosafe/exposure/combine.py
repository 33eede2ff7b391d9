"""Joins a victim with the perpetrators taken beside it into one interaction, on their own dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benzosafe.exposure.draws import Draws
from benzosafe.exposure.perpetrator import Acting
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.interaction import Interaction, Perpetrator, Site
from benzosafe.knowledge.load import Knowledge

GUT_ENZYME = "cyp3a4"


@dataclass(frozen=True)
class Taken:
    """A perpetrator and when it is taken: dose times [h] and amounts [mg]; `mg_per_day` is the daily dose meant."""

    acting: Acting
    times_h: Floats
    amounts_mg: Floats
    mg_per_day: Floats

    def perpetrator(self) -> Perpetrator:
        """The same as kinetics wants it."""
        shares = [
            self.acting.dose_share(mg, per_day) for mg, per_day in zip(self.amounts_mg, self.mg_per_day, strict=True)
        ]
        return Perpetrator(self.times_h, np.array(shares), self.acting.half_life_h, self.acting.ka_per_h)


def combine(victim: Victim, taken: Sequence[Taken], turnover: dict[tuple[str, str], Floats]) -> Interaction:
    """The interaction of a victim with everything taken; enzymes that none of them touches are left out."""
    keys: list[tuple[str, str]] = []
    for item in taken:
        keys += [(action.enzyme, action.organ) for action in item.acting.actions]
    used = _used(victim)
    keys = [key for key in dict.fromkeys(keys) if key in used]
    sites = tuple(_site(key, taken, turnover[key]) for key in keys)
    weights = np.zeros((victim.body.courses, len(keys), victim.body.people))
    for place, (enzyme, organ) in enumerate(keys):
        if organ == "liver":
            for course, shares in enumerate(_by_course(victim)):
                if enzyme in shares:
                    weights[course, place] = shares[enzyme]
    gut = keys.index((GUT_ENZYME, "gut")) if (GUT_ENZYME, "gut") in keys else -1
    people = np.ones(victim.body.people)
    availability = victim.availability
    return Interaction(
        tuple(item.perpetrator() for item in taken), sites, weights, victim.organs, gut,
        None if availability is None else availability * people,
    )  # fmt: skip


def turnover_rates(knowledge: Knowledge, draws: Draws) -> dict[tuple[str, str], Floats]:
    """Turnover of every enzyme in liver and gut [1/h]."""
    p = knowledge.parameters
    own = {
        ("cyp3a4", "liver"): "cyp3a4_liver_turnover_per_h", ("cyp3a4", "gut"): "cyp3a4_gut_turnover_per_h",
        ("cyp2c19", "liver"): "cyp2c19_turnover_per_h", ("cyp1a2", "liver"): "cyp1a2_turnover_per_h",
        ("ugt2b15", "liver"): "ugt_turnover_per_h", ("ugt2b7", "liver"): "ugt_turnover_per_h",
    }  # fmt: skip
    other = draws.positive(p["other_enzyme_turnover_per_h"], "other_enzyme_turnover_per_h")
    found = {(enzyme, "liver"): other for enzyme in ("cyp2c9", "cyp2d6", "cyp2b6", "nat2", "aldehyde_oxidase", "renal")}
    return found | {key: draws.positive(p[name], name) for key, name in own.items()}


def steady_activity(victim: Victim, taken: Sequence[tuple[Acting, float]]) -> dict[tuple[str, str], Floats]:
    """Average activity of every enzyme at steady state under daily doses [mg/d]; closed form."""
    found: dict[tuple[str, str], Floats] = {}
    keys = dict.fromkeys((a.enzyme, a.organ) for acting, _ in taken for a in acting.actions)
    for key in keys:
        made = lost = competing = np.ones(1)
        for acting, mg_per_day in taken:
            level = acting.dose_share(mg_per_day, mg_per_day)
            for action in acting.actions:
                if (action.enzyme, action.organ) == key:
                    own = action.influence
                    made = made + own.average_induction(np.array(level))
                    lost, competing = lost + own.loss * level, competing + own.index * level
        found[key] = made / (lost * competing) * np.ones(victim.body.people)
    return found


def _used(victim: Victim) -> set[tuple[str, str]]:
    enzymes = {enzyme for shares in _by_course(victim) for enzyme in shares}
    return {(enzyme, "liver") for enzyme in enzymes} | {(GUT_ENZYME, "gut")}


def _by_course(victim: Victim) -> list[dict[str, Floats]]:
    """For each course, which share of it each enzyme carries."""
    found: list[dict[str, Floats]] = [victim.shares, {}]
    for formation, loss in zip(victim.formation, victim.metabolite_shares, strict=True):
        found += [formation, loss]
    return found


def _site(key: tuple[str, str], taken: Sequence[Taken], turnover: Floats) -> Site:
    numbers, influences = [], []
    for number, item in enumerate(taken):
        for action in item.acting.actions:
            if (action.enzyme, action.organ) == key:
                numbers.append(number)
                influences.append(action.influence)
    return Site(turnover, tuple(numbers), tuple(influences))
