"""One scored row, and the measures of agreement the field uses.

Sources: GMFE, geometric mean fold error; Guest 2011 (Drug Metab Dispos 39:170-173) for the variable limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

_MEASURES = (
    "gmfe", "bias", "within_1_5_fold", "within_2_fold", "within_guest", "within_guest_with_variability",
    "interval_coverage",
)  # fmt: skip
NOT_STATED = "not stated"
_ROUNDING = 1e-3  # observed ratios are printed to two or three figures


@dataclass(frozen=True)
class Scored:
    """A prediction with its interval beside what was observed; `skipped` says why there is none.

    `kind`: static, dynamic, partial (AUC over a truncated time) or single (one drug); `group`: enzyme mechanism, or
    the metric of a single-drug row. `assumed`: the study says "no effect" without a number. `hint`: what the person who
    wrote a skipped row could do. `line`: where the row is in its file, 0 when not known. `beside`: what was taken with
    a single drug.
    """

    id: str
    victim: str
    perpetrator: str
    group: str
    kind: str
    observed: float | None
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    assumed: bool = False
    skipped: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""
    line: int = 0
    beside: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether it enters the fold errors."""
        return not self.skipped and not self.assumed and bool(self.predicted) and bool(self.observed)

    @property
    def fold_error(self) -> float:
        """Predicted over observed, turned so that it is at least 1."""
        assert self.predicted and self.observed
        return exp(abs(log(self.predicted / self.observed)))

    @property
    def within_2_fold(self) -> bool:
        """Predicted within a factor of two."""
        return self.fold_error <= 2.0

    @property
    def within_guest(self) -> bool:
        """Within the limits of Guest 2011 without variability (delta 1): narrow near 1, twofold when strong."""
        return self.guest(1.0)

    def guest(self, delta: float) -> bool:
        """Within the limits of Guest 2011; delta 1.25 allows for 20 % variability between studies."""
        assert self.observed
        ratio = max(self.observed, 1.0 / self.observed)
        return self.fold_error <= (delta + 2.0 * (ratio - 1.0)) / ratio + _ROUNDING

    @property
    def covered(self) -> bool:
        """Whether the interval holds the observation."""
        return bool(self.low and self.high and self.observed) and self.low <= self.observed <= self.high  # type: ignore[operator]


def summarise(rows: Sequence[Scored]) -> dict[str, Any]:
    """n, GMFE, bias and shares within limits of the rows that count."""
    counted = [row for row in rows if row.counted]
    n = len(counted)
    if n == 0:
        return {"n": 0, **dict.fromkeys(_MEASURES)}
    logs = [log((row.predicted or 1.0) / (row.observed or 1.0)) for row in counted]
    return {
        "n": n,
        "gmfe": round(exp(sum(map(abs, logs)) / n), 3),
        "bias": round(exp(sum(logs) / n), 3),
        "within_1_5_fold": _share(counted, lambda row: row.fold_error <= 1.5),
        "within_2_fold": _share(counted, lambda row: row.within_2_fold),
        "within_guest": _share(counted, lambda row: row.within_guest),
        "within_guest_with_variability": _share(counted, lambda row: row.guest(1.25)),
        "interval_coverage": _share(counted, lambda row: row.covered),
    }


def _share(rows: Sequence[Scored], hit: Callable[[Scored], bool]) -> float:
    return round(sum(map(hit, rows)) / len(rows), 3)


def by(rows: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, dict[str, Any]]:
    """A summary for each value of a key, largest group first."""
    groups: dict[str, list[Scored]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = {name: summarise(own) for name, own in groups.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1]["n"], item[0])))


def negatives(rows: Sequence[Scored], low: float, high: float) -> dict[str, Any]:
    """Of studies that found nothing (ratio between the bounds), how many are predicted as nothing."""
    quiet = [row for row in rows if not row.skipped and row.predicted and _is_quiet(row, low, high)]
    right = sum(low <= (row.predicted or 0.0) <= high for row in quiet)
    return {"n": len(quiet), "called_unchanged": round(right / len(quiet), 3) if quiet else None}


def _is_quiet(row: Scored, low: float, high: float) -> bool:
    return row.assumed or (row.observed is not None and low <= row.observed <= high)


def direction(row: Scored) -> str:
    """Inhibition, induction or nothing expected, from the mechanism's name; a row without one is neither."""
    if "induction" in row.group:
        return "induction"
    if row.group == NOT_STATED:
        return NOT_STATED
    return "none" if row.group.startswith("none") else "inhibition"
