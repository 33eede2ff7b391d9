"""Carries a block of people through one segment: a matrix where nothing varies, a power series where clearance does."""

from __future__ import annotations

from numba import njit

from benzosafe.kinetics.compiled.layout import (
    BACK,
    CENTRE,
    CLEAR,
    GUT,
    KA,
    LOSS,
    OPTIONS,
    ORDERS,
    OUT,
    PER_UNIT,
    PERIPHERY,
    SUM,
    UPTAKE,
    L,
)


@njit(**OPTIONS)
def terms_needed(norm):
    """Terms of exp(norm) until what is left is below the tolerance."""
    return ORDERS[min(int(norm * PER_UNIT) + 1, len(ORDERS) - 1)]


@njit(**OPTIONS)
def fastest(w, degree):
    """A bound on how fast anything changes in this block during a segment [1/h]."""
    gut = centre = periphery = 0.0
    for lane in range(L):
        uptake, clear = abs(w[UPTAKE + lane]), abs(w[CLEAR + lane])
        for p in range(1, degree + 1):
            uptake += abs(w[UPTAKE + p * L + lane])
            clear += abs(w[CLEAR + p * L + lane])
        gut = max(gut, w[KA + lane] + uptake)
        centre = max(centre, w[OUT + lane] + clear)
        periphery = max(periphery, 2.0 * w[BACK + lane])
    return max(gut, centre, periphery)


@njit(**OPTIONS)
def steady_matrix(w, clearance, uptake, length, m):
    """Propagator of a segment in which nothing varies: series of its 2**-k part, squared k times. m: [entry, lane]."""
    for lane in range(L):
        w[UPTAKE + lane] = w[KA + lane] * uptake[lane]
        w[CLEAR + lane] = w[LOSS + lane] * clearance[lane] + w[OUT + lane]
    norm, halvings = length * fastest(w, 0), 0
    while norm > 1.0:
        norm, halvings = norm * 0.5, halvings + 1
    step, order = length / 2.0**halvings, terms_needed(norm) + 2
    for lane in range(L):
        ka, into, back = w[KA + lane], w[OUT + lane], w[BACK + lane]
        out, taken = w[CLEAR + lane], w[UPTAKE + lane]
        a0, a1, a2, b1, b2, c1, c2 = 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0
        s0, s1, s2, t1, t2, u1, u2 = a0, a1, a2, b1, b2, c1, c2
        for n in range(order):
            h = step / (n + 1)
            a0, a1, a2 = -h * ka * a0, h * (taken * a0 - out * a1 + back * a2), h * (into * a1 - back * a2)
            b1, b2 = h * (back * b2 - out * b1), h * (into * b1 - back * b2)
            c1, c2 = h * (back * c2 - out * c1), h * (into * c1 - back * c2)
            s0, s1, s2, t1, t2, u1, u2 = s0 + a0, s1 + a1, s2 + a2, t1 + b1, t2 + b2, u1 + c1, u2 + c2
        for _ in range(halvings):
            s1, s2 = s1 * s0 + t1 * s1 + u1 * s2, s2 * s0 + t2 * s1 + u2 * s2
            s0 *= s0
            t1, t2, u1, u2 = t1 * t1 + u1 * t2, t2 * t1 + u2 * t2, t1 * u1 + u1 * u2, t2 * u1 + u2 * u2
        m[lane], m[L + lane], m[2 * L + lane] = s0, s1, s2
        m[3 * L + lane], m[4 * L + lane], m[5 * L + lane], m[6 * L + lane] = t1, t2, u1, u2


@njit(**OPTIONS)
def carry_steady(w, m):
    """Amounts at the end of a segment in which nothing varies."""
    for lane in range(L):
        g, c, p = w[SUM + lane], w[SUM + L + lane], w[SUM + 2 * L + lane]
        w[SUM + lane] = m[lane] * g
        w[SUM + L + lane] = m[L + lane] * g + m[3 * L + lane] * c + m[5 * L + lane] * p
        w[SUM + 2 * L + lane] = m[2 * L + lane] * g + m[4 * L + lane] * c + m[6 * L + lane] * p


