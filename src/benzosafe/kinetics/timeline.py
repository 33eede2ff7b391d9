"""Cuts time into segments at every dose and output, short enough where an interaction changes quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import NODES, Floats, Ints

# Longest segment, in units of the time constant of what changes fastest in it: keeps the quartic within 1e-7.
_SHARE_OF_TIME_CONSTANT = 0.2
_SAME_TIME_H = 1e-9


@dataclass(frozen=True)
class Fast:
    """Something that changes at `rate_per_h` from each of `starts_h` on.

    It fades at that same rate; or, with `until_h`, goes on undiminished until then.
    """

    rate_per_h: float
    starts_h: Floats
    until_h: float | None = None


@dataclass(frozen=True)
class Timeline:
    """Segments of time [h]: `starts`, `lengths`, and at which segment boundary each output lies."""

    starts: Floats
    lengths: Floats
    output_at: Ints

    @property
    def bounds(self) -> Floats:
        """All boundaries, one more than segments [h]."""
        return np.append(self.starts, self.starts[-1:] + self.lengths[-1:])

    @property
    def nodes_h(self) -> Floats:
        """Times of the nodes, shape (segments, nodes) [h]."""
        return self.starts[:, None] + self.lengths[:, None] * NODES[None, :]

    def boundary_of(self, times_h: Floats) -> Ints:
        """The number of the boundary at each time, which must be one."""
        return np.asarray(np.searchsorted(self.bounds, times_h - _SAME_TIME_H), np.int64)


def build_timeline(
    outputs_h: Floats, breaks_h: Floats, fast: tuple[Fast, ...] = (), longest_h: float = np.inf, coarseness: float = 1.0
) -> Timeline:
    """Segments between all outputs and breaks (doses, starts and ends), refined where something changes quickly.

    No segment is longer than `longest_h`, and none longer than the quartic through its nodes allows: within 1e-7, and
    `coarseness`**5 times that when something is to be quick rather than exact.

    Times before the first output are kept, so that a history may run before what is shown.
    """
    everything = np.concatenate([outputs_h, breaks_h])
    everything = everything[everything <= outputs_h.max() + _SAME_TIME_H]
    bounds = _distinct(np.sort(everything))
    if fast or longest_h < np.inf:
        bounds = _refined(bounds, fast, longest_h, coarseness)
    timeline = Timeline(bounds[:-1], np.diff(bounds), np.zeros(0, np.int64))
    return Timeline(timeline.starts, timeline.lengths, timeline.boundary_of(outputs_h))


def _distinct(times: Floats) -> Floats:
    keep = np.append(True, np.diff(times) > _SAME_TIME_H)
    return np.asarray(times[keep])


def _refined(bounds: Floats, fast: tuple[Fast, ...], longest_h: float, coarseness: float) -> Floats:
    """Each segment cut into equal parts no longer than what is allowed at its start."""
    starts, lengths = bounds[:-1], np.diff(bounds)
    allowed = np.full(len(starts), longest_h)
    for change in fast:
        allowed = np.minimum(allowed, coarseness * _allowed_length(starts, change))
    parts = np.maximum(1, np.ceil(lengths / allowed - 1e-9)).astype(np.int64)
    step = np.repeat(lengths / parts, parts)
    place = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    return np.append(np.repeat(starts, parts) + step * place, bounds[-1])


def _allowed_length(starts: Floats, change: Fast) -> Floats:
    """Longest segment at each start: short after a change began, longer as it fades (the quartic errs as length^5)."""
    since = starts - _latest_before(change.starts_h, starts)
    begun = np.isfinite(since)
    limit = np.full_like(starts, _SHARE_OF_TIME_CONSTANT / change.rate_per_h)
    if change.until_h is None:
        limit *= np.exp(np.minimum(change.rate_per_h * np.where(begun, since, 0.0) / 5.0, 8.0))
    else:
        begun &= starts < change.until_h
    return np.where(begun, limit, np.inf)


def _latest_before(starts_h: Floats, times: Floats) -> Floats:
    place = np.searchsorted(starts_h, times + _SAME_TIME_H, side="right") - 1
    return (
        np.where(place >= 0, starts_h[np.maximum(place, 0)], -np.inf) if len(starts_h) else np.full_like(times, -np.inf)
    )
