"""Names for the arrays of this room, and the nodes on which a varying quantity is sampled in a segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

DEGREE = 4
# Chebyshev-Lobatto points of the unit interval: a quartic through them is within 1e-8 of the activities met here
# once `timeline` has chosen the segments short enough.
NODES: Floats = np.asarray(0.5 * (1.0 - np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)), np.float64)
_POWERS: Floats = NODES[:, None] ** np.arange(DEGREE + 1)[None, :]
# Values at the nodes to coefficients of s^0 .. s^4, with s running from 0 to 1 over the segment.
TO_SERIES: Floats = np.asarray(np.linalg.inv(_POWERS), np.float64)
# Values at the nodes to the integral from 0 to each node, per unit segment length.
TO_INTEGRAL: Floats = (NODES[:, None] ** np.arange(1, DEGREE + 2)[None, :] / np.arange(1, DEGREE + 2)) @ TO_SERIES
