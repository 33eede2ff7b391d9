"""How much of a perpetrator is there: its level over time relative to the average at its reference dose."""

from __future__ import annotations

import numpy as np

from benzosafe.kinetics.arrays import NODES, Floats
from benzosafe.kinetics.timeline import Timeline

_NEARLY_EQUAL = 1e-4


def absorption_rate(half_life_h: float, tmax_h: float) -> float:
    """First-order absorption rate that puts the peak of a single dose at tmax [1/h].

    Solves tmax = ln(ka/k)/(ka - k) for ka above k; when tmax is too late for that, uptake is as slow as elimination.
    """
    k = np.log(2.0) / half_life_h
    low, high = k * (1.0 + _NEARLY_EQUAL), 200.0 / tmax_h
    if np.log(low / k) / (low - k) <= tmax_h:
        return float(low)
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if np.log(middle / k) / (middle - k) > tmax_h else (low, middle)
    return float(0.5 * (low + high))


def relative_level(
    timeline: Timeline, doses_h: Floats, dose_shares: Floats, half_life_h: float, ka_per_h: float
) -> Floats:
    """Level at the nodes, 1 being the steady-state average at the reference dose; shape (segments, nodes).

    `dose_shares` are doses over the reference DAILY dose. One compartment, first-order uptake; linear.
    """
    k = np.log(2.0) / half_life_h
    scale = 24.0 * k * ka_per_h / (ka_per_h - k)
    jumps = np.zeros(len(timeline.starts) + 1)
    np.add.at(jumps, np.minimum(timeline.boundary_of(doses_h), len(timeline.starts)), scale * dose_shares)
    slow_end, fast_end = np.exp(-k * timeline.lengths), np.exp(-ka_per_h * timeline.lengths)
    slow, fast = np.zeros(len(timeline.starts)), np.zeros(len(timeline.starts))
    s = f = 0.0
    for place in range(len(timeline.starts)):
        s, f = s + jumps[place], f + jumps[place]
        slow[place], fast[place] = s, f
        s, f = s * slow_end[place], f * fast_end[place]
    within = timeline.lengths[:, None] * NODES[None, :]
    return np.asarray(slow[:, None] * np.exp(-k * within) - fast[:, None] * np.exp(-ka_per_h * within))