@njit(**OPTIONS)
def quadratic_pass(w, length, n):
    """The next four orders of the series when the courses are quadratics; the last three stand newest first."""
    for lane in range(L):
        g0, g1, g2 = w[GUT + lane], w[GUT + L + lane], w[GUT + 2 * L + lane]
        c0, c1, c2 = w[CENTRE + lane], w[CENTRE + L + lane], w[CENTRE + 2 * L + lane]
        p0, ka, back, out = w[PERIPHERY + lane], w[KA + lane], w[BACK + lane], w[OUT + lane]
        u0, u1, u2 = w[UPTAKE + lane], w[UPTAKE + L + lane], w[UPTAKE + 2 * L + lane]
        l0, l1, l2 = w[CLEAR + lane], w[CLEAR + L + lane], w[CLEAR + 2 * L + lane]
        sum_g = sum_c = sum_p = 0.0
        for k in range(4):
            h = length / (n + 1 + k)
            new_c = h * (u0 * g0 + u1 * g1 + u2 * g2 - l0 * c0 - l1 * c1 - l2 * c2 + back * p0)
            p0 = h * (out * c0 - back * p0)
            g2, g1, g0 = g1, g0, -h * ka * g0
            c2, c1, c0 = c1, c0, new_c
            sum_g, sum_c, sum_p = sum_g + g0, sum_c + c0, sum_p + p0
        w[GUT + lane], w[GUT + L + lane], w[GUT + 2 * L + lane] = g0, g1, g2
        w[CENTRE + lane], w[CENTRE + L + lane], w[CENTRE + 2 * L + lane] = c0, c1, c2
        w[PERIPHERY + lane] = p0
        w[SUM + lane] += sum_g
        w[SUM + L + lane] += sum_c
        w[SUM + 2 * L + lane] += sum_p


@njit(**OPTIONS)
def quartic_pass(w, length, n):
    """The next four orders of the series when the courses are quartics; the last five stand newest first."""
    for lane in range(L):
        g0, g1, g2 = w[GUT + lane], w[GUT + L + lane], w[GUT + 2 * L + lane]
        g3, g4 = w[GUT + 3 * L + lane], w[GUT + 4 * L + lane]
        c0, c1, c2 = w[CENTRE + lane], w[CENTRE + L + lane], w[CENTRE + 2 * L + lane]
        c3, c4 = w[CENTRE + 3 * L + lane], w[CENTRE + 4 * L + lane]
        p0, ka, back, out = w[PERIPHERY + lane], w[KA + lane], w[BACK + lane], w[OUT + lane]
        u0, u1, u2 = w[UPTAKE + lane], w[UPTAKE + L + lane], w[UPTAKE + 2 * L + lane]
        u3, u4 = w[UPTAKE + 3 * L + lane], w[UPTAKE + 4 * L + lane]
        l0, l1, l2 = w[CLEAR + lane], w[CLEAR + L + lane], w[CLEAR + 2 * L + lane]
        l3, l4 = w[CLEAR + 3 * L + lane], w[CLEAR + 4 * L + lane]
        sum_g = sum_c = sum_p = 0.0
        for k in range(4):
            h = length / (n + 1 + k)
            taken = u0 * g0 + u1 * g1 + u2 * g2 + u3 * g3 + u4 * g4
            new_c = h * (taken - l0 * c0 - l1 * c1 - l2 * c2 - l3 * c3 - l4 * c4 + back * p0)
            p0 = h * (out * c0 - back * p0)
            g4, g3, g2, g1, g0 = g3, g2, g1, g0, -h * ka * g0
            c4, c3, c2, c1, c0 = c3, c2, c1, c0, new_c
            sum_g, sum_c, sum_p = sum_g + g0, sum_c + c0, sum_p + p0
        w[GUT + lane], w[GUT + L + lane], w[GUT + 2 * L + lane] = g0, g1, g2
        w[GUT + 3 * L + lane], w[GUT + 4 * L + lane] = g3, g4
        w[CENTRE + lane], w[CENTRE + L + lane], w[CENTRE + 2 * L + lane] = c0, c1, c2
        w[CENTRE + 3 * L + lane], w[CENTRE + 4 * L + lane] = c3, c4
        w[PERIPHERY + lane] = p0
        w[SUM + lane] += sum_g
        w[SUM + L + lane] += sum_c
        w[SUM + 2 * L + lane] += sum_p


@njit(**OPTIONS)
def carry_varying(w, length, degree):
    """Amounts at the end of a segment by their power series, courses being polynomials in time."""
    order = terms_needed(0.6 * length * fastest(w, degree)) + degree
    for place in range(SUM):
        w[place] = 0.0
    for lane in range(L):
        w[GUT + lane], w[CENTRE + lane] = w[SUM + lane], w[SUM + L + lane]
        w[PERIPHERY + lane] = w[SUM + 2 * L + lane]
    for n in range(0, order, 4):
        if degree == 2:
            quadratic_pass(w, length, n)
        else:
            quartic_pass(w, length, n)
