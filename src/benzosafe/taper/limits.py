"""The limit on how fast a dose may fall, checked on what is really taken on every day, over every rolling fortnight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from benzosafe.knowledge.load import Knowledge


@dataclass(frozen=True)
class Ceiling:
    """No more than this share of the dose may go within so many days. Source: asam_2025, recommendation 6."""

    share: Fraction
    days: int


def ceiling_of(knowledge: Knowledge) -> Ceiling:
    """The ceiling as the knowledge states it."""
    share, days = (knowledge.parameters[name] for name in ("taper_ceiling_share", "taper_ceiling_days"))
    return Ceiling(Fraction(str(share.value)), int(days.highest))


def breaks(share: Fraction, days: int, ceiling: Ceiling) -> bool:
    """Whether a pace by itself loses more than the ceiling: so much of the current dose every so many days."""
    return 1 - (1 - share) ** -(-ceiling.days // days) > ceiling.share


@dataclass(frozen=True)
class Stretch:
    """The same amount taken every day for so many days: micrograms a day, and days."""

    amount_ug: int
    days: int


def falls(before_ug: int, stretches: Sequence[Stretch], ceiling: Ceiling) -> list[Fraction]:
    """For each stretch the largest share of a dose lost within the ceiling's days, counting back from its first day.

    `before_ug`: the amount taken every day before the first stretch. Day d is compared with the highest dose of the
    days from d - days to d. A dose that rises counts as no fall.
    """
    found = []
    starts = [0]
    for stretch in stretches:
        starts.append(starts[-1] + stretch.days)
    for number, stretch in enumerate(stretches):
        since = starts[number] - ceiling.days
        highest = before_ug if since < 0 else 0
        for earlier, end in zip(stretches[: number + 1], starts[1:], strict=False):
            if end > since or earlier is stretch:
                highest = max(highest, earlier.amount_ug)
        found.append(Fraction(max(highest - stretch.amount_ug, 0), highest) if highest else Fraction(0))
    return found


def rises(before_ug: int, stretches: Sequence[Stretch]) -> list[int]:
    """Numbers of the stretches in which more is taken than before."""
    amounts = [before_ug, *(stretch.amount_ug for stretch in stretches)]
    return [number for number, (earlier, later) in enumerate(pairwise(amounts)) if later > earlier]
