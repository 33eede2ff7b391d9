"""From the AUC ratio of oral midazolam to the strength that gives it, solved on the same kinetics that will use it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from benzosafe.exposure.combine import Taken, turnover_rates
from benzosafe.exposure.draws import Draws, typical
from benzosafe.exposure.perpetrator import Acting, Action, _influence
from benzosafe.exposure.study import repeated, single_dose_ratios
from benzosafe.exposure.victim import build_victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge

# The study in which midazolam ratios are usually measured: perpetrator to steady state, midazolam an hour after a dose.
_MIDAZOLAM_AFTER_H = 1.0
_DAYS = {"inhibition": 7, "inactivation": 10, "induction": 14}
_STRENGTHS = {
    "inhibition": np.geomspace(0.02, 300.0, 18), "inactivation": np.geomspace(0.02, 60.0, 14),
    "induction": np.geomspace(0.02, 60.0, 14),
}  # fmt: skip


def strength_from_midazolam(
    knowledge: Knowledge, bare: Acting, action: str, half_level: float, ratios: Floats
) -> Floats:
    """Strength in the liver for each ratio; ratios beyond what silencing CYP3A4 can do give the strongest tried."""
    strengths, seen = _curve(knowledge, bare, action, half_level)
    order = np.argsort(seen)
    found = np.exp(np.interp(np.log(ratios), np.log(seen[order]), np.log(strengths[order])))
    nothing = (ratios <= seen.min()) if action != "induction" else (ratios >= seen.max())
    return np.where(nothing & (np.abs(np.log(ratios)) < 0.03), 0.0, found)


@lru_cache(maxsize=512)
def _curve(knowledge: Knowledge, bare: Acting, action: str, half_level: float) -> tuple[Floats, Floats]:
    """Midazolam ratio for each strength tried."""
    strengths = _STRENGTHS[action]
    victim = repeated(build_victim(knowledge, "midazolam", "oral", Draws(0)), len(strengths))
    multiple = 1.0 if action == "induction" else typical(knowledge.parameters["gut_exposure_multiple"])
    actions = tuple(
        Action("cyp3a4", organ, _influence(bare, action, strengths * factor, half_level), "")
        for organ, factor in (("liver", 1.0), ("gut", multiple))
    )
    days, per_day = _DAYS[action], bare.doses_per_day
    days = max(days, int(np.ceil(5.0 * bare.half_life_h / 24.0)) + 1)
    times = np.arange(0, (days + 3) * per_day) * 24.0 / per_day
    reference = bare.reference_mg_per_day or 1.0
    taken = Taken(
        replace(bare, actions=actions), times, np.full(len(times), reference / per_day), np.full(len(times), reference)
    )
    turnover = {key: np.repeat(value, len(strengths)) for key, value in turnover_rates(knowledge, Draws(0)).items()}
    at_h = days * 24.0 + _MIDAZOLAM_AFTER_H
    return strengths, single_dose_ratios(victim, (taken,), turnover, at_h).auc
