"""Differences between people, kept apart from how well the typical person is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benzosafe.exposure.draws import typical
from benzosafe.exposure.study import repeated
from benzosafe.exposure.victim import Victim
from benzosafe.kinetics.arrays import Floats
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Quantity


def different_people(knowledge: Knowledge, victim: Victim, count: int, seed: int) -> Victim:
    """The typical person followed by `count` people whose clearance, volume and uptake differ as published.

    Log-normal with each analyte's own coefficients of variation; clearances independent of each other, all volumes of
    one person wide or narrow together.
    """
    many = repeated(victim, 1 + count)
    source = np.random.default_rng([seed, 7])
    spread = victim.disposition.spread
    size = source.standard_normal(count)
    clearance, ka = (_factors(source.standard_normal(count), q) for q in (spread.clearance, spread.ka))
    volume = _factors(size, spread.volume)
    metabolites = []
    for analyte, made in zip(victim.analytes[1:], many.body.metabolites, strict=True):
        own = knowledge.dispositions[analyte].spread
        faster = _factors(source.standard_normal(count), own.clearance)
        wider = _factors(size, own.volume)
        metabolites.append(replace(made, clearance=made.clearance * faster, volume=made.volume * wider))
    body = many.body
    extraction = np.minimum(many.organs.extraction * clearance, 0.95)
    return replace(
        many,
        body=replace(
            body, ka=body.ka * ka, clearance=body.clearance * clearance, central=body.central * volume,
            exchange=body.exchange * volume, peripheral=body.peripheral * volume, metabolites=tuple(metabolites),
        ),
        organs=replace(many.organs, extraction=extraction),
    )  # fmt: skip


def _factors(normal: Floats, cv: Quantity) -> Floats:
    """1 for the typical person, then one log-normal factor for each standard normal number."""
    sigma = np.sqrt(np.log1p(typical(cv) ** 2))
    return np.append(1.0, np.exp(sigma * normal))
