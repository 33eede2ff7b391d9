"""The exact solution segment by segment: a propagator matrix for each segment and person, by its power series.

Within a segment the courses are quartics in time, so the series of the propagator follows from a recurrence and has
no step-size error. All segments are solved at once, element by element over (segment, person), and then applied one
after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np

from benzosafe.kinetics.arrays import DEGREE, TO_SERIES, Floats, Ints
from benzosafe.kinetics.system import Term

EXACT = 1e-14
_LARGEST_NORM = 6.0  # beyond, a series loses digits to cancellation and the segment is halved
_ELEMENTS_AT_ONCE = 4096  # keeps the working set in cache


@dataclass(frozen=True)
class Doses:
    """Amounts added to a state at a segment boundary: mg to a compartment, mg/h to the supply."""

    boundary: Ints
    state: Ints
    amount: Floats


def series_order(norm: float, tolerance: float = EXACT) -> int:
    """Terms of exp(norm) needed so that the next one is below the tolerance."""
    left, order = 1.0, 0
    while left > tolerance or order < 4:
        order += 1
        left *= norm / order
    return order


def propagators(
    terms: tuple[Term, ...], states: int, lengths_h: Floats, courses: Floats, tolerance: float = EXACT
) -> Floats:
    """The matrix of each segment for each person, shape (segments, states, states, people).

    lengths_h: length of each segment; courses: values at the nodes, shape (courses, segments, nodes, people);
    tolerance: what the series may leave out, of the whole.
    """
    segments, people = len(lengths_h), courses.shape[-1]
    result = np.zeros((segments, states, states, people))
    series = np.einsum("ij,csjp->cisp", TO_SERIES, courses)
    at_once = max(1, _ELEMENTS_AT_ONCE // people)
    norms = _norms(terms, states, lengths_h, courses)
    halvings = np.ceil(np.log2(np.maximum(norms / _LARGEST_NORM, 1.0))).astype(np.int64)
    for count in np.unique(halvings):
        chosen = np.flatnonzero(halvings == count)
        for start in range(0, len(chosen), at_once):
            part = chosen[start : start + at_once]
            orders = series_order(float(norms[part].max()) / 2.0**count, tolerance) + DEGREE
            result[part] = _halved(terms, states, lengths_h[part], series[:, :, part], int(count), orders)
    return result


def _norms(terms: tuple[Term, ...], states: int, lengths_h: Floats, courses: Floats) -> Floats:
    """A bound on the 1-norm of each segment's integrated matrix, largest over people."""
    columns = np.zeros((states, len(lengths_h)))
    for term in terms:
        top = 1.0 if term.course < 0 else courses[term.course].max(axis=(1, 2))
        columns[term.of] += np.abs(term.rate).max() * top
    return np.asarray(columns.max(0) * lengths_h)


def _halved(
    terms: tuple[Term, ...], states: int, lengths_h: Floats, series: Floats, halvings: int, orders: int
) -> Floats:
    """Propagators of some segments, each taken in 2**halvings equal parts."""
    parts = 2**halvings
    total: Floats | None = None
    for part in range(parts):
        one = _one_part(terms, states, lengths_h / parts, _shifted(series, part, parts), orders)
        total = one if total is None else np.einsum("sijp,sjkp->sikp", one, total)
    assert total is not None
    return total


def _shifted(series: Floats, part: int, parts: int) -> Floats:
    """The same quartics on one of `parts` equal parts of the segment, again over 0 to 1."""
    if parts == 1:
        return series
    start, width = part / parts, 1.0 / parts
    moved = np.zeros_like(series)
    for power in range(DEGREE + 1):
        for lower in range(power + 1):
            moved[:, lower] += comb(power, lower) * start ** (power - lower) * width**lower * series[:, power]
    return moved


def _one_part(terms: tuple[Term, ...], states: int, lengths_h: Floats, series: Floats, orders: int) -> Floats:
    """Sum of the series of the propagator: (n+1) Y[n+1] = sum_p M[p] Y[n-p], only where something can flow."""
    people = series.shape[-1]
    entries = list(_reached(terms, states))
    rates = _rates(terms, lengths_h, series)
    size = len(lengths_h) * people
    total = np.zeros((states, states, size))
    total[np.arange(states), np.arange(states)] = 1.0
    history = [total.copy(), *(np.zeros_like(total) for _ in range(DEGREE + 1))]
    product = np.empty(size)
    for order in range(orders):
        new = history.pop()
        new[:] = 0.0
        for into, of, column in entries:
            for power, rate in enumerate(rates[into, of][: order + 1]):
                np.multiply(rate, history[power][of, column], out=product)
                new[into, column] += product
        new /= order + 1
        total += new
        history.insert(0, new)
    return np.ascontiguousarray(total.reshape(states, states, len(lengths_h), people).transpose(2, 0, 1, 3))


def _rates(terms: tuple[Term, ...], lengths_h: Floats, series: Floats) -> dict[tuple[int, int], list[Floats]]:
    """For each pair of states, the coefficients of h M(s), constant ones first."""
    found: dict[tuple[int, int], list[Floats]] = {}
    for term in terms:
        rate = lengths_h[:, None] * term.rate
        own = found.setdefault((term.into, term.of), [np.zeros(rate.size)])
        if term.course < 0:
            own[0] = own[0] + rate.ravel()
            continue
        for power in range(DEGREE + 1):
            value = (series[term.course, power] * rate).ravel()
            if power == 0:
                own[0] = own[0] + value
            else:
                own.append(value)
    return found


def _reached(terms: tuple[Term, ...], states: int) -> Iterator[tuple[int, int, int]]:
    """(into, of, column) for every flow that can carry what started in `column`."""
    reach = np.eye(states, dtype=bool)
    for _ in range(states):
        for term in terms:
            reach[term.into] |= reach[term.of]
    for into, of in dict.fromkeys((term.into, term.of) for term in terms):
        for column in range(states):
            if reach[of, column]:
                yield into, of, column


def apply(matrices: Floats, segment_kind: Ints, doses: Doses) -> Floats:
    """Amounts at every boundary, doses included, shape (segments + 1, states, people) [mg].

    segment_kind: which matrix carries each segment (segments alike share one).
    """
    states, people = matrices.shape[1], matrices.shape[3]
    jumps = np.zeros((len(segment_kind) + 1, states))
    np.add.at(jumps, (doses.boundary, doses.state), doses.amount)
    jumps = jumps[:, :, None]
    amounts = np.empty((len(segment_kind) + 1, states, people))
    amounts[0] = now = np.zeros((states, people)) + jumps[0]
    for place, kind in enumerate(segment_kind):
        now = np.einsum("ijp,jp->ip", matrices[kind], now) + jumps[place + 1]
        amounts[place + 1] = now
    return amounts
