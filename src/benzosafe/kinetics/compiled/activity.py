"""From perpetrator levels to polynomials of clearance and uptake over one segment, for a block of people."""

from __future__ import annotations

from numba import njit

from benzosafe.kinetics.arrays import DEGREE, NODES, TO_SERIES
from benzosafe.kinetics.compiled.layout import (
    ABSORBED,
    CLEAR,
    EXTRACTION,
    FIXED,
    KA,
    LOSS,
    LOSSY,
    NODES_COUNT,
    OPTIONS,
    OUT,
    UPTAKE,
    WALL,
    WHOLE,
    L,
)


@njit(**OPTIONS)
def enzyme_amount(rate, made, now, length, amount, s):
    """Enzyme amount at the nodes and at the end of a segment, from loss and synthesis at the nodes, by its series."""
    order = 12
    for p in range(NODES_COUNT):
        for lane in range(L):
            r = m = 0.0
            for q in range(NODES_COUNT):
                r += TO_SERIES[p, q] * rate[q, lane]
                m += TO_SERIES[p, q] * made[q, lane]
            s[20 + p, lane], s[30 + p, lane] = r * length, m * length
    s[0] = now
    for n in range(order):
        for lane in range(L):
            s[n + 1, lane] = s[30 + n, lane] if n < NODES_COUNT else 0.0
        for p in range(min(n, DEGREE) + 1):
            for lane in range(L):
                s[n + 1, lane] -= s[20 + p, lane] * s[n - p, lane]
        for lane in range(L):
            s[n + 1, lane] /= n + 1
    for q in range(NODES_COUNT):
        for lane in range(L):
            total = s[order, lane]
            for n in range(order - 1, -1, -1):
                total = total * NODES[q] + s[n, lane]
            amount[q, lane] = total
    now[:] = amount[NODES_COUNT - 1]


@njit(**OPTIONS)
def add_scaled(x, strength, out):
    """Adds a multiple of one row to another."""
    for lane in range(L):
        out[lane] += strength[lane] * x


@njit(**OPTIONS)
def inverted(a, b, c):
    """1 / each of three rows, by a single division."""
    for lane in range(L):
        bc = b[lane] * c[lane]
        every = 1.0 / (a[lane] * bc)
        ac, ab = a[lane] * c[lane], a[lane] * b[lane]
        a[lane], b[lane], c[lane] = every * bc, every * ac, every * ab


@njit(**OPTIONS)
def site_activity(site, segment, stride, first, links, levels, shapes, strength, turnover, length, now, out, s):
    """Activity of one site at the nodes. links: site, perpetrator, has turnover; strength: index, loss, fold."""
    turns = False
    out[:] = 1.0
    for k in range(len(links)):
        if links[k, 0] == site:
            turns = turns or links[k, 2] == 1
            own = strength[k, 0, first : first + L]
            for q in range(NODES_COUNT):
                if q % stride == 0:
                    add_scaled(levels[links[k, 1], segment, q], own, out[q])
    inverted(out[0], out[2], out[4])
    if stride == 1:
        inverted(out[1], out[3], s[0])
    if turns:
        turn_over(site, segment, first, links, levels, shapes, strength, turnover, length, now, out, s)


@njit(**OPTIONS)
def turn_over(site, segment, first, links, levels, shapes, strength, turnover, length, now, out, s):
    """Multiplies the activity by how much enzyme there is."""
    rate, made, amount, turns_per_h = s[40:45], s[45:50], s[50:55], turnover[site, first : first + L]
    rate[:] = 1.0
    made[:] = 1.0
    for k in range(len(links)):
        if links[k, 0] == site:
            for q in range(NODES_COUNT):
                add_scaled(levels[links[k, 1], segment, q], strength[k, 1, first : first + L], rate[q])
                add_scaled(shapes[k, segment, q], strength[k, 2, first : first + L], made[q])
    for q in range(NODES_COUNT):
        for lane in range(L):
            rate[q, lane] *= turns_per_h[lane]
            made[q, lane] *= turns_per_h[lane]
    enzyme_amount(rate, made, now, length, amount, s)
    for q in range(NODES_COUNT):
        for lane in range(L):
            out[q, lane] *= amount[q, lane]


