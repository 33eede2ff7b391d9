"""Where everything stands in the flat array of one block of people, and the constants of the compiled kernel.

People lie side by side, LANES of them in a block, so that one instruction serves several. The loops over people work
on one flat array in which each quantity has a fixed place: only then can the compiler prove that nothing overlaps.
"""

from __future__ import annotations

import numpy as np

from benzosafe.kinetics.arrays import DEGREE
from benzosafe.kinetics.propagate import series_order

LANES = L = 128
NODES_COUNT = DEGREE + 1
OPTIONS = {"cache": True, "nogil": True, "fastmath": True, "error_model": "numpy"}

_TOLERANCE = 1e-9
PER_UNIT = 8
# Terms of exp(norm), looked up by norm in steps of 1/8.
ORDERS = np.array([series_order(norm / PER_UNIT, _TOLERANCE) for norm in range(PER_UNIT * 12 + 1)])

# The last five orders of a series (newest first), and its sums: gut, centre, periphery.
GUT, CENTRE, PERIPHERY, SUM = 0, 5 * L, 10 * L, 11 * L
# Rates: uptake, loss, to and from the periphery.
KA, LOSS, OUT, BACK = 14 * L, 15 * L, 16 * L, 17 * L
# Coefficients of clearance and uptake over the segment; values at the nodes: whole liver, gut wall.
CLEAR, UPTAKE, WHOLE, WALL = 18 * L, 23 * L, 28 * L, 33 * L
# Extraction, 1/Fg - 1, share absorbed, a fixed availability (negative: none).
EXTRACTION, LOSSY, ABSORBED, FIXED = 38 * L, 39 * L, 40 * L, 41 * L
PLACES = 42 * L
# Entries of a propagator that can differ from zero.
ENTRIES = 7
