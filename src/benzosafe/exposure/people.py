"""Differences between people, kept apart from how well the typical person is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benzosafe.exposure.draws import typical
from benzosafe.exposure.study import repeated
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.model import Quantity


def different_people(victim: Victim, count: int, seed: int) -> Victim:
    """The typical person followed by `count` people whose clearance, volume and uptake differ as published.

    Log-normal with the drug's coefficients of variation, independent of each other; a metabolite's clearance varies
    as the drug's own.
    """
    many = repeated(victim, 1 + count)
    spread = victim.disposition.spread
    source = np.random.default_rng([seed, 7])
    clearance, volume, ka = (_factors(source, q, count) for q in (spread.clearance, spread.volume, spread.ka))
    other = _factors(source, spread.clearance, count)
    body = many.body
    metabolites = tuple(replace(m, clearance=m.clearance * other, volume=m.volume * volume) for m in body.metabolites)
    extraction = np.minimum(many.organs.extraction * clearance, 0.95)
    return replace(
        many,
        body=replace(
            body, ka=body.ka * ka, clearance=body.clearance * clearance, central=body.central * volume,
            exchange=body.exchange * volume, peripheral=body.peripheral * volume, metabolites=metabolites,
        ),
        organs=replace(many.organs, extraction=extraction),
    )  # fmt: skip


def _factors(source: np.random.Generator, cv: Quantity, count: int) -> Floats:
    sigma = np.sqrt(np.log1p(typical(cv) ** 2))
    return np.append(1.0, np.exp(sigma * source.standard_normal(count)))
