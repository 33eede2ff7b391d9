"""The AUC of each day with the others over that without them: the drug, its metabolites, and all of it together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.exposure.interval import Interval, interval
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.system import System

# Below this share of the largest daily AUC a ratio says nothing: both are almost nothing.
_NOTHING_LEFT = 1e-3


@dataclass(frozen=True)
class DailyExposure:
    """AUC [mg h/L] of the drug and its main metabolites on every day, with the others and without.

    Shape (analytes, days, draws).
    """

    treated: Floats
    alone: Floats

    def each(self) -> list[tuple[Interval | None, ...]]:
        """The ratio of each analyte on each day; None where next to nothing of it is in the body."""
        return [_ratios(treated, alone) for treated, alone in zip(self.treated, self.alone, strict=True)]

    def together(self) -> tuple[Interval | None, ...]:
        """The ratio of all active drug on each day, by amount and not by effect."""
        return _ratios(self.treated.sum(axis=0), self.alone.sum(axis=0))


def day_edges(days: float) -> Floats:
    """Midnights from the first to the end of the last day, which may be cut short [h]."""
    return np.append(np.arange(np.ceil(days)) * 24.0, days * 24.0)


def daily_areas(system: System, victim: Victim, amounts: Floats) -> Floats:
    """AUC of every day [mg h/L] from amounts at the edges of days, shape (analytes, days, people)."""
    areas = ((place, amounts[:, system.area_of(place)]) for place in system.areas)
    return np.stack([np.diff(area, axis=0) / victim.body.volume_of(place) for place, area in areas])


def _ratios(treated: Floats, alone: Floats) -> tuple[Interval | None, ...]:
    enough = alone[:, 0] > _NOTHING_LEFT * alone[:, 0].max(initial=0.0)
    return tuple(
        interval(over / under) if there else None for over, under, there in zip(treated, alone, enough, strict=True)
    )
