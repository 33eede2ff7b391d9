"""Runs blocks of people through all segments and stores their concentrations."""

from __future__ import annotations

import numpy as np
from numba import njit

from benzosafe.kinetics.compiled.activity import (
    blend,
    courses,
    quadratic_coefficients,
    quartic_coefficients,
    site_activity,
)
from benzosafe.kinetics.compiled.layout import ENTRIES, EXTRACTION, KA, NODES_COUNT, OPTIONS, PLACES, SUM, L
from benzosafe.kinetics.compiled.series import carry_steady, carry_varying, steady_matrix


@njit(**OPTIONS)
def run_blocks(
    blocks, rates, kinds, kind_lengths, kind_courses, lengths, jumps, output_of, per_unit, degrees, links, levels,
    shapes, strength, turnover, weights, organs, gut, result,
):  # fmt: skip
    """Concentrations at the outputs of some blocks of people, written to result[block, output, lane].

    rates: ka, loss, out, back [1/h]; kinds: number of each segment's constant matrix, or -1 where clearance varies;
    organs: extraction, 1/Fg - 1, share absorbed, and a fixed availability (negative: none), each [row, person].
    """
    sites = turnover.shape[0]
    matrices = np.empty((len(kind_lengths), ENTRIES * L))
    w = np.zeros(PLACES)
    enzymes = np.ones((sites, L))
    activity, s = np.empty((sites, NODES_COUNT, L)), np.ones((60, L))
    for block in blocks:
        first = block * L
        for row in range(4):
            w[KA + row * L : KA + (row + 1) * L] = rates[row, first : first + L]
            w[EXTRACTION + row * L : EXTRACTION + (row + 1) * L] = organs[row, first : first + L]
        for kind in range(len(kind_lengths)):
            c, u = kind_courses[kind, 0, first : first + L], kind_courses[kind, 1, first : first + L]
            steady_matrix(w, c, u, kind_lengths[kind], matrices[kind])
        enzymes[:] = 1.0
        for place in range(SUM, KA):
            w[place] = 0.0
        dose_and_store(w, jumps[0], output_of[0], per_unit, first, result[block])
        for segment in range(len(lengths)):
            if kinds[segment] >= 0:
                carry_steady(w, matrices[kinds[segment]])
            else:
                degree = degrees[segment]
                stride = 2 if degree == 2 else 1
                for site in range(sites):
                    site_activity(
                        site, segment, stride, first, links, levels, shapes, strength, turnover, lengths[segment],
                        enzymes[site], activity[site], s,
                    )  # fmt: skip
                blend(w, first, stride, activity, weights, gut)
                courses(w, stride)
                if degree == 2:
                    quadratic_coefficients(w)
                else:
                    quartic_coefficients(w)
                carry_varying(w, lengths[segment], degree)
            dose_and_store(w, jumps[segment + 1], output_of[segment + 1], per_unit, first, result[block])


@njit(**OPTIONS)
def dose_and_store(w, jump, output, per_unit, first, result):
    """Gives what is due at a boundary, and writes the concentration when it is an output."""
    for state in range(3):
        if jump[state] != 0.0:
            for lane in range(L):
                w[SUM + state * L + lane] += jump[state]
    if output >= 0:
        row, factor = result[output], per_unit[first : first + L]
        for lane in range(L):
            row[lane] = w[SUM + L + lane] * factor[lane]
