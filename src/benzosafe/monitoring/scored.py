"""One filling-in of a scale as it stands: the total or what it could be, what that means, and what must not wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benzosafe.knowledge.model import Evidence
from benzosafe.knowledge.scale_model import Band, CutOff, Scale
from benzosafe.monitoring.scale_words import words_of

Known = Literal["yes", "no", "cannot tell"]


@dataclass(frozen=True)
class Flagged:
    """An answer that speaks for itself: its item, what it is about, what to do, and the least and most points it has.

    `urgent`: advice the same day; otherwise it is asked about at this visit.
    """

    number: int
    label: str
    do: str
    urgent: bool
    low: int
    high: int
    red_flag: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Reached:
    """A published cut-off and whether the total reaches it."""

    cutoff: CutOff
    reached: Known


@dataclass(frozen=True)
class Scored:
    """A scale that was filled in: its total [points], or None with the least and most it could be.

    `flags`: answers for the same day; `asks`: answers to ask about at this visit; `not_answered`: items that may be
    such an answer and were not told, which is never a no; `incomplete`: items that count and were not answered;
    `prorated`: what the instrument's own rule makes of a total with few missing answers, an estimate and never banded.
    """

    scale: Scale
    total: int | None
    low: int
    high: int
    bands: tuple[Band, ...]
    cutoffs: tuple[Reached, ...]
    flags: tuple[Flagged, ...] = ()
    asks: tuple[Flagged, ...] = ()
    not_answered: tuple[Flagged, ...] = ()
    incomplete: tuple[int, ...] = ()
    prorated: float | None = None

    @property
    def words(self) -> str:
        """All of it in sentences, what must not wait first."""
        return words_of(self)