@njit(**OPTIONS)
def blend(w, first, stride, activity, weights, gut):
    """Intrinsic clearance relative to rest, and activity in the gut wall, at the nodes."""
    for q in range(NODES_COUNT):
        if q % stride:
            continue
        for lane in range(L):
            w[WHOLE + q * L + lane] = 1.0
            w[WALL + q * L + lane] = 1.0
        for site in range(activity.shape[0]):
            weight, active = weights[site, first : first + L], activity[site, q]
            for lane in range(L):
                w[WHOLE + q * L + lane] += weight[lane] * (active[lane] - 1.0)
        if gut >= 0:
            w[WALL + q * L : WALL + (q + 1) * L] = activity[gut, q]


@njit(**OPTIONS)
def courses(w, stride):
    """Clearance and uptake rates at the nodes: a well-stirred liver, and what survives the gut wall."""
    for q in range(NODES_COUNT):
        if q % stride:
            continue
        for lane in range(L):
            whole, e = w[WHOLE + q * L + lane], w[EXTRACTION + lane]
            flow, wall = 1.0 + e * (whole - 1.0), 1.0 + w[LOSSY + lane] * w[WALL + q * L + lane]
            both = 1.0 / (flow * wall)
            oral = w[ABSORBED + lane] * (1.0 - e) * both
            w[WHOLE + q * L + lane] = w[LOSS + lane] * whole * both * wall
            w[WALL + q * L + lane] = w[KA + lane] * (w[FIXED + lane] if w[FIXED + lane] >= 0.0 else oral)


@njit(**OPTIONS)
def quadratic_coefficients(w):
    """Rates of clearance and uptake as quadratics over the segment, from the first, middle and last node."""
    for lane in range(L):
        a, b, c = w[WHOLE + lane], w[WHOLE + 2 * L + lane], w[WHOLE + 4 * L + lane]
        w[CLEAR + lane] = a + w[OUT + lane]
        w[CLEAR + L + lane], w[CLEAR + 2 * L + lane] = 4.0 * b - 3.0 * a - c, 2.0 * (a + c) - 4.0 * b
        a, b, c = w[WALL + lane], w[WALL + 2 * L + lane], w[WALL + 4 * L + lane]
        w[UPTAKE + lane] = a
        w[UPTAKE + L + lane], w[UPTAKE + 2 * L + lane] = 4.0 * b - 3.0 * a - c, 2.0 * (a + c) - 4.0 * b


@njit(**OPTIONS)
def quartic_coefficients(w):
    """Rates of clearance and uptake as quartics over the segment, from all nodes."""
    for p in range(NODES_COUNT):
        t0, t1, t2, t3, t4 = TO_SERIES[p, 0], TO_SERIES[p, 1], TO_SERIES[p, 2], TO_SERIES[p, 3], TO_SERIES[p, 4]
        out = 1.0 if p == 0 else 0.0
        for lane in range(L):
            w[CLEAR + p * L + lane] = (
                t0 * w[WHOLE + lane] + t1 * w[WHOLE + L + lane] + t2 * w[WHOLE + 2 * L + lane]
                + t3 * w[WHOLE + 3 * L + lane] + t4 * w[WHOLE + 4 * L + lane] + out * w[OUT + lane]
            )  # fmt: skip
            w[UPTAKE + p * L + lane] = (
                t0 * w[WALL + lane] + t1 * w[WALL + L + lane] + t2 * w[WALL + 2 * L + lane]
                + t3 * w[WALL + 3 * L + lane] + t4 * w[WALL + 4 * L + lane]
            )  # fmt: skip
