"""What a predicted ratio of the review rests on, and what becomes of each analyte on its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from benzosafe.exposure.interval import Interval
from benzosafe.exposure.perpetrator import acting
from benzosafe.exposure.population import DRAWS, LIMITS, Case, analyte_ratios, victim_of
from benzosafe.exposure.predict import basis_of
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Foundation:
    """What a predicted ratio rests on, in words, whether any of it was carried over from elsewhere, what was assumed,
    and the ratio of every analyte that counts: the drug itself first, then its main active metabolites.
    """

    rests_on: tuple[str, ...]
    transferred: bool
    assumed: tuple[str, ...]
    analytes: tuple[tuple[str, Interval], ...]


@lru_cache(maxsize=1024)
def foundation(knowledge: Knowledge, case: Case) -> Foundation:
    """The basis of the ratio of one case."""
    victim = victim_of(knowledge, case.subject)
    assert victim is not None
    acting_ones = [acting(knowledge, item.name, DRAWS) for item in case.beside]
    rests_on, transferred = basis_of(knowledge, victim, acting_ones)
    assumed = [who.assumed[0] for who in acting_ones if who.assumed]
    unknown = [item.name for item in case.beside if item.most_mg is None and item.name in knowledge.potencies]
    assumed += [f"the dose of {name} is not known: its usual dose is assumed" for name in unknown]
    least, most = analyte_ratios(knowledge, case)
    analytes = tuple((victim.analytes[place], _interval(least[place], most[place])) for place in victim.main_analytes())
    return Foundation(rests_on, transferred, tuple(assumed), analytes)


def _interval(least: Floats, most: Floats) -> Interval:
    value = float(np.sqrt(least[0] * most[0]))
    low, high = float(np.quantile(least[1:], LIMITS[0])), float(np.quantile(most[1:], LIMITS[1]))
    return Interval(value, min(low, value), max(high, value))
