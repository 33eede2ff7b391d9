"""What is made at one pace and lost at another: dy/dt = rate (made(t) - lost(t) y), y relative to rest.

The same equation holds for the amount of an enzyme and for the average level of a drug taken every day.
"""

from __future__ import annotations

import numpy as np

from benzosafe.kinetics.arrays import TO_INTEGRAL, Floats
from benzosafe.kinetics.timeline import Timeline


def relaxed(timeline: Timeline, made: Floats, lost: Floats, rate_per_h: Floats, start: Floats) -> tuple[Floats, Floats]:
    """The value at the nodes, shape (segments, nodes, people), and at the very end; by the integrating factor.

    made and lost at the nodes, relative to rest (1); exact up to the quartic through the nodes.
    """
    scale = timeline.lengths[:, None, None] * rate_per_h
    decay = np.exp(-np.einsum("ij,sjp->sip", TO_INTEGRAL, lost * scale))
    gained = decay * np.einsum("ij,sjp->sip", TO_INTEGRAL, made * scale / decay)
    at_start = np.empty((len(timeline.starts), len(rate_per_h)))
    now = np.broadcast_to(start, rate_per_h.shape).astype(float)
    for place in range(len(timeline.starts)):
        at_start[place] = now
        now = decay[place, -1] * now + gained[place, -1]
    return decay * at_start[:, None, :] + gained, now
