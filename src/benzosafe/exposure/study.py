"""The interaction study: one dose of the victim with and without perpetrators, AUC to infinity and peak compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benzosafe.exposure.combine import Taken, combine
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.interaction import Interaction
from benzosafe.kinetics.simulate import Dosing, simulate
from benzosafe.kinetics.system import CENTRE, GUT, PERIPHERY, System

_HALF_LIVES_FOLLOWED = 6.0
_LONGEST_FOLLOWED_H = 24.0 * 28
_COARSENESS = 3.0  # within 3e-5, far below what any study can tell


@dataclass(frozen=True)
class Ratios:
    """AUC and peak with over without, one value a draw."""

    auc: Floats
    cmax: Floats


def single_dose_ratios(
    victim: Victim, taken: Sequence[Taken], turnover: dict[tuple[str, str], Floats], at_h: float,
    sampled_h: float | None = None,
) -> Ratios:  # fmt: skip
    """Ratios for a victim taken once, `at_h` after the first perpetrator dose.

    sampled_h: length of sampling when the study did not go to infinity [h].
    """
    victim = _without_metabolites(victim)
    with_them = combine(victim, taken, turnover)
    alone = combine(victim, (), turnover)
    treated = _exposure(victim, with_them, at_h, sampled_h)
    control = _exposure(victim, alone, 0.0, sampled_h)
    return Ratios(treated[0] / control[0], treated[1] / control[1])


def _without_metabolites(victim: Victim) -> Victim:
    """The drug alone: what becomes of it does not change its own AUC."""
    return replace(
        victim, body=replace(victim.body, metabolites=()), formation=(), metabolite_shares=(),
        analytes=victim.analytes[:1],
    )  # fmt: skip


def _exposure(victim: Victim, interaction: Interaction, at_h: float, sampled_h: float | None) -> tuple[Floats, Floats]:
    """AUC [mg h/L] and peak [mg/L] of 1 mg given at `at_h`."""
    if sampled_h is not None:
        return _followed(victim, interaction, at_h, sampled_h)[:2]
    area, peak, left, end_h = _followed(victim, interaction, at_h, _follow_h(victim, interaction, at_h))
    return area + left / (victim.body.clearance * _clearance_factor_at(victim, interaction, end_h)), peak


def _follow_h(victim: Victim, interaction: Interaction, at_h: float) -> float:
    """Six half-lives at the slowest clearance of that time, so that little is left to be reckoned at the end."""
    rest = _HALF_LIVES_FOLLOWED * float(victim.half_life_h()[0])
    slowest = min(float(_clearance_factor_at(victim, interaction, at)[0]) for at in (at_h, at_h + rest))
    return float(min(rest / min(slowest, 1.0), _LONGEST_FOLLOWED_H))


def _followed(
    victim: Victim, interaction: Interaction, at_h: float, follow_h: float
) -> tuple[Floats, Floats, Floats, float]:
    """AUC [mg h/L], peak [mg/L] and amount left [mg] of 1 mg followed for so long, and when that ends [h]."""
    grid = np.unique(np.concatenate([np.linspace(0, min(12.0, follow_h), 49), np.geomspace(0.1, follow_h, 30)]))
    system = System(victim.body, (CENTRE,))
    start = at_h + victim.lag_h
    dosing = Dosing(np.array([start]), np.ones(1), into_blood=victim.into_blood, over_h=victim.over_h)
    amounts = simulate(system, interaction, dosing, start + grid, _COARSENESS)
    left = amounts[-1, [CENTRE, PERIPHERY, GUT]].sum(axis=0)
    area = amounts[-1, system.area_of(CENTRE)] / victim.body.central
    return area, amounts[:, CENTRE].max(axis=0) / victim.body.central, left, start + float(grid[-1])


def _clearance_factor_at(victim: Victim, interaction: Interaction, end_h: float) -> Floats:
    from benzosafe.kinetics.timeline import build_timeline

    if not interaction.sites:
        return np.ones(victim.body.people)
    timeline = build_timeline(
        np.array([min(0.0, end_h - 1.0), end_h]), interaction.breaks_h, interaction.fast, coarseness=2 * _COARSENESS
    )
    activities = [item[-1:, -1:] for item in interaction.activities(timeline, interaction.levels(timeline))]
    return np.asarray(interaction.courses(victim.body, activities, (1, 1))[0, 0, 0])


def repeated(victim: Victim, people: int) -> Victim:
    """The typical person of a victim, `people` times."""
    first = slice(0, 1)

    def spread(values: Floats) -> Floats:
        return np.repeat(values[first], people)

    body = victim.body.select(first)
    metabolites = tuple(
        replace(m, formed=spread(m.formed), clearance=spread(m.clearance), volume=spread(m.volume))
        for m in body.metabolites
    )
    organs = victim.organs
    return replace(
        victim,
        body=replace(
            body, ka=spread(body.ka), clearance=spread(body.clearance), central=spread(body.central),
            exchange=spread(body.exchange), peripheral=spread(body.peripheral), metabolites=metabolites,
        ),
        organs=replace(
            organs, extraction=spread(organs.extraction), gut_availability=spread(organs.gut_availability),
            absorbed=spread(organs.absorbed),
        ),
        shares={e: spread(s) for e, s in victim.shares.items()},
        formation=tuple({e: spread(s) for e, s in part.items()} for part in victim.formation),
        metabolite_shares=tuple({e: spread(s) for e, s in part.items()} for part in victim.metabolite_shares),
        availability=None if victim.availability is None else spread(victim.availability),
    )  # fmt: skip
