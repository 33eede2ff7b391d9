"""The doses a taper wants, before any tablet is thought of: proportional, linear or hyperbolic, in micrograms a day."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from benzosafe.errors import UsageError
from benzosafe.taper.limits import Ceiling
from benzosafe.taper.plan import Pace, Shape

MOST_STEPS = 400


def wanted(before_ug: int, end_ug: int, pace: Pace, shape: Shape, half_occupancy_ug: int | None = None) -> list[int]:
    """Wanted dose of every step until `end_ug` [ug a day]; the last one is `end_ug` itself.

    proportional: the same share of the dose before; linear: the same share of the first dose; hyperbolic: the same
    share of the first occupancy D/(D + `half_occupancy_ug`), a model whose parameter nobody has measured for most of
    these drugs.
    """
    found: list[int] = []
    while not found or found[-1] > end_ug:
        if len(found) >= MOST_STEPS:
            raise UsageError(
                f"at that pace the taper takes more than {MOST_STEPS} steps ({MOST_STEPS * pace.days} days).",
                where="--pace", next_step="Choose a quicker pace or a higher dose to end at.",
            )  # fmt: skip
        dose = _dose(before_ug, len(found) + 1, pace.share, shape, half_occupancy_ug)
        found.append(max(ceil(dose), end_ug))
    return found


def _dose(before_ug: int, step: int, share: Fraction, shape: Shape, half_occupancy_ug: int | None) -> float:
    if shape == "proportional":
        return before_ug * float(1 - share) ** step
    if shape == "linear":
        return float(before_ug * max(1 - share * step, Fraction(0)))
    half = half_occupancy_ug or before_ug
    occupancy = before_ug / (before_ug + half) * max(1.0 - float(share) * step, 0.0)
    return half * occupancy / (1.0 - occupancy)


def steps_in_ceiling(pace: Pace, ceiling: Ceiling) -> int:
    """How many changes of dose the ceiling's days can hold, counting every window."""
    return ceil(ceiling.days / pace.days)


def kept_to_ceiling(before_ug: int, doses: list[int], end_ug: int, pace: Pace, ceiling: Ceiling) -> list[int]:
    """The same curve slowed wherever it would fall faster than the ceiling, and made longer by as much."""
    back = steps_in_ceiling(pace, ceiling)
    found: list[int] = []
    while not found or found[-1] > end_ug:
        number = len(found)
        highest = found[number - back] if number >= back else before_ug
        least = ceil(highest * (1 - ceiling.share))
        found.append(max(doses[min(number, len(doses) - 1)], least, end_ug))
        if len(found) > MOST_STEPS:
            break
    return found
